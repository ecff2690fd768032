// SPDX-License-Identifier: Apache-2.0
#include "losses/classes/class_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "losses/sum.h"

namespace lossscope {
namespace {

constexpr std::string_view kBackground = "include_background", kWeights = "class_weights", kAbsent = "absent_classes";

constexpr std::array kClassWeightNames{
    std::pair<std::string_view, ClassWeights>{"uniform", ClassWeights::uniform},
    std::pair<std::string_view, ClassWeights>{"inverse", ClassWeights::inverse},
    std::pair<std::string_view, ClassWeights>{"inverse_squared", ClassWeights::inverse_squared}};

[[noreturn]] void refuse(std::string_view asked, const ClassSetting& setting, const std::string& valid) {
  throw std::invalid_argument(std::string(asked) + " " + setting.name + " cannot be '" + setting.value +
                              "'; valid: " + valid);
}

std::vector<double> weights_of(std::string_view asked, const ClassSetting& setting) {
  std::vector<double> numbers;
  for (std::string_view rest = setting.value; !rest.empty() || numbers.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    double number = 0;
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), number);
    if (error != std::errc() || end != one.data() + one.size() || !(number >= 0 && number <= 1e9)) {
      refuse(asked, setting, "uniform, inverse, inverse_squared, or a weight of 0 or more for each channel: 0,1,2.5");
    }
    numbers.push_back(number);
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return numbers;
}

void apply(std::string_view asked, const ClassSetting& setting, ClassCombination& combination) {
  const std::string& value = setting.value;
  if (setting.name == kBackground) {
    const bool on = value == "1" || value == "on";
    if (!on && value != "0" && value != "off") {
      refuse(asked, setting, "0, 1");
    }
    combination.include_background = on;
  } else if (setting.name == kAbsent) {
    if (value != "count" && value != "skip") {
      refuse(asked, setting, "count, skip");
    }
    combination.skip_absent = value == "skip";
  } else {
    const auto* const known =
        std::ranges::find(kClassWeightNames, value, &std::pair<std::string_view, ClassWeights>::first);
    combination.weights = known != kClassWeightNames.end() ? known->second : ClassWeights::manual;
    combination.manual = known != kClassWeightNames.end() ? std::vector<double>() : weights_of(asked, setting);
  }
}

/// Whether a setting is said of a part, of the whole loss, or of all.
bool is_of(const ClassSetting& setting, const ConfiguredLoss& loss, const SumLoss::Part& part) {
  return setting.loss.empty() || setting.loss == part.loss.declaration().id ||
         setting.loss == loss.loss->declaration().id;
}

}  // namespace

std::optional<ClassSetting> class_setting(const std::string& name, const std::string& value) {
  const auto dot = name.rfind('.');
  ClassSetting setting{dot == std::string::npos ? "" : name.substr(0, dot), name.substr(dot + 1), value};
  const bool of_classes = setting.name == kBackground || setting.name == kWeights || setting.name == kAbsent;
  return of_classes ? std::optional(std::move(setting)) : std::nullopt;
}

void check_class_settings(std::string_view asked, const std::vector<ClassSetting>& settings,
                          const std::vector<ConfiguredLoss>& losses) {
  for (const ClassSetting& setting : settings) {
    const bool known = std::ranges::any_of(losses, [&](const ConfiguredLoss& loss) {
      const auto parts = parts_of_loss(*loss.loss, loss.parameters);
      return std::ranges::any_of(parts, [&](const SumLoss::Part& part) { return is_of(setting, loss, part); });
    });
    if (!known) {
      throw std::invalid_argument(std::string(asked) + ": '" + setting.loss + "' is no chosen loss and no part of one");
    }
  }
}

std::vector<ClassCombination> combinations_of(std::string_view asked, const ConfiguredLoss& loss,
                                              const std::vector<ClassSetting>& settings) {
  std::vector<ClassCombination> combinations;
  for (const SumLoss::Part& part : parts_of_loss(*loss.loss, loss.parameters)) {
    ClassCombination& combination = combinations.emplace_back();
    for (const ClassSetting& setting : settings) {
      if (is_of(setting, loss, part)) {
        apply(asked, setting, combination);
      }
    }
  }
  return combinations;
}

}  // namespace lossscope
