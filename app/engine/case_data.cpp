// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_data.h"

#include "app/engine/slicing.h"

namespace lossscope {
namespace {

std::string_view unit(const CaseData& data, bool in_mm) {
  return in_mm ? "mm" : flat_axis(data.grid) ? "pixels" : "voxels";
}

}  // namespace

Problem problem_of(const CaseData& data) { return {data.mask, data.prediction, data.kind, data.spacing, data.counts}; }

Problem metrics_problem(const CaseData& data) {
  Problem problem = problem_of(data);
  if (data.classes) {
    problem.prediction = data.taken_for;
    problem.kind = PredictionKind::probability;
  }
  return problem;
}

std::string_view loss_unit(const CaseData& data) { return unit(data, !data.in_voxels()); }

std::string_view place_unit(const CaseData& data) { return unit(data, data.has_spacing); }

}  // namespace lossscope
