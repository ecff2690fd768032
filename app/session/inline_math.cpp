// SPDX-License-Identifier: Apache-2.0
#include "app/session/inline_math.h"

#include <QMap>
#include <QStringList>
#include <algorithm>
#include <stdexcept>

namespace lossscope {
namespace {

[[noreturn]] void wrong(const QString& what) { throw std::invalid_argument("formula: " + what.toStdString()); }

/// Signs and letters, each by its command.
const QMap<QString, QString>& signs() {
  static const QMap<QString, QString> kSigns{{QStringLiteral("alpha"), QStringLiteral("<i>α</i>")},
                                             {QStringLiteral("beta"), QStringLiteral("<i>β</i>")},
                                             {QStringLiteral("gamma"), QStringLiteral("<i>γ</i>")},
                                             {QStringLiteral("delta"), QStringLiteral("<i>δ</i>")},
                                             {QStringLiteral("epsilon"), QStringLiteral("<i>ε</i>")},
                                             {QStringLiteral("lambda"), QStringLiteral("<i>λ</i>")},
                                             {QStringLiteral("mu"), QStringLiteral("<i>μ</i>")},
                                             {QStringLiteral("pi"), QStringLiteral("<i>π</i>")},
                                             {QStringLiteral("sigma"), QStringLiteral("<i>σ</i>")},
                                             {QStringLiteral("tau"), QStringLiteral("<i>τ</i>")},
                                             {QStringLiteral("varphi"), QStringLiteral("<i>φ</i>")},
                                             {QStringLiteral("ell"), QStringLiteral("<i>ℓ</i>")},
                                             {QStringLiteral("Delta"), QStringLiteral("Δ")},
                                             {QStringLiteral("partial"), QStringLiteral("∂")},
                                             {QStringLiteral("sum"), QStringLiteral("∑")},
                                             {QStringLiteral("int"), QStringLiteral("∫")},
                                             {QStringLiteral("infty"), QStringLiteral("∞")},
                                             {QStringLiteral("cdot"), QStringLiteral("·")},
                                             {QStringLiteral("times"), QStringLiteral(" × ")},
                                             {QStringLiteral("pm"), QStringLiteral("±")},
                                             {QStringLiteral("le"), QStringLiteral(" ≤ ")},
                                             {QStringLiteral("ge"), QStringLiteral(" ≥ ")},
                                             {QStringLiteral("ne"), QStringLiteral(" ≠ ")},
                                             {QStringLiteral("approx"), QStringLiteral(" ≈ ")},
                                             {QStringLiteral("to"), QStringLiteral(" → ")},
                                             {QStringLiteral("in"), QStringLiteral(" ∈ ")},
                                             {QStringLiteral("cap"), QStringLiteral(" ∩ ")},
                                             {QStringLiteral("cup"), QStringLiteral(" ∪ ")},
                                             {QStringLiteral("ln"), QStringLiteral("ln ")},
                                             {QStringLiteral("log"), QStringLiteral("log ")},
                                             {QStringLiteral("exp"), QStringLiteral("exp ")},
                                             {QStringLiteral("tanh"), QStringLiteral("tanh ")},
                                             {QStringLiteral("cosh"), QStringLiteral("cosh ")},
                                             {QStringLiteral("max"), QStringLiteral("max ")},
                                             {QStringLiteral("min"), QStringLiteral("min ")},
                                             {QStringLiteral("quad"), QStringLiteral("&nbsp;&nbsp;")}};
  return kSigns;
}

/// Reads a formula from left to right.
class Setter {
 public:
  explicit Setter(const QString& tex) : tex_(tex) {}

  QString all() {
    QString html;
    while (at_ < tex_.size()) {
      html += tex_[at_] == QLatin1Char('}') ? (wrong(QStringLiteral("a '}' without its '{'")), QString()) : atom();
    }
    return html;
  }

 private:
  /// What is inside braces.
  QString group() {
    ++at_;
    QString html;
    while (at_ < tex_.size() && tex_[at_] != QLatin1Char('}')) {
      html += atom();
    }
    if (at_ == tex_.size()) {
      wrong(QStringLiteral("a '{' without its '}'"));
    }
    ++at_;
    return html;
  }

  /// A group, or the next sign alone.
  QString argument(const QString& of) {
    while (at_ < tex_.size() && tex_[at_].isSpace()) {
      ++at_;
    }
    if (at_ == tex_.size()) {
      wrong(QStringLiteral("nothing after '%1'").arg(of));
    }
    return tex_[at_] == QLatin1Char('{') ? group() : atom();
  }

