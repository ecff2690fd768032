// SPDX-License-Identifier: Apache-2.0
#include "app/reader/convert.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

constexpr std::size_t kMostLabels = 256;
constexpr double kWhole = 1e-4;  // a stored label may be this far from a whole number

/// What one pass over the voxels finds.
struct Survey {
  double minimum = std::numeric_limits<double>::infinity(), maximum = -minimum, sum = 0;
  std::int64_t nan = 0, inf = 0, broken = 0;  ///< broken: not whole
  std::int64_t huge = 0;                      ///< whole, but not within 32 bits
  std::int64_t first_bad = -1;                ///< voxel that is NaN or infinite
  std::map<std::int64_t, std::int64_t> labels;
  std::int64_t last_label = 0, run = 0;
  bool many = false;

  void add(std::size_t voxel, double value) {
    if (!std::isfinite(value)) {
      first_bad = nan + inf == 0 ? static_cast<std::int64_t>(voxel) : first_bad;
      (std::isnan(value) ? nan : inf) += 1;
      return;
    }
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
    sum += value;
    const double whole = std::nearbyint(value);
    if (std::abs(value - whole) > kWhole) {
      ++broken;
      return;
    }
    if (std::abs(whole) > 2147483647.0) {
      ++huge;
      return;
    }
    const auto label = static_cast<std::int64_t>(whole);
    if (label == last_label) {
      ++run;
      return;
    }
    flush();
    last_label = label;
    run = 1;
  }

  void flush() {
    if (run > 0 && !many) {
      labels[last_label] += run;
      many = labels.size() > kMostLabels;
    }
    run = 0;
  }
};

Survey survey_of(const RawVolume& volume) {
  Survey survey;
  for_each_voxel(volume, [&](std::size_t voxel, double value) { survey.add(voxel, value); });
  survey.flush();
  return survey;
}

std::string bad_voxels(const RawVolume& volume, const Survey& survey) {
  const std::int64_t i = survey.first_bad % volume.size[0], rest = survey.first_bad / volume.size[0];
  return std::to_string(survey.nan + survey.inf) + " of " + std::to_string(volume.voxels()) +
         " voxels are NaN or infinite, the first at (" + std::to_string(i) + ", " +
         std::to_string(rest % volume.size[1]) + ", " + std::to_string(rest / volume.size[1]) + ")";
}

/// Fractions are no labels: a mask of them becomes {0, 1} by a threshold, or is refused.
void settle_fractions(RawVolume& volume, const Survey& survey, const Answers& answers) {
  const auto threshold = number(answers.to(Question::threshold));
  if (!threshold) {
    const bool unit = survey.minimum >= 0 && survey.maximum <= 1;
    std::vector<Choice> choices;
    if (unit) {
      choices.push_back(
          {Question::threshold, "0.5", "Threshold at 0.5", "Voxels of at least 0.5 belong to the mask.", false});
    }
    throw Refused("E_MASK_VALUES",
                  std::to_string(survey.broken) + " voxels are not whole numbers: this looks like " +
                      (unit ? "a probability map" : "an image"),
                  "open it as prediction or image, or say from where on a voxel belongs to the mask: --threshold 0.5",
                  std::move(choices));
  }
  std::vector<std::byte> mask(static_cast<std::size_t>(volume.voxels()));
  std::int64_t inside = 0;
  for_each_voxel(volume, [&](std::size_t i, double value) {
    mask[i] = value >= *threshold ? std::byte{1} : std::byte{0};
    inside += value >= *threshold ? 1 : 0;
  });
  volume.bytes = std::move(mask);
  volume.scalar = Scalar::u8;
  volume.slope = 1;
  volume.intercept = 0;
  volume.notes.push_back({"W_THRESHOLD", "the mask held fractions: its " + std::to_string(inside) +
                                             " voxels of at least " + std::string(answers.to(Question::threshold)) +
                                             " were taken"});
}

