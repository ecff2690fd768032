// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/io/reader_client.h"

namespace lossscope {

/// Which of several files is what.
struct SortedFiles {
  std::string image, mask, prediction;
  std::vector<std::string> more_channels{};  ///< of the prediction, where it has one file a channel (channel_series)
  std::vector<std::string> unused;           ///< more files than roles
  std::vector<Assumption> assumptions;       ///< where folders decided, or only the order
};

/// How much a file looks like each role: by its values, its name and, before both, the folder it lies in.
struct RoleScores {
  std::array<double, 3> of{};       ///< by Role
  std::optional<Role> by_folder{};  ///< what its folder says it is

  [[nodiscard]] double operator[](Role role) const { return of[static_cast<std::size_t>(role)]; }
};
/// `information`: what the reader says of the file, none when it was refused (then names alone count). `folders`: those
/// that the file lies in and other files do not, "labelsTr" or "fold_0/validation".
[[nodiscard]] RoleScores role_scores(const std::string& path, const LoadedVolume* information,
                                     const std::string& folders);

/// What the folders of a file say that it is: imagesTr, labelsTr, predictions, inferTs, fold_0/validation ... The
/// nearest one that says something counts.
[[nodiscard]] std::optional<Role> role_of_folders(const std::string& folders);

/// Gives each role to the file that looks most like it; every file has at most one role.
[[nodiscard]] SortedFiles assign_roles(std::span<const std::string> paths, std::span<const RoleScores> scores);

/// Looks into the files and sorts them; slices of one DICOM series count once. Blocks; call it from a worker thread.
/// Throws Cancelled.
[[nodiscard]] SortedFiles sort_by_content(std::span<const std::string> paths, std::stop_token stop = {});

}  // namespace lossscope
