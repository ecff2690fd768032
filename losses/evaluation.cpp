// SPDX-License-Identifier: Apache-2.0
#include "losses/evaluation.h"

#include <utility>

namespace lossscope {

FieldSource fields_from(FieldCache& cache, std::stop_token stop) {
  return [&cache, stop = std::move(stop)](const FieldRequest& request, const Problem& problem) {
    return cache.get(request, problem, stop);
  };
}

void Evaluation::map_volume(std::span<const MapKind> kinds, std::span<const std::span<float>> out, int threads,
                            std::stop_token stop) const {
  loss->map_volume(parameters, problem, fields, reduction, kinds, out, threads, std::move(stop));
}

bool sums_still_hold(const Evaluation& last, const Evaluation& next) {
  if (last.loss != next.loss || !same_inputs(last.problem, next.problem) || last.fields != next.fields) {
    return false;
  }
  for (std::size_t at = 0; at < next.parameters.size(); ++at) {
    if (next.loss->parameters()[at].in_terms && last.parameters[at] != next.parameters[at]) {
      return false;
    }
  }
  return true;
}

std::vector<FieldPtr> fields_of(const Loss& loss, std::span<const double> parameters, const Problem& problem,
                                const FieldSource& field) {
  std::vector<FieldPtr> fields;
  for (const FieldRequest& request : loss.fields(parameters)) {
    fields.push_back(field(request, problem));
  }
  return fields;
}

Evaluation evaluate(const Loss& loss, std::vector<double> parameters, const Problem& problem, const FieldSource& field,
                    int threads, std::stop_token stop) {
  Evaluation made{&loss, problem, std::move(parameters), {}, {}};
  made.fields = fields_of(loss, made.parameters, problem, field);
  made.reduce(threads, std::move(stop));
  return made;
}

}  // namespace lossscope
