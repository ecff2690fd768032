// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "losses/evaluate.h"

namespace lossscope {

/// How a mask is turned into an imperfect prediction:
/// `degrade:shift=2,0,0;dilate=1.5;soften=1;noise=0.1;drop=0.2;doubt=0.01;seed=7`.
struct Degradation {
  std::array<double, 3> shift{0, 0, 0};  ///< mm along i, j, k of the grid
  double dilate = 0;                     ///< mm, negative erodes
  double soften = 0;                     ///< mm, width of the edge: p = sigmoid(-distance / soften); 0 is a hard edge
  double noise = 0;                      ///< standard deviation added to p, then clamped to [0, 1]
  double drop = 0;                       ///< share of connected components left out, 0..1, smallest-hash first
  double doubt = 0;  ///< at last p is held within [doubt, 1 - doubt], 0..0.5: nothing is wholly sure
  std::uint64_t seed = 1;
  bool operator==(const Degradation&) const = default;
};

/// Reads what follows "degrade:". Throws std::invalid_argument whose text names the valid keys.
[[nodiscard]] Degradation parse_degradation(std::string_view text);
/// The keys that differ from a perfect prediction, in the order of the struct; parse_degradation reads it back.
[[nodiscard]] std::string to_string(const Degradation& degradation);

/// Makes predictions from one mask. Components (26 neighbours) and the signed distance are computed once (and again
/// only when other components are dropped); any slice can then be asked for alone, and equals the same slice of the
/// whole volume. The distance is measured to the faces between the classes (half the smallest spacing from a voxel
/// centre), so that a Degradation of zeros gives back the mask. What is shifted in over the border continues the border
/// voxels. Voxels that do not count are never changed: they stay what they are in the mask, 0 in every Problem. Around
/// them the mask is degraded as if each were of the class that is nearer. Not for concurrent calls on one object.
class Degrader {
 public:
  /// `counts` as in Problem. Throws std::logic_error unless both are uint8.
  explicit Degrader(Volume mask, Volume counts = {});
  /// The whole prediction, float32 probabilities. `threads` 0 means all. Throws Cancelled.
  [[nodiscard]] Volume volume(const Degradation& degradation, int threads = 0, std::stop_token stop = {});
  /// One plane of it, in the memory order of the two remaining axes (the lower axis fastest). Throws Cancelled.
  void plane(const Degradation& degradation, Plane plane, std::span<float> out, std::stop_token stop = {});
  /// How many connected components the mask has.
  [[nodiscard]] std::int64_t components() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lossscope
