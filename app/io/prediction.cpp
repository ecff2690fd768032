// SPDX-License-Identifier: Apache-2.0
// From the numbers of a file to a prediction.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/io/case.h"
#include "app/io/label_map.h"
#include "basics/how_many.h"
#include "basics/number_text.h"
#include "losses/counts.h"

namespace lossscope {
namespace {

constexpr double kSlack = 1e-4;  // so far outside [0, 1] a value is rounding, not another meaning

struct MeaningName {
  PredictionMeaning meaning;
  std::string_view name;
};
constexpr std::array kMeanings{MeaningName{PredictionMeaning::automatic, "automatic"},
                               MeaningName{PredictionMeaning::probability, "probability"},
                               MeaningName{PredictionMeaning::logit, "logit"},
                               MeaningName{PredictionMeaning::label, "label"},
                               MeaningName{PredictionMeaning::u8, "u8"},
                               MeaningName{PredictionMeaning::percent, "percent"},
                               MeaningName{PredictionMeaning::u16, "u16"},
                               MeaningName{PredictionMeaning::clamp, "clamp"},
                               MeaningName{PredictionMeaning::rescale, "rescale"}};

/// A float copy of any volume's voxels.
Volume as_float(const Volume& volume) {
  Volume copy = make_volume(volume.grid, VoxelType::float32);
  const auto out = copy.voxels<float>().begin();
  const auto convert = [](auto value) { return static_cast<float>(value); };
  if (volume.type == VoxelType::uint8) {
    std::ranges::transform(volume.voxels<std::uint8_t>(), out, convert);
  } else if (volume.type == VoxelType::int32) {
    std::ranges::transform(volume.voxels<std::int32_t>(), out, convert);
  } else {
    std::ranges::copy(volume.voxels<float>(), out);
  }
  return copy;
}

std::string range_text(const ValueSummary& values) {
  return "its values run from " + voxel_text(values.minimum) + " to " + voxel_text(values.maximum);
}

/// What the numbers may be meant as, the likeliest first; each of them can be applied.
std::vector<Choice> meanings_for(const LoadedVolume& prediction) {
  const double low = prediction.values.minimum, high = prediction.values.maximum;
  const bool whole = prediction.stored_type.find("int") != std::string::npos || !prediction.labels.empty();
  constexpr std::size_t kManyLabels = 32;
  const bool few =
      !prediction.labels.empty() && prediction.labels.size() <= kManyLabels && low >= -1 && high > 1 && high < 100;
  const Choice labels{Question::kind, "label", "Compare as labels",
                      "Gives the chosen labels probability 1 and all others 0."};
  const bool about_0 = low < 0 && high > 0;
  constexpr double kALittle = 0.1;  // of a sharpened or smoothed probability
  const bool nearly = !whole && low >= -kALittle && high <= 1 + kALittle;
  std::vector<Choice> choices;
  const auto add = [&](const char* answer, const char* label, const char* effect) {
    choices.push_back({Question::kind, answer, label, effect});
  };
  const auto add_clamp = [&] { add("clamp", "Clamp", "Cuts off what lies outside 0 and 1."); };
  if (nearly) {
    add_clamp();
    choices.back().safe = true;
  }
  if (few) {
    choices.push_back(labels);
    choices.back().safe = true;
  }
  if (about_0) {
    add("logit", "Logits", "Applies the sigmoid to every value.");
    choices.back().safe = !whole && !nearly;
  }
  if (low >= 0 && high <= 255 && (whole || high > 100)) {
    add("u8", "0 to 255", "Divides by 255.");
  }
  if (!nearly && low >= 0 && high <= 100 * (1 + kSlack)) {
    add("percent", "Percent", "Divides by 100.");
  }
  if (whole && low >= 0 && high > 255 && high <= 65535) {
    add("u16", "0 to 65535", "Divides by 65535.");
  }
  if (whole && !few) {
    choices.push_back(labels);
  }
  if (high > low) {
    add("rescale", "Rescale", "Maps the smallest value to 0 and the largest to 1.");
  }
  if (!nearly) {
    add_clamp();
  }
  if (!about_0) {
    add("logit", "Logits", "Applies the sigmoid to every value.");
  }
  return choices;
}

Refusal range_refusal(const LoadedVolume& prediction) {
  std::vector<Choice> ways = meanings_for(prediction);
  std::string remedy = "say how they are meant: --kind ";
  for (const Choice& way : ways) {
    remedy += (&way == &ways.front() ? "" : (&way == &ways.back() ? " or " : ", ")) + way.answer;
  }
  return {"E_RANGE", prediction.path, range_text(prediction.values) + ", which are no probabilities",
          remedy,    std::move(ways), Role::prediction};
}

/// value * scale + offset, cut to [0, 1]; cuts are counted. Throws E_RANGE when more than rounding is cut.
Volume as_probability(const LoadedVolume& prediction, double scale, double offset, bool cut,
                      std::vector<Assumption>& assumptions) {
  const ValueSummary& range = prediction.values;
  if (!cut && (range.minimum * scale + offset < -kSlack || range.maximum * scale + offset > 1 + kSlack)) {
    throw range_refusal(prediction);
  }
  const bool needs_no_change = scale == 1 && offset == 0 && range.minimum >= 0 && range.maximum <= 1;
  if (needs_no_change && prediction.volume.type == VoxelType::float32) {
    return prediction.volume;  // no copy: the buffer is shared
  }
  Volume values = as_float(prediction.volume);
  std::int64_t clamped = 0;
  for (float& value : values.voxels<float>()) {
    if (std::isfinite(value)) {
      const auto scaled = static_cast<float>(static_cast<double>(value) * scale + offset);
      value = std::clamp(scaled, 0.0F, 1.0F);
      clamped += value != scaled ? 1 : 0;
    }
  }
  if (clamped > 0) {
    assumptions.push_back({"W_CLAMPED", how_many(clamped, "voxel", "voxels") + " of the prediction lay " +
                                            (cut ? "" : "just ") + "outside [0, 1] and " +
                                            (clamped == 1 ? "was" : "were") + " clamped"});
  }
  return values;
}

/// Labels beyond 2^24 are exact only in a volume of whole numbers, which those of more than 32 bits are not.
void check_labels_are_exact(const LoadedVolume& prediction) {
  constexpr double kLargestExact = 16777216;
  const double largest = std::max(std::abs(prediction.values.minimum), std::abs(prediction.values.maximum));
  if (prediction.volume.type == VoxelType::float32 && largest > kLargestExact) {
    throw Refusal("E_LABEL_RANGE", prediction.path,
                  "its values reach " + voxel_text(largest) +
                      ", and beyond 2^24 only whole numbers of 32 bits, without NaN, can be compared as labels",
                  "number the labels anew", {}, Role::prediction);
  }
}

Volume labels_as_probability(const LoadedVolume& prediction, const std::vector<std::int64_t>& labels) {
  check_labels_are_exact(prediction);
  const LabelChoice choice{labels};
  Volume values = make_volume(prediction.volume.grid, VoxelType::float32);
  if (prediction.volume.type == VoxelType::int32) {
    std::ranges::transform(prediction.volume.voxels<std::int32_t>(), values.voxels<float>().begin(),
                           [&](std::int32_t label) { return choice.contains(label) ? 1.0F : 0.0F; });
    return values;
  }
  values = as_float(prediction.volume);
  for (float& value : values.voxels<float>()) {
    if (std::isfinite(value)) {
      value = choice.contains(std::llround(value)) ? 1.0F : 0.0F;
    }
  }
  return values;
}

Volume scaled_by_meaning(const LoadedVolume& prediction, const PredictionReading& reading,
                         std::vector<Assumption>& assumptions) {
  const double low = prediction.values.minimum, width = prediction.values.maximum - low;
  const auto said = [&](const std::string& text) { assumptions.push_back({"W_SCALED", text}); };
  switch (reading.meaning) {
    case PredictionMeaning::logit:
      return prediction.volume.type == VoxelType::float32 ? prediction.volume : as_float(prediction.volume);
    case PredictionMeaning::label:
      return labels_as_probability(prediction, reading.labels);
    case PredictionMeaning::u8:
      said("the prediction was divided by 255");
      return as_probability(prediction, 1.0 / 255, 0, false, assumptions);
    case PredictionMeaning::percent:
      said("the prediction was divided by 100");
      return as_probability(prediction, 1.0 / 100, 0, false, assumptions);
    case PredictionMeaning::u16:
      said("the prediction was divided by 65535");
      return as_probability(prediction, 1.0 / 65535, 0, false, assumptions);
    case PredictionMeaning::rescale:
      if (!(width > 0)) {
        throw Refusal("E_CONSTANT", prediction.path, "all values are the same, so nothing can be rescaled",
                      "choose another kind: --kind clamp cuts off what lies outside 0 and 1",
                      {{Question::kind, "clamp", "Clamp", "Cuts off what lies outside 0 and 1."}}, Role::prediction);
      }
      if (low != 0 || width != 1) {
        said("the prediction was rescaled: " + range_text(prediction.values) + " before");
      }
      return as_probability(prediction, 1 / width, -low / width, true, assumptions);
    case PredictionMeaning::clamp:
      return as_probability(prediction, 1, 0, true, assumptions);
    case PredictionMeaning::automatic:
    case PredictionMeaning::probability:
      break;
  }
  return as_probability(prediction, 1, 0, false, assumptions);
}

Refusal nan_refusal(const LoadedVolume& prediction, std::int64_t count) {
  return {
      "E_PREDICTION_NAN",
      prediction.path,
      how_many(count, "voxel is", "voxels are") + " NaN or infinite, and a loss over them has no value",
      "repair the prediction, or say what they count as: --nan zero or --nan agree",
      {{Question::nan, "zero", "As p = 0", "Takes these voxels as background with certainty.", true},
       {Question::nan, "agree", "As the mask", "Takes these voxels as predicted rightly, so that they cost nothing."}},
      Role::prediction};
}

/// Voxels that are not finite get the value that was chosen for them, in a buffer of its own.
void settle_non_finite(PredictionValues& values, const LoadedVolume& prediction, const PredictionReading& reading,
                       std::vector<Assumption>& assumptions) {
  const auto voxels = values.volume.voxels<float>();
  const std::uint8_t* counts = reading.counts.empty() ? nullptr : reading.counts.voxels<std::uint8_t>().data();
  std::int64_t broken = 0, unseen = 0;  // of voxels that count, and of those that do not
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    if (!std::isfinite(voxels[i])) {
      ++(counts_at(counts, static_cast<std::int64_t>(i)) ? broken : unseen);
    }
  }
  if (broken + unseen == 0) {
    return;
  }
  if (broken > 0 && reading.nan == NanChoice::refuse) {
    throw nan_refusal(prediction, broken);
  }
  const float in = values.is_logit ? kSureLogit : 1.0F, out = values.is_logit ? -kSureLogit : 0.0F;
  const bool agree = reading.nan == NanChoice::agree && !reading.mask.empty();
  Volume settled = make_volume(values.volume.grid, VoxelType::float32);
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    const bool inside = agree && reading.mask.voxels<std::uint8_t>()[i] != 0;
    settled.voxels<float>()[i] = std::isfinite(voxels[i]) ? voxels[i] : (inside ? in : out);
  }
  values.volume = std::move(settled);
  if (broken == 0) {
    return;
  }
  values.decided.insert(Question::nan);
  assumptions.push_back({"W_NAN_SETTLED", how_many(broken, "voxel of the prediction that is NaN or infinite counts",
                                                   "voxels of the prediction that are NaN or infinite count") +
                                              (agree ? " as equal to the mask" : " as p = 0")});
}

}  // namespace

