// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sweep.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include "losses/metrics/metrics.h"
#include "losses/predictions/threshold.h"

namespace lossscope {
namespace {

using Kind = SweepVariable::Kind;

constexpr double kAny = 1e6;

/// What a variable of a prediction is called and may be.
struct Named {
  std::string_view name, unit;
  double minimum, maximum;
};
constexpr Named kShift{"shift", "mm", -kAny, kAny}, kThreshold{"threshold", "", 0, 1};

/// None for a parameter.
std::optional<Named> named(const SweepVariable& variable) {
  switch (variable.kind) {
    case Kind::shift:
      return kShift;
    case Kind::degradation:
      return Named{variable.part->key, variable.part->unit, variable.part->minimum, variable.part->maximum};
    case Kind::threshold:
      return kThreshold;
    case Kind::parameter:
      break;
  }
  return std::nullopt;
}

bool can_be_swept(const DegradationPart& part) { return part.sweep_from != part.sweep_to; }

bool degrades(Kind kind) { return kind == Kind::shift || kind == Kind::degradation; }

bool is_number(const ParameterInfo& info) { return info.choices.empty(); }

/// The place of the swept parameter among those of a loss, if the loss is meant.
std::optional<std::size_t> swept_parameter(const SweepVariable& variable, const ConfiguredLoss& configured) {
  const Loss& loss = *configured.loss;
  if (!variable.loss.empty() && variable.loss != loss.declaration().id) {
    return std::nullopt;
  }
  const auto at = loss.parameter(variable.parameter);
  return at && is_number(loss.parameters()[*at]) ? at : std::nullopt;
}

void check_range(double from, double to, double minimum, double maximum, const std::string& name) {
  if (!(std::min(from, to) >= minimum && std::max(from, to) <= maximum)) {
    std::ostringstream text;
    text << name << " can be swept from " << minimum << " to " << maximum << ", not from " << from << " to " << to;
    throw std::invalid_argument(text.str());
  }
}

void check(const SweepRequest& request, std::span<const ConfiguredLoss> losses) {
  if (request.steps < 2 || request.steps > 10'000) {
    throw std::invalid_argument("a sweep has 2 to 10000 steps, not " + std::to_string(request.steps));
  }
  const SweepVariable& variable = request.variable;
  if (const auto known = named(variable)) {
    check_range(request.from, request.to, known->minimum, known->maximum, std::string(known->name));
    return;
  }
  for (const ConfiguredLoss& loss : losses) {
    if (const auto at = swept_parameter(variable, loss)) {
      const ParameterInfo& info = loss.loss->parameters()[*at];
      check_range(request.from, request.to, info.minimum, info.maximum,
                  std::string(loss.loss->declaration().id) + "." + variable.parameter);
    }
  }
}

Degradation degraded(Degradation base, const SweepVariable& variable, double value) {
  if (variable.part != nullptr) {
    base.*variable.part->value = value;
    return base;
  }
  const double length = std::hypot(base.shift[0], base.shift[1], base.shift[2]);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    base.shift[axis] = length > 0 ? base.shift[axis] / length * value : (axis == 0 ? value : 0);
  }
  return base;
}

/// Runs one sweep.
class Runner {
 public:
  Runner(const Session& session, const CaseData& data, const SweepRequest& request, int threads, std::stop_token stop)
      : session_(session), data_(data), request_(request), threads_(threads), stop_(std::move(stop)) {
    problem_ = problem_of(data);
    if (degrades(request.variable.kind)) {
      if (session.prediction().from<FromMask>() == nullptr) {
        throw std::invalid_argument("to sweep " + to_string(request.variable) +
                                    ", the prediction must be made from the mask (perfect or degrade:...)");
      }
      degrader_.emplace(data.mask, data.counts);
    }
  }

  void step(Sweep& sweep, std::size_t step) {
    const double value = sweep.at[step];
    if (request_.variable.kind != Kind::parameter) {
      predict(value);
    }
    if (step == 0 || request_.variable.kind != Kind::parameter) {
      metrics_ = compute_metrics(problem_, threads_, stop_);
    }
    sweep.dice.push_back(metrics_.dice);
    sweep.hausdorff.push_back(metrics_.hausdorff);
    for (std::size_t at = 0; at < sweep.losses.size(); ++at) {
      sweep.values[at].push_back(evaluate(sweep.losses[at], value));
    }
  }

