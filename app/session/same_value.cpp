// SPDX-License-Identifier: Apache-2.0
#include "app/session/same_value.h"

namespace lossscope {

bool same_value(const Session& one, const Session& other, const std::string& loss) {
  const Loss* known = find_loss(loss);  // null for a script
  const bool same_loss = known == nullptr ? one.loss.script == other.loss.script
                                          : one.loss.values_of(*known) == other.loss.values_of(*known);
  return same_loss && one.study == other.study && one.seen_prediction() == other.seen_prediction();
}

bool same_value(const Session& one, const Session& other) {
  return one.loss.id == other.loss.id && same_value(one, other, one.loss.id);
}

}  // namespace lossscope
