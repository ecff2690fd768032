// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "app/commands/eval_options.h"

namespace lossscope::commands {

/// Throws UsageError for what is not said of classes, or of them alone.
void check_class_options(const EvalOptions& options);

/// lossscope eval --classes: losses over the classes of a case, by class, with metrics of each and their maps.
void eval_classes(const EvalOptions& options, const std::stop_token& stop);

}  // namespace lossscope::commands
