// SPDX-License-Identifier: Apache-2.0
// What is computed for a file and never for the screen: whole maps, and a table of all losses.
#pragma once

#include <string>

#include "app/figures/figure_maker.h"

namespace lossscope {

/// Writes all maps of the maker's first loss into `folder`, "ID_contribution.nii.gz" and so on, with the mask's
/// geometry: contribution, gradient by p and by z, what-if, the prediction, and the signed distance to the mask.
/// Returns how many files were written. Throws as FigureMaker::make, and WriteError.
int write_all_maps(FigureMaker& maker, const std::string& folder, int threads, const Progress& progress,
                   std::stop_token stop);

/// One line for each loss of the maker: id, value, what TP, FP, FN and TN add to it, and what lies at the mask's
/// boundary (within the longest edge of a voxel); 17 significant digits.
[[nodiscard]] std::string loss_table_csv(FigureMaker& maker, const Progress& progress, std::stop_token stop);

/// All losses, those of `session` with its parameters.
[[nodiscard]] std::vector<ConfiguredLoss> every_loss(const Session& session);

}  // namespace lossscope
