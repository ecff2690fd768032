// SPDX-License-Identifier: Apache-2.0
#include "widgets/figure.h"

#include <QFontMetricsF>
#include <algorithm>

#include "widgets/colour_bar.h"

namespace lossscope::widgets {
namespace {

constexpr double kPanelGap = 14;  // between panels
constexpr double kTextLine = 17;  // a line of 12 pixels' text
constexpr double kBarLine = 34;   // a colour bar with its numbers
constexpr double kLegend = 24;
const QColor kInk(0x1b, 0x1d, 0x21), kMuted(0x5b, 0x60, 0x68);

QFont sized(int pixels, bool bold = false) {
  QFont font = picture_font();
  font.setPixelSize(pixels);
  font.setBold(bold);
  return font;
}
const auto kTitleFont = [] { return sized(15, true); };
const auto kSmallFont = [] { return sized(10); };

double text_height(const QString& text, const QFont& font, double width) {
  return text.isEmpty() ? 0
                        : QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1e6), Qt::TextWordWrap, text).height();
}

/// What surrounds the pictures, from the top and from the foot.
struct Frame {
  double head = 0, foot = 0, panel_head = 0, panel_foot = 0;
  int columns = 1, rows = 1;
  bool legend_above = false;  // the colour bar needs the whole width

  Frame(const Figure& figure, double width) {
    head = figure.title.isEmpty() ? 0 : text_height(figure.title, kTitleFont(), width) + 2;
    head += figure.subtitle.isEmpty() ? 0 : text_height(figure.subtitle, kSmallFont(), width) + 2;
    head += head > 0 ? 8 : 0;
    legend_above = figure.scale && figure.has_legend() && width < 760;
    foot = (figure.scale ? kBarLine + 6 : 0) + (figure.has_legend() && (legend_above || !figure.scale) ? kLegend : 0);
    foot += figure.label.isEmpty() ? 0 : text_height(figure.label, sized(10, true), width) + 2;
    for (const QString& paragraph : figure.caption) {
      foot += text_height(paragraph, kSmallFont(), width) + 4;
    }
    for (const FigurePanel& panel : figure.panels) {
      panel_head = std::max(panel_head, panel.title.isEmpty() && panel.value.isEmpty() ? 0.0 : kTextLine + 1);
      panel_foot = std::max(panel_foot, panel.scale ? kBarLine + 2 : 0.0);
    }
    columns = std::max(1, std::min(figure.columns, static_cast<int>(figure.panels.size())));
    rows = (static_cast<int>(figure.panels.size()) + columns - 1) / columns;
  }
  [[nodiscard]] double column_width(double width) const { return (width - (columns - 1) * kPanelGap) / columns; }
  [[nodiscard]] double around() const {
    return head + foot + rows * (panel_head + panel_foot) + (rows - 1) * kPanelGap;
  }
};

double paint_paragraph(QPainter& painter, QRectF box, double top, const QString& text, const QFont& font,
                       const QColor& colour) {
  const double height = text_height(text, font, box.width());
  painter.setFont(font);
  painter.setPen(colour);
  painter.drawText(QRectF(box.left(), top, box.width(), height + 2), Qt::TextWordWrap, text);
  return height;
}

/// How wide the legend is that stands beside a colour bar.
double figure_legend_width(const Figure& figure) { return (figure.legend ? 170 : 0) + (figure.uncounted ? 112 : 0); }

/// A swatch of the stripes over voxels that do not count.
void paint_stripes(QPainter& painter, QRectF box) {
  const auto opaque = [](QColor colour) {
    colour.setAlpha(255);
    return colour;
  };
  painter.fillRect(box, opaque(uncounted_colour(0, 0)));
  painter.save();
  painter.setClipRect(box, Qt::IntersectClip);
  painter.setPen(QPen(opaque(uncounted_colour(3, 0)), 2.4));
  for (double x = box.left(); x < box.right() + box.height(); x += 6) {
    painter.drawLine(QPointF(x, box.top()), QPointF(x - box.height(), box.bottom()));
  }
  painter.restore();
}

void paint_figure_legend(QPainter& painter, QRectF box, const Figure& figure) {
  painter.setFont(sized(11));
  const QFontMetricsF metrics(painter.font());
  double x = box.left();
  std::vector<std::pair<QColor, QString>> lines;
  if (figure.legend) {
    lines = {{mask_colour(), QStringLiteral("mask")}, {prediction_colour(), QStringLiteral("prediction")}};
  }
  for (const auto& [colour, name] : lines) {
    const double y = box.top() + 10;
    painter.fillRect(QRectF(x, y - 5, 18, 10), scene_background());  // light lines would be lost on paper
    painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::FlatCap));     // as the outlines are: without a halo
    painter.drawLine(QPointF(x + 2, y), QPointF(x + 16, y));
    painter.setPen(kInk);
    painter.drawText(QRectF(x + 22, box.top(), 200, 20), Qt::AlignLeft | Qt::AlignVCenter, name);
    x += 22 + metrics.horizontalAdvance(name) + 16;
  }
  if (figure.uncounted) {
    paint_stripes(painter, QRectF(x + 2, box.top() + 5, 14, 10));
    painter.setPen(kInk);
    painter.drawText(QRectF(x + 22, box.top(), 200, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("not counted"));
  }
}

