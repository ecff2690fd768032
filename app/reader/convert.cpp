// SPDX-License-Identifier: Apache-2.0
#include "app/reader/convert.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace lossscope::reader {
namespace {

constexpr std::size_t kMostLabels = 256;
constexpr double kWhole = 1e-4;  // a stored label may be this far from a whole number

/// Calls visit(scaled value) for every voxel; whole-numbered types without scaling are handed over as they are.
template <class Visit>
void for_each_voxel(const RawVolume& volume, Visit visit) {
  with_type(volume.scalar, [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    const auto n = static_cast<std::size_t>(volume.voxels());
    const bool scaled = volume.slope != 1 || volume.intercept != 0;
    for (std::size_t i = 0; i < n; ++i) {
      T value;
      std::memcpy(&value, volume.bytes.data() + i * sizeof(T), sizeof(T));
      const auto number = static_cast<double>(value);
      visit(i, scaled ? number * volume.slope + volume.intercept : number);
    }
  });
}

/// What one pass over the voxels finds.
struct Survey {
  double minimum = std::numeric_limits<double>::infinity(), maximum = -minimum, sum = 0;
  std::int64_t nan = 0, inf = 0, broken = 0;  ///< broken: not whole
  std::map<std::int64_t, std::int64_t> labels;
  std::int64_t last_label = 0, run = 0;
  bool many = false;

  void add(double value) {
    if (!std::isfinite(value)) {
      (std::isnan(value) ? nan : inf) += 1;
      return;
    }
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
    sum += value;
    const double whole = std::nearbyint(value);
    if (std::abs(value - whole) > kWhole || std::abs(whole) > 2147483647.0) {
      ++broken;
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

}  // namespace

void describe(const RawVolume& volume, const std::string& role, nlohmann::json& answer) {
  Survey survey;
  for_each_voxel(volume, [&](std::size_t, double value) { survey.add(value); });
  survey.flush();
  const bool any = survey.minimum <= survey.maximum;
  answer["values"] = {{"min", any ? survey.minimum : 0.0},
                      {"max", any ? survey.maximum : 0.0},
                      {"sum", survey.sum},
                      {"nan", survey.nan},
                      {"inf", survey.inf}};
  answer["labels"] = nlohmann::json::array();
  for (const auto& [value, voxels] : survey.labels) {
    if (survey.broken == 0 && !survey.many) {
      answer["labels"].push_back({value, voxels});
    }
  }
  if (!any) {
    throw Refused("E_ALL_NAN", "no voxel has a finite value", "check how the volume was made");
  }
  if (role != "mask") {
    return;
  }
  if (survey.nan + survey.inf > 0) {
    throw Refused("E_MASK_NAN", std::to_string(survey.nan + survey.inf) + " voxels of the mask are NaN or infinite",
                  "a mask holds whole numbers: threshold or repair it first");
  }
  if (survey.broken > 0) {
    throw Refused(
        "E_MASK_VALUES",
        std::to_string(survey.broken) + " voxels are not whole numbers: this looks like a probability map or an image",
        "open it as prediction or image, or threshold it first");
  }
  if (survey.many) {
    throw Refused("E_MASK_LABELS", "there are more than 256 different labels: this looks like an image",
                  "open it as image, or choose another file as mask");
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
