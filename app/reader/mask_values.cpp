// SPDX-License-Identifier: Apache-2.0
// From the values of a file to labels.
#include "app/reader/mask_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>

#include "app/reader/gates/label_list.h"
#include "app/reader/gates/text_header.h"
#include "app/reader/gates/ways_out.h"
#include "basics/how_many.h"

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
  const std::int64_t count = survey.nan + survey.inf;
  if (answers.take(Question::nan) != "zero") {
    throw Refused("E_MASK_NAN", how_many(count, "voxel of the mask is", "voxels of the mask are") + " NaN or infinite",
                  "repair it, or say that these voxels are background: --nan zero",
                  {{Question::nan, "zero", "As background",
                    "Takes these voxels as background, as SPM means them outside the brain.", true}});
  }
  replace_values<double>(volume, Scalar::f64, [](double value) { return std::isfinite(value) ? value : 0.0; });
  volume.notes.push_back({"W_NAN_SETTLED", how_many(count, "voxel of the mask that is NaN or infinite counts",
                                                    "voxels of the mask that are NaN or infinite count") +
                                               " as background"});
}

/// A mask cut in two at a value; voxels of ignored labels stay apart.
class Cut {
 public:
  Cut(double threshold, const Answers& answers)
      : threshold_(threshold), ignored_(label_list(answers.to(Question::ignore)).value_or(Labels())) {}
  [[nodiscard]] std::uint8_t label_of(double value) const {
    const double whole = std::nearbyint(value);
    const bool is_label = std::abs(value - whole) <= kWhole && std::abs(whole) <= 2147483647.0;
    if (is_label && std::ranges::find(ignored_, static_cast<std::int64_t>(whole)) != ignored_.end()) {
      return kNotCounted;
    }
    return value >= threshold_ ? 1 : 0;
  }

 private:
  using Labels = std::vector<std::int64_t>;
  double threshold_;
  Labels ignored_;
};

/// False, and nothing is changed, where all voxels that count are what the cut makes of them already.
bool cut_at(RawVolume& volume, const Cut& cut, std::string_view as_said) {
  std::int64_t inside = 0, changed = 0;
  for_each_voxel(volume, [&](std::size_t, double value) {
    const std::uint8_t label = cut.label_of(value);
    inside += label == 1 ? 1 : 0;
    changed += label != kNotCounted && label != value ? 1 : 0;
  });
  if (changed == 0) {
    return false;
  }
  replace_values<std::uint8_t>(volume, Scalar::u8, [&](double value) { return cut.label_of(value); });
  volume.is_cut = true;
  volume.notes.push_back({"W_THRESHOLD", "of the mask, " +
                                             how_many(inside, "voxel of at least ", "voxels of at least ") +
                                             std::string(as_said) + (inside == 1 ? " was taken" : " were taken")});
  return true;
}

