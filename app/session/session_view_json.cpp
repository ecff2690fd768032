// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_member.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPinned = 1000;

constexpr Name<OverlayLayer> kLayers[] = {
    {OverlayLayer::none, "none"},         {OverlayLayer::contribution, "contribution"},
    {OverlayLayer::gradient, "gradient"}, {OverlayLayer::prediction, "prediction"},
    {OverlayLayer::distance, "distance"}, {OverlayLayer::counterfactual, "counterfactual"},
    {OverlayLayer::field, "field"},       {OverlayLayer::errors, "errors"}};
constexpr Name<GradientOf> kGradients[] = {{GradientOf::probability, "probability"}, {GradientOf::logit, "logit"}};
constexpr Name<Scaling> kScalings[] = {{Scaling::linear, "linear"}, {Scaling::logarithmic, "log"}};
constexpr Name<FourthPane> kPanes[] = {{FourthPane::surface, "surface"}, {FourthPane::distance, "distance"}};
constexpr Name<SurfaceColour> kSurfaceColours[] = {{SurfaceColour::plain, "plain"},
                                                   {SurfaceColour::contribution, "contribution"},
                                                   {SurfaceColour::gradient, "gradient"},
                                                   {SurfaceColour::distance, "distance"}};
constexpr Name<Anatomical> kViews[] = {
    {Anatomical::axial, "axial"}, {Anatomical::coronal, "coronal"}, {Anatomical::sagittal, "sagittal"}};
constexpr Name<Arrangement> kArrangements[] = {{Arrangement::single, "single"},
                                               {Arrangement::grid, "grid"},
                                               {Arrangement::contact_sheet, "contact-sheet"},
                                               {Arrangement::difference, "difference"},
                                               {Arrangement::class_sheet, "class-sheet"}};

Json compare_json(const Look& look) {
  return {{"arrangement", name_of(look.arrangement, kArrangements)},
          {"losses", look.compared},
          {"view", name_of(look.compared_view, kViews)},
          {"shared_range", look.shared_range}};
}

void read_compare(const Member& member, Look& look) {
  member.expect_object({"arrangement", "losses", "view", "shared_range"});
  member.get("arrangement", look.arrangement, kArrangements);
  member.get("view", look.compared_view, kViews);
  member.get("shared_range", look.shared_range);
  member.when("losses", [&](const Member& losses) {
    look.compared.clear();
    losses.each([&](const Member& loss) { look.compared.push_back(loss.text()); });
    if (look.compared.size() < 2 || look.compared.size() > kMaxCompared) {
      losses.wrong("a list of 2 to " + std::to_string(kMaxCompared) + " losses");
    }
  });
}

/// Those of values without a sign: the others are for what may be negative.
void read_colours(const Member& member, ColourMap& colours) {
  const std::string given = member.text();
  std::string names;
  for (const ColourMapName& known : kColourMaps) {
    if (!known.diverging && known.name == given) {
      colours = known.map;
      return;
    }
    names += known.diverging ? std::string() : (names.empty() ? "" : ", ") + std::string(known.name);
  }
  member.wrong("one of " + names);
}

void read_sweep(const Member& member, SweepChoice& sweep) {
  member.expect_object({"along", "from", "to", "steps"});
  member.get("along", sweep.along);
  member.get("from", sweep.from);
  member.get("to", sweep.to);
  member.when("steps", [&](const Member& m) {
    const std::int64_t steps = m.whole();
    if (steps < 2 || steps > SweepChoice::kMaxSteps) {
      m.wrong("a number of steps from 2 to " + std::to_string(SweepChoice::kMaxSteps));
    }
    sweep.steps = static_cast<int>(steps);
  });
}

Json surfaces_json(const SurfaceLook& look) {
  return {{"colour", name_of(look.colour, kSurfaceColours)},
          {"mask", look.show_mask},
          {"prediction", look.show_prediction},
          {"mask_opacity", look.mask_opacity},
          {"prediction_opacity", look.prediction_opacity},
          {"slices", look.show_slices}};
}

