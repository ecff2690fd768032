// SPDX-License-Identifier: Apache-2.0
#include "app/engine/loss_run.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "app/engine/script_loss.h"
#include "app/engine/stopwatch.h"
#include "basics/trace.h"
#include "losses/configured_loss.h"

namespace lossscope {

void LossRun::use(const std::shared_ptr<Driver>& driver) {
  if (driver != driver_) {
    clear();
    driver_ = driver;
  }
}

LossResultPtr LossRun::evaluate(const std::string& loss, const Session& session, const CaseData& data, Timing& timing,
                                std::stop_token stop) {
  if (data.classes) {
    return evaluate_classes_loss(loss, session, data, timing, stop);
  }
  if (loss == kScriptLoss) {
    return evaluate_script_loss(session, data, timing, std::move(stop));
  }
  scripts_.rest();
  LossResult next;
  next.driver = driver_;
  next.loss = driver_->loss(loss);
  if (next.loss == nullptr) {
    throw std::invalid_argument("there is no loss '" + loss + "'");
  }
  next.problem = problem_of(data);
  next.parameters = session.loss.values_of(*next.loss);
  check_values(*next.loss, next.parameters);

  Stopwatch watch;
  next.fields = fields_of(*next.loss, next.parameters, next.problem, driver_fields(*driver_, stop));
  timing.fields += watch.restart();

  LossResultPtr& last = last_[loss];
  if (!last || !sums_still_hold(*last, next)) {
    const trace::Span span(trace::Category::reduce, "sums over the volume");
    next.reduce(threads_, stop);
    ++work_.reductions;
    last = std::make_shared<const LossResult>(std::move(next));
  } else if (last->parameters != next.parameters) {
    const trace::Span span(trace::Category::reduce, "value from kept sums");
    next.reduction = next.loss->finish(next.parameters, next.problem, next.fields, last->reduction);
    ++work_.finishes;
    last = std::make_shared<const LossResult>(std::move(next));
  }
  timing.reduce += watch.restart();
  return last;
}

LossResultPtr LossRun::evaluate_classes_loss(const std::string& id, const Session& session, const CaseData& data,
                                             Timing& timing, const std::stop_token& stop) {
  if (id == kScriptLoss) {
    throw Refusal("E_SCRIPT_CLASSES", "TorchScript", "a loss of your own is given the p and g of one structure",
                  "choose one label as the structure, or another loss");
  }
  const Loss* loss = find_loss(id);
  if (loss == nullptr) {
    throw std::invalid_argument("there is no loss '" + id + "'");
  }
  const std::vector<double> parameters = session.loss.values_of(*loss);
  check_values(*loss, parameters);
  Stopwatch watch;
  const ClassCombination how = session.study.classes ? session.study.classes->combination : ClassCombination();
  LossResultPtr made = classes_.evaluate(*loss, parameters, how, data, work_.reductions, stop);
  timing.reduce += watch.restart();
  return made;
}

LossResultPtr LossRun::evaluate_script_loss(const Session& session, const CaseData& data, Timing& timing,
                                            std::stop_token stop) {
  if (may_run_ && !may_run_(script_hash(session.loss.script))) {
    throw Refusal("E_SCRIPT_TRUST", "TorchScript", "the session's loss is a program, and nobody has run it here yet",
                  "read it in the panel of the loss; if it does what you want, press Evaluate below it");
  }
  LossResult next;
  next.loss = &script_loss();
  next.problem = problem_of(data);
  LossResultPtr& last = last_[std::string(kScriptLoss)];
  if (!last || script_ != session.loss.script || !same_inputs(last->problem, next.problem)) {
    const trace::Span span(trace::Category::reduce, "TorchScript loss");
    Stopwatch watch;
    ScriptResult result = scripts_.evaluate(session.loss.script, next.problem, std::move(stop));
    next.reduction = script_reduction(next.problem, result.value);
    next.fields = script_fields(std::move(result));
    timing.reduce += watch.restart();
    script_ = session.loss.script;
    ++work_.reductions;
    last = std::make_shared<const LossResult>(std::move(next));
  }
  return last;
}

void LossRun::keep_only(const std::vector<std::string>& losses) {
  std::erase_if(
      last_, [&](const auto& entry) { return std::find(losses.begin(), losses.end(), entry.first) == losses.end(); });
  classes_.keep_only(losses);
}

FieldPtr LossRun::mask_distance(const CaseData& data, Timing& timing, std::stop_token stop) {
  const trace::Span span(trace::Category::fields, "distance to the mask");
  Stopwatch watch;
  FieldRequest request;
  request.kind = FieldKind::mask_distance;
  const FieldPtr field = driver_->field(request, problem_of(data), std::move(stop));
  if (field != resident_distance_) {
    distance_ =
        field->resident ? std::make_shared<const Field>(Field{driver_->field_map(*field), field->scalars, {}}) : field;
    resident_distance_ = field;
  }
  timing.fields += watch.restart();
  return distance_;
}

std::optional<LossResult> LossRun::preview(const std::string& loss, const Session& session,
                                           const Volume& prediction) const {
  const Loss* known = find_loss(loss);
  const auto last = last_.find(loss);
  if (known == nullptr || last == last_.end() || !last->second ||
      session.loss.values_of(*known) != last->second->parameters) {
    return std::nullopt;
  }
  LossResult result = *last->second;
  result.problem.prediction = prediction;
  // On a GPU: for three planes the processor is faster than copying a volume there.
  if (known != result.loss) {
    if (!result.fields.empty()) {
      return std::nullopt;
    }
    result.loss = known;
  }
  return result;
}

std::optional<LossResult> LossRun::preview(const Session& session) const {
  const Loss* loss = find_loss(session.loss.id);
  const auto found = last_.find(session.loss.id);
  if (loss == nullptr || found == last_.end() || !found->second || found->second->loss != loss) {
    return std::nullopt;
  }
  const LossResult& last = *found->second;
  LossResult result = last;
  result.parameters = session.loss.values_of(*loss);
  check_values(*loss, result.parameters);
  if (sums_still_hold(last, result) || loss->fields(result.parameters) != loss->fields(last.parameters)) {
    return std::nullopt;
  }
  result.reduction = loss->finish(result.parameters, result.problem, result.fields, last.reduction);
  return result;
}

void LossRun::clear() {
  driver_->clear();
  resident_distance_ = distance_ = nullptr;
  last_.clear();
  classes_.clear();
}

}  // namespace lossscope
