// SPDX-License-Identifier: Apache-2.0
#include "app/figures/live_formula.h"

#include <QFile>
#include <QLocale>
#include <QRegularExpression>
#include <cmath>

#include "app/figures/text.h"

namespace lossscope {
namespace {

QString number(double value) {
  const double size = std::abs(value);
  const bool large = size >= 1e5 && size < 1e10;
  return QLocale::c().toString(value, large ? 'f' : 'g', large ? 0 : 6).remove(u',');
}

/// A token: {N}, {s0}, {s1-s0}, {c0}, {v0}, or a parameter's id.
QString value_of(const QString& token, const Loss& loss, std::span<const double> parameters, const Reduction& r) {
  static const QRegularExpression kIndexed(QStringLiteral("^([scv])(\\d)(?:-s(\\d))?$"));
  if (token == QLatin1String("N")) {
    return number(r.voxels);
  }
  const auto match = kIndexed.match(token);
  if (match.hasMatch()) {
    if (match.captured(1) == QLatin1String("v")) {
      return number(r.parts.at(match.captured(2).toUInt()).value);
    }
    const auto& numbers = match.captured(1) == QLatin1String("s") ? r.sums : r.coefficients;
    const double less = match.captured(3).isEmpty() ? 0 : r.sums.at(match.captured(3).toUInt());
    return number(numbers.at(match.captured(2).toUInt()) - less);
  }
  const auto index = loss.parameter(token.toStdString());
  return index ? number(parameters[*index]) : QStringLiteral("?");
}

}  // namespace

QString live_formula(const Loss& loss, std::span<const double> parameters, const Reduction& reduction) {
  static const QRegularExpression kToken(QStringLiteral("\\{([^}]+)\\}"));
  QString formula = text(loss.declaration().live);
  for (auto match = kToken.match(formula); match.hasMatch(); match = kToken.match(formula)) {
    formula.replace(match.capturedStart(), match.capturedLength(),
                    value_of(match.captured(1), loss, parameters, reduction));
  }
  return formula;
}

QByteArray formula_svg(std::string_view id) {
  QFile file(QStringLiteral(":/formulas/%1.svg").arg(text(id)));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace lossscope