void read_surfaces(const Member& member, SurfaceLook& look) {
  member.expect_object({"colour", "mask", "prediction", "mask_opacity", "prediction_opacity", "slices"});
  member.get("colour", look.colour, kSurfaceColours);
  member.get("mask", look.show_mask);
  member.get("prediction", look.show_prediction);
  member.get_share("mask_opacity", look.mask_opacity);
  member.get_share("prediction_opacity", look.prediction_opacity);
  member.get("slices", look.show_slices);
}

}  // namespace

Json view_json(const Look& look) {
  Json json{
      {"layer", name_of(look.layer, kLayers)},
      {"gradient_of", name_of(look.gradient_of, kGradients)},
      {"opacity", look.display.opacity},
      {"show_overlay", look.display.show_overlay},
      {"show_contours", look.display.show_contours},
      {"range", {{"locked", look.range.locked}, {"minimum", look.range.minimum}, {"maximum", look.range.maximum}}},
      {"scale", name_of(look.scaling, kScalings)},
      {"colours", std::string(colour_map_name(look.colours))},
      {"fade_by_value", look.fade_by_value},
      {"crosshair", look.crosshair},
      {"zoom", look.display.zoom},
      {"window", look.window},
      {"level", look.level},
      {"radiological", look.radiological},
      {"fourth", name_of(look.fourth, kPanes)},
      {"surfaces", surfaces_json(look.display.surfaces)},
      {"compare", compare_json(look)},
      {"pinned", look.pinned},
      {"sweep",
       {{"along", look.display.sweep.along},
        {"from", look.display.sweep.from},
        {"to", look.display.sweep.to},
        {"steps", look.display.sweep.steps}}},
      {"tab", look.display.tab}};
  if (look.shown_class) {
    json["class"] = *look.shown_class;
  }
  return json;
}

void read_view(const Member& view, Look& look) {
  view.expect_object({"layer",   "gradient_of",   "opacity",   "show_overlay", "show_contours", "range", "scale",
                      "colours", "fade_by_value", "crosshair", "zoom",         "window",        "level", "radiological",
                      "fourth",  "surfaces",      "compare",   "pinned",       "sweep",         "tab",   "class"});
  view.get("layer", look.layer, kLayers);
  view.get("gradient_of", look.gradient_of, kGradients);
  view.get_share("opacity", look.display.opacity);
  view.get("show_overlay", look.display.show_overlay);
  view.get("show_contours", look.display.show_contours);
  view.when("range", [&](const Member& range) {
    range.expect_object({"locked", "minimum", "maximum"});
    range.get("locked", look.range.locked);
    range.get("minimum", look.range.minimum);
    range.get("maximum", look.range.maximum);
    if (look.range.locked && !(look.range.minimum < look.range.maximum)) {
      range.wrong("a range whose minimum lies below its maximum");
    }
  });
  view.get("scale", look.scaling, kScalings);
  view.when("colours", [&](const Member& colours) { read_colours(colours, look.colours); });
  view.get("fade_by_value", look.fade_by_value);
  view.get("crosshair", look.crosshair);
  view.when("zoom", [&](const Member& m) {
    look.display.zoom = m.number();
    if (!(look.display.zoom >= 0.2 && look.display.zoom <= 80)) {
      m.wrong("a number from 0.2 to 80");
    }
  });
  view.get("window", look.window);
  view.get("level", look.level);
  view.get("radiological", look.radiological);
  view.get("fourth", look.fourth, kPanes);
  view.when("surfaces", [&](const Member& surfaces) { read_surfaces(surfaces, look.display.surfaces); });
  view.when("compare", [&](const Member& compare) { read_compare(compare, look); });
  view.when("pinned", [&](const Member& pinned) {
    look.pinned.clear();
    if (pinned.json().is_array() && pinned.json().size() > kMostPinned) {
      pinned.wrong("a list of at most " + std::to_string(kMostPinned) + " voxels");
    }
    pinned.each([&](const Member& voxel) { look.pinned.push_back(voxel.three<std::int64_t>()); });
  });
  view.when("sweep", [&](const Member& sweep) { read_sweep(sweep, look.display.sweep); });
  view.get("tab", look.display.tab);
  view.when("class", [&](const Member& m) {
    const std::int64_t channel = m.whole();
    if (channel < 0 || channel > 0x7FFF) {
      m.wrong("a channel, counted from 0");
    }
    look.shown_class = static_cast<std::size_t>(channel);
  });
}

}  // namespace lossscope
