// SPDX-License-Identifier: Apache-2.0
#include "app/reader/convert.h"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/reader/mask_values.h"
#include "basics/number_text.h"

namespace lossscope::reader {
namespace {

constexpr double kLargestExact = 16777216.0;  // from there on a 32-bit float leaves whole numbers out

std::string bad_voxels(const RawVolume& volume, const Survey& survey) {
  const std::int64_t i = survey.first_bad % volume.size[0], rest = survey.first_bad / volume.size[0];
  const std::int64_t bad = survey.nan + survey.inf;
  return std::to_string(bad) + " of " + std::to_string(volume.voxels()) + (bad == 1 ? " voxels is" : " voxels are") +
         " NaN or infinite, the first at (" + std::to_string(i) + ", " + std::to_string(rest % volume.size[1]) + ", " +
         std::to_string(rest / volume.size[1]) + ")";
}

}  // namespace

void describe(RawVolume& volume, const Wish& wish, nlohmann::json& answer) {
  const Survey survey = wish.role == "mask"         ? settle_mask(volume, wish.answers)
                        : wish.role == "prediction" ? settle_prediction(volume)
                                                    : survey_of(volume);
  const bool any = survey.any();
  answer["values"] = {{"min", any ? survey.minimum : 0.0},
                      {"max", any ? survey.maximum : 0.0},
                      {"sum", survey.sum},
                      {"nan", survey.nan},
                      {"inf", survey.inf}};
  answer["is_cut"] = volume.is_cut;
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
    return;
  }
  if (survey.nan + survey.inf > 0) {
    volume.notes.push_back({"W_NAN", bad_voxels(volume, survey)});
  }
  const bool whole = volume.scalar != Scalar::f32 && volume.scalar != Scalar::f64;
  const double largest = std::max(std::abs(survey.minimum), std::abs(survey.maximum));
  if (largest > static_cast<double>(std::numeric_limits<float>::max())) {
    throw Refused("E_RANGE_FLOAT", "its values reach " + voxel_text(largest) + ", more than a 32-bit float holds",
                  "scale the volume first");
  }
  if (largest > kLargestExact && wish.role == "prediction" && survey.only_whole()) {
    answer["exact"] = true;  // they may be labels, which are compared
  } else if (whole && largest > kLargestExact) {
    volume.notes.push_back({"W_PRECISION", "whole numbers over 2^24 are rounded to 32-bit floats"});
  }
}

std::size_t deliver(const RawVolume& volume, const std::string& role, const Destination& to, nlohmann::json& answer) {
  const bool whole = role == "mask" || answer.contains("exact");
  const double low = answer["values"]["min"], high = answer["values"]["max"];
  const bool bytes = whole && low >= -0.5 && high <= 255.4;
  const auto n = static_cast<std::size_t>(volume.voxels());
  const std::size_t size = n * (bytes ? 1 : 4);
  answer["type"] = bytes ? "uint8" : (whole ? "int32" : "float32");
  void* const memory =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, to.descriptor, static_cast<off_t>(to.offset));
  if (memory == MAP_FAILED) {
    throw Refused("E_MEMORY", "there is not enough memory for the volume", "close other programs, or crop the volume");
  }
  if (bytes) {
    auto* out = static_cast<std::uint8_t*>(memory);
    for_each_voxel(volume,
                   [&](std::size_t i, double value) { out[i] = static_cast<std::uint8_t>(std::lround(value)); });
  } else if (whole) {
    auto* out = static_cast<std::int32_t*>(memory);
    for_each_voxel(volume,
                   [&](std::size_t i, double value) { out[i] = static_cast<std::int32_t>(std::lround(value)); });
  } else {
    auto* out = static_cast<float*>(memory);
    for_each_voxel(volume, [&](std::size_t i, double value) { out[i] = static_cast<float>(value); });
  }
  ::munmap(memory, size);
  return size;
}

}  // namespace lossscope::reader
