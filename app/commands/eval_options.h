// SPDX-License-Identifier: Apache-2.0
// What eval is asked, of one structure and over classes.
#pragma once

#include <string>
#include <string_view>

#include "app/commands/case_arguments.h"
#include "app/commands/class_arguments.h"

namespace lossscope::commands {

struct EvalOptions {
  CaseArguments inputs;
  ClassArguments classes;
  std::string device = "cpu", wrt = "probability", contribution, gradient, counterfactual, distance, json;
};

/// The prediction of a case as `inputs` has it: its file, or what `--predict` or the session said, and its kind.
[[nodiscard]] Json prediction_json(const CaseData& data, const Session& session, const std::string& predict);

/// OUT with `{loss}` replaced. Throws UsageError where several losses would overwrite each other.
[[nodiscard]] std::string output_path(const std::string& pattern, std::string_view id, bool several);

}  // namespace lossscope::commands
