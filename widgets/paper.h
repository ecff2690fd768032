// SPDX-License-Identifier: Apache-2.0
// What is painted becomes the bytes of a file. The same painting gives the same bytes: no date, no random name.
#pragma once

#include <QByteArray>
#include <QPainter>
#include <QSizeF>
#include <cstdint>
#include <functional>

namespace lossscope::widgets {

enum class PictureFormat : std::uint8_t { png, svg, pdf };

/// Paints a page whose origin is its upper left corner; sizes are in pixels at 96 per inch.
using PaintPage = std::function<void(QPainter& painter)>;

[[nodiscard]] QByteArray svg_bytes(QSizeF size, const QString& title, const PaintPage& paint);
/// `scale` times as many pixels; the file says 96 times `scale` dots per inch.
[[nodiscard]] QByteArray png_bytes(QSizeF size, double scale, const PaintPage& paint);
/// A PDF of one page.
[[nodiscard]] QByteArray pdf_bytes(QSizeF size, const QString& title, const PaintPage& paint);
/// One of the three; `scale` is for what is made of pixels.
[[nodiscard]] QByteArray picture_bytes(PictureFormat format, QSizeF size, double scale, const QString& title,
                                       const PaintPage& paint);
/// A PDF of Qt's without what differs whenever it is written: its dates are 1970's first second, and its random id is
/// made from its content instead.
[[nodiscard]] QByteArray reproducible_pdf(QByteArray pdf);
/// A PDF of Qt's with its language (English), so that it is read aloud as such, and its title in the window's head,
/// which Qt writes neither of. An incremental update (ISO 32000-1, 7.5.6) at its end; bytes before it stay. What is no
/// such PDF comes back as it was.
[[nodiscard]] QByteArray with_language(const QByteArray& pdf);
/// A PDF of Qt's as it is written to a file: both of the above.
[[nodiscard]] inline QByteArray finished_pdf(const QByteArray& pdf) { return with_language(reproducible_pdf(pdf)); }

}  // namespace lossscope::widgets
