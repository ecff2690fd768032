// SPDX-License-Identifier: Apache-2.0
// From the labels of a file to a mask.
#include <algorithm>
#include <numeric>
#include <utility>

#include "app/io/case.h"
#include "app/io/label_map.h"
#include "app/io/label_words.h"
#include "app/io/voxels_where.h"
#include "app/reader/gates/label_list.h"
#include "basics/how_many.h"

namespace lossscope {
namespace {

/// Those of a choice; `most` of them.
std::string label_list(const LoadedVolume& labels, int most, const LabelChoice& choice = {}) {
  std::string list;
  int count = 0;
  for (const LabelCount& label : labels.labels) {
    if (choice.contains(label.value) && ++count <= most) {
      list += (count == 1 ? "" : ", ") + std::to_string(label.value);
    }
  }
  return list + (count > most ? ", ..." : "");
}

bool occurs(const LoadedVolume& labels, std::int64_t label) {
  return std::ranges::any_of(labels.labels, [&](const LabelCount& count) { return count.value == label; });
}

void check_labels_occur(const LoadedVolume& labels, const LabelChoice& choice) {
  const auto missing = std::ranges::find_if(choice.values, [&](std::int64_t label) { return !occurs(labels, label); });
  if (missing == choice.values.end() || choice.may_be_absent) {
    return;
  }
  const std::string absent = std::to_string(*missing);
  std::vector<Choice> choices{
      {Question::absent, "empty", "There is none", "Takes it that the mask has no voxel of label " + absent + "."}};
  choices.push_back({Question::label, "nonzero", "All labels", "Takes every label but 0."});
  for (const LabelCount& count : labels.labels) {
    if (count.value != 0 && choices.size() < 20) {
      const std::string name = std::to_string(count.value);
      choices.push_back({Question::label, name, "Label " + name,
                         "Takes the " + how_many(count.voxels, "voxel", "voxels") + " of label " + name + "."});
    }
  }
  const std::string there = label_list(labels, 40);
  throw Refusal("E_LABEL", labels.path, "label " + absent + " does not occur",
                "if this case has none of it, say so: --absent empty; otherwise " +
                    (there.empty() ? "choose another mask: it is empty" : "choose one of: " + there),
                std::move(choices), Role::mask);
}

/// -1 and 255 beside other labels often mark voxels that nobody annotated; {0, 255} is an ordinary binary mask. So does
/// a label that is named "ignore", as in nnU-Net's dataset.json.
std::optional<std::int64_t> suspect_of(const LoadedVolume& labels) {
  std::int64_t suspect = 0, others = 0, largest = 0;
  for (const LabelCount& label : labels.labels) {
    if (label.name == "ignore" && !labels.is_cut) {
      return label.value;
    }
    if (label.value == -1 || label.value == 255) {
      suspect = label.value;
    } else if (label.value != 0) {
      ++others;
      largest = std::max(largest, label.value);
    }
  }
  const bool none = labels.is_cut || suspect == 0 || (suspect == 255 && (others == 0 || largest > 127));
  return none ? std::nullopt : std::optional(suspect);
}

void ask_about_ignore(const LoadedVolume& labels) {
  const auto suspect = suspect_of(labels);
  if (!suspect) {
    return;
  }
  const std::string name = std::to_string(*suspect);
  const bool is_named =
      std::ranges::find(labels.labels, std::string("ignore"), &LabelCount::name) != labels.labels.end();
  throw Refusal("E_IGNORE", labels.path,
                is_named ? "label " + name + " is named \"ignore\": its voxels were not annotated"
                         : "label " + name + " often means that a voxel was not annotated",
                "say whether its voxels count: --ignore " + name + ", or --ignore none",
                {{Question::ignore, name, "Ignore label " + name,
                  "Its voxels do not count: not in the loss, its maps or the metrics.", true},
                 {Question::ignore, "none", "An ordinary label", "Its voxels belong to the structure if chosen."}},
                Role::mask);
}

/// A binary mask that went through JPEG or a resize: grey values near the two ends of the range, few between them. No
/// map of labels looks like this: its largest labels are not 90 % of all, nor its smallest.
bool looks_like_grey(const LoadedVolume& labels) {
  constexpr std::int64_t kFewest = 8, kDarkest = 128, kBrightest = 255;
  if (labels.labels.size() <= kFewest || labels.labels.front().value < 0) {
    return false;
  }
  const std::int64_t high = labels.labels.back().value;
  std::int64_t all = 0, bright = 0, dark = 0;
  for (const LabelCount& label : labels.labels) {
    all += label.value == 0 ? 0 : label.voxels;
    bright += 10 * label.value >= 9 * high ? label.voxels : 0;
    dark += label.value != 0 && 10 * label.value <= high ? label.voxels : 0;
  }
  return high >= kDarkest && high <= kBrightest && 5 * bright >= all && 5 * (bright + dark) >= 4 * all;
}

void ask_about_grey(const LoadedVolume& labels) {
  if (!looks_like_grey(labels)) {
    return;
  }
  const std::string middle = std::to_string((labels.labels.back().value + 1) / 2);
  throw Refusal("E_MASK_GREY", labels.path,
                "its " + std::to_string(labels.labels.size()) + " values from 0 to " +
                    std::to_string(labels.labels.back().value) +
                    " look like the grey of a mask that was compressed or resized, not like labels",
                "say from where on a voxel belongs to the mask: --threshold " + middle + ", or --threshold 1",
                {{Question::threshold, middle, "Threshold at " + middle,
                  "Voxels of at least " + middle + ", half of the range, belong to the mask.", true},
                 {Question::threshold, "1", "All that is not 0", "Every voxel that is not 0 belongs to the mask."}},
                Role::mask);
}

/// The ignored labels that there are.
std::vector<std::int64_t> ignored_in(const LoadedVolume& labels, const LabelChoice& choice) {
  std::vector<std::int64_t> there = choice.ignored.value_or(std::vector<std::int64_t>());
  std::erase_if(there, [&](std::int64_t label) { return !occurs(labels, label); });
  return there;
}

std::int64_t voxels_of(const LoadedVolume& labels, const std::vector<std::int64_t>& which) {
  std::int64_t voxels = 0;
  for (const LabelCount& label : labels.labels) {
    voxels += holds(which, label.value) ? label.voxels : 0;
  }
  return voxels;
}

std::int64_t voxels_of(const LoadedVolume& labels) {
  return std::accumulate(labels.labels.begin(), labels.labels.end(), std::int64_t{0},
                         [](std::int64_t sum, const LabelCount& label) { return sum + label.voxels; });
}

/// Whether all voxels are 0 or 1, in bytes.
bool is_binary(const LoadedVolume& labels) {
  return labels.volume.type == VoxelType::uint8 && !labels.labels.empty() &&
         std::ranges::all_of(labels.labels,
                             [](const LabelCount& label) { return label.value == 0 || label.value == 1; });
}

void say_what_was_assumed(const LoadedVolume& labels, const LabelChoice& choice, std::vector<Assumption>& assumptions) {
  std::int64_t present = 0, inside = 0, all = 0, only = 0;
  for (const LabelCount& label : labels.labels) {
    const bool chosen = choice.contains(label.value);
    present += chosen ? 1 : 0;
    inside += chosen ? label.voxels : 0;
    only = chosen ? label.value : only;
    all += choice.ignores(label.value) ? 0 : label.voxels;
  }
  if (choice.values.empty() && present > 1) {
    constexpr std::int64_t kManyLabels = 32;  // more are often the values of an image, cut out
    assumptions.push_back({"W_LABELS", "the mask holds " + std::to_string(present) +
                                           (present > kManyLabels ? " values other than 0 (" : " labels (") +
                                           label_list(labels, 12, choice) + "); all of them count as the structure"});
  } else if (choice.values.empty() && present == 1 && only != 1) {
    assumptions.push_back({"W_BINARY", "the mask's value " + std::to_string(only) + " was taken for 1"});
  }
  for (const std::int64_t label : choice.values) {
    if (!occurs(labels, label)) {
      assumptions.push_back({"W_ABSENT", "the mask has no voxel of label " + std::to_string(label)});
    }
  }
  if (present == 0) {
    assumptions.push_back({"W_EMPTY_MASK", "the mask is empty"});
  } else if (inside == all && !labels.labels.empty()) {
    assumptions.push_back({"W_FULL_MASK", all == voxels_of(labels)
                                              ? "every voxel belongs to the mask: there is no background"
                                              : "every voxel that counts belongs to the mask: there is no background"});
  }
  if (const std::vector<std::int64_t> ignored = ignored_in(labels, choice); !ignored.empty()) {
    const std::string which = labels.is_cut ? "whose label is ignored" : "(label " + label_text(ignored, "none") + ")";
    const std::int64_t voxels = voxels_of(labels, ignored);
    assumptions.push_back(
        {"W_IGNORED",
         how_many(voxels, "voxel ", "voxels ") + which + (voxels == 1 ? " does" : " do") + " not count: " +
             (all == 0 ? "none is left, so that every loss is 0" : "they are in no loss, no map and no metric")});
  }
}

std::string joined_labels(const std::vector<std::int64_t>& labels, std::string_view none, const char* between) {
  std::string text;
  for (const std::int64_t label : labels) {
    text.append(text.empty() ? "" : between).append(std::to_string(label));
  }
  return text.empty() ? std::string(none) : text;
}

}  // namespace

LabelChoice with_answers(LabelChoice choice, const Answers& answers) {
  choice.may_be_absent = answers.to(Question::absent) == "empty";
  return choice;
}

Answers with_ignored(Answers answers, const LabelChoice& choice) {
  if (choice.ignored && !choice.ignored->empty()) {
    answers.add_of_case(Question::ignore, label_text(*choice.ignored, "none"));
  }
  return answers;
}

LabelChoice choice_in(const LoadedVolume& labels, const LabelChoice& choice) {
  if (!labels.is_cut) {
    return choice;
  }
  if (!choice.values.empty() && !choice.is_class) {
    throw Refusal("E_LABEL", labels.path,
                  "a threshold made one structure of its values, and label " + label_text(choice.values, "") +
                      " was chosen as well",
                  "take what the threshold makes, --label nonzero, or leave the threshold out",
                  {{Question::label, "nonzero", "As the threshold says",
                    "Takes the voxels that reach the threshold, whatever their labels.", true}},
                  Role::mask);
  }
  LabelChoice meant = choice;
  if (meant.ignored && !meant.ignored->empty()) {
    meant.ignored = {std::int64_t{kNotCounted}};
  }
  return meant;
}

std::set<Question> decided_by(const LoadedVolume& labels, const LabelChoice& choice) {
  std::set<Question> decided{Question::label};
  const bool counts_it = choice.ignored && choice.ignored->empty() && suspect_of(labels);
  if (counts_it || !ignored_in(labels, choice).empty()) {
    decided.insert(Question::ignore);
  }
  if (!std::ranges::all_of(choice.values, [&](std::int64_t label) { return occurs(labels, label); })) {
    decided.insert(Question::absent);
  }
  return decided;
}

bool LabelChoice::ignores(std::int64_t label) const { return ignored && holds(*ignored, label); }

bool LabelChoice::contains(std::int64_t label) const {
  return !ignores(label) && (values.empty() ? label != 0 : holds(values, label));
}

std::vector<std::int64_t> parse_labels(const std::string& text, std::string_view none) {
  if (text == none) {
    return {};
  }
  if (auto labels = label_list(text)) {
    return *std::move(labels);
  }
  throw std::invalid_argument("a label is a whole number (several with commas between them) or " + std::string(none) +
                              ", not '" + text + "'");
}

std::string label_text(const std::vector<std::int64_t>& labels, std::string_view none) {
  return joined_labels(labels, none, ",");
}

std::string label_words(const std::vector<std::int64_t>& labels, std::string_view none) {
  return joined_labels(labels, none, ", ");
}

void check_label_choice(const LoadedVolume& labels, const LabelChoice& choice, std::vector<Assumption>& assumptions) {
  check_labels_occur(labels, choice);
  if (choice.values.empty()) {
    ask_about_grey(labels);
  }
  if (!choice.ignored) {
    ask_about_ignore(labels);
  }
  say_what_was_assumed(labels, choice, assumptions);
}

Volume binary_mask(const LoadedVolume& labels, const LabelChoice& choice, std::vector<Assumption>& assumptions) {
  check_label_choice(labels, choice, assumptions);
  const bool all_count = !choice.ignored || choice.ignored->empty();
  if (all_count && is_binary(labels) && choice.contains(1) && !choice.contains(0)) {
    return labels.volume;  // the labels are the mask already: the buffer is shared
  }
  const auto chosen = [&](auto value) { return choice.contains(value); };
  return voxels_where(labels.volume, chosen);
}

Volume counted_voxels(const LoadedVolume& labels, const LabelChoice& choice) {
  if (!choice.ignored || choice.ignored->empty()) {
    return {};
  }
  const auto counts = [&](auto value) { return !choice.ignores(value); };
  Volume counted = voxels_where(labels.volume, counts);
  const auto voxels = counted.voxels<std::uint8_t>();
  return std::ranges::find(voxels, 0) == voxels.end() ? Volume() : counted;
}

}  // namespace lossscope
