// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include "losses/evaluate.h"

namespace lossscope {

/// The loss's formula with the numbers of this moment in it (Declaration::live), without its value.
[[nodiscard]] QString live_formula(const Loss& loss, std::span<const double> parameters, const Reduction& reduction);

/// The typeset formula as SVG; empty when there is none for this id.
[[nodiscard]] QByteArray formula_svg(std::string_view id);

}  // namespace lossscope
