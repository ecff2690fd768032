// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

#include "widgets/figure.h"
#include "widgets/paper.h"

namespace lossscope {

using widgets::PictureFormat;
/// Which kind of picture a file's name asks for, by its extension.
[[nodiscard]] std::optional<PictureFormat> picture_format(const QString& name);

/// How large a figure is with its margin when its pictures are `aspect` times as wide as high (96 pixels per inch).
[[nodiscard]] QSizeF figure_paper(const widgets::Figure& figure, double width, double aspect);
/// A figure with its margin as the bytes of a file; `scale` times 96 pixels per inch.
[[nodiscard]] QByteArray figure_bytes(const widgets::Figure& figure, QSizeF paper, double scale, PictureFormat format);

}  // namespace lossscope
