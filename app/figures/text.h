// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QLocale>
#include <QString>
#include <cmath>
#include <string_view>

namespace lossscope {

/// The UTF-8 text of a declaration for Qt.
[[nodiscard]] inline QString text(std::string_view view) {
  return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

/// Words in the user's language, for what is no QObject with a tr() of its own.
[[nodiscard]] inline QString translated(const char* source) { return QCoreApplication::translate("LossScope", source); }

/// A share in %, without the sign: one more digit below 10 %, and never -0.
[[nodiscard]] inline QString percent_number(double share) {
  const double percent = share * 100;
  const QString rounded = QString::number(percent, 'f', share > 0 && share < 0.0995 ? 1 : 0);
  return rounded == QLatin1String("-0") ? QStringLiteral("0") : rounded;
}

/// A size with four digits, and whole from a thousand on: 39430, not 3.943e+04.
[[nodiscard]] inline QString size_number(double size) {
  return size < 1000 ? QLocale::c().toString(size, 'g', 4) : QString::number(std::llround(size));
}

}  // namespace lossscope
