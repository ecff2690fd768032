// SPDX-License-Identifier: Apache-2.0
#include "app/io/dataset_names.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/io/text_file.h"
#include "basics/file_name.h"

namespace lossscope {
namespace {

using Names = std::map<std::int64_t, std::string>;

std::optional<std::int64_t> whole_number_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                   : std::nullopt;
}

/// None where the file does not say what labels mean.
Names names_in(const std::string& path) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(read_text(path), nullptr, false);
  } catch (const Refusal&) {
    return {};  // it is not there, or is no file of that kind
  }
  Names names;
  if (!json.is_object() || !json.contains("labels") || !json["labels"].is_object()) {
    return names;
  }
  for (const auto& [key, value] : json["labels"].items()) {
    if (value.is_number_integer()) {
      names[value.get<std::int64_t>()] = key;
    } else if (const auto number = whole_number_in(key); number && value.is_string()) {
      names[*number] = value.get<std::string>();
    }
  }
  return names;
}

}  // namespace

void name_by_dataset(LoadedVolume& mask) {
  constexpr std::size_t kLongest = 64;
  const std::filesystem::path folder = std::filesystem::absolute(mask.path).lexically_normal().parent_path();
  for (const std::filesystem::path& place : {folder, folder.parent_path()}) {
    const Names names = names_in((place / "dataset.json").string());
    bool any = false;
    for (LabelCount& label : mask.labels) {
      const auto found = names.find(label.value);
      if (found != names.end() && label.name.empty() && !found->second.empty()) {
        label.name = displayable(std::string_view(found->second).substr(0, kLongest));
        any = true;
      }
    }
    if (any) {
      mask.assumptions.push_back({"W_NAMES", shown_name(mask.path) + ": its labels are named as dataset.json in " +
                                                 (place == folder ? "its folder" : "the folder above") + " says"});
    }
    if (!names.empty()) {
      return;
    }
  }
}

}  // namespace lossscope
