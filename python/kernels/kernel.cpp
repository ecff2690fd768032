// SPDX-License-Identifier: Apache-2.0
#include "python/kernels/kernel.h"

#include <stdexcept>
#include <utility>

#include "losses/evaluation.h"
#include "losses/json/loss_json.h"
#include "losses/sum.h"

namespace lossscope::python {

namespace {

constexpr std::string_view kAsked = "parameters";

/// What a person asked for; of a preset of a sum the losses are known.
std::string chosen(const std::optional<std::string>& text, const std::optional<std::string>& preset) {
  const std::string sum = preset && !text ? sum_with_preset(*preset) : std::string();
  return text ? *text : (sum.empty() ? "dice" : sum);
}

}  // namespace

Kernel::Kernel(const std::optional<std::string>& text, const std::optional<std::string>& preset,
               const Settings& settings)
    : configured_(loss_named(chosen(text, preset), [](const Loss& loss) { return loss.defaults(); })) {
  const std::span<ConfiguredLoss> one(&configured_, 1);
  if (preset) {
    apply_preset("preset", *preset, one);
  }
  for (const auto& [name, value] : settings) {
    if (auto of_classes = class_setting(name, value)) {
      class_settings_.push_back(std::move(*of_classes));
    } else {
      apply_setting(kAsked, name, value, one);
    }
  }
  check_class_settings(kAsked, class_settings_, {configured_});
  (void)combinations_of(kAsked, configured_, class_settings_);
  check_values(*configured_.loss, configured_.parameters);
}

std::string Kernel::text() const { return loss_text(*configured_.loss, configured_.parameters); }

std::string Kernel::parameters() const { return parameters_json(configured_).dump(); }

Outcome Kernel::evaluate(const Problem& problem, std::span<const MapKind> kinds, std::span<const std::span<float>> out,
                         int threads, std::stop_token stop) const {
  FieldCache cache;
  const Loss& loss = *configured_.loss;
  const auto fields = fields_of(loss, configured_.parameters, problem, fields_from(cache, stop));
  const Reduction reduction = kinds.empty()
                                  ? loss.reduce(configured_.parameters, problem, fields, threads, stop)
                                  : loss.evaluate(configured_.parameters, problem, fields, kinds, out, threads, stop);
  return {reduction.value, reduction.blind, parts_json(configured_, reduction).dump(),
          peer_value(configured_, reduction.value)};
}

ClassOutcome Kernel::evaluate_over(const ClassProblem& problem, const ClassMaps& maps, int threads,
                                   const std::stop_token& stop) const {
  const ClassEvaluation made = evaluate_classes(*configured_.loss, configured_.parameters, problem,
                                                combinations_of(kAsked, configured_, class_settings_), threads, stop);
  made.map_volume(maps.gradient, maps.contribution, maps.of_channels, threads, stop);
  auto classes = nlohmann::ordered_json::array();
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    classes.push_back(class_json(made, c));
  }
  return {made.value, parts_json(configured_, made.value, made.parts).dump(), classes.dump(),
          peer_value(configured_, made.value)};
}

MapKind map_kind(const std::string& name) {
  if (name == "contribution") {
    return MapKind::contribution;
  }
  if (name == "gradient_probability") {
    return MapKind::gradient_probability;
  }
  if (name == "gradient_logit") {
    return MapKind::gradient_logit;
  }
  if (name == "what_if") {
    return MapKind::counterfactual;
  }
  throw std::invalid_argument("there is no map '" + name + "'");
}

std::string all_losses_json() {
  auto list = nlohmann::ordered_json::array();
  for (const Loss* loss : all_losses()) {
    list.push_back(loss_json(*loss));
  }
  return list.dump();
}

std::string metrics_of(const Problem& problem, int threads, std::stop_token stop) {
  return metrics_json(compute_metrics(problem, threads, std::move(stop))).dump();
}

}  // namespace lossscope::python
