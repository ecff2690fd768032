// SPDX-License-Identifier: Apache-2.0
#include "app/io/roles.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <initializer_list>

namespace lossscope {
namespace {

bool contains_any(const std::string& name, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return name.find(word) != std::string::npos; });
}

std::string lower_name(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

double RoleScores::*member(std::size_t role) {
  constexpr std::array members{&RoleScores::image, &RoleScores::mask, &RoleScores::prediction};
  return members[role];
}

}  // namespace

RoleScores role_scores(const std::string& path, const LoadedVolume* information) {
  RoleScores scores{.image = 0.5};  // the default: a file of which nothing is known is an image
  const std::string name = lower_name(path);
  if (contains_any(name, {"mask", "seg", "label", "gt", "truth", "lesion", "roi", "bet", "manual", "aal"})) {
    scores.mask += 2;
  }
  if (contains_any(name, {"pred", "prob", "output", "softmax", "sigmoid", "logit"})) {
    scores.prediction += 4;  // stronger than its values: a thresholded prediction looks like a mask
  }
  if (information != nullptr) {
    const ValueSummary& values = information->values;
    const bool whole = !information->labels.empty() && information->labels.size() <= 128;
    const bool within_one = values.minimum >= 0 && values.maximum <= 1;
    if (whole && values.minimum >= 0 && information->labels.size() >= 2) {
      scores.mask += information->labels.size() <= 32 ? 3 : 1;
    } else if (!whole && within_one && values.maximum > 0) {
      scores.prediction += 3;
    } else {
      scores.image += 1.5;
    }
  }
  return scores;
}

SortedFiles assign_roles(std::span<const std::string> paths, std::span<const RoleScores> scores) {
  std::array<int, 3> chosen{-1, -1, -1};
  std::vector<bool> taken(paths.size(), false);
  const auto give_best = [&](double least) {
    double best = least;
    int best_file = -1;
    std::size_t best_role = 0;
    for (std::size_t file = 0; file < paths.size(); ++file) {
      for (std::size_t role = 0; role < chosen.size(); ++role) {
        if (!taken[file] && chosen[role] < 0 && scores[file].*member(role) > best) {
          best = scores[file].*member(role);
          best_file = static_cast<int>(file);
          best_role = role;
        }
      }
    }
    if (best_file >= 0) {
      chosen[best_role] = best_file;
      taken[static_cast<std::size_t>(best_file)] = true;
    }
    return best_file >= 0;
  };
  while (give_best(0)) {
  }
  // Of two files that look like masks, the second is the prediction that is compared with the first.
  for (std::size_t file = 0; file < paths.size(); ++file) {
    if (!taken[file] && scores[file].mask > 0 && chosen[2] < 0) {
      chosen[2] = static_cast<int>(file);
      taken[file] = true;
    }
  }
  SortedFiles sorted;
  const std::array targets{&sorted.image, &sorted.mask, &sorted.prediction};
  for (std::size_t role = 0; role < chosen.size(); ++role) {
    if (chosen[role] >= 0) {
      *targets[role] = paths[static_cast<std::size_t>(chosen[role])];
    }
  }
  for (std::size_t file = 0; file < paths.size(); ++file) {
    if (!taken[file]) {
      sorted.unused.push_back(paths[file]);
    }
  }
  return sorted;
}

SortedFiles sort_by_content(std::span<const std::string> paths, std::stop_token stop) {
  std::vector<RoleScores> scores;
  for (const std::string& path : paths) {
    try {
      const LoadedVolume information =
          read_volume({.path = path, .role = Role::image, .answers = {}, .information_only = true}, {}, stop);
      scores.push_back(role_scores(path, &information));
    } catch (const Refusal&) {
      scores.push_back(role_scores(path, nullptr));  // by its name alone; opening it will say what is wrong
    }
  }
  return assign_roles(paths, scores);
}

}  // namespace lossscope
