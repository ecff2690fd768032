// SPDX-License-Identifier: Apache-2.0
// How a case is looked at.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/session/case_choice.h"
#include "basics/colours.h"

namespace lossscope {

enum class OverlayLayer : std::uint8_t {
  none,
  contribution,
  gradient,
  prediction,
  distance,
  counterfactual,
  field,
  errors  ///< what is missed, and what is taken for something that it is not
};
enum class GradientOf : std::uint8_t { probability, logit };
enum class FourthPane : std::uint8_t { surface, distance };
enum class Anatomical : std::uint8_t { axial, coronal, sagittal };
/// How the views are laid out: one loss in all of them, several losses on one slice, all of them small, two losses
/// and where their gradients disagree, or one loss on one slice for every class, small.
enum class Arrangement : std::uint8_t { single, grid, contact_sheet, difference, class_sheet };
/// What colours the surfaces in 3D.
enum class SurfaceColour : std::uint8_t { plain, contribution, gradient, distance };

/// A colour range that is locked, or follows the data.
struct ColourRange {
  bool locked = false;
  double minimum = 0, maximum = 1;
  bool operator==(const ColourRange&) const = default;
};

/// What a sweep runs along ("shift", "focal.gamma", as on the command line), from where to where, in how many steps.
struct SweepChoice {
  static constexpr int kMaxSteps = 201;
  std::string along = "shift";
  double from = 0, to = 10;
  int steps = 21;
  bool operator==(const SweepChoice&) const = default;
};

/// How the 3D view shows the case.
struct SurfaceLook {
  SurfaceColour colour = SurfaceColour::plain;
  bool show_mask = true, show_prediction = true;
  double mask_opacity = 1, prediction_opacity = 0.4;  ///< 0 to 1
  bool show_slices = false;                           ///< the three slices as planes through the crosshair
  bool operator==(const SurfaceLook&) const = default;
};

/// What the widgets do by themselves: a change of it asks the engine for nothing.
struct Display {
  double opacity = 0.75;
  bool show_overlay = true, show_contours = true;
  SurfaceLook surfaces;
  double zoom = 1;  ///< how much larger than whole slices are shown, about the crosshair when it is set
  SweepChoice sweep;
  std::string tab = "probe";  ///< the one below the views
  bool operator==(const Display&) const = default;
};

/// How many losses a grid shows at most.
inline constexpr std::size_t kMaxCompared = 6;

/// Where nobody has looked yet: the engine puts the crosshair on the middle of the mask.
inline constexpr std::array<std::int64_t, 3> kAutomaticCrosshair{-1, -1, -1};

/// How the case is looked at. A change of it makes no loss run again; it may need other slices, other losses beside the
/// chosen one, or the mask's distance map.
struct Look {
  OverlayLayer layer = OverlayLayer::contribution;
  GradientOf gradient_of = GradientOf::probability;
  ColourRange range;
  Scaling scaling = Scaling::linear;    ///< of maps of the loss
  ColourMap colours = ColourMap::fire;  ///< of values that are not negative
  bool fade_by_value = true;            ///< the smaller a value, the more transparent its colour
  std::array<std::int64_t, 3> crosshair = kAutomaticCrosshair;  ///< voxel (i, j, k)
  std::optional<std::size_t>
      shown_class{};  ///< of a case with classes: its channel, from 0; none: all classes together
  std::vector<std::array<std::int64_t, 3>> pinned;  ///< voxels that the probe keeps, in that order
  double window = 0, level = 0;                     ///< grey values; window 0 means automatic
  bool radiological = true;
  FourthPane fourth = FourthPane::surface;

  Arrangement arrangement = Arrangement::single;
  std::vector<std::string> compared{"dice", "bce"};  ///< losses of the grid; the difference is of the first two
  Anatomical compared_view = Anatomical::axial;      ///< the slice they are compared on
  bool shared_range = false;                         ///< one colour range for all compared losses

  /// A prediction that a descent went through, looked at in place of the session's own: neither saved nor undone.
  std::optional<FromRun> playback;
  Display display;

  bool operator==(const Look&) const = default;

  /// Whether many small pictures are shown.
  [[nodiscard]] bool is_sheet() const {
    return arrangement == Arrangement::contact_sheet || arrangement == Arrangement::class_sheet;
  }
  /// Whether the signed distance map of the mask is shown somewhere.
  [[nodiscard]] bool shows_distance() const;
};

}  // namespace lossscope
