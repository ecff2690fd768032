// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/drivers/cuda/context.h"

namespace lossscope::cuda {

/// The same field as compute_field, computed on the device and left there: `map` is empty, `resident` is set.
/// Throws Cancelled, DeviceFailure, std::invalid_argument for a kind that is not there.
[[nodiscard]] Field compute_field(Context& context, const FieldRequest& request, const Problem& problem,
                                  const std::stop_token& stop);

/// Signed squared distances of a mask on the device to its other class, see distance_kernels.h.
[[nodiscard]] Buffer<float> squared_distances(const Context& context, const std::uint8_t* mask, const Grid& grid,
                                              const std::array<double, 3>& spacing, const std::stop_token& stop);

/// A field whose map is on the device.
[[nodiscard]] Field resident_field(const Grid& grid, const Buffer<float>& map, const std::array<double, 4>& scalars);

/// structural_error or structural_slope.
[[nodiscard]] Field structural_field(Context& context, const FieldRequest& request, const Problem& problem,
                                     const std::stop_token& stop);

}  // namespace lossscope::cuda
