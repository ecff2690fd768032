// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "losses/evaluate.h"
#include "losses/fields/compute.h"
#include "losses/fields/field_info.h"

namespace lossscope {

FieldCache::FieldCache() : FieldCache(compute_field) {}

FieldPtr FieldCache::get(const FieldRequest& request, const Problem& problem, std::stop_token stop) {
  const bool by_prediction = info(request.kind).of_prediction;
  // What belongs to other data will not be asked for again: drop it, fields are as large as the volume.
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.mask != problem.mask.data || entry.counts != problem.counts.data || entry.spacing != problem.spacing ||
           (entry.prediction && (entry.prediction != problem.prediction.data || entry.kind != problem.kind));
  });
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.request == request; });
  if (found != entries_.end()) {
    return found->field;
  }
  auto field = std::make_shared<const Field>(compute_(request, problem, stop));
  entries_.push_back({request, problem.mask.data, by_prediction ? problem.prediction.data : nullptr,
                      problem.counts.data, problem.spacing, problem.kind, field});
  return field;
}

}  // namespace lossscope
