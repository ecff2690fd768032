// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "losses/classes/class_evaluation.h"
#include "losses/configured_loss.h"
#include "losses/metrics/metrics.h"

namespace lossscope {

/// A number, or null where it is not finite: JSON has no NaN.
[[nodiscard]] nlohmann::ordered_json number_or_null(double value);

/// A loss's declaration: id, name, family, formula, texts, parameters with ranges and defaults, fields, presets.
[[nodiscard]] nlohmann::ordered_json loss_json(const Loss& loss);
/// NAME: VALUE; choices and special values by their names.
[[nodiscard]] nlohmann::ordered_json parameters_json(const ConfiguredLoss& loss);
/// id (a preset's, where one was asked for by its id), value, and peer_value where there is one.
[[nodiscard]] nlohmann::ordered_json value_json(const ConfiguredLoss& loss, double value);
/// The parts of a sum: `values` are the parts' own; what a part adds to the sum is its weight times that, and its share
/// that by `value`. Null of what is no sum.
[[nodiscard]] nlohmann::ordered_json parts_json(const ConfiguredLoss& loss, double value,
                                                std::span<const double> values);
[[nodiscard]] nlohmann::ordered_json parts_json(const ConfiguredLoss& loss, const Reduction& reduction);
/// Of a class: value, the loss of its own; weight of that in the whole; share, what it adds to the whole, divided by
/// it. A sum of losses has several losses and weights of a class: there the value is what it adds, and the weight is
/// null.
[[nodiscard]] nlohmann::ordered_json class_json(const ClassEvaluation& made, std::size_t which);
/// Null for a metric that is undefined.
[[nodiscard]] nlohmann::ordered_json metrics_json(const Metrics& metrics);

}  // namespace lossscope
