// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::testing {

/// A named problem to evaluate losses on.
struct NamedProblem {
  std::string name;
  Problem problem;
};

/// Grids, masks and predictions of every awkward sort: random 2-D and 3-D, anisotropic, empty, full, one voxel, 1x1x1,
/// saturated, tiny and logit predictions; voxels that do not count: some at random, a slab, all of the background, all
/// but one, all.
std::vector<NamedProblem> awkward_problems();

/// The same problem, in which only the voxels of `counts` (uint8, 0 or 1) count.
Problem counting_only(Problem problem, const Volume& counts);

/// 0 for about a share of the voxels, at random.
Volume random_counts(const Grid& grid, double share, unsigned seed);

/// The 16 x 16 cases of losses.md section 3: name -> problem, disc of 45 voxels.
std::vector<NamedProblem> edge_table_problems();

/// Parameter sets to try: the defaults, each parameter at its slider's ends and each of its choices.
std::vector<std::vector<double>> parameter_sets(const Loss& loss);

/// The fields that a loss needs on a problem.
std::vector<FieldPtr> fields_for(const Loss& loss, const std::vector<double>& parameters, const Problem& problem);

}  // namespace lossscope::testing
