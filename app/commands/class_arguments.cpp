// SPDX-License-Identifier: Apache-2.0
#include "app/commands/class_arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "app/commands/case_arguments.h"
#include "app/io/text_file.h"
#include "losses/sum.h"

namespace lossscope::commands {
namespace {

constexpr std::string_view kBackground = "include_background", kWeights = "class_weights", kAbsent = "absent_classes";

constexpr std::array kClassWeights{
    std::pair<std::string_view, ClassWeights>{"uniform", ClassWeights::uniform},
    std::pair<std::string_view, ClassWeights>{"inverse", ClassWeights::inverse},
    std::pair<std::string_view, ClassWeights>{"inverse_squared", ClassWeights::inverse_squared}};

UsageError no_value(const ClassSetting& setting, const std::string& valid) {
  return UsageError("--set " + setting.name + " cannot be '" + setting.value + "'; valid: " + valid);
}

std::vector<double> numbers_of(const ClassSetting& setting) {
  std::vector<double> numbers;
  for (std::string_view rest = setting.value; !rest.empty() || numbers.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    double number = 0;
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), number);
    if (error != std::errc() || end != one.data() + one.size() || !(number >= 0 && number <= 1e9)) {
      throw no_value(setting, "uniform, inverse, inverse_squared, or a weight of 0 or more for each channel: 0,1,2.5");
    }
    numbers.push_back(number);
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return numbers;
}

void apply(const ClassSetting& setting, ClassCombination& combination) {
  const std::string& value = setting.value;
  if (setting.name == kBackground) {
    if (value != "0" && value != "1") {
      throw no_value(setting, "0, 1");
    }
    combination.include_background = value == "1";
  } else if (setting.name == kAbsent) {
    if (value != "count" && value != "skip") {
      throw no_value(setting, "count, skip");
    }
    combination.skip_absent = value == "skip";
  } else {
    const auto* const known =
        std::ranges::find(kClassWeights, value, &std::pair<std::string_view, ClassWeights>::first);
    combination.weights = known != kClassWeights.end() ? known->second : ClassWeights::manual;
    combination.manual = known != kClassWeights.end() ? std::vector<double>() : numbers_of(setting);
  }
}

/// Whether a setting is said of a part, of the whole loss, or of all.
bool is_of(const ClassSetting& setting, const ConfiguredLoss& loss, const SumLoss::Part& part) {
  return setting.loss.empty() || setting.loss == part.loss.declaration().id ||
         setting.loss == loss.loss->declaration().id;
}

std::vector<ClassRegion> read_regions(const std::string& path) {
  const auto wrong = [&](const std::string& why) {
    return UsageError("--regions " + path + ": " + why + "; it should say {\"NAME\": [LABEL, ...], ...}");
  };
  const Json json = Json::parse(read_text(path), nullptr, false);
  if (!json.is_object() || json.empty()) {
    throw wrong("is no JSON object with a region in it");
  }
  std::vector<ClassRegion> regions;
  for (const auto& [name, labels] : json.items()) {
    const bool whole = labels.is_array() && !labels.empty() &&
                       std::ranges::all_of(labels, [](const Json& label) { return label.is_number_integer(); });
    if (!whole) {
      throw wrong("the labels of '" + name + "' are no list of whole numbers");
    }
    regions.push_back({name, labels.get<std::vector<std::int64_t>>()});
  }
  return regions;
}

}  // namespace

void add_class_options(CLI::App& command, ClassArguments& a) {
  auto* const classes =
      command
          .add_option("--classes", a.classes,
                      "The labels of the mask are classes, each against its channel of the prediction: all (with the "
                      "background), foreground, or label values with commas between them")
          ->type_name("all|foreground|LABEL,...");
  command
      .add_option("--regions", a.regions,
                  "The channels are label sets, which may overlap: a JSON file {\"whole tumour\": [1, 2, 4], ...}")
      ->type_name("FILE.json")
      ->excludes(classes);
  command.add_option("--activation", a.activation, "What makes probabilities of the channels' logits")
      ->check(CLI::IsMember({"softmax", "sigmoid"}));
  command.add_option("--class", a.which, "Whose map --contribution and --gradient write; {class} in OUT writes all")
      ->type_name("LABEL|NAME");
}

ClassChoice class_choice(const ClassArguments& a) {
  if (!a.given()) {
    if (!a.activation.empty() || !a.which.empty()) {
      throw UsageError(std::string(a.activation.empty() ? "--class" : "--activation") +
                       " is said of several classes: --classes all, or --regions FILE.json");
    }
    return {};
  }
  ClassChoice choice;
  if (!a.regions.empty()) {
    choice.regions = read_regions(a.regions);
  } else if (a.classes == "foreground") {
    choice.which = ClassChoice::Which::foreground;
  } else if (a.classes != "all") {
    choice.which = ClassChoice::Which::listed;
    choice.listed = parsed([&] { return parse_labels(a.classes, "all"); });
  }
  if (!a.activation.empty()) {
    choice.activation = a.activation == "softmax" ? Activation::softmax : Activation::sigmoid;
  }
  return choice;
}

std::optional<std::size_t> named_class(const ClassArguments& arguments, const ClassCase& classes) {
  if (arguments.which.empty()) {
    return std::nullopt;
  }
  std::string names;
  for (std::size_t c = 0; c < classes.labels.size(); ++c) {
    const std::string label = label_text(classes.labels[c], "none"), name = classes.problem.classes[c].name;
    if (arguments.which == label || arguments.which == name) {
      return c;
    }
    names += (names.empty() ? "" : ", ") + label + " (" + name + ")";
  }
  throw UsageError("there is no class '" + arguments.which + "'; there are " + names);
}

std::vector<ClassSetting> take_class_settings(std::vector<std::string>& settings) {
  std::vector<ClassSetting> taken;
  std::erase_if(settings, [&](const std::string& text) {
    const auto equals = std::min(text.find('='), text.size());
    std::string name = text.substr(0, equals), loss;
    if (const auto dot = name.rfind('.'); dot != std::string::npos) {
      loss = name.substr(0, dot);
      name = name.substr(dot + 1);
    }
    const bool of_classes = equals < text.size() && (name == kBackground || name == kWeights || name == kAbsent);
    if (of_classes) {
      taken.push_back({loss, name, text.substr(equals + 1)});
    }
    return of_classes;
  });
  return taken;
}

void check_class_settings(const std::vector<ClassSetting>& settings, const std::vector<ConfiguredLoss>& losses) {
  for (const ClassSetting& setting : settings) {
    const bool known = std::ranges::any_of(losses, [&](const ConfiguredLoss& loss) {
      const auto parts = parts_of_loss(*loss.loss, loss.parameters);
      return std::ranges::any_of(parts, [&](const SumLoss::Part& part) { return is_of(setting, loss, part); });
    });
    if (!known) {
      throw UsageError("--set: '" + setting.loss + "' is no chosen loss and no part of one");
    }
  }
}

std::vector<ClassCombination> combinations_of(const ConfiguredLoss& loss, const std::vector<ClassSetting>& settings) {
  std::vector<ClassCombination> combinations;
  for (const SumLoss::Part& part : parts_of_loss(*loss.loss, loss.parameters)) {
    ClassCombination& combination = combinations.emplace_back();
    for (const ClassSetting& setting : settings) {
      if (is_of(setting, loss, part)) {
        apply(setting, combination);
      }
    }
  }
  return combinations;
}

}  // namespace lossscope::commands
