// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "app/engine/class_view.h"
#include "app/engine/loss_result.h"

namespace lossscope {

/// One class of a case under a loss; NaN where there is nothing to say.
struct ClassRow {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::string label, name;  ///< "3", or of a region its labels: "1,2,4"
  bool background = false;
  bool enters = false;    ///< whether the loss has it among its classes
  double value = kNone;   ///< of the binary loss of this class; of a sum of losses what the class adds
  double weight = kNone;  ///< of that value in the whole; of a sum there is no single one
  double added = 0;       ///< what the class adds to the whole: the rows add up to the value of the loss
  double share = kNone;   ///< of the value
  ClassCounts counts;     ///< by the most likely class
  bool is_in = false;     ///< whether the crosshair's voxel belongs to the class
  double p = kNone;       ///< of the class there
  double added_here = 0;  ///< what that voxel adds under the class
};

/// The classes of a case under one loss.
struct ClassTable {
  std::vector<ClassRow> rows;  ///< channel by channel
  bool is_sum = false;         ///< the loss is a sum of losses
};
using ClassTablePtr = std::shared_ptr<const ClassTable>;

/// `result` must be over the classes of `data`; `voxel`: the offset of the crosshair's.
[[nodiscard]] ClassTable class_table(const CaseData& data, const LossResult& result, std::int64_t voxel);

}  // namespace lossscope
