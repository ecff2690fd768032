// SPDX-License-Identifier: Apache-2.0
#include "app/reader/survey.h"

#include <algorithm>
#include <cmath>

namespace lossscope::reader {

void Survey::add(std::size_t voxel, double value) {
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
  if (label == last_label_) {
    ++run_;
    return;
  }
  flush();
  last_label_ = label;
  run_ = 1;
}

void Survey::flush() {
  if (run_ > 0 && !many) {
    labels[last_label_] += run_;
    many = labels.size() > kMostLabels;
  }
  run_ = 0;
}

Survey survey_of(const RawVolume& volume) {
  Survey survey;
  for_each_voxel(volume, [&](std::size_t voxel, double value) { survey.add(voxel, value); });
  survey.flush();
  return survey;
}

}  // namespace lossscope::reader
