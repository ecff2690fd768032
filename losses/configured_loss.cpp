// SPDX-License-Identifier: Apache-2.0
#include "losses/configured_loss.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "basics/number_text.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

std::string with_commas(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string legal_values(const ParameterInfo& parameter) {
  std::vector<std::string> words(parameter.choices.begin(), parameter.choices.end());
  if (words.empty()) {
    words.push_back(shortest_text(parameter.minimum) + " to " + shortest_text(parameter.maximum));
  }
  if (!parameter.special.empty()) {
    words.emplace_back(parameter.special);
  }
  return with_commas(words);
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
    throw std::invalid_argument(std::string(parameter.id) + " cannot be '" + text +
                                "'; valid: " + legal_values(parameter));
  }
  return value;
}

void set_preset(const Preset& preset, const Loss& loss, std::vector<double>& values) {
  for (const auto& [id, value] : preset.values) {
    values[loss.parameter(id).value()] = value;
  }
}

/// "ID.NAME" or "NAME".
struct ParameterName {
  std::string loss, name;

  explicit ParameterName(const std::string& text) : name(text) {
    if (const auto dot = text.find('.'); dot != std::string::npos) {
      loss = text.substr(0, dot);
      name = text.substr(dot + 1);
    }
  }
  /// Where a loss has it, if it does.
  [[nodiscard]] std::optional<std::size_t> in(const Loss& in_loss) const {
    const std::string_view id = in_loss.declaration().id;
    if (loss.empty() || loss == id) {
      return in_loss.parameter(name);
    }
    // A part's parameter is the sum's parameter ID.NAME.
    return as_sum(in_loss) != nullptr ? in_loss.parameter(loss + "." + name) : std::nullopt;
  }
};

}  // namespace

std::optional<double> peer_value(const ConfiguredLoss& loss, double ours) {
  const bool another = loss.preset != nullptr && loss.preset->says_another_value();
  return another ? std::optional(loss.preset->peer_value(ours)) : std::nullopt;
}

bool has_name(const ParameterInfo& parameter, double value) {
  return !parameter.choices.empty() || (value == -1 && !parameter.special.empty());
}

std::string value_text(const ParameterInfo& parameter, double value) {
  if (value == -1 && !parameter.special.empty()) {
    return std::string(parameter.special);
  }
  if (!parameter.choices.empty()) {
    return std::string(parameter.choices[static_cast<std::size_t>(std::lround(value))]);
  }
  return shortest_text(value);
}

int preset_of(const Loss& loss, const std::vector<double>& values, int preferred) {
  const auto presets = loss.declaration().presets;
  const int count = static_cast<int>(presets.size());
  const auto holds = [&](int row) {
    auto named = loss.defaults();
    if (row > 0) {
      set_preset(presets[static_cast<std::size_t>(row - 1)], loss, named);
    }
    return named == values;
  };
  if (preferred >= 0 && preferred <= count && holds(preferred)) {
    return preferred;
  }
  for (int row = 0; row <= count; ++row) {
    if (holds(row)) {
      return row;
    }
  }
  return -1;
}

void check_values(const Loss& loss, const std::vector<double>& values) {
  for (std::size_t at = 0; at < values.size(); ++at) {
    const ParameterInfo& info = loss.parameters()[at];
    const bool special = !info.special.empty() && values[at] == -1;
    if (!special && !(values[at] >= info.minimum && values[at] <= info.maximum)) {
      throw std::invalid_argument(std::string(loss.declaration().id) + "." + std::string(info.id) + " = " +
                                  shortest_text(values[at]) + " is outside " + shortest_text(info.minimum) + " to " +
                                  shortest_text(info.maximum));
    }
  }
}

ConfiguredLoss loss_named(const std::string& text, const StartValues& start) {
  const std::optional<SumText> sum = parse_sum(text);
  if (const Loss* loss = find_loss(sum ? sum->id : text)) {
    ConfiguredLoss named{loss, start(*loss)};
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
  throw std::invalid_argument("there is no loss '" + text + "'; the losses are " + with_commas(ids) +
                              ", and sums of different ones of them, WEIGHT*ID joined by +");
}

void apply_setting(std::string_view asked, const std::string& name, const std::string& value,
                   std::span<ConfiguredLoss> losses) {
  const ParameterName wanted(name);
  bool used = false;
  std::vector<std::string> names;
  for (ConfiguredLoss& configured : losses) {
    if (const auto at = wanted.in(*configured.loss)) {
      configured.parameters[*at] = parse_value(configured.loss->parameters()[*at], value);
      configured.preset = nullptr;
      used = true;
    }
    for (const ParameterInfo& parameter : configured.loss->parameters()) {
      names.push_back((losses.size() > 1 ? std::string(configured.loss->declaration().id) + "." : "") +
                      std::string(parameter.id));
    }
  }
  if (!used) {
    throw std::invalid_argument(std::string(asked) + ": no chosen loss has a parameter '" + name +
                                "'; the parameters are " + with_commas(names));
  }
}

std::string pytorch_text(const ConfiguredLoss& loss, const std::array<double, 3>& spacing) {
  std::string text = "lossscope.torch.Loss(\"" + loss_text(*loss.loss, loss.parameters) + "\", kind=\"logit\"";
  if (!loss.loss->fields(loss.parameters).empty() && spacing != std::array<double, 3>{1, 1, 1}) {
    text += ", spacing=(" + shortest_text(spacing[2]) + ", " + shortest_text(spacing[1]) + ", " +
            shortest_text(spacing[0]) + ")";
  }
  const bool is_sum = as_sum(*loss.loss) != nullptr;
  const auto usual = loss.loss->defaults();
  std::string settings;
  for (std::size_t at = 0; at < usual.size(); ++at) {
    const ParameterInfo& info = loss.loss->parameters()[at];
    const bool said = is_sum && info.id.ends_with(".weight");  // in the loss's text
    if (loss.parameters[at] != usual[at] && !said) {
      const std::string value = value_text(info, loss.parameters[at]);
      settings += (settings.empty() ? "\"" : ", \"") + std::string(info.id) + "\": ";
      settings += has_name(info, loss.parameters[at]) ? '"' + value + '"' : value;
    }
  }
  return text + (settings.empty() ? "" : ", parameters={" + settings + "}") + ")";
}

void apply_preset(std::string_view asked, const std::string& name, std::span<ConfiguredLoss> losses) {
  bool used = false;
  std::vector<std::string> names;
  for (ConfiguredLoss& configured : losses) {
    for (const Preset& preset : configured.loss->declaration().presets) {
      names.emplace_back(preset.name);
      if (preset.name == name || (!preset.id.empty() && preset.id == name)) {
        used = true;
        configured.preset = &preset;
        set_preset(preset, *configured.loss, configured.parameters);
      }
    }
  }
  if (!used) {
    throw std::invalid_argument(std::string(asked) + ": no chosen loss has a preset '" + name + "'; the presets are " +
                                (names.empty() ? "none" : with_commas(names)));
  }
}

}  // namespace lossscope
