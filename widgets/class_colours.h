// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <cstddef>

namespace lossscope::widgets {

/// The colour of the class at this place, the same everywhere: those of the first 13 can be told apart by the
/// colour-blind as far as 13 colours can; more follow around the colour circle. Background is grey.
[[nodiscard]] QColor class_colour(std::size_t place, bool background);

}  // namespace lossscope::widgets
