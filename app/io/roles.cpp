// SPDX-License-Identifier: Apache-2.0
#include "app/io/roles.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <initializer_list>
#include <set>

#include "app/io/channel_files.h"

namespace lossscope {
namespace {

constexpr std::array kRoles{Role::image, Role::mask, Role::prediction};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool contains_any(const std::string& name, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return name.find(word) != std::string::npos; });
}

bool starts_with_any(const std::string& name, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return name.starts_with(word); });
}

bool is_any(const std::string& name, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return name == word; });
}

/// What one folder's name says. "predicted_labels" are predictions, so those words come first.
std::optional<Role> role_of_folder(const std::string& folder) {
  const std::string name = lower(folder);
  if (contains_any(name, {"pred", "infer", "output", "result", "prob", "softmax", "logit", "submission"}) ||
      starts_with_any(name, {"valid", "postproc"}) || is_any(name, {"out", "outs", "test_out"})) {
    return Role::prediction;
  }
  if (starts_with_any(name, {"label", "mask", "seg", "annot", "truth", "ground", "manual", "reference", "target"}) ||
      is_any(name, {"gt", "gts", "gt_masks"})) {
    return Role::mask;
  }
  if (starts_with_any(name, {"image", "img", "scan", "volume", "input", "photo"}) ||
      is_any(name, {"raw", "ct", "cts", "mr", "mri", "pet"})) {
    return Role::image;
  }
  return std::nullopt;
}

/// The folders of each file below the deepest one that holds them all; of one file, its own folder.
std::vector<std::string> own_folders(std::span<const std::string> paths) {
  std::vector<std::filesystem::path> parents;
  for (const std::string& path : paths) {
    parents.push_back(std::filesystem::absolute(path).lexically_normal().parent_path());
  }
  std::filesystem::path common = parents.empty() ? "" : parents.front();
  for (const auto& parent : parents) {
    const auto [mine, theirs] = std::ranges::mismatch(common, parent);
    std::filesystem::path shared;
    for (auto part = common.begin(); part != mine; ++part) {
      shared /= *part;
    }
    common = shared;
  }
  std::vector<std::string> folders;
  for (const auto& parent : parents) {
    folders.push_back(paths.size() == 1 ? parent.filename().string() : parent.lexically_relative(common).string());
  }
  return folders;
}

/// A file's name with the folders that tell it from others.
std::string with_folder(const std::string& path) {
  const auto absolute = std::filesystem::absolute(path).lexically_normal();
  return displayable((absolute.parent_path().filename() / absolute.filename()).string());
}

/// Says which file is what where that followed from folders, or from nothing but the order.
void explain(SortedFiles& sorted, std::span<const std::string> paths, std::span<const RoleScores> scores) {
  const std::array chosen{&sorted.image, &sorted.mask, &sorted.prediction};
  constexpr std::array kNames{"image", "mask", "prediction"};
  std::array<const RoleScores*, 3> of{};
  std::string list;
  bool by_folder = false;
  for (const Role role : kRoles) {
    const auto at = static_cast<std::size_t>(role);
    const auto found = std::ranges::find(paths, *chosen[at]);
    if (chosen[at]->empty() || found == paths.end()) {
      continue;
    }
    of[at] = &scores[static_cast<std::size_t>(found - paths.begin())];
    by_folder = by_folder || of[at]->by_folder == role;
    list += std::string(list.empty() ? "" : ", ") + kNames[at] + " " + with_folder(*chosen[at]);
  }
  const RoleScores *mask = of[1], *prediction = of[2];
  if (paths.size() > 1 && by_folder) {
    sorted.assumptions.push_back({"W_ROLES", "the names of folders told which file is what: " + list});
  } else if (mask != nullptr && prediction != nullptr && mask->of == prediction->of) {
    sorted.assumptions.push_back({"W_ROLES", "two files look alike, and the first was taken as the mask: " + list +
                                                 "; the menu beside a name exchanges them"});
  }
}

