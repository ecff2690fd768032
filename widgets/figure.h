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

/// One picture of a figure with what belongs to it.
struct FigurePanel {
  std::shared_ptr<Scene> scene;
  QString title, value;              ///< above it, at the left and at the right
  std::optional<ColourScale> scale;  ///< a colour bar of its own below it
};

/// A figure for paper: pictures of one size in rows, a title, a colour bar for all of them, a caption.
struct Figure {
  QString title, subtitle;
  std::vector<FigurePanel> panels;
  int columns = 1;
  std::optional<ColourScale> scale;  ///< of all panels
  qint64 non_finite = 0;             ///< voxels, said beside that bar
  bool legend = false;               ///< the colours of mask and prediction
  bool uncounted = false;            ///< the stripes of voxels that do not count
  QString label;                     ///< bold, before the caption: "Figure 2. The slices under Dice."
  QStringList caption;               ///< paragraphs at the foot

  [[nodiscard]] bool has_legend() const { return legend || uncounted; }
};

/// Draws a figure into `box`, on what is there; the pictures take all the room that is left to them. What is made of
/// voxels has `pixels` physical pixels for each of the painter's.
void paint_figure(QPainter& painter, QRectF box, const Figure& figure, double pixels);
/// Columns for a number of panels that leave few holes, at most five.
[[nodiscard]] int figure_columns(std::size_t panels);
/// How high a figure is at a width when each picture is `aspect` times as wide as high, or as
/// high as its scene wishes.
[[nodiscard]] double figure_height(const Figure& figure, double width, double aspect);

}  // namespace lossscope::widgets
