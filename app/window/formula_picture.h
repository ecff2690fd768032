// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <string_view>

class QWidget;

namespace lossscope {

/// The typeset formula of a loss in the text colour and size of a widget, no wider than `width` (device-independent
/// pixels). Null when there is no such loss.
[[nodiscard]] QImage formula_picture(std::string_view loss, const QWidget& on, int width);

}  // namespace lossscope
