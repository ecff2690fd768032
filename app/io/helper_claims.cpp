// SPDX-License-Identifier: Apache-2.0
#include "app/io/helper_claims.h"

#include <algorithm>
#include <limits>
#include <regex>

#include "basics/file_name.h"

namespace lossscope {
namespace {

constexpr std::int64_t kMostVoxels = 0x7FFFFFFF, kLongestAxis = 32767, kMostComponents = 65535;

/// What separates a file's name from what is said about it.
std::string about(const std::string& path, const std::string& text) { return shown_name(path) + ": " + text; }

std::vector<Choice> choices_said(const Said& choices) {
  constexpr std::size_t kMost = 70'000;  // a choice a component
  std::vector<Choice> all;
  const std::size_t count = choices.length(kMost);
  for (std::size_t at = 0; at < count; ++at) {
    const Said choice = choices.at(at);
    choice.wrong_unless(choice.length(5) == 5, "no choice");
    const auto last = static_cast<std::int64_t>(questions().size()) - 1;
    Choice one{static_cast<Question>(choice.at(std::size_t{0}).whole(0, last)), choice.at(1).text(),
               choice.at(2).text(), choice.at(3).text(), choice.at(4).truth()};
    try {
      check_answer(one.question, one.answer);
    } catch (const std::invalid_argument&) {
      choice.wrong_unless(false, "no answer to its question");
    }
    all.push_back(std::move(one));
  }
  return all;
}

Grid grid_said(const Said& volume) {
  Grid grid;
  const Said size = volume.at("size");
  size.wrong_unless(size.length(3) == 3, "a list of another length");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = size.at(axis).whole(1, kLongestAxis);
  }
  size.wrong_unless(grid.size[0] * grid.size[1] <= kMostVoxels / grid.size[2], "too large");
  constexpr double kShortest = 1e-5, kLongest = 1e5, kFar = 1e7;  // millimetres, wider than the gates' own
  grid.spacing = volume.at("spacing").numbers<3>(kShortest, kLongest);
  grid.origin = volume.at("origin").numbers<3>(-kFar, kFar);
  grid.direction = volume.at("direction").numbers<9>(-1.001, 1.001);
  return grid;
}

std::int64_t any_whole(const Said& number) {
  return number.whole(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

std::vector<LabelCount> labels_said(const Said& labels, std::int64_t voxels) {
  constexpr std::size_t kMost = 256;
  std::vector<LabelCount> all;
  const std::size_t count = labels.length(kMost);
  for (std::size_t at = 0; at < count; ++at) {
    const Said pair = labels.at(at);
    pair.wrong_unless(pair.length(2) == 2, "no label with its voxels");
    all.push_back({any_whole(pair.at(std::size_t{0})), pair.at(1).whole(0, voxels)});
    pair.wrong_unless(at == 0 || all[at - 1].value < all[at].value, "out of order");
  }
  return all;
}

/// Names of labels, which a file may say: those of labels that there are.
void name_labels(const Said& names, std::vector<LabelCount>& labels) {
  constexpr std::size_t kMost = 65536;
  const std::size_t count = names.length(kMost);
  for (std::size_t at = 0; at < count; ++at) {
    const Said named = names.at(at);
    named.wrong_unless(named.length(2) == 2, "no label with its name");
    const std::int64_t value = any_whole(named.at(std::size_t{0}));
    const std::string name = named.at(1).text();
    if (const auto label = std::ranges::find(labels, value, &LabelCount::value); label != labels.end()) {
      label->name = displayable(name);
    }
  }
}

/// Paths as numbers: names are bytes, and need not be the UTF-8 that JSON wants.
std::vector<std::string> files_said(const Said& files) {
  constexpr std::size_t kMost = 32768, kLongest = 4096;
  std::vector<std::string> all;
  const std::size_t count = files.length(kMost);
  for (std::size_t at = 0; at < count; ++at) {
    const Said file = files.at(at);
    std::string path;
    const std::size_t length = file.length(kLongest);
    for (std::size_t byte = 0; byte < length; ++byte) {
      path += static_cast<char>(file.at(byte).whole(1, 255));
    }
    all.push_back(std::move(path));
  }
  return all;
}

std::vector<Assumption> notes_said(const Said& notes, const std::string& path) {
  constexpr std::size_t kMost = 1000;
  std::vector<Assumption> all;
  const std::size_t count = notes.length(kMost);
  for (std::size_t at = 0; at < count; ++at) {
    const Said note = notes.at(at);
    note.wrong_unless(note.length(2) == 2, "no note");
    all.push_back({note.at(std::size_t{0}).text(64), about(path, note.at(1).text())});
  }
  return all;
}

std::set<Question> questions_said(const Said& taken) {
  std::set<Question> all;
  const std::size_t count = taken.length(questions().size());
  for (std::size_t at = 0; at < count; ++at) {
    const Said name = taken.at(at);
    const auto row = std::ranges::find(questions(), name.text(), &QuestionInfo::id);
    name.wrong_unless(row != questions().end(), "no question");
    all.insert(row->question);
  }
  return all;
}

VoxelType type_said(const Said& type, Role role) {
  const std::string name = type.text(16);
  if (role == Role::prediction && name == "int32") {
    return VoxelType::int32;
  }
  if (role != Role::mask) {
    type.wrong_unless(name == "float32", "not the type of an image or a prediction");
    return VoxelType::float32;
  }
  type.wrong_unless(name == "uint8" || name == "int32", "not the type of a mask");
  return name == "uint8" ? VoxelType::uint8 : VoxelType::int32;
}

bool is_code(const std::string& code) {
  return code.size() > 2 && code.starts_with("E_") &&
         std::ranges::all_of(code, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::string library_words(std::string_view text) {
  constexpr std::size_t kMost = 600;
  static const std::regex kAddress(" ?\\(?0[xX][0-9a-fA-F]{4,}\\)?");
  std::string words = std::regex_replace(std::string(text.substr(0, 4 * kMost)), kAddress, "");
  std::ranges::replace_if(
      words, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
  words.erase(std::unique(words.begin(), words.end(), both_blank), words.end());
  while (words.ends_with(' ')) {
    words.pop_back();
  }
  return words.size() > kMost ? words.substr(0, kMost) + " ..." : words;
}

std::string hash_said(const Said& hash) {
  std::string text = hash.text(64);
  hash.wrong_unless(text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos, "no hash");
  return text;
}

ValueSummary values_said(const Said& values) {
  ValueSummary summary{values.at("min").number(), values.at("max").number(), values.at("sum").number(), 0, 0};
  values.wrong_unless(summary.minimum <= summary.maximum, "a range of nothing");
  return summary;
}

Refusal refusal_said(const Said& refused, const std::string& path, std::optional<Role> role) {
  const Said code = refused.at("code");
  std::string text = code.text(40);
  code.wrong_unless(is_code(text), "no code");
  return {std::move(text),
          path,
          library_words(refused.at("reason").text()),
          refused.at("remedy").text(),
          refused.has("choices") ? choices_said(refused.at("choices")) : std::vector<Choice>(),
          role};
}

LoadedVolume volume_said(const Said& volume, const ReadRequest& request) {
  LoadedVolume loaded;
  loaded.path = request.path;
  loaded.format = displayable(volume.at("format").text(64));
  loaded.stored_type = displayable(volume.at("stored_type").text(64));
  loaded.components = static_cast<int>(volume.at("components").whole(1, kMostComponents));
  loaded.sha256 = hash_said(volume.at("sha256"));
  loaded.grid = grid_said(volume);
  loaded.has_orientation = volume.at("has_orientation").truth();
  const Said values = volume.at("values");
  loaded.values = values_said(values);
  loaded.values.nan = values.at("nan").whole(0, loaded.grid.voxels());
  loaded.values.inf = values.at("inf").whole(0, loaded.grid.voxels());
  loaded.has_grid = volume.at("has_grid").truth();
  loaded.files = files_said(volume.at("files"));
  loaded.labels = labels_said(volume.at("labels"), loaded.grid.voxels());
  name_labels(volume.at("label_names"), loaded.labels);
  loaded.is_cut = volume.at("is_cut").truth();
  loaded.taken = questions_said(volume.at("taken"));
  loaded.assumptions = notes_said(volume.at("notes"), request.path);
  if (!volume.at("isolated").truth()) {
    loaded.assumptions.push_back({"W_ISOLATION",
                                  "this kernel offers neither Landlock nor seccomp: the file was read in a process of "
                                  "its own, which its faults cannot leave, but which was not locked up"});
  }
  if (!request.information_only) {
    loaded.volume.grid = loaded.grid;
    loaded.volume.type = type_said(volume.at("type"), request.role);
  }
  return loaded;
}

std::vector<LoadedVolume> volumes_said(const Said& answer, const ReadRequest& request) {
  std::vector<LoadedVolume> all;
  if (!request.hints.every_channel) {
    all.push_back(volume_said(answer.at("volume"), request));
    return all;
  }
  const Said volumes = answer.at("volumes");
  const std::size_t count = volumes.length(kMostComponents);
  volumes.wrong_unless(count > 0, "no volume");
  for (std::size_t which = 0; which < count; ++which) {
    all.push_back(volume_said(volumes.at(which), request));
    volumes.wrong_unless(all.back().grid == all.front().grid, "channels on different grids");
  }
  return all;
}

ModelInfo model_said(const Said& model, const std::string& path) {
  constexpr int kMostVersion = 1000;
  return {path,
          hash_said(model.at("sha256")),
          static_cast<int>(model.at("version").whole(0, kMostVersion)),
          model.at("class").text(),
          model.at("signature").text(),
          model.at("bytes").whole(0, std::numeric_limits<std::int64_t>::max())};
}

}  // namespace lossscope
