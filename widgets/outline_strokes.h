// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineF>
#include <QList>
#include <QRectF>

namespace lossscope::widgets {

/// An outline's lines, by whether they would hide what lies between them and another one. Those that would hide all of
/// it are in neither.
struct Strokes {
  QList<QLineF> clear, crowded;
};

/// Below which widths lines hide what lies between them, in pixels.
struct Thin {
  double strip = 3;  ///< between two outlines
  double wall = 8;   ///< of a structure, whose outline would be most of what is seen of it
  double lost = 2;   ///< of a structure that would be its outline
};

/// Lines of `own` are crowded where the strip between them and `other`, or the structure between two walls of `own`, is
/// thin: there a map is seen between and below them. Lines that do not touch `seen` (pixels) are left out.
[[nodiscard]] Strokes strokes_of(const QList<QLineF>& own, const QList<QLineF>& other, Thin thin, QRectF seen);

/// Dashes along lines that follow each other: `on` long, `off` apart, the first `start` after the beginning of a dash
/// (>= 0). The pattern goes on from line to line.
[[nodiscard]] QList<QLineF> dashed(const QList<QLineF>& lines, double on, double off, double start);

}  // namespace lossscope::widgets
