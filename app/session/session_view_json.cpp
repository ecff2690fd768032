// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_member.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr Name<OverlayLayer> kLayers[] = {
    {OverlayLayer::none, "none"},         {OverlayLayer::contribution, "contribution"},
    {OverlayLayer::gradient, "gradient"}, {OverlayLayer::prediction, "prediction"},
    {OverlayLayer::distance, "distance"}, {OverlayLayer::counterfactual, "counterfactual"},
    {OverlayLayer::field, "field"}};
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
                                               {Arrangement::difference, "difference"}};

Json compare_json(const Session& session) {
  return {{"arrangement", name_of(session.arrangement, kArrangements)},
          {"losses", session.compared},
          {"view", name_of(session.compared_view, kViews)},
          {"shared_range", session.shared_range}};
}

void read_compare(const Member& member, Session& session) {
  member.expect_object({"arrangement", "losses", "view", "shared_range"});
  member.get("arrangement", session.arrangement, kArrangements);
  member.get("view", session.compared_view, kViews);
  member.get("shared_range", session.shared_range);
  member.when("losses", [&](const Member& losses) {
    session.compared.clear();
    losses.each([&](const Member& loss) { session.compared.push_back(loss.text()); });
    if (session.compared.size() < 2 || session.compared.size() > kMaxCompared) {
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
  member.get("mask_opacity", look.mask_opacity);
  member.get("prediction_opacity", look.prediction_opacity);
  member.get("slices", look.show_slices);
}

}  // namespace

Json view_json(const Session& session) {
  return {{"layer", name_of(session.layer, kLayers)},
          {"gradient_of", name_of(session.gradient_of, kGradients)},
          {"opacity", session.opacity},
          {"show_overlay", session.show_overlay},
          {"show_contours", session.show_contours},
          {"range",
           {{"locked", session.range.locked}, {"minimum", session.range.minimum}, {"maximum", session.range.maximum}}},
          {"scale", name_of(session.scaling, kScalings)},
          {"colours", std::string(colour_map_name(session.colours))},
          {"fade_by_value", session.fade_by_value},
          {"crosshair", session.crosshair},
          {"window", session.window},
          {"level", session.level},
          {"radiological", session.radiological},
          {"fourth", name_of(session.fourth, kPanes)},
          {"surfaces", surfaces_json(session.surfaces)},
          {"compare", compare_json(session)},
          {"pinned", session.pinned},
          {"sweep",
           {{"along", session.sweep.along},
            {"from", session.sweep.from},
            {"to", session.sweep.to},
            {"steps", session.sweep.steps}}},
          {"tab", session.tab}};
}

void read_view(const Member& view, Session& session) {
  view.expect_object({"layer", "gradient_of", "opacity", "show_overlay", "show_contours", "range", "scale", "colours",
                      "fade_by_value", "crosshair", "window", "level", "radiological", "fourth", "surfaces", "compare",
                      "pinned", "sweep", "tab"});
  view.get("layer", session.layer, kLayers);
  view.get("gradient_of", session.gradient_of, kGradients);
  view.get("opacity", session.opacity);
  view.get("show_overlay", session.show_overlay);
  view.get("show_contours", session.show_contours);
  view.when("range", [&](const Member& range) {
    range.expect_object({"locked", "minimum", "maximum"});
    range.get("locked", session.range.locked);
    range.get("minimum", session.range.minimum);
    range.get("maximum", session.range.maximum);
    if (session.range.locked && !(session.range.minimum < session.range.maximum)) {
      range.wrong("a range whose minimum lies below its maximum");
    }
  });
  view.get("scale", session.scaling, kScalings);
  view.when("colours", [&](const Member& colours) { read_colours(colours, session.colours); });
  view.get("fade_by_value", session.fade_by_value);
  view.get("crosshair", session.crosshair);
  view.get("window", session.window);
  view.get("level", session.level);
  view.get("radiological", session.radiological);
  view.get("fourth", session.fourth, kPanes);
  view.when("surfaces", [&](const Member& surfaces) { read_surfaces(surfaces, session.surfaces); });
  view.when("compare", [&](const Member& compare) { read_compare(compare, session); });
  view.when("pinned", [&](const Member& pinned) {
    session.pinned.clear();
    pinned.each([&](const Member& voxel) { session.pinned.push_back(voxel.three<std::int64_t>()); });
  });
  view.when("sweep", [&](const Member& sweep) { read_sweep(sweep, session.sweep); });
  view.get("tab", session.tab);
}

}  // namespace lossscope