  QString command() {
    const qsizetype begin = ++at_;
    while (at_ < tex_.size() && tex_[at_].isLetter()) {
      ++at_;
    }
    const QString name = tex_.mid(begin, at_ - begin);
    while (!name.isEmpty() && at_ < tex_.size() && tex_[at_] == QLatin1Char(' ')) {
      ++at_;  // it only ends the command; signs that need room have it
    }
    if (name.isEmpty() && at_ < tex_.size()) {  // \, \; \{ and the like
      const QChar sign = tex_[at_++];
      return sign == QLatin1Char(',') || sign == QLatin1Char(';') || sign == QLatin1Char(' ')
                 ? QStringLiteral("&nbsp;")
                 : QString(sign).toHtmlEscaped();
    }
    if (const auto sign = signs().find(name); sign != signs().end()) {
      return *sign;
    }
    const QString shown = QLatin1Char('\\') + name;
    if (name == QLatin1String("frac")) {
      const QString above = argument(shown);
      return QStringLiteral("(%1)/(%2)").arg(above, argument(shown));
    }
    if (name == QLatin1String("sqrt")) {
      return QStringLiteral("√(%1)").arg(argument(shown));
    }
    if (name == QLatin1String("mathrm") || name == QLatin1String("text")) {
      return upright(shown);
    }
    if (name == QLatin1String("hat")) {
      return argument(shown) + QStringLiteral("\u0302");
    }
    wrong(QStringLiteral("'%1' is not known; known are %2").arg(shown, formula_commands().join(QLatin1Char(' '))));
  }

  /// The words of \mathrm{...} as they are.
  QString upright(const QString& of) {
    const qsizetype end = tex_.indexOf(QLatin1Char('}'), at_);
    if (at_ >= tex_.size() || tex_[at_] != QLatin1Char('{') || end < 0) {
      wrong(QStringLiteral("'%1' needs its words in braces").arg(of));
    }
    const QString words = tex_.mid(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return words.toHtmlEscaped();
  }

  QString atom() {
    const QChar sign = tex_[at_];
    if (sign == QLatin1Char('{')) {
      return group();
    }
    if (sign == QLatin1Char('\\')) {
      return command();
    }
    ++at_;
    if (sign == QLatin1Char('_')) {
      return QStringLiteral("<sub>%1</sub>").arg(argument(QStringLiteral("_")));
    }
    if (sign == QLatin1Char('^')) {
      return QStringLiteral("<sup>%1</sup>").arg(argument(QStringLiteral("^")));
    }
    if (sign == QLatin1Char('-')) {
      return QStringLiteral("−");
    }
    return sign.isLetter() ? QStringLiteral("<i>%1</i>").arg(sign) : QString(sign).toHtmlEscaped();
  }

  const QString& tex_;
  qsizetype at_ = 0;
};

/// Where a formula that begins after `begin` ends; -1 when its paragraph ends first.
qsizetype end_of_formula(const QString& markdown, qsizetype begin) {
  for (qsizetype at = begin; at < markdown.size(); ++at) {
    if (markdown[at] == QLatin1Char('$') && markdown[at - 1] != QLatin1Char('\\')) {
      return at;
    }
    if (markdown[at] == QLatin1Char('\n') && at + 1 < markdown.size() && markdown[at + 1] == QLatin1Char('\n')) {
      return -1;
    }
  }
  return -1;
}

/// The end of code that begins at `at` with one or more back ticks.
qsizetype end_of_code(const QString& markdown, qsizetype at) {
  qsizetype ticks = 0;
  while (at + ticks < markdown.size() && markdown[at + ticks] == QLatin1Char('`')) {
    ++ticks;
  }
  const qsizetype end = markdown.indexOf(QString(ticks, QLatin1Char('`')), at + ticks);
  return end < 0 ? markdown.size() : end + ticks;
}

}  // namespace

QString inline_math(const QString& tex) { return Setter(tex).all(); }

QString with_math(const QString& markdown) {
  QString made;
  for (qsizetype at = 0; at < markdown.size();) {
    const QChar sign = markdown[at];
    if (sign == QLatin1Char('\\') && at + 1 < markdown.size() && markdown[at + 1] == QLatin1Char('$')) {
      made += QLatin1Char('$');
      at += 2;
    } else if (sign == QLatin1Char('`')) {
      const qsizetype end = end_of_code(markdown, at);
      made += markdown.mid(at, end - at);
      at = end;
    } else if (sign == QLatin1Char('$')) {
      const qsizetype end = end_of_formula(markdown, at + 1);
      if (end < 0) {
        wrong(QStringLiteral("a '$' without its end; write \\$ for the sign"));
      }
      made += inline_math(markdown.mid(at + 1, end - at - 1));
      at = end + 1;
    } else {
      made += sign;
      ++at;
    }
  }
  return made;
}

QStringList formula_commands() {
  QStringList names{QStringLiteral("\\frac"), QStringLiteral("\\sqrt"), QStringLiteral("\\mathrm"),
                    QStringLiteral("\\text"), QStringLiteral("\\hat")};
  for (auto sign = signs().begin(); sign != signs().end(); ++sign) {
    names << QLatin1Char('\\') + sign.key();
  }
  names.sort();
  return names;
}

}  // namespace lossscope
