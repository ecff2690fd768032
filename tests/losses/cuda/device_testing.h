// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "losses/drivers/driver.h"
#include "tests/losses/cases.h"

namespace lossscope::testing {

/// Value and all four maps of a loss on the whole volume.
struct Maps {
  Reduction reduction;
  std::vector<float> contribution, gradient_probability, gradient_logit, drop;
};
[[nodiscard]] Maps evaluate_on(Driver& driver, const Loss& loss, const std::vector<double>& parameters,
                               const Problem& problem);

/// Largest difference of two maps, relative to the largest entry of the second, or to `scale` where that is more. A
/// value that is not finite is infinitely far from one that is.
[[nodiscard]] double worst_difference(const std::vector<float>& map, const std::vector<float>& expected,
                                      double scale = 0);
/// The largest finite entry of a map, by its size.
[[nodiscard]] double largest_of(const std::vector<float>& map);

/// awkward_problems, and volumes of about 4 (a quad), 256 (a block) and 8192 voxels (a piece of the reduction).
[[nodiscard]] std::vector<NamedProblem> device_problems();

/// Every kind of field that a device computes, with each choice that its arguments are.
[[nodiscard]] std::vector<FieldRequest> all_field_requests();

/// A random problem of any size.
[[nodiscard]] Problem random_problem(std::array<std::int64_t, 3> size, unsigned seed,
                                     std::array<double, 3> spacing = {1, 1, 1}, double share = 0.4);

}  // namespace lossscope::testing