BarColours bar_colours() { return {kInk, kMuted}; }

void paint_panel(QPainter& painter, QRectF box, const FigurePanel& panel, const Frame& frame, double pixels) {
  const QRectF picture = box.adjusted(0, frame.panel_head, 0, -frame.panel_foot);
  painter.setPen(kInk);
  const QRectF head(box.left(), box.top(), box.width(), kTextLine);
  painter.setFont(sized(12));
  const double value_width = QFontMetricsF(painter.font()).horizontalAdvance(panel.value);
  painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter, panel.value);
  const double room = head.width() - value_width - (panel.value.isEmpty() ? 0 : 8);
  int pixels_high = 12;
  while (pixels_high > 9 && QFontMetricsF(sized(pixels_high, true)).horizontalAdvance(panel.title) > room) {
    --pixels_high;
  }
  painter.setFont(sized(pixels_high, true));
  painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(painter.font()).elidedText(panel.title, Qt::ElideRight, room));
  painter.save();
  painter.translate(picture.topLeft());
  panel.scene->paint(painter, picture.size(), pixels);
  painter.restore();
  if (panel.scale) {
    painter.setFont(kSmallFont());
    paint_colour_bar(painter, QRectF(box.left(), picture.bottom() + 4, box.width(), kBarLine), *panel.scale, 0,
                     bar_colours());
  }
}

void paint_head(QPainter& painter, QRectF box, const Figure& figure) {
  double top = box.top();
  if (!figure.title.isEmpty()) {
    top += paint_paragraph(painter, box, top, figure.title, kTitleFont(), kInk) + 2;
  }
  if (!figure.subtitle.isEmpty()) {
    paint_paragraph(painter, box, top, figure.subtitle, kSmallFont(), kMuted);
  }
}

void paint_foot(QPainter& painter, QRectF box, const Figure& figure, const Frame& frame) {
  double top = box.bottom() - frame.foot + 6;
  double left = box.left();
  if (figure.has_legend()) {
    paint_figure_legend(painter, QRectF(box.left(), top, box.width(), 20), figure);
    if (frame.legend_above || !figure.scale) {
      top += kLegend;
    } else {
      left += figure_legend_width(figure);
    }
  }
  if (figure.scale) {
    painter.setFont(sized(11));
    paint_colour_bar(painter, QRectF(left, top, box.right() - left, kBarLine), *figure.scale, figure.non_finite,
                     bar_colours());
    top += kBarLine + 6;
  }
  if (!figure.label.isEmpty()) {
    top += paint_paragraph(painter, box, top, figure.label, sized(10, true), kInk) + 2;
  }
  for (const QString& paragraph : figure.caption) {
    top += paint_paragraph(painter, box, top, paragraph, kSmallFont(), kMuted) + 4;
  }
}

}  // namespace

void paint_figure(QPainter& painter, QRectF box, const Figure& figure, double pixels) {
  const Frame frame(figure, box.width());
  const double width = frame.column_width(box.width());
  const double height =
      std::max(20.0, (box.height() - frame.around()) / std::max(1, frame.rows)) + frame.panel_head + frame.panel_foot;
  painter.save();
  paint_head(painter, box, figure);
  for (std::size_t at = 0; at < figure.panels.size(); ++at) {
    const int column = static_cast<int>(at) % frame.columns, row = static_cast<int>(at) / frame.columns;
    const QPointF corner(box.left() + column * (width + kPanelGap),
                         box.top() + frame.head + row * (height + kPanelGap));
    paint_panel(painter, QRectF(corner, QSizeF(width, height)), figure.panels[at], frame, pixels);
  }
  paint_foot(painter, box, figure, frame);
  painter.restore();
}

int figure_columns(std::size_t panels) {
  return panels <= 3 ? static_cast<int>(panels) : panels == 4 ? 2 : panels <= 9 ? 3 : panels <= 12 ? 4 : 5;
}

double figure_height(const Figure& figure, double width, double aspect) {
  const Frame frame(figure, width);
  const double column = frame.column_width(width);
  const double wish = figure.panels.empty() ? 0 : figure.panels.front().scene->heightFor(column);
  return frame.around() + frame.rows * (wish > 0 ? wish : column / aspect);
}

}  // namespace lossscope::widgets
