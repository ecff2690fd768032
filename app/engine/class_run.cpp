// SPDX-License-Identifier: Apache-2.0
#include "app/engine/class_run.h"

#include <algorithm>
#include <numeric>

#include "basics/trace.h"

namespace lossscope {
namespace {

/// What a class's loss cannot see, each class's words once.
std::string blind_text(const ClassEvaluation& made, std::optional<std::size_t> which) {
  std::string text;
  for (const ClassTerm& term : made.terms) {
    const std::string& blind = term.evaluation.reduction.blind;
    if (!blind.empty() && (!which || *which == term.which)) {
      text += (text.empty() ? "" : " ") + made.problem().classes[term.which].name + ": " + blind;
    }
  }
  return text;
}

double voxels_that_count(const CaseData& data) {
  if (data.counts.empty()) {
    return static_cast<double>(data.grid.voxels());
  }
  const auto counts = data.counts.voxels<std::uint8_t>();
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
}

}  // namespace

LossResultPtr of_class(const LossResult& result, std::size_t which) {
  auto one = std::make_shared<LossResult>(result);
  one->classes = std::make_shared<const ClassLoss>(result.classes->of_class(which));
  one->loss = one->classes.get();
  one->fields.clear();
  for (const ClassTerm& term : one->classes->evaluation().terms) {
    if (term.which == which && one->fields.empty()) {
      one->fields = term.evaluation.fields;
    }
  }
  return one;
}

FieldSource ClassRun::fields(const std::stop_token& stop) {
  return [this, stop](const FieldRequest& request, const Problem& problem) {
    const trace::Span span(trace::Category::fields, "auxiliary field of a class");
    return fields_[{problem.mask.data.get(), problem.counts.data.get()}].get(request, problem, stop);
  };
}

LossResultPtr ClassRun::look(const Made& made, const Loss& loss, const CaseData& data) {
  const auto over = std::make_shared<const ClassLoss>(loss, std::vector{made.how}, made.evaluation, data.class_at);
  auto seen = std::make_shared<LossResult>();
  seen->classes = over;
  seen->loss = over.get();
  seen->problem = outcome_problem(data);
  seen->parameters = made.parameters;
  for (const ClassTerm& term : made.evaluation->terms) {
    if (data.class_at == term.which && seen->fields.empty()) {
      seen->fields = term.evaluation.fields;
    }
  }
  seen->reduction.value = made.evaluation->value;
  seen->reduction.voxels = voxels_that_count(data);
  seen->reduction.positives =
      std::reduce(data.mask.voxels<std::uint8_t>().begin(), data.mask.voxels<std::uint8_t>().end(), 0.0);
  seen->reduction.blind = blind_text(*made.evaluation, data.class_at);
  return seen;
}

LossResultPtr ClassRun::evaluate(const Loss& loss, const std::vector<double>& parameters, const ClassCombination& how,
                                 const CaseData& data, int& reductions, const std::stop_token& stop) {
  Made& known = made_[std::string(loss.declaration().id)];
  const bool same_case = known.of == data.classes;
  if (!same_case || known.parameters != parameters || known.how != how) {
    const trace::Span span(trace::Category::reduce, "sums of every class");
    known.seen.reset();
    auto evaluation = std::make_shared<const ClassEvaluation>(
        evaluate_classes(loss, parameters, data.classes->problem, {&how, 1}, threads_, stop, fields(stop),
                         same_case ? known.evaluation.get() : nullptr));
    known = {data.classes, parameters, how, std::move(evaluation), nullptr};
    ++reductions;
  }
  if (!known.seen || known.seen->classes->which() != data.class_at) {
    known.seen = look(known, loss, data);
  }
  return known.seen;
}

void ClassRun::keep_only(const std::vector<std::string>& losses) {
  std::erase_if(made_, [&](const auto& entry) { return std::ranges::find(losses, entry.first) == losses.end(); });
}

void ClassRun::clear() {
  made_.clear();
  fields_.clear();
}

}  // namespace lossscope
