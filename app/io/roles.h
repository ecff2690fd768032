// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/io/reader_client.h"

namespace lossscope {

/// Which of several files is what.
struct SortedFiles {
  std::string image, mask, prediction;
  std::vector<std::string> unused;  ///< more files than roles
};

/// How much a file looks like each role, by its values first and its name second.
struct RoleScores {
  double image = 0, mask = 0, prediction = 0;
};
/// `information`: what the reader says of the file, none when it was refused (then the name alone counts).
[[nodiscard]] RoleScores role_scores(const std::string& path, const LoadedVolume* information);

/// Gives each role to the file that looks most like it; every file has at most one role.
[[nodiscard]] SortedFiles assign_roles(std::span<const std::string> paths, std::span<const RoleScores> scores);

/// Looks into the files and sorts them. Blocks; call it from a worker thread. Throws Cancelled.
[[nodiscard]] SortedFiles sort_by_content(std::span<const std::string> paths, std::stop_token stop = {});

}  // namespace lossscope
