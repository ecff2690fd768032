// SPDX-License-Identifier: Apache-2.0
#include "losses/classes/class_loss.h"

#include <utility>

namespace lossscope {

void ClassLoss::map(const ClassEvaluation& of, MapKind kind, std::int64_t begin, std::span<float> out) const {
  switch (kind) {
    case MapKind::contribution:
      of.contributions(which_, begin, out);
      return;
    case MapKind::counterfactual:
      of.counterfactuals(which_, begin, out);
      return;
    case MapKind::gradient_probability:
    case MapKind::gradient_logit:
      which_ ? of.gradients(*which_, kind, begin, out) : of.gradient_lengths(kind, begin, out);
      return;
  }
}

void ClassLoss::map_layout(MapKind kind, PlaneStore& planes, const PlaneLayout& layout, std::span<float> out) const {
  map(made_->on_plane(kind, planes, layout), kind, 0, out);
}

Reduction ClassLoss::reduce(std::span<const double> parameters, const Problem&, std::span<const FieldPtr>, int threads,
                            std::stop_token stop) const {
  Reduction reduction;
  reduction.value = evaluate_classes(loss_, parameters, made_->problem(), how_, threads, stop, {}, made_.get()).value;
  return reduction;
}

Reduction ClassLoss::finish(std::span<const double> parameters, const Problem& problem,
                            std::span<const FieldPtr> fields, const Reduction&) const {
  return reduce(parameters, problem, fields, 0, {});
}

void ClassLoss::map_plane(std::span<const double>, const Problem&, std::span<const FieldPtr>, const Reduction&,
                          Plane plane, std::span<const MapKind> kinds, std::span<const std::span<float>> out) const {
  PlaneStore planes;
  const PlaneLayout layout = plane_layout(made_->problem().classes.front().problem.mask.grid, plane);
  for (std::size_t at = 0; at < kinds.size(); ++at) {
    map_layout(kinds[at], planes, layout, out[at]);
  }
}

void ClassLoss::map_range(std::span<const double>, const Problem&, std::span<const FieldPtr>, const Reduction&,
                          std::int64_t begin, std::span<const MapKind> kinds,
                          std::span<const std::span<float>> out) const {
  for (std::size_t at = 0; at < kinds.size(); ++at) {
    map(*made_, kinds[at], begin, out[at]);
  }
}

}  // namespace lossscope
