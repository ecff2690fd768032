// SPDX-License-Identifier: Apache-2.0
#include "app/commands/loss_arguments.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "app/commands/command.h"
#include "basics/number_text.h"
#include "losses/sum.h"

namespace lossscope::commands {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

/// The loss that a text names, as the session has it tuned; a sum has the weights that the text says.
ConfiguredLoss loss_named(const std::string& id, const Session& start) {
  const std::optional<SumText> sum = parse_sum(id);
  if (const Loss* loss = find_loss(sum ? sum->id : id)) {
    ConfiguredLoss named{loss, start.loss.values_of(*loss)};
    if (const SumLoss* made = as_sum(*loss)) {
      std::size_t part = 0;
      for (const std::optional<double>& weight : sum->weights) {
        const std::string part_id(made->parts(named.parameters)[part++].loss.declaration().id);
        double& tuned = named.parameters[loss->parameter(part_id + ".weight").value()];
        tuned = weight.value_or(tuned);
      }
    }
    return named;
  }
  std::vector<std::string> ids;
  for (const Loss* loss : all_losses()) {
    ids.emplace_back(loss->declaration().id);
  }
  throw UsageError("there is no loss '" + id + "'; the losses are " + join(ids) +
                   ", and sums of different ones of them, WEIGHT*ID joined by +");
}

std::string legal_values(const ParameterInfo& parameter) {
  std::vector<std::string> words(parameter.choices.begin(), parameter.choices.end());
  if (words.empty()) {
    words.push_back(shortest_text(parameter.minimum) + " to " + shortest_text(parameter.maximum));
  }
  if (!parameter.special.empty()) {
    words.emplace_back(parameter.special);
  }
  return join(words);
}

double parse_value(const ParameterInfo& parameter, const std::string& text) {
  for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
    if (parameter.choices[i] == text) {
      return static_cast<double>(i);
    }
  }
  if (!parameter.special.empty() && parameter.special == text) {
    return -1;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() && parameter.choices.empty();
  if (!whole || !(value >= parameter.minimum && value <= parameter.maximum)) {
    throw UsageError(std::string(parameter.id) + " cannot be '" + text + "'; valid: " + legal_values(parameter));
  }
  return value;
}

/// "ID.NAME=VALUE" or "NAME=VALUE".
struct Setting {
  std::string loss, name, value;

  explicit Setting(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      throw UsageError("--set takes NAME=VALUE, not '" + text + "'");
    }
    name = text.substr(0, equals);
    value = text.substr(equals + 1);
    if (const auto dot = name.find('.'); dot != std::string::npos) {
      loss = name.substr(0, dot);
      name = name.substr(dot + 1);
    }
  }
};

void apply_setting(const Setting& setting, std::vector<ConfiguredLoss>& losses) {
  bool used = false;
  std::vector<std::string> names;
  for (ConfiguredLoss& configured : losses) {
    const auto& id = configured.loss->declaration().id;
    // A part's parameter is the sum's parameter ID.NAME.
    const bool in_sum = as_sum(*configured.loss) != nullptr && !setting.loss.empty() && setting.loss != id;
    if (!in_sum && !setting.loss.empty() && setting.loss != id) {
      continue;
    }
    if (const auto at = configured.loss->parameter(in_sum ? setting.loss + "." + setting.name : setting.name)) {
      configured.parameters[*at] = parse_value(configured.loss->parameters()[*at], setting.value);
      configured.preset = nullptr;
      used = true;
    }
    for (const ParameterInfo& parameter : configured.loss->parameters()) {
      names.push_back((losses.size() > 1 ? std::string(id) + "." : "") + std::string(parameter.id));
    }
  }
  if (!used) {
    throw UsageError("--set: no chosen loss has a parameter '" + (setting.loss.empty() ? "" : setting.loss + ".") +
                     setting.name + "'; the parameters are " + join(names));
  }
}

void apply_preset(const std::string& name, std::vector<ConfiguredLoss>& losses) {
  bool used = false;
  std::vector<std::string> names;
  for (ConfiguredLoss& configured : losses) {
    for (const Preset& preset : configured.loss->declaration().presets) {
      names.emplace_back(preset.name);
      if (preset.name == name || (!preset.id.empty() && preset.id == name)) {
        used = true;
        configured.preset = &preset;
        for (const auto& [id, value] : preset.values) {
          configured.parameters[configured.loss->parameter(id).value()] = value;
        }
      }
    }
  }
  if (!used) {
    throw UsageError("--preset: no chosen loss has a preset '" + name + "'; the presets are " + join(names));
  }
}

}  // namespace

std::vector<ConfiguredLoss> configure_losses(const std::vector<std::string>& ids, bool all,
                                             const std::vector<std::string>& settings, const std::string& preset,
                                             const Session& start) {
  std::vector<ConfiguredLoss> losses;
  if (all) {
    for (const Loss* loss : all_losses()) {
      losses.push_back({loss, start.loss.values_of(*loss)});
    }
  }
  for (const std::string& id : ids) {
    losses.push_back(loss_named(id, start));
  }
  if (const std::string sum = sum_with_preset(preset); losses.empty() && !sum.empty()) {
    losses.push_back(loss_named(sum, {}));  // of such a preset the losses are known
  }
  if (losses.empty()) {
    throw UsageError("say which losses: --loss ID[,ID...], --all or a --preset of a sum, e.g. nnunet");
  }
  if (!preset.empty()) {
    apply_preset(preset, losses);
  }
  for (const std::string& text : settings) {
    apply_setting(Setting(text), losses);
  }
  try {
    for (const ConfiguredLoss& configured : losses) {
      check_values(*configured.loss, configured.parameters);
    }
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return losses;
}

}  // namespace lossscope::commands
