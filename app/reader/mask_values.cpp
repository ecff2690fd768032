// SPDX-License-Identifier: Apache-2.0
// From the values of a file to labels.
#include "app/reader/mask_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>

#include "app/reader/gates/text_header.h"

namespace lossscope::reader {
namespace {

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

/// Replaces each voxel by f(value), stored as T.
template <class T, class F>
void replace_values(RawVolume& volume, Scalar scalar, F f) {
  std::vector<std::byte> made(static_cast<std::size_t>(volume.voxels()) * sizeof(T));
  for_each_voxel(volume, [&](std::size_t i, double value) {
    const T now = f(value);
    std::memcpy(made.data() + i * sizeof(T), &now, sizeof(T));
  });
  volume.bytes = std::move(made);
  volume.scalar = scalar;
  volume.slope = 1;
  volume.intercept = 0;
}

void settle_non_finite(RawVolume& volume, const Survey& survey, const Answers& answers) {
  const std::string count = std::to_string(survey.nan + survey.inf);
  if (answers.to(Question::nan) != "zero") {
    throw Refused("E_MASK_NAN", count + " voxels of the mask are NaN or infinite",
                  "repair it, or say that these voxels are background: --nan zero",
                  {{Question::nan, "zero", "As background",
                    "Takes these voxels as background, as SPM means them outside the brain.", true}});
  }
  replace_values<double>(volume, Scalar::f64, [](double value) { return std::isfinite(value) ? value : 0.0; });
  volume.notes.push_back({"W_NAN_SETTLED", count + " voxels of the mask that are NaN or infinite count as background"});
}

/// From where on a voxel belongs to a mask that holds no labels: one half for fractions, else the middle of its range.
Choice threshold_choice(const Survey& survey) {
  const bool fractions = survey.minimum >= 0 && survey.minimum <= 0.5 && survey.maximum > 0.5 && survey.maximum <= 1;
  const std::string middle = short_number(fractions ? 0.5 : (survey.minimum + survey.maximum) / 2);
  return {Question::threshold, middle, "Threshold at " + middle,
          "Voxels of at least " + middle + " belong to the mask.", false};
}

void cut_at(RawVolume& volume, double threshold, std::string_view as_said, const Survey& before) {
  std::int64_t inside = 0;
  replace_values<std::uint8_t>(volume, Scalar::u8, [&](double value) {
    inside += value >= threshold ? 1 : 0;
    return static_cast<std::uint8_t>(value >= threshold ? 1 : 0);
  });
  const bool was_so =
      before.broken == 0 && before.minimum >= 0 && before.maximum <= 1 && threshold > 0 && threshold <= 1;
  if (!was_so) {
    volume.notes.push_back({"W_THRESHOLD", "the mask's " + std::to_string(inside) + " voxels of at least " +
                                               std::string(as_said) + " were taken"});
  }
}

/// The different values, if they are at most kMostLabels.
std::optional<std::set<double>> different_values(const RawVolume& volume) {
  std::set<double> values;
  double last = std::numeric_limits<double>::quiet_NaN();
  bool few = true;
  for_each_voxel(volume, [&](std::size_t, double value) {
    if (few && value != last) {
      values.insert(value);
      few = values.size() <= kMostLabels;
      last = value;
    }
  });
  return few ? std::optional(values) : std::nullopt;
}

/// The furthest from a whole number, when each of the values lies near a whole number of its own: labels that were
/// bent on their way. Fractions share one, or lie half-way.
std::optional<double> bent_by(const std::set<double>& values, double tolerance) {
  constexpr double kOneValue = 1e-3;  // that was rounded twice
  double furthest = 0, before = std::numeric_limits<double>::quiet_NaN();
  for (const double value : values) {
    const double off = std::abs(value - std::nearbyint(value));
    const bool shared = std::nearbyint(before) == std::nearbyint(value) && value - before > kOneValue;
    if (off > tolerance || shared || std::abs(value) > 2147483647.0) {
      return std::nullopt;
    }
    furthest = std::max(furthest, off);
    before = value;
  }
  return furthest;
}

/// Integers times a slope, so that half the slope is what rounding may have cost.
bool is_scaled_integer(const RawVolume& volume) {
  const bool whole = volume.scalar != Scalar::f32 && volume.scalar != Scalar::f64;
  return whole && (volume.slope != 1 || volume.intercept != 0);
}

/// Half a step of the stored integers.
double lost_by_slope(const RawVolume& volume) {
  constexpr double kMost = 0.25;  // beyond that, the nearest whole number says nothing
  return std::min(std::abs(volume.slope) * 0.5 * (1 + 1e-6), kMost);
}

bool round_if_bent(RawVolume& volume, double tolerance) {
  const auto values = different_values(volume);
  const auto furthest = values ? bent_by(*values, tolerance) : std::nullopt;
  if (!furthest) {
    return false;
  }
  replace_values<std::int32_t>(volume, Scalar::i32,
                               [](double value) { return static_cast<std::int32_t>(std::nearbyint(value)); });
  volume.notes.push_back({"W_ROUNDED", "its values were not quite whole numbers (the furthest was off by " +
                                           short_number(*furthest) + ") and were rounded to labels"});
  return true;
}

[[noreturn]] void refuse_fractions(const Survey& survey) {
  const Choice way = threshold_choice(survey);
  throw Refused("E_MASK_VALUES",
                std::to_string(survey.broken) + " voxels are not whole numbers: this looks like " +
                    (survey.minimum >= 0 && survey.maximum <= 1 ? "a probability map" : "an image"),
                "open it as prediction or image, or say from where on a voxel belongs to the mask: " + way.flag(),
                {way});
}

/// JPEG leaves no label as it was: 255 becomes 253, 254 and 255.
[[noreturn]] void refuse_lossy(const Survey& survey) {
  const Choice way = threshold_choice(survey);
  throw Refused("E_MASK_GREY",
                "the mask went through JPEG, which changes values: it holds " + std::to_string(survey.labels.size()) +
                    " of them from " + short_number(survey.minimum) + " to " + short_number(survey.maximum),
                "say from where on a voxel belongs to the mask: " + way.flag() + "; or save it as PNG", {way});
}

}  // namespace

Survey settle_mask(RawVolume& volume, const Answers& answers) {
  Survey survey = survey_of(volume);
  if (!survey.any()) {
    throw Refused("E_ALL_NAN", "no voxel has a finite value", "check how the volume was made");
  }
  if (survey.nan + survey.inf > 0) {
    settle_non_finite(volume, survey, answers);
    survey = survey_of(volume);
  }
  const std::string_view said = answers.to(Question::threshold);
  if (const auto threshold = number(said)) {
    cut_at(volume, *threshold, said, survey);
    return survey_of(volume);
  }
  if (survey.broken > 0) {
    constexpr double kBent = 0.05;
    if (!round_if_bent(volume, is_scaled_integer(volume) ? std::max(kBent, lost_by_slope(volume)) : kBent)) {
      refuse_fractions(survey);
    }
    survey = survey_of(volume);
  }
  if (volume.is_lossy && survey.labels.size() > 2 && !survey.many) {
    refuse_lossy(survey);
  }
  if (survey.huge > 0) {
    throw Refused("E_MASK_RANGE", std::to_string(survey.huge) + " labels do not fit into 32 bits",
                  "number the labels anew");
  }
  if (survey.many) {
    const Choice way = threshold_choice(survey);
    throw Refused("E_MASK_LABELS", "there are more than 256 different labels: this looks like an image",
                  "open it as image, choose another file as mask, or say from where on a voxel belongs to the mask: " +
                      way.flag(),
                  {way});
  }
  return survey;
}

Survey settle_prediction(RawVolume& volume) {
  const Survey survey = survey_of(volume);
  const bool may_be_bent = survey.broken > 0 && survey.nan + survey.inf == 0 && is_scaled_integer(volume);
  return may_be_bent && round_if_bent(volume, lost_by_slope(volume)) ? survey_of(volume) : survey;
}

}  // namespace lossscope::reader
