// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

#include "widgets/picture.h"
#include "widgets/scene.h"

namespace lossscope::widgets {

/// A part of what a panel's value is made of, e.g. "FP" with 0.7.
struct FigureShare {
  QString name;
  QColor colour;
  double share = 0;  ///< 0..1
};

/// One picture of a figure with what belongs to it.
struct FigurePanel {
  std::shared_ptr<Scene> scene;
  QString title, value;              ///< above it, at the left and at the right
  std::optional<ColourScale> scale;  ///< a colour bar of its own below it
  std::vector<FigureShare> shares;   ///< a bar below it that adds up to 1
  QString note;                      ///< one line at its foot
};

/// A figure for paper: pictures of one size in rows, a title, a colour bar for all of them, a caption.
struct Figure {
  QString title, subtitle;
  std::vector<FigurePanel> panels;
  int columns = 1;
  std::optional<ColourScale> scale;  ///< of all panels
  qint64 non_finite = 0;             ///< voxels, said beside that bar
  bool legend = false;               ///< the colours of mask and prediction
  QStringList caption;               ///< paragraphs at the foot
};

/// Draws a figure into `box`, on what is there; the pictures take all the room that is left to them. What is made of
/// voxels has `pixels` physical pixels for each of the painter's.
void paint_figure(QPainter& painter, QRectF box, const Figure& figure, double pixels);
/// Columns for a number of panels that leave few holes, at most five.
[[nodiscard]] int figure_columns(std::size_t panels);
/// How high a figure is at a width when each picture is `aspect` times as wide as high.
[[nodiscard]] double figure_height(const Figure& figure, double width, double aspect);

}  // namespace lossscope::widgets
