// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineF>
#include <QList>
#include <QRectF>

namespace lossscope::widgets {

/// An outline's lines, by whether they would hide what lies between them and another one.
struct Strokes {
  QList<QLineF> clear, faint;
};

/// Lines of `own` are faint where the strip between them and `other`, or another wall of `own`, is thinner than `thin`
/// (all in pixels): there a map is seen between and below them. Lines that do not touch `seen` are left out.
[[nodiscard]] Strokes strokes_of(const QList<QLineF>& own, const QList<QLineF>& other, double thin, QRectF seen);

}  // namespace lossscope::widgets