/// The files that look like predictions more than like anything else, where they are the channels of one: its first
/// stays, and the others are taken out.
std::vector<std::string> take_channels(std::vector<std::string>& paths, std::vector<RoleScores>& scores) {
  std::vector<std::string> predictions;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (scores[i][Role::prediction] > std::max(scores[i][Role::image], scores[i][Role::mask])) {
      predictions.push_back(paths[i]);
    }
  }
  std::vector<std::string> more = channel_series(predictions).value_or(std::vector<std::string>());
  if (!more.empty()) {
    more.erase(more.begin());
  }
  for (const std::string& path : more) {
    const auto at = std::ranges::find(paths, path) - paths.begin();
    paths.erase(paths.begin() + at);
    scores.erase(scores.begin() + at);
  }
  return more;
}

}  // namespace

std::optional<Role> role_of_folders(const std::string& folders) {
  std::optional<Role> nearest;
  for (const auto& folder : std::filesystem::path(folders)) {
    if (const auto role = role_of_folder(folder.string())) {
      nearest = role;
    }
  }
  return nearest;
}

RoleScores role_scores(const std::string& path, const LoadedVolume* information, const std::string& folders) {
  RoleScores scores{{0.5, 0, 0}, {}};  // the default: a file of which nothing is known is an image
  auto& [image, mask, prediction] = scores.of;
  const std::string name = lower(std::filesystem::path(path).filename().string());
  if (contains_any(name, {"mask", "seg", "label", "gt", "truth", "lesion", "roi", "bet", "manual", "aal"})) {
    mask += 2;
  }
  if (contains_any(name, {"pred", "prob", "output", "softmax", "sigmoid", "logit"})) {
    prediction += 4;  // stronger than its values: a thresholded prediction looks like a mask
  }
  if (information != nullptr) {
    const ValueSummary& values = information->values;
    const bool whole = !information->labels.empty() && information->labels.size() <= 128;
    const bool within_one = values.minimum >= 0 && values.maximum <= 1;
    if (information->format == "DICOM") {  // a series of slices; segmentations are "DICOM SEG"
      image += 4;
    } else if (whole && values.minimum >= 0 && information->labels.size() >= 2) {
      const bool few = information->labels.size() <= 32;
      mask += few ? 3 : 1;
      image = few ? 0 : image;  // with a second mask at hand it is what one compares, not what one looks at
    } else if (!whole && within_one && values.maximum > 0) {
      prediction += 3;
    } else {
      image += 1.5;
    }
  }
  scores.by_folder = role_of_folders(folders);
  if (scores.by_folder) {
    constexpr double kBeforeAllElse = 10;
    scores.of[static_cast<std::size_t>(*scores.by_folder)] += kBeforeAllElse;
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
        if (!taken[file] && chosen[role] < 0 && scores[file].of[role] > best) {
          best = scores[file].of[role];
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
    if (!taken[file] && scores[file][Role::mask] > 0 && chosen[2] < 0) {
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
  explain(sorted, paths, scores);
  return sorted;
}

SortedFiles sort_by_content(std::span<const std::string> paths, std::stop_token stop) {
  const std::vector<std::string> folders = own_folders(paths);
  std::set<std::string> covered;  // slices of a volume that another path opens
  std::vector<std::string> volumes;
  std::vector<RoleScores> scores;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (covered.contains(std::filesystem::absolute(paths[i]).string())) {
      continue;
    }
    volumes.push_back(paths[i]);
    try {
      const LoadedVolume information =
          read_volume({.path = paths[i], .role = Role::image, .answers = {}, .information_only = true}, {}, stop);
      scores.push_back(role_scores(paths[i], &information, folders[i]));
      covered.insert(information.files.begin(), information.files.end());
    } catch (const Refusal&) {
      scores.push_back(
          role_scores(paths[i], nullptr, folders[i]));  // by names alone; opening it will say what is wrong
    }
  }
  std::vector<std::string> more = take_channels(volumes, scores);
  SortedFiles sorted = assign_roles(volumes, scores);
  const bool is_theirs =
      !sorted.prediction.empty() && !more.empty() && channel_series(std::vector{sorted.prediction, more.front()});
  auto& target = is_theirs ? sorted.more_channels : sorted.unused;
  target.insert(target.end(), more.begin(), more.end());
  return sorted;
}

}  // namespace lossscope
