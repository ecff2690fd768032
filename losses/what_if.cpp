// SPDX-License-Identifier: Apache-2.0
#include "losses/what_if.h"

#include "losses/counts.h"
#include "losses/registry.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

/// What is needed to exchange one voxel's share of the sums.
struct Exchange {
  const double* parameters;
  const double* sums;
  Totals totals;
  double label, prediction;
  bool is_logit;
  std::array<double, kMaxFields> fields{};
};

template <class L>
Voxel<double> with_fields(Voxel<double> v, const Exchange& exchange) {
  for (int f = 0; f < field_count<L>(); ++f) {
    v.f[f] = exchange.fields[f];
  }
  return v;
}

template <class L>
std::vector<double> values_of(const Exchange& exchange, double g, std::span<const double> p) {
  const auto loss = with_parameters<L>(exchange.parameters);
  const Voxel<double> voxel = exchange.is_logit ? voxel_from_logit(exchange.label, exchange.prediction)
                                                : voxel_from_probability(exchange.label, exchange.prediction);
  const auto now = loss.terms(with_fields<L>(voxel, exchange));
  Totals changed = exchange.totals;
  changed.positives += g - exchange.label;
  std::vector<double> values;
  for (const double probability : p) {
    const auto then = loss.terms(with_fields<L>(voxel_from_probability(g, probability), exchange));
    Numbers<double, L::kTerms> sums{};
    for (int k = 0; k < L::kTerms; ++k) {
      sums[k] = exchange.sums[k] + (then[k] - now[k]);
    }
    values.push_back(loss.finish(sums, changed).value);
  }
  return values;
}

template <template <class> class... L>
std::vector<double> find_and_exchange(LossList<L...>, std::string_view id, const Exchange& exchange, double g,
                                      std::span<const double> p) {
  std::vector<double> values;
  static_cast<void>(
      ((L<double>::declaration.id == id && (values = values_of<L<double>>(exchange, g, p), true)) || ...));
  return values;
}

}  // namespace

std::vector<double> values_if(const Loss& loss, std::span<const double> parameters, const Problem& problem,
                              std::span<const FieldPtr> fields, const Reduction& reduction, std::int64_t voxel, bool g,
                              std::span<const double> p) {
  if (const SumLoss* sum = as_sum(loss)) {
    const std::vector<SumLoss::Part> parts = sum->parts(parameters, fields);
    std::vector<double> values(p.size());
    for (std::size_t at = 0; at < parts.size(); ++at) {
      const SumLoss::Part& part = parts[at];
      const auto own = values_if(part.loss, part.parameters, problem, part.fields, reduction.parts[at], voxel, g, p);
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] += part.weight * own[i];
      }
    }
    return values;
  }
  Exchange exchange{parameters.data(),
                    reduction.sums.data(),
                    {reduction.voxels, reduction.positives, {}},
                    static_cast<double>(problem.mask.voxels<std::uint8_t>()[voxel]),
                    static_cast<double>(problem.prediction.voxels<float>()[voxel]),
                    problem.kind == PredictionKind::logit};
  if (find_loss(loss.declaration().id) == nullptr) {
    return {};
  }
  if (!counts_at(problem.counted(), voxel)) {
    return std::vector<double>(p.size(), reduction.value);
  }
  for (std::size_t f = 0; f < fields.size(); ++f) {
    exchange.totals.scalars[f] = fields[f]->scalars;
    exchange.fields[f] = static_cast<double>(fields[f]->map.voxels<float>()[voxel]);
  }
  return find_and_exchange(Registry(), loss.declaration().id, exchange, g ? 1 : 0, p);
}

}  // namespace lossscope