PredictionMeaning parse_meaning(const std::string& text) {
  for (const MeaningName& row : kMeanings) {
    if (row.name == text) {
      return row.meaning;
    }
  }
  check_answer(Question::kind, text);  // throws, with the list of those there are
  return PredictionMeaning::automatic;
}

std::string_view to_string(PredictionMeaning meaning) { return kMeanings[static_cast<std::size_t>(meaning)].name; }

NanChoice nan_choice(const Answers& answers) {
  const std::string_view answer = answers.to(Question::nan);
  return answer == "zero" ? NanChoice::zero : (answer == "agree" ? NanChoice::agree : NanChoice::refuse);
}

double background_of(const LoadedVolume& prediction, PredictionMeaning meaning) {
  switch (meaning) {
    case PredictionMeaning::logit:
      return -static_cast<double>(kSureLogit);
    case PredictionMeaning::rescale:
      return prediction.values.minimum;
    default:
      return 0;
  }
}

PredictionValues prediction_values(const LoadedVolume& prediction, const PredictionReading& reading,
                                   std::vector<Assumption>& assumptions) {
  PredictionReading meant = reading;
  if (reading.meaning == PredictionMeaning::automatic && reading.labels_of_mask != nullptr) {
    meant.meaning = meaning_beside_labels(prediction, *reading.labels_of_mask, {reading.labels}, assumptions);
  }
  PredictionValues values{scaled_by_meaning(prediction, meant, assumptions), meant.meaning == PredictionMeaning::logit};
  const bool may_change_nothing =
      reading.meaning == PredictionMeaning::clamp || reading.meaning == PredictionMeaning::rescale;
  if (!may_change_nothing || values.volume.data != prediction.volume.data) {
    values.decided.insert(Question::kind);
  }
  settle_non_finite(values, prediction, reading, assumptions);
  const ValueSummary& range = prediction.values;
  if (!values.is_logit && meant.meaning != PredictionMeaning::label) {
    if (range.minimum == range.maximum) {
      assumptions.push_back({"W_CONSTANT", "every voxel of the prediction has the same value"});
    } else if (meant.meaning <= PredictionMeaning::probability && range.maximum < 0.01) {
      assumptions.push_back({"W_FAINT", "no probability of the prediction reaches 0.01: is it scaled?"});
    }
  }
  return values;
}

}  // namespace lossscope
