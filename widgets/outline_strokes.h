// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineF>
#include <QList>
#include <QRectF>

namespace lossscope::widgets {

/// An outline's lines, by whether they would hide what lies between them and another one.
struct Strokes {
  QList<QLineF> clear, crowded;
};

/// Lines of `own` are crowded where the strip between them and `other`, or another wall of `own`, is thinner than
/// `thin` (all in pixels): there a map is seen between and below them. Lines that do not touch `seen` are left out.
[[nodiscard]] Strokes strokes_of(const QList<QLineF>& own, const QList<QLineF>& other, double thin, QRectF seen);

/// Dashes along lines that follow each other: `on` long, `off` apart, the first `start` after the beginning of a dash
/// (>= 0). The pattern goes on from line to line.
[[nodiscard]] QList<QLineF> dashed(const QList<QLineF>& lines, double on, double off, double start);

}  // namespace lossscope::widgets
