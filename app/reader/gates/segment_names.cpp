// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/segment_names.h"

#include <algorithm>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {

std::string short_name(std::string name) {
  constexpr std::size_t kLongest = 60;
  if (name.size() > kLongest) {
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) {  // within a character
      --end;
    }
    name.resize(end);
  }
  return name;
}

void set_segment_names(Layout& layout, const std::map<std::string, std::string>& keys) {
  constexpr int kMostSegments = 1024;
  const int layers = layout.components();
  layout.component_names.assign(layers > 1 ? static_cast<std::size_t>(layers) : 0, {});
  for (int segment = 0; segment < kMostSegments; ++segment) {
    const std::string prefix = "Segment" + std::to_string(segment) + "_";
    const auto name = keys.find(prefix + "Name");
    if (name == keys.end()) {
      continue;
    }
    const auto number_of = [&](const char* key) {
      const auto found = keys.find(prefix + key);
      return found == keys.end() ? std::nullopt : whole_number(trimmed(found->second));
    };
    const std::string text = short_name(name->second);
    const std::int64_t layer = std::clamp<std::int64_t>(number_of("Layer").value_or(0), 0, 65535);
    if (const auto value = number_of("LabelValue")) {
      layout.label_names.push_back({*value, text, layers > 1 ? static_cast<int>(layer) : -1});
    }
    if (layer < static_cast<std::int64_t>(layout.component_names.size())) {
      std::string& names = layout.component_names[static_cast<std::size_t>(layer)];
      names.append(names.empty() ? "" : ", ").append(text);
    }
  }
}

}  // namespace lossscope::reader