 private:
  void predict(double value) {
    fields_ = {};  // frees the fields of the prediction before
    if (request_.variable.kind == Kind::threshold) {
      problem_.prediction = thresholded(data_.uncut, data_.uncut_kind, value);
    } else {
      problem_.prediction =
          degrader_->volume(degraded(session_.prediction().degradation(), request_.variable, value), threads_, stop_);
      if (const auto threshold = session_.prediction().threshold) {
        problem_.prediction = thresholded(problem_.prediction, PredictionKind::probability, *threshold);
      }
    }
    problem_.kind = PredictionKind::probability;
  }

  double evaluate(ConfiguredLoss loss, double value) {
    if (const auto at = swept_parameter(request_.variable, loss)) {
      loss.parameters[*at] = value;
    }
    const FieldSource fields = fields_from(fields_, stop_);
    return lossscope::evaluate(*loss.loss, loss.parameters, problem_, fields, threads_, stop_).reduction.value;
  }

  const Session& session_;
  const CaseData& data_;
  const SweepRequest& request_;
  int threads_;
  std::stop_token stop_;
  Problem problem_;
  std::optional<Degrader> degrader_;
  FieldCache fields_;
  Metrics metrics_;
};

}  // namespace

SweepVariable parse_sweep_variable(const std::string& text, std::span<const ConfiguredLoss> losses) {
  if (text == kShift.name || text == kThreshold.name) {
    return {text == kShift.name ? Kind::shift : Kind::threshold};
  }
  if (const auto* part = degradation_part(text); part != nullptr && can_be_swept(*part)) {
    return along_degradation(text);
  }
  SweepVariable variable{Kind::parameter, {}, text};
  if (const auto dot = text.find('.'); dot != std::string::npos) {
    variable.loss = text.substr(0, dot);
    variable.parameter = text.substr(dot + 1);
  }
  std::string valid(kShift.name);
  for (const DegradationPart& part : degradation_parts()) {
    valid += can_be_swept(part) ? ", " + std::string(part.key) : "";
  }
  valid += ", " + std::string(kThreshold.name);
  for (const ConfiguredLoss& loss : losses) {
    if (swept_parameter(variable, loss)) {
      return variable;
    }
    for (const ParameterInfo& info : loss.loss->parameters()) {
      if (is_number(info)) {
        valid += ", " + std::string(loss.loss->declaration().id) + "." + std::string(info.id);
      }
    }
  }
  throw std::invalid_argument("a sweep cannot vary '" + text + "'; valid: " + valid);
}

std::string to_string(const SweepVariable& variable) {
  if (const auto known = named(variable)) {
    return std::string(known->name);
  }
  return variable.loss.empty() ? variable.parameter : variable.loss + "." + variable.parameter;
}

std::string unit_of(const SweepVariable& variable) {
  const auto known = named(variable);
  return known ? std::string(known->unit) : std::string();
}

SweepVariable along_degradation(std::string_view key) { return {Kind::degradation, {}, {}, degradation_part(key)}; }

Sweep run_sweep(const Session& session, const CaseData& data, std::vector<ConfiguredLoss> losses,
                const SweepRequest& request, int threads, const Progress& progress, std::stop_token stop) {
  if (data.classes) {
    throw std::invalid_argument("a sweep is of one structure: choose one label instead of all classes");
  }
  check(request, losses);
  Sweep sweep{request.variable, {}, std::move(losses), {}, {}, {}, std::string(place_unit(data))};
  sweep.values.resize(sweep.losses.size());
  Runner runner(session, data, request, threads, stop);
  for (int step = 0; step < request.steps; ++step) {
    const double share = static_cast<double>(step) / (request.steps - 1);
    sweep.at.push_back(request.from + share * (request.to - request.from));
    if (progress) {
      progress(static_cast<double>(step) / request.steps, "sweeping " + to_string(request.variable));
    }
    runner.step(sweep, static_cast<std::size_t>(step));
  }
  if (progress) {
    progress(1, {});
  }
  return sweep;
}

std::string to_csv(const Sweep& sweep) {
  std::ostringstream text;
  text << std::setprecision(17) << to_string(sweep.variable);
  for (const ConfiguredLoss& loss : sweep.losses) {
    text << ',' << loss.loss->declaration().id;
  }
  text << ",dice_coefficient,hausdorff_distance_mm\n";
  const auto cell = [&text](double value) {
    text << ',';
    if (std::isfinite(value)) {
      text << value;
    }
  };
  for (std::size_t step = 0; step < sweep.at.size(); ++step) {
    text << sweep.at[step];
    for (const auto& values : sweep.values) {
      cell(values[step]);
    }
    cell(sweep.dice[step]);
    cell(sweep.hausdorff[step]);
    text << '\n';
  }
  return text.str();
}

}  // namespace lossscope
