// SPDX-License-Identifier: Apache-2.0
#include "app/engine/curves.h"

#include <algorithm>
#include <cmath>

#include "losses/what_if.h"

namespace lossscope {

std::vector<double> voxel_curve(const LossResult& result, std::int64_t offset, bool g, std::span<const double> p) {
  const bool elsewhere = std::any_of(result.fields.begin(), result.fields.end(),
                                     [](const FieldPtr& field) { return field->resident != nullptr; });
  if (elsewhere || result.classes) {
    return {};
  }
  return values_if(*result.loss, result.parameters, result.problem, result.fields, result.reduction, offset, g, p);
}

std::vector<double> parameter_curve(const LossResult& result, std::size_t parameter, std::span<const double> at,
                                    const std::function<void(std::size_t done)>& reached, int threads,
                                    std::stop_token stop) {
  const Loss& loss = *result.loss;
  const bool in_terms = loss.parameters()[parameter].in_terms;
  FieldCache cache;
  std::vector<double> values;
  for (const double value : at) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    std::vector<double> parameters = result.parameters;
    parameters[parameter] = value;
    if (in_terms) {
      std::vector<FieldPtr> fields;
      const std::vector<FieldRequest> wanted = loss.fields(parameters), known = loss.fields(result.parameters);
      for (std::size_t field = 0; field < wanted.size(); ++field) {
        const bool same = field < known.size() && known[field] == wanted[field];
        fields.push_back(same ? result.fields[field] : cache.get(wanted[field], result.problem, stop));
      }
      values.push_back(loss.reduce(parameters, result.problem, fields, threads, stop).value);
      cache = {};  // frees the fields: the next value needs others, each as large as the volume
    } else {
      values.push_back(loss.finish(parameters, result.problem, result.fields, result.reduction).value);
    }
    if (reached) {
      reached(values.size());
    }
  }
  return values;
}

std::vector<double> parameter_samples(const ParameterInfo& info, int count) {
  const double low = info.slider_minimum, high = info.slider_maximum;
  // 0 has no logarithm: such a slider begins four decades below its end.
  const double first = info.scale == Scale::logarithmic && low <= 0 ? high * 1e-4 : low;
  std::vector<double> samples;
  for (int at = 0; at < count; ++at) {
    const double share = static_cast<double>(at) / (count - 1);
    const double value =
        info.scale == Scale::logarithmic ? first * std::pow(high / first, share) : low + share * (high - low);
    samples.push_back(std::clamp(value, info.minimum, info.maximum));
  }
  return samples;
}

}  // namespace lossscope
