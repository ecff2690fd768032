// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_data.h"

namespace lossscope {

Problem problem_of(const CaseData& data) { return {data.mask, data.prediction, data.kind, data.spacing}; }

}  // namespace lossscope
