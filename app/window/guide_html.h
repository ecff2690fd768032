// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>

#include "losses/guide/guide.h"

namespace lossscope {

/// The guide as HTML. Losses are links "loss:ID" (an id of candidates()), components are links "place:I,J,K".
/// `in_mm`: the case's lengths are, so that volumes can be said.
[[nodiscard]] QString guide_html(const Guide& guide, const QColor& bar, bool in_mm);

}  // namespace lossscope
