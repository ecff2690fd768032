// SPDX-License-Identifier: Apache-2.0
// A loss with its parameters, and how people write both: on the command line, in sessions, in Python.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// A loss with the values of its parameters in declaration order.
struct ConfiguredLoss {
  const Loss* loss = nullptr;
  std::vector<double> parameters;
  const Preset* preset = nullptr;  ///< that was asked for by its name, while the parameters are still its own
};

/// Throws std::invalid_argument for the first value, in declaration order, that is out of its parameter's range: a
/// session file may say any number.
void check_values(const Loss& loss, const std::vector<double>& values);

/// Which preset has these values: its place in the declaration + 1, 0 for the defaults, -1 for none. Of several with
/// the same values the `preferred` one, else the first.
[[nodiscard]] int preset_of(const Loss& loss, const std::vector<double>& values, int preferred);

/// The number that the code of the loss's preset would print for `ours`; nullopt where it is the same, or none was
/// asked for.
[[nodiscard]] std::optional<double> peer_value(const ConfiguredLoss& loss, double ours);

/// Whether a parameter's value has a name: of a choice, or a special one.
[[nodiscard]] bool has_name(const ParameterInfo& parameter, double value);
/// A parameter's value as people write it: its name or a number.
[[nodiscard]] std::string value_text(const ParameterInfo& parameter, double value);

/// A loss to train with, as Python makes it: lossscope.torch.Loss("1*dice+0.5*bce", kind="logit", ...). Parameters
/// stand there where they are not the usual ones. `spacing`: of a voxel along i, j and k, where the loss measures
/// distances in it; it is written along k, j and i.
[[nodiscard]] std::string pytorch_text(const ConfiguredLoss& loss, const std::array<double, 3>& spacing);

/// The values of a loss's parameters before anything is set.
using StartValues = std::function<std::vector<double>(const Loss&)>;

/// The loss that a text names ("dice", "2*dice+1*bce"), with the values of `start`; a sum has the weights that the text
/// says. Throws std::invalid_argument with the losses there are.
[[nodiscard]] ConfiguredLoss loss_named(const std::string& text, const StartValues& start);

/// Sets the parameter NAME of every loss that has it, or ID.NAME of one loss or of one part of a sum; `value` is a
/// number, the name of a choice or a special name ("auto"). `asked` is what the person wrote it with, for errors.
/// Throws std::invalid_argument that names what is valid.
void apply_setting(std::string_view asked, const std::string& name, const std::string& value,
                   std::span<ConfiguredLoss> losses);
/// Sets what the losses' presets of this name or id say. As apply_setting.
void apply_preset(std::string_view asked, const std::string& name, std::span<ConfiguredLoss> losses);

}  // namespace lossscope
