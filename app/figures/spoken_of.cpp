// SPDX-License-Identifier: Apache-2.0
#include "app/figures/spoken_of.h"

#include <QString>
#include <algorithm>
#include <cmath>

#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "widgets/colour_difference.h"

namespace lossscope {
namespace {

/// A slice, and how much another colour each of its voxels has than if the layer were 0 everywhere: where colours fade
/// that is the image, else the colour of 0.
struct Shown {
  widgets::SlicePicture picture;
  std::vector<double> differences;
};

Shown shown(widgets::SliceScene& scene, const widgets::ColourScale& scale) {
  Shown made{scene.picture(), {}};
  const QImage with = scene.voxels();
  widgets::SlicePicture nothing = made.picture;
  const double zero = std::clamp(0.0, scale.minimum, std::max(scale.minimum, scale.maximum));
  nothing.overlay = std::vector<float>(made.picture.overlay.size(), static_cast<float>(zero));
  scene.setPicture(std::move(nothing));
  const QImage without = scene.voxels();
  for (int y = 0; y < made.picture.height; ++y) {
    for (int x = 0; x < made.picture.width; ++x) {
      made.differences.push_back(with.isNull() || without.isNull()
                                     ? 0
                                     : widgets::colour_difference(with.pixelColor(x, y), without.pixelColor(x, y)));
    }
  }
  return made;
}

/// The slices of each pane: the three views as one, or each of the compared losses.
std::vector<std::vector<Shown>> panes(const Frame& frame) {
  std::vector<std::vector<Shown>> panes;
  if (frame.session.look.arrangement == Arrangement::single) {
    auto& views = panes.emplace_back();
    for (const Anatomical view : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
      const widgets::ColourScale scale = overlay_scale(frame);
      views.push_back(shown(*slice_scene(frame, view, scale), scale));
    }
  }
  for (const ComparedPane& pane : frame.compared) {
    const widgets::ColourScale scale = compared_scale(frame, pane);
    panes.emplace_back().push_back(shown(*compared_scene(frame, pane, scale, true), scale));
  }
  return panes;
}

bool is_mask(const widgets::SlicePicture& picture, int x, int y) {
  return x >= 0 && x < picture.width && y >= 0 && y < picture.height &&
         picture.mask[static_cast<std::size_t>(y * picture.width + x)] > 0.5F;
}

bool is_of(Spoken kind, const widgets::SlicePicture& picture, int x, int y) {
  const bool mask = is_mask(picture, x, y);
  const bool found = static_cast<double>(picture.prediction[static_cast<std::size_t>(y * picture.width + x)]) >
                     picture.prediction_level;
  switch (kind) {
    case Spoken::missed:
      return mask && !found;
    case Spoken::false_alarms:
      return !mask && found;
    case Spoken::structure:
      return mask;
    case Spoken::edge:
      break;
  }
  return mask && !(is_mask(picture, x - 1, y) && is_mask(picture, x + 1, y) && is_mask(picture, x, y - 1) &&
                   is_mask(picture, x, y + 1));
}

/// The middle of the differences at the voxels of a kind; -1 where there are none.
double middle(const std::vector<Shown>& slices, Spoken kind) {
  std::vector<double> all;
  for (const Shown& slice : slices) {
    if (slice.picture.mask.empty() || slice.picture.prediction.empty()) {
      continue;
    }
    for (int y = 0; y < slice.picture.height; ++y) {
      for (int x = 0; x < slice.picture.width; ++x) {
        if (is_of(kind, slice.picture, x, y)) {
          all.push_back(slice.differences[static_cast<std::size_t>(y * slice.picture.width + x)]);
        }
      }
    }
  }
  if (all.empty()) {
    return -1;
  }
  const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), half, all.end());
  return *half;
}

}  // namespace

std::vector<std::string> not_seen(const std::vector<Spoken>& kinds, const Frame& frame) {
  std::vector<std::string> problems;
  const auto all = kinds.empty() ? std::vector<std::vector<Shown>>() : panes(frame);
  for (const Spoken kind : kinds) {
    const std::string name(std::ranges::find(kSpoken, kind, &SpokenName::kind)->name);
    double best = -1;
    for (const auto& slices : all) {
      best = std::max(best, middle(slices, kind));
    }
    if (best < 0) {
      problems.push_back("'speaks_of': the slices in view hold no voxel of '" + name + "'");
    } else if (best < widgets::kOtherColour) {
      problems.push_back("'speaks_of': the layer hardly changes the colour of '" + name + "' (CIE dE " +
                         QString::number(best, 'f', 1).toStdString() +
                         ", 20 is another colour): the range reaches too far beyond their values, or they have none");
    }
  }
  return problems;
}

}  // namespace lossscope
