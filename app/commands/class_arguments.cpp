// SPDX-License-Identifier: Apache-2.0
#include "app/commands/class_arguments.h"

#include <algorithm>
#include <utility>

#include "app/commands/case_arguments.h"
#include "app/io/text_file.h"

namespace lossscope::commands {
namespace {

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

void add_class_options(CLI::App& command, ClassArguments& a, const std::string& of_class) {
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
  command.add_option("--class", a.which, of_class)->type_name("LABEL|NAME");
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

std::string class_path(std::string pattern, const ClassCase& classes, std::size_t which) {
  const auto at = pattern.find(kClassMark);
  return at == std::string::npos ? pattern
                                 : pattern.replace(at, kClassMark.size(), label_text(classes.labels[which], "none"));
}

void choose_classes(const ClassArguments& arguments, const std::vector<ClassSetting>& settings,
                    const std::vector<ConfiguredLoss>& losses, Session& session) {
  if (arguments.given()) {
    session.study.classes = class_choice(arguments);
  } else if (!session.study.classes) {
    (void)class_choice(arguments);
    if (!settings.empty()) {
      throw UsageError("--set " + settings.front().name + " is said of several classes: --classes all");
    }
    return;
  }
  if (settings.empty()) {
    return;
  }
  parsed([&] {
    check_class_settings("--set", settings, losses);
    session.study.classes->combination = combinations_of("--set", losses.front(), settings).front();
    for (const ConfiguredLoss& loss : losses) {
      for (const ClassCombination& how : combinations_of("--set", loss, settings)) {
        if (how != session.study.classes->combination) {
          throw UsageError("all losses of a picture combine the classes alike: --set " + settings.front().name +
                           "=... without a loss's id");
        }
      }
    }
  });
}

std::vector<ClassSetting> take_class_settings(std::vector<std::string>& settings) {
  std::vector<ClassSetting> taken;
  std::erase_if(settings, [&](const std::string& text) {
    const auto equals = text.find('=');
    auto setting =
        equals == std::string::npos ? std::nullopt : class_setting(text.substr(0, equals), text.substr(equals + 1));
    if (setting) {
      taken.push_back(std::move(*setting));
    }
    return setting.has_value();
  });
  return taken;
}

}  // namespace lossscope::commands
