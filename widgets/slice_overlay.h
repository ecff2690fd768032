// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// What is written over a slice: title and slice number, orientation letters at the four edges, a scale bar of round
/// length; each where the picture has it.
void paint_slice_overlay(QPainter& painter, QSizeF size, const SlicePicture& picture, double pixels_per_mm);

/// Lines through `at` (device-independent pixels), open where they would meet.
void paint_crosshair(QPainter& painter, QSizeF size, QPointF at);

/// The light grey of what is written over pictures.
inline const QColor kOverlayText(235, 235, 235);

/// Text that stays legible on any picture. `alignment` places it in `box`.
void paint_outlined_text(QPainter& painter, QRectF box, int alignment, const QString& text, const QColor& colour);

/// The largest of 1, 2, 5, 10, 20, ... that is not above `limit` (> 0).
[[nodiscard]] double round_length(double limit);

}  // namespace lossscope::widgets
