// SPDX-License-Identifier: Apache-2.0
// Which DICOM files belong together.
#include "app/reader/dicom_series.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>

namespace lossscope::reader {
namespace {

using Groups = std::map<std::string, DicomEntries>;

/// Slices of one volume have this in common; a file of several frames is a volume of its own.
std::string shape_of(const DicomEntry& entry) {
  const DicomFrame& frame = entry.file.frames.front();
  std::ostringstream key;
  key << entry.file.rows << 'x' << entry.file.columns;
  for (const double v : frame.orientation) {
    key << ' ' << std::lround(v * 1000);
  }
  for (const double v : frame.spacing) {
    key << ' ' << std::lround(v * 10000);
  }
  if (entry.file.frames.size() > 1 || entry.file.is_segmentation()) {
    key << ' ' << file_name(entry.path);
  }
  return key.str();
}

/// Each group has a name that is the same every time.
Groups groups_of(DicomEntries entries) {
  std::map<std::string, std::map<std::string, DicomEntries>> by_series;
  for (DicomEntry& entry : entries) {
    auto& group = by_series[entry.file.series.empty() ? "unnamed" : entry.file.series][shape_of(entry)];
    group.push_back(std::move(entry));
  }
  Groups groups;
  for (auto& [series, shapes] : by_series) {
    int n = 0;
    for (auto& [key, group] : shapes) {
      ++n;
      groups[shapes.size() == 1 ? series : series + "#" + std::to_string(n)] = std::move(group);
    }
  }
  return groups;
}

std::size_t slices_in(const DicomEntries& group) { return group.size() * group.front().file.frames.size(); }

std::string series_label(const std::string& name, const DicomEntries& group) {
  const DicomFile& first = group.front().file;
  const std::string size = std::to_string(first.columns) + " x " + std::to_string(first.rows);
  const std::string what = first.is_segmentation()
                               ? "segmentation of " + std::to_string(first.segments.size()) + " segments, " + size
                               : std::to_string(slices_in(group)) + " slices of " + size;
  return (first.description.empty() ? name : first.description) + ", " + what;
}

/// Adds a slice, unless it is a copy of one that is there.
void add_slice(DicomEntries& entries, const std::string& path) {
  try {
    DicomEntry entry = look_into(path);
    const bool is_copy = std::ranges::any_of(entries, [&](const DicomEntry& there) {
      return !there.file.instance.empty() && there.file.instance == entry.file.instance;
    });
    if (!is_copy) {
      entries.push_back(std::move(entry));
    }
  } catch (const Refused& refused) {
    throw Refused(refused.code, "the slice " + file_name(path) + " of its series: " + refused.what(),
                  refused.remedy + "; or read the one slice that was opened: --slices one",
                  {{Question::slices, "one", "This slice alone",
                    "Reads the slice that was opened, without the others of its series.", false}});
  }
}

}  // namespace

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

DicomEntry look_into(const std::string& path) {
  const FileSource file(path);
  return {path, dicom_gate(MemorySource(file.view()))};
}

DicomEntries chosen_group(DicomEntries entries, const Answers& answers, const std::string& path) {
  Groups groups = groups_of(std::move(entries));
  const std::string answer(answers.to(Question::series));
  if (const auto found = groups.find(answer); found != groups.end()) {
    if (groups.size() > 1) {
      (void)answers.take(Question::series);
    }
    return std::move(found->second);
  }
  for (auto& [name, group] : groups) {
    const bool holds_path = std::ranges::find(group, path, &DicomEntry::path) != group.end();
    if (groups.size() == 1 || holds_path) {
      return std::move(group);
    }
  }
  std::size_t most = 0;
  for (const auto& [name, group] : groups) {
    most = std::max(most, slices_in(group));
  }
  std::vector<Choice> choices;
  bool has_default = false;
  for (const auto& [name, group] : groups) {
    const bool safe = !has_default && slices_in(group) == most;
    has_default = has_default || safe;
    choices.push_back({Question::series, name, series_label(name, group), "Opens the series " + name + ".", safe});
  }
  throw Refused("E_DICOM_SERIES",
                answer.empty() ? "the folder holds " + std::to_string(groups.size()) + " series"
                               : "the folder has no series '" + answer + "'",
                "choose one: --series NAME", choices);
}

DicomEntries series_of(DicomEntry entry) {
  constexpr std::size_t kMostFiles = 32767;
  const bool is_slice =
      entry.file.frames.size() == 1 && !entry.file.is_segmentation() && entry.file.frames.front().has_position;
  std::vector<std::string> others;
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(entry.path).parent_path();
  for (const auto& beside : std::filesystem::directory_iterator(folder, error)) {
    if (!is_slice || entry.file.series.empty() || others.size() > kMostFiles) {
      break;
    }
    const std::string path = beside.path().string();
    std::error_code unknown;
    if (path != entry.path && beside.is_regular_file(unknown) && beside.file_size(unknown) > 132) {
      others.push_back(path);
    }
  }
  if (others.size() > kMostFiles) {
    others.clear();
    entry.file.notes.push_back({"W_SERIES", "the folder holds too many files to look for the rest of its series"});
  }
  std::ranges::sort(others);
  const std::string series = entry.file.series;
  DicomEntries entries;
  entries.push_back(std::move(entry));
  for (const std::string& path : others) {
    std::string found;
    try {
      const FileSource file(path);
      found = dicom_series(MemorySource(file.view()));
    } catch (const Refused&) {  // a neighbour that cannot be read is not of this series
    }
    if (found == series) {
      add_slice(entries, path);
    }
  }
  return entries;
}

}  // namespace lossscope::reader
