// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "app/engine/loss_result.h"

namespace lossscope {

enum class ErrorKind : std::uint8_t { missed, false_alarm };

/// One connected piece of what the prediction, cut at 0.5, has wrong.
struct ErrorComponent {
  ErrorKind kind = ErrorKind::missed;
  std::int64_t voxels = 0;
  /// Where to look at it: of its voxels the one that contributes most, of equal ones the nearest to its centroid.
  std::array<std::int64_t, 3> voxel{};
  double contribution = 0;  ///< of its voxels together; what is not finite is left out
  double gradient = 0;      ///< sum of the gradient's magnitude over its voxels
};

/// Errors that differ in nothing but their place.
struct ErrorGroup {
  std::vector<ErrorComponent> errors;  ///< never empty, in memory order

  [[nodiscard]] double contribution() const;  ///< of all of them
  [[nodiscard]] double gradient() const;
};

/// Where a prediction is wrong, piece by piece.
struct ErrorList {
  std::vector<ErrorGroup> groups;  ///< the largest contribution first; of equal ones the most voxels
  double value = 0;                ///< of the loss: what shares of the contribution are of
  double gradient = 0;             ///< sum of its magnitude over the volume: what shares of the gradient are of
  bool has_contribution = true;    ///< false for a script that returned a number
  double voxel_volume = 1;         ///< in the cube of the unit of the problem's spacing
  std::optional<int> flat{};       ///< the axis along which there is one slice only: the volume above is an area
};
using ErrorListPtr = std::shared_ptr<const ErrorList>;

/// The connected components (26 neighbours) of the missed and of the falsely found voxels, equal ones in one group: of
/// the same kind, with as many voxels, and contribution and gradient equal to one part in 100,000. `gradient` is
/// MapKind::gradient_probability or gradient_logit. `result` must be of the processor (on_processor). The same numbers
/// for any number of threads. Throws Cancelled.
[[nodiscard]] ErrorList error_list(const LossResult& result, MapKind gradient, int threads = 0,
                                   std::stop_token stop = {});

}  // namespace lossscope