void check_mask(const Survey& survey) {
  if (survey.nan + survey.inf > 0) {
    throw Refused("E_MASK_NAN", std::to_string(survey.nan + survey.inf) + " voxels of the mask are NaN or infinite",
                  "a mask holds whole numbers: threshold or repair it first");
  }
  if (survey.huge > 0) {
    throw Refused("E_MASK_RANGE", std::to_string(survey.huge) + " labels do not fit into 32 bits",
                  "number the labels anew");
  }
  if (survey.many) {
    throw Refused("E_MASK_LABELS", "there are more than 256 different labels: this looks like an image",
                  "open it as image, or choose another file as mask");
  }
}

}  // namespace

void describe(RawVolume& volume, const Wish& wish, nlohmann::json& answer) {
  Survey survey = survey_of(volume);
  if (wish.role == "mask" && survey.broken > 0 && survey.nan + survey.inf == 0 && survey.minimum <= survey.maximum) {
    settle_fractions(volume, survey, wish.answers);
    survey = survey_of(volume);
  }
  const bool any = survey.minimum <= survey.maximum;
  answer["values"] = {{"min", any ? survey.minimum : 0.0},
                      {"max", any ? survey.maximum : 0.0},
                      {"sum", survey.sum},
                      {"nan", survey.nan},
                      {"inf", survey.inf}};
  answer["labels"] = nlohmann::json::array();
  for (const auto& [value, voxels] : survey.labels) {
    if (survey.broken + survey.huge == 0 && !survey.many) {
      answer["labels"].push_back({value, voxels});
    }
  }
  if (!any) {
    throw Refused("E_ALL_NAN", "no voxel has a finite value", "check how the volume was made");
  }
  if (wish.role == "mask") {
    check_mask(survey);
    return;
  }
  if (survey.nan + survey.inf > 0) {
    volume.notes.push_back({"W_NAN", bad_voxels(volume, survey)});
  }
  const bool whole = volume.scalar != Scalar::f32 && volume.scalar != Scalar::f64;
  const double largest = std::max(std::abs(survey.minimum), std::abs(survey.maximum));
  if (largest > static_cast<double>(std::numeric_limits<float>::max())) {
    throw Refused("E_RANGE_FLOAT", "its values reach " + std::to_string(largest) + ", more than a 32-bit float holds",
                  "scale the volume first");
  }
  if (whole && largest > 16777216.0) {
    volume.notes.push_back({"W_PRECISION", "whole numbers over 2^24 are rounded to 32-bit floats"});
  }
}

void deliver(const RawVolume& volume, const std::string& role, int descriptor, nlohmann::json& answer) {
  const bool mask = role == "mask";
  const double low = answer["values"]["min"], high = answer["values"]["max"];
  const bool bytes = mask && low >= -0.5 && high <= 255.4;
  const auto n = static_cast<std::size_t>(volume.voxels());
  const std::size_t size = n * (bytes ? 1 : 4);
  answer["type"] = bytes ? "uint8" : (mask ? "int32" : "float32");
  void* memory = MAP_FAILED;
  if (::ftruncate(descriptor, static_cast<off_t>(size)) == 0) {
    memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  }
  if (memory == MAP_FAILED) {
    throw Refused("E_MEMORY", "there is not enough memory for the volume", "close other programs, or crop the volume");
  }
  if (bytes) {
    auto* out = static_cast<std::uint8_t*>(memory);
    for_each_voxel(volume,
                   [&](std::size_t i, double value) { out[i] = static_cast<std::uint8_t>(std::lround(value)); });
  } else if (mask) {
    auto* out = static_cast<std::int32_t*>(memory);
    for_each_voxel(volume,
                   [&](std::size_t i, double value) { out[i] = static_cast<std::int32_t>(std::lround(value)); });
  } else {
    auto* out = static_cast<float*>(memory);
    for_each_voxel(volume, [&](std::size_t i, double value) { out[i] = static_cast<float>(value); });
  }
  ::munmap(memory, size);
}

}  // namespace lossscope::reader