/// A threshold as the voxels can be: of 32-bit floats, 0.7 is what 0.7 was stored as.
double as_stored(const RawVolume& volume, double threshold) {
  const bool single = volume.scalar == Scalar::f32 && volume.slope == 1 && volume.intercept == 0;
  return single ? static_cast<double>(static_cast<float>(threshold)) : threshold;
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

/// From where on a voxel belongs to a mask that holds no labels: one half for fractions, else the middle of its range.
double middle_of(double low, double high) {
  const bool fractions = low >= 0 && low <= 0.5 && high > 0.5 && high <= 1;
  return fractions ? 0.5 : (low + high) / 2;
}

Choice threshold_choice(const std::string& at, const std::string& effect) {
  return {Question::threshold, at, "Threshold at " + at, "Voxels of at least " + at + " belong to the mask" + effect,
          false};
}

std::string list_of(const std::vector<double>& values) {
  std::string list;
  for (const double value : values) {
    list.append(list.empty() ? "" : ", ").append(short_number(value));
  }
  return list;
}

/// A threshold at which few values are cut, and which of them it takes and leaves.
Choice threshold_among(const std::vector<double>& values, double at, double background) {
  const std::string text = short_number(at);
  std::vector<double> taken, left;
  for (const double value : values) {
    if (value >= number(text).value_or(at)) {
      taken.push_back(value);
    } else if (value != background) {
      left.push_back(value);
    }
  }
  return threshold_choice(
      text, ": " + list_of(taken) +
                (left.empty() ? "." : "; " + list_of(left) + (left.size() == 1 ? " does" : " do") + " not."));
}

/// The ways to cut a mask. Where it has few values, it is said which of them a cut leaves out, and one leaves out none
/// but background.
std::vector<Choice> threshold_choices(const Survey& survey, const std::optional<std::set<double>>& different) {
  constexpr std::size_t kFew = 12;
  if (!different || different->size() > kFew) {
    return {threshold_choice(short_number(middle_of(survey.minimum, survey.maximum)), ".")};
  }
  const auto background = different->contains(0) && survey.maximum > 0 ? different->find(0) : different->begin();
  const std::vector<double> values(background, different->end()), all(different->begin(), different->end());
  const double middle = middle_of(values.front(), values.back());
  if (values.size() < 2) {
    return {threshold_choice(short_number(middle), ".")};
  }
  const auto upper = std::lower_bound(values.begin() + 1, values.end() - 1, middle * (1 - 1e-6));
  const bool half_is_fine = middle == 0.5 && values.back() <= 1;
  const double between = half_is_fine ? middle : (*(upper - 1) + *upper) / 2;
  std::vector<Choice> ways{threshold_among(all, between, *background)};
  if (values[1] < between) {
    ways.insert(ways.begin(), threshold_among(all, (values[0] + values[1]) / 2, *background));
  }
  return ways;
}

/// By which factor the values are whole numbers; none where they are not.
std::optional<double> factor_of_labels(const std::optional<std::set<double>>& values) {
  constexpr double kOff = 1e-3;
  const auto first = values ? values->upper_bound(0) : std::set<double>::const_iterator();
  if (!values || first == values->end() || std::next(first) == values->end()) {
    return std::nullopt;
  }
  const bool all = std::ranges::all_of(*values, [&](double value) {
    return value >= 0 && std::abs(value / *first - std::nearbyint(value / *first)) <= kOff;
  });
  return all ? std::optional(*first) : std::nullopt;
}

[[noreturn]] void refuse_fractions(const RawVolume& volume, const Survey& survey) {
  const auto values = different_values(volume);
  const std::vector<Choice> ways = threshold_choices(survey, values);
  const bool unit = survey.minimum >= 0 && survey.maximum <= 1;
  const auto factor = unit ? std::nullopt : factor_of_labels(values);
  const std::string looks =
      factor ? "labels times " + short_number(*factor) : (unit ? "a probability map" : "an image");
  throw Refused("E_MASK_VALUES",
                how_many(survey.broken, "voxel is no whole number", "voxels are not whole numbers") +
                    ": this looks like " + looks,
                (factor ? "divide it by " + short_number(*factor) : "open it as prediction or image") +
                    ", or say from where on a voxel belongs to the mask: " + flags_of(ways, " or "),
                ways);
}

/// JPEG leaves no label as it was: 255 becomes 253, 254 and 255.
[[noreturn]] void refuse_lossy(const Survey& survey) {
  const Choice way = threshold_choice(short_number(middle_of(survey.minimum, survey.maximum)), ".");
  throw Refused("E_MASK_GREY",
                "the mask went through JPEG, which changes values: it holds " + std::to_string(survey.labels.size()) +
                    " of them from " + short_number(survey.minimum) + " to " + short_number(survey.maximum),
                "say from where on a voxel belongs to the mask: " + way.flag() + "; or save it as PNG", {way});
}

}  // namespace

Survey settle_mask(RawVolume& volume, const Answers& answers) {
  const std::string_view said = answers.to(Question::threshold);
  const auto said_threshold = number(said);
  const Cut cut(as_stored(volume, said_threshold.value_or(0)), answers);
  Survey survey = survey_of(volume);
  if (!survey.any()) {
    throw Refused("E_ALL_NAN", "no voxel has a finite value", "check how the volume was made");
  }
  if (survey.nan + survey.inf > 0) {
    settle_non_finite(volume, survey, answers);
    survey = survey_of(volume);
  }
  if (said_threshold && cut_at(volume, cut, said)) {
    (void)answers.take(Question::threshold);
    return survey_of(volume);
  }
  if (survey.broken > 0) {
    constexpr double kBent = 0.05;
    if (!round_if_bent(volume, is_scaled_integer(volume) ? std::max(kBent, lost_by_slope(volume)) : kBent)) {
      refuse_fractions(volume, survey);
    }
    survey = survey_of(volume);
  }
  if (volume.is_lossy && survey.labels.size() > 2 && !survey.many) {
    refuse_lossy(survey);
  }
  if (volume.is_lossy && survey.labels.size() == 2) {
    volume.notes.push_back({"W_JPEG",
                            "the mask went through JPEG, which changes values, most at edges: its two were "
                            "taken as they are"});
  }
  if (survey.huge > 0) {
    throw Refused(
        "E_MASK_RANGE",
        how_many(survey.huge, "voxel has a label that does", "voxels have labels that do") + " not fit into 32 bits",
        "number the labels anew");
  }
  if (survey.many) {
    const Choice way = threshold_choice(short_number(middle_of(survey.minimum, survey.maximum)), ".");
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
