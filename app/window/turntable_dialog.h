// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "app/figures/turntable.h"

class QWidget;

namespace lossscope {

/// Asks how a turntable is to be written and where, beginning with `folder`. None when it was cancelled.
[[nodiscard]] std::optional<Turntable> ask_for_turntable(QWidget* parent, const QString& folder);

}  // namespace lossscope
