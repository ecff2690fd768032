// SPDX-License-Identifier: Apache-2.0
// The list of losses. Adding one: its file in losses/functions, its include and its name here.
#pragma once

#include "losses/functions/balanced_ce.h"
#include "losses/functions/bce.h"
#include "losses/functions/boundary.h"
#include "losses/functions/cmssl.h"
#include "losses/functions/combo.h"
#include "losses/functions/dice.h"
#include "losses/functions/dist_map.h"
#include "losses/functions/exp_log.h"
#include "losses/functions/focal.h"
#include "losses/functions/focal_tversky.h"
#include "losses/functions/hausdorff.h"
#include "losses/functions/iou.h"
#include "losses/functions/label_smoothing.h"
#include "losses/functions/log_cosh_dice.h"
#include "losses/functions/log_hausdorff.h"
#include "losses/functions/mcc.h"
#include "losses/functions/poly1.h"
#include "losses/functions/sens_spec.h"
#include "losses/functions/shape_aware.h"
#include "losses/functions/tversky.h"
#include "losses/functions/wce.h"

namespace lossscope {

template <template <class> class... L>
struct LossList {};

using Registry =
    LossList<Bce, Wce, BalancedCe, Focal, Dice, Tversky, FocalTversky, SensSpec, ShapeAware, Combo, ExpLog, DistMap,
             Hausdorff, Cmssl, LogCoshDice, Boundary, LabelSmoothing, Iou, LogHausdorff, Poly1, Mcc>;

/// How many auxiliary fields a loss declares.
template <class L>
constexpr int field_count() {
  if constexpr (requires { L::kFields; }) {
    static_assert(L::kFields <= kMaxFields);
    return L::kFields;
  } else {
    return 0;
  }
}

/// Whether sums of a loss may cancel: its terms have both signs, or its value is a difference of sums that may be
/// nearly alike (L::kSumsCancel). Then a device may not round them to float before they are added up.
template <class L>
constexpr bool sums_cancel() {
  if constexpr (requires { L::kSumsCancel; }) {
    return L::kSumsCancel;
  } else {
    return false;
  }
}

/// A loss with its parameters set, in the order of its declaration.
template <class L>
inline __attribute__((always_inline)) L with_parameters(const double* values) {
  L loss;
  for (const auto& parameter : L::parameters) {
    loss.*parameter.member = static_cast<typename L::Value>(*values++);
  }
  return loss;
}

}  // namespace lossscope
