// SPDX-License-Identifier: Apache-2.0
#include "app/io/case.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace lossscope {
namespace {

std::string label_list(const LoadedVolume& labels) {
  std::string list;
  for (std::size_t i = 0; i < labels.labels.size() && i < 40; ++i) {
    list += (i == 0 ? "" : ", ") + std::to_string(labels.labels[i].value);
  }
  return list + (labels.labels.size() > 40 ? ", ..." : "");
}

/// uint8 mask of the voxels for which `chosen` holds.
template <class T, class Chosen>
Volume select(const Volume& volume, Chosen chosen) {
  Volume mask = make_volume(volume.grid, VoxelType::uint8);
  std::ranges::transform(volume.voxels<T>(), mask.voxels<std::uint8_t>().begin(),
                         [&](T value) { return static_cast<std::uint8_t>(chosen(value) ? 1 : 0); });
  return mask;
}

/// Whether all voxels are 0 or 1, in bytes.
bool is_binary(const LoadedVolume& labels) {
  return labels.volume.type == VoxelType::uint8 && !labels.labels.empty() &&
         std::ranges::all_of(labels.labels,
                             [](const LabelCount& label) { return label.value == 0 || label.value == 1; });
}

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

Refusal range_refusal(const LoadedVolume& prediction) {
  return {"E_RANGE", prediction.path,
          "its values run from " + std::to_string(prediction.values.minimum) + " to " +
              std::to_string(prediction.values.maximum) + ", which are no probabilities",
          "say how they are meant: --kind logit, u8 (0..255) or label"};
}

Volume labels_as_probability(const LoadedVolume& prediction, const LabelChoice& label) {
  Volume values = as_float(prediction.volume);
  for (float& value : values.voxels<float>()) {
    const bool in = label.value ? std::lround(value) == *label.value : value != 0.0F;
    value = in ? 1.0F : 0.0F;
  }
  return values;
}

/// Values of [0, 1] +- 1e-4 clamped and counted; others refused.
Volume as_probability(const LoadedVolume& prediction, double scale, std::vector<Assumption>& assumptions) {
  constexpr double kSlack = 1e-4;
  if (prediction.values.minimum * scale < -kSlack || prediction.values.maximum * scale > 1 + kSlack) {
    throw range_refusal(prediction);
  }
  const bool needs_no_change = scale == 1 && prediction.values.minimum >= 0 && prediction.values.maximum <= 1;
  if (needs_no_change && prediction.volume.type == VoxelType::float32) {
    return prediction.volume;  // one buffer
  }
  Volume values = as_float(prediction.volume);
  std::int64_t clamped = 0;
  for (float& value : values.voxels<float>()) {
    const float scaled = value * static_cast<float>(scale);
    value = std::clamp(scaled, 0.0F, 1.0F);
    clamped += value != scaled ? 1 : 0;
  }
  if (clamped > 0) {
    assumptions.push_back(
        {"W_CLAMPED", std::to_string(clamped) + " voxels of the prediction lay just outside [0, 1] and were clamped"});
  }
  return values;
}

}  // namespace

LabelChoice parse_label(const std::string& text) {
  if (text == "nonzero") {
    return {};
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("a label is a whole number or nonzero, not '" + text + "'");
  }
  return {value};
}

Volume binary_mask(const LoadedVolume& labels, const LabelChoice& choice, std::vector<Assumption>& assumptions) {
  std::int64_t present = 0;
  bool found = false;
  for (const LabelCount& label : labels.labels) {
    present += label.value != 0 ? 1 : 0;
    found = found || (choice.value && label.value == *choice.value);
  }
  if (choice.value && !found) {
    throw Refusal("E_LABEL", labels.path, "label " + std::to_string(*choice.value) + " does not occur",
                  "choose one of: " + label_list(labels));
  }
  if (!choice.value && present > 1) {
    assumptions.push_back(
        {"W_LABELS", "the mask holds " + std::to_string(present) + " labels; all of them count as the structure"});
  }
  if (!choice.value && present == 0) {
    assumptions.push_back({"W_EMPTY_MASK", "the mask is empty"});
  }
  if (is_binary(labels) && choice.value.value_or(1) == 1) {
    return labels.volume;  // it is the mask already: one buffer
  }
  const auto chosen = [&](auto value) { return choice.value ? value == *choice.value : value != 0; };
  return labels.volume.type == VoxelType::uint8 ? select<std::uint8_t>(labels.volume, chosen)
                                                : select<std::int32_t>(labels.volume, chosen);
}

PredictionMeaning parse_meaning(const std::string& text) {
  if (text == "probability") {
    return PredictionMeaning::probability;
  }
  if (text == "logit") {
    return PredictionMeaning::logit;
  }
  if (text == "label") {
    return PredictionMeaning::label;
  }
  if (text == "u8") {
    return PredictionMeaning::u8;
  }
  throw std::invalid_argument("a prediction is a probability, logit, label or u8, not '" + text + "'");
}

Volume prediction_values(const LoadedVolume& prediction, PredictionMeaning meaning, const LabelChoice& label,
                         bool& is_logit, std::vector<Assumption>& assumptions) {
  is_logit = meaning == PredictionMeaning::logit;
  if (prediction.values.nan + prediction.values.inf > 0) {
    throw Refusal("E_PREDICTION_NAN", prediction.path,
                  std::to_string(prediction.values.nan + prediction.values.inf) + " voxels are NaN or infinite",
                  "repair the prediction: a loss over them has no value");
  }
  switch (meaning) {
    case PredictionMeaning::logit:
      return prediction.volume.type == VoxelType::float32 ? prediction.volume : as_float(prediction.volume);
    case PredictionMeaning::label:
      return labels_as_probability(prediction, label);
    case PredictionMeaning::u8:
      return as_probability(prediction, 1.0 / 255, assumptions);
    case PredictionMeaning::automatic:
    case PredictionMeaning::probability:
      break;
  }
  return as_probability(prediction, 1.0, assumptions);
}

std::optional<SamplePaths> mni_head() {
  const std::filesystem::path folder = "/usr/share/mricron/templates";
  const SamplePaths paths{folder / "ch2.nii.gz", folder / "ch2bet.nii.gz", folder / "aal.nii.gz"};
  std::error_code error;
  for (const auto& path : {paths.image, paths.mask, paths.labels}) {
    if (!std::filesystem::exists(path, error)) {
      return std::nullopt;
    }
  }
  return paths;
}

}  // namespace lossscope
