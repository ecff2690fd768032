// SPDX-License-Identifier: Apache-2.0
#include "app/window/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QSettings>
#include <QStyle>
#include <QStyleHints>
#include <QStyleOption>

namespace lossscope {
namespace {

constexpr auto kThemeKey = "theme";

bool system_is_dark() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
  return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
  // Qt 6.4 does not say it; the palette that the desktop's platform theme gave at the start does.
  static const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
  return dark;
#endif
}

QPalette make_palette(bool dark) {
  const QColor accent = dark ? QColor(0x3d, 0x8b, 0xd9) : QColor(0x1f, 0x6f, 0xc0);
  const QColor window = dark ? QColor(0x2b, 0x2d, 0x30) : QColor(0xf3, 0xf4, 0xf6);
  const QColor base = dark ? QColor(0x1f, 0x21, 0x24) : QColor(0xff, 0xff, 0xff);
  const QColor text = dark ? QColor(0xe6, 0xe7, 0xea) : QColor(0x1b, 0x1d, 0x21);
  const QColor muted = dark ? QColor(0x8d, 0x92, 0x99) : QColor(0x76, 0x7b, 0x84);
  QPalette palette(dark ? QColor(0x3a, 0x3d, 0x42) : QColor(0xe6, 0xe8, 0xec), window);
  palette.setColor(QPalette::Base, base);
  palette.setColor(QPalette::AlternateBase, dark ? QColor(0x26, 0x28, 0x2c) : QColor(0xf7, 0xf8, 0xfa));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
    palette.setColor(role, text);
    palette.setColor(QPalette::Disabled, role, muted);
  }
  palette.setColor(QPalette::PlaceholderText, muted);
  palette.setColor(QPalette::ToolTipBase, base);
  palette.setColor(QPalette::Highlight, accent);
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, dark ? QColor(0x6c, 0xb2, 0xf5) : accent);
  palette.setColor(QPalette::Disabled, QPalette::Highlight, muted);
  return palette;
}

/// Fusion, whose boxes and circles that are not checked are outlined in a darker window colour: in the dark unseen.
class SeenInTheDark final : public QProxyStyle {
 public:
  SeenInTheDark() : QProxyStyle(QStringLiteral("Fusion")) {}

  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool box = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
    if (!box && element != PE_IndicatorRadioButton) {
      return;
    }
    QColor line = option->palette.color(QPalette::PlaceholderText);
    line.setAlphaF((option->state & State_Enabled) != 0 ? 1.0F : 0.5F);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(line);
    painter->setBrush(Qt::NoBrush);
    const QRectF outline = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    box ? painter->drawRoundedRect(outline, 1.5, 1.5) : painter->drawEllipse(outline);
    painter->restore();
  }
};

}  // namespace

Theme chosen_theme() {
  const QString name = qEnvironmentVariable("LOSSSCOPE_THEME", QSettings().value(QLatin1String(kThemeKey)).toString());
  return name == QLatin1String("dark") ? Theme::dark : name == QLatin1String("light") ? Theme::light : Theme::system;
}

void apply_theme(Theme theme, bool remember) {
  const bool dark = theme == Theme::dark || (theme == Theme::system && system_is_dark());
  if (dynamic_cast<SeenInTheDark*>(QApplication::style()) == nullptr) {
    QApplication::setStyle(new SeenInTheDark);  // once: another style in the middle would take the palette along
  }
  QApplication::setPalette(make_palette(dark));
  if (remember) {
    const auto name = theme == Theme::dark    ? QStringLiteral("dark")
                      : theme == Theme::light ? QStringLiteral("light")
                                              : QStringLiteral("system");
    QSettings().setValue(QLatin1String(kThemeKey), name);
  }
}

QString fixed_digits_family() { return QFontDatabase::systemFont(QFontDatabase::FixedFont).family(); }

}  // namespace lossscope
