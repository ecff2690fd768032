// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "app/session/case_choice.h"
#include "losses/evaluate.h"

namespace lossscope {

/// Of each role the questions whose answers, where there are some, changed or checked what is made of its file.
using Decided = std::map<Role, std::set<Question>>;

struct LoadedClasses;

/// The loaded case: volumes share their buffers with whoever shows them. All of them are on `grid`. Never changed once
/// made. What leaves the program is computed from it, so that it is what is on screen.
struct CaseData {
  LoadedVolume image, labels, prediction_file;  ///< `volume` empty where not given; the last also what a model made
  Grid grid;                                    ///< the mask's, else the image's, else the prediction's
  /// Whether a file says how large a voxel is. Where none does, places and all lengths are in voxels.
  bool has_spacing = true;
  /// What lengths are measured in, decided here and nowhere else: the grid's spacing in mm, or 1 a voxel.
  SpacingUse unit = SpacingUse::file;
  std::array<double, 3> spacing{1, 1, 1};
  Volume mask;        ///< uint8, of the chosen label
  Volume counts;      ///< as in Problem: empty where all voxels count
  Volume prediction;  ///< float32, probabilities or logits
  PredictionKind kind = PredictionKind::probability;
  Volume uncut;  ///< the prediction before the session's threshold made it 0 or 1; without one the same volume
  PredictionKind uncut_kind = PredictionKind::probability;
  /// Of a case with classes (class_view.h) all of them; mask and prediction above are those of one, or of all together.
  std::shared_ptr<const LoadedClasses> classes{};
  std::optional<std::size_t> class_at{};  ///< which one; none: all
  Volume
      taken_for{};  ///< float32, 0 or 1: what the prediction takes for it: of classes the most likely one. Else empty
  std::array<std::int64_t, 3> centre{};  ///< voxel at the mask's centroid; the grid's middle without a mask
  float image_low = 0, image_high = 1;   ///< 1st and 99th percentile: automatic window
  std::vector<Assumption> assumptions;
  Decided decided;  ///< which answers made a difference, of each input

  [[nodiscard]] bool in_voxels() const { return unit == SpacingUse::unit; }
  /// Whether a loss can be evaluated.
  [[nodiscard]] bool complete() const { return !mask.empty() && !prediction.empty(); }
};
using CaseDataPtr = std::shared_ptr<const CaseData>;

/// What losses and metrics are evaluated on: mask and prediction, lengths in the case's unit.
[[nodiscard]] Problem problem_of(const CaseData& data);
/// What metrics are of: of classes the most likely one is found, else what is above 0.5.
[[nodiscard]] Problem metrics_problem(const CaseData& data);
/// The unit of lengths that losses measure: "mm", or "voxels", of a picture "pixels".
[[nodiscard]] std::string_view loss_unit(const CaseData& data);
/// The unit of places, metrics and degradations: "mm" wherever a file says how large a voxel is.
[[nodiscard]] std::string_view place_unit(const CaseData& data);

}  // namespace lossscope
