// SPDX-License-Identifier: Apache-2.0
// A prediction of whole numbers is a map of labels, or a mask of one structure.
#include "app/io/label_map.h"

#include <algorithm>
#include <sstream>

#include "app/io/label_words.h"
#include "basics/file_name.h"

namespace lossscope {
namespace {

using Labels = std::vector<std::int64_t>;

Labels foreground_of(const LoadedVolume& volume) {
  Labels labels;
  for (const LabelCount& label : volume.labels) {
    if (label.value != 0) {
      labels.push_back(label.value);
    }
  }
  return labels;
}

/// Dice of the prediction's ones with label 1 of the mask, and with the chosen labels.
struct LabelAgreement {
  double with_one = 0, with_chosen = 0;
};

template <class T>
LabelAgreement agreement(std::span<const float> prediction, std::span<const T> labels, const LabelChoice& choice) {
  std::int64_t ones = 0, one = 0, chosen = 0, both_one = 0, both_chosen = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool predicted = prediction[i] > 0.5F, counts = choice.contains(labels[i]);
    ones += predicted ? 1 : 0;
    one += labels[i] == 1 ? 1 : 0;
    chosen += counts ? 1 : 0;
    both_one += predicted && labels[i] == 1 ? 1 : 0;
    both_chosen += predicted && counts ? 1 : 0;
  }
  const auto dice = [ones](std::int64_t both, std::int64_t all) {
    return ones + all == 0 ? 0 : 2 * static_cast<double>(both) / static_cast<double>(ones + all);
  };
  return {dice(both_one, one), dice(both_chosen, chosen)};
}

LabelAgreement agreement(const LoadedVolume& prediction, const LoadedVolume& mask, const LabelChoice& choice) {
  const std::span<const float> values = prediction.volume.voxels<float>();
  return mask.volume.type == VoxelType::uint8
             ? agreement<std::uint8_t>(values, mask.volume.voxels<std::uint8_t>(), choice)
             : agreement<std::int32_t>(values, mask.volume.voxels<std::int32_t>(), choice);
}

/// All of them are labels of the mask; or some are, and none of the chosen ones is missing, as it would be if the two
/// files numbered their labels in different ways.
bool can_only_be_labels(const Labels& predicted, const Labels& there, const LabelChoice& choice) {
  const auto in = [](const Labels& labels) { return [&](std::int64_t label) { return holds(labels, label); }; };
  constexpr std::int64_t kLargest = 99;  // beyond that, grey values and percent have few values, too
  const bool some =
      std::ranges::any_of(predicted, [&](std::int64_t label) { return label > 1 && holds(there, label); });
  return std::ranges::all_of(predicted, in(there)) ||
         (some && predicted.back() <= kLargest && std::ranges::all_of(choice.values, in(predicted)));
}

/// 0 and the largest number of a scale: whichever way it is meant, that number is 1.
PredictionMeaning meaning_of_one_value(const Labels& predicted) {
  const std::int64_t value = predicted.size() == 1 ? predicted.front() : 0;
  return value == 255     ? PredictionMeaning::u8
         : value == 100   ? PredictionMeaning::percent
         : value == 65535 ? PredictionMeaning::u16
                          : PredictionMeaning::automatic;
}

std::string with_agreement(const LabelAgreement& found, const std::string& chosen) {
  std::ostringstream text;
  text.precision(2);
  text << "Dice " << found.with_one << " with label 1 of the mask, " << found.with_chosen << " with label " << chosen;
  return text.str();
}

PredictionMeaning asked_meaning(const LoadedVolume& prediction, const std::string& chosen,
                                const std::string& agreement_text) {
  throw Refusal("E_KIND", prediction.path,
                "it holds 0 and 1 alone, while label " + chosen + " of the mask was chosen (" + agreement_text + ")",
                "say whether they are labels, so that it predicts none of label " + chosen +
                    ", or 1 is the structure: "
                    "--kind label, or --kind probability",
                {{Question::kind, "label", "Compare as labels",
                  "Its 1 is label 1: no voxel is predicted to be of label " + chosen + ".", true},
                 {Question::kind, "probability", "1 is the structure", "Its 1 predicts label " + chosen + ".", false}},
                Role::prediction);
}

}  // namespace

PredictionMeaning meaning_beside_labels(const LoadedVolume& prediction, const LoadedVolume& mask,
                                        const LabelChoice& choice, std::vector<Assumption>& assumptions) {
  const Labels predicted = foreground_of(prediction);
  const Labels there = mask.is_cut ? Labels() : foreground_of(mask);  // a threshold left none of them
  const std::string chosen = label_text(choice.values, "nonzero");
  const auto assumed = [&](PredictionMeaning meaning, const std::string& what) {
    assumptions.push_back({"W_KIND", shown_name(prediction.path) + ": " + what});
    return meaning;
  };
  if (predicted.empty()) {
    return PredictionMeaning::automatic;
  }
  if (predicted != Labels{1}) {
    if (can_only_be_labels(predicted, there, choice)) {
      return assumed(PredictionMeaning::label,
                     "its whole numbers " + label_words(predicted, "") + " were taken for labels of the mask");
    }
    return choice.values.empty() ? meaning_of_one_value(predicted) : PredictionMeaning::automatic;
  }
  if (choice.values.empty() || holds(choice.values, 1)) {
    return PredictionMeaning::automatic;  // either way, p is 1 where it says so
  }
  constexpr double kGood = 0.5, kFarBetter = 2;
  const LabelAgreement found = agreement(prediction, mask, choice);
  const std::string dice = with_agreement(found, chosen);
  if (found.with_one >= kGood && found.with_one > kFarBetter * found.with_chosen) {
    return assumed(PredictionMeaning::label, "its 1 was taken for label 1, so that it predicts none of label " +
                                                 chosen + " (" + dice +
                                                 "): as a probability it would be the structure");
  }
  if (found.with_chosen >= kGood && found.with_chosen > kFarBetter * found.with_one) {
    return assumed(PredictionMeaning::probability, "its 1 was taken for the structure, label " + chosen + " (" + dice +
                                                       "): as a label it would be label 1");
  }
  return asked_meaning(prediction, chosen, dice);
}

Role role_for_fitting(const LoadedVolume& prediction, PredictionMeaning meaning) {
  const bool is_whole = !prediction.labels.empty(), is_float = prediction.stored_type.starts_with("float");
  const bool labels = meaning == PredictionMeaning::label || (is_whole && meaning == PredictionMeaning::automatic) ||
                      (is_whole && meaning == PredictionMeaning::probability && !is_float);
  return labels ? Role::mask : Role::prediction;
}

}  // namespace lossscope
