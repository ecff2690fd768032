// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/session/session.h"

namespace lossscope::commands {

/// The flags of a prediction that a TorchScript model makes.
struct ModelArguments {
  std::string trusted;           ///< SHA-256
  std::optional<int> channel{};  ///< of the output
  double seconds = ModelLimits{}.seconds;
  std::size_t mebibytes = 0;  ///< 0: three quarters of the machine's memory
  std::vector<CLI::Option*> flags{};
};

void add_model_options(CLI::App& command, ModelArguments& arguments);

/// Gives the flags to the session's model. Throws UsageError for a flag where no model makes the prediction.
void apply_model_options(const ModelArguments& arguments, Session& session);

/// Makes the model of `path` the source of the session's prediction. Throws Refusal: E_MODEL_TRUST with the model's
/// SHA-256 when none was given, and those of inspect_model.
void choose_model(const std::string& path, const ModelArguments& arguments, Session& session,
                  const std::stop_token& stop);

/// Trusts the one hash that was given.
[[nodiscard]] ModelPolicy model_policy(const ModelArguments& arguments);

}  // namespace lossscope::commands
