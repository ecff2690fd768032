// SPDX-License-Identifier: Apache-2.0
#include "app/engine/class_table.h"

#include <cmath>
#include <span>

#include "app/io/case.h"

namespace lossscope {

ClassTable class_table(const CaseData& data, const LossResult& result, std::int64_t voxel) {
  const LoadedClasses& classes = *data.classes;
  const ClassEvaluation& made = result.classes->evaluation();
  ClassTable table;
  table.is_sum = made.parts.size() > 1;
  for (std::size_t c = 0; c < classes.labels.size(); ++c) {
    const ClassChannel& one = classes.problem.classes[c];
    ClassRow row;
    row.label = label_text(classes.labels[c], "none");
    row.name = one.name;
    row.background = one.background;
    row.added = made.shares_of[c];
    row.share = made.value != 0 ? row.added / made.value : ClassRow::kNone;
    row.counts = classes.counts[c];
    row.is_in = one.problem.mask.voxels<std::uint8_t>()[static_cast<std::size_t>(voxel)] != 0;
    const auto x = static_cast<double>(one.problem.prediction.voxels<float>()[static_cast<std::size_t>(voxel)]);
    row.p = one.problem.kind == PredictionKind::logit ? 1 / (1 + std::exp(-x)) : x;
    float here = 0;
    made.contributions(c, voxel, {&here, 1});
    row.added_here = static_cast<double>(here);
    for (const ClassTerm& term : made.terms) {
      if (term.which == c) {
        row.enters = true;
        row.value = table.is_sum ? row.added : term.evaluation.reduction.value;
        row.weight = table.is_sum ? ClassRow::kNone : term.weight;
      }
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace lossscope
