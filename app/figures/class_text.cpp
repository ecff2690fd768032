// SPDX-License-Identifier: Apache-2.0
#include "app/figures/class_text.h"

#include <QStringList>
#include <algorithm>
#include <cmath>

#include "app/figures/pictures.h"
#include "app/figures/text.h"
#include "widgets/class_colours.h"

namespace lossscope {
namespace {

QString short_number(double value) { return QLocale::c().toString(value, 'g', 4); }

}  // namespace

QString class_text(const CaseData& data) {
  if (!data.classes) {
    return {};
  }
  const auto& classes = data.classes->problem.classes;
  return data.class_at ? QString::fromStdString(classes[*data.class_at].name)
                       : translated("all %1 classes").arg(classes.size());
}

QString class_row_text(const ClassTable& table, std::size_t at) {
  const ClassRow& row = table.rows[at];
  QString words = translated("%1 (label %2)").arg(QString::fromStdString(row.name), QString::fromStdString(row.label));
  if (!row.enters) {
    words += translated(": not among the classes of this loss.");
  } else {
    words +=
        table.is_sum
            ? QStringLiteral(": ")
            : translated(": its loss is %1, its weight %2: it ").arg(value_text(row.value), short_number(row.weight));
    words += translated("adds %1, %2 % of the loss.").arg(value_text(row.added), percent_number(row.share));
  }
  const double dice = row.counts.dice();
  return words + (std::isnan(dice) ? translated(" It is neither in the mask nor in the prediction.")
                                   : translated(" Dice %1.").arg(QLocale::c().toString(dice, 'f', 4)));
}

QString class_formula(const ClassTable& table) {
  constexpr int kMost = 6;
  QStringList terms;
  int left_out = 0;
  for (const ClassRow& row : table.rows) {
    if (!row.enters) {
      continue;
    }
    if (terms.size() == kMost) {
      ++left_out;
      continue;
    }
    const QString value = table.is_sum ? short_number(row.added)
                                       : short_number(row.weight) + QStringLiteral(" · ") + short_number(row.value);
    terms << translated("%1 (%2)").arg(value, QString::fromStdString(row.name));
  }
  return terms.join(QStringLiteral(" + ")) +
         (left_out > 0 ? translated(" + %1 classes more").arg(left_out) : QString());
}

std::pair<std::vector<QRgb>, QStringList> class_colours(const CaseData& data) {
  std::pair<std::vector<QRgb>, QStringList> made;
  std::size_t place = 0;
  for (const ClassChannel& one : data.classes->problem.classes) {
    made.first.push_back(one.background ? 0 : widgets::class_colour(place, false).rgb());
    made.second << QString::fromStdString(one.name);
    place += one.background ? 0 : 1;
  }
  return made;
}

QColor class_row_colour(const ClassTable& table, std::size_t row) {
  std::size_t place = 0;
  for (std::size_t before = 0; before < row; ++before) {
    place += table.rows[before].background ? 0 : 1;
  }
  return widgets::class_colour(place, table.rows[row].background);
}

}  // namespace lossscope
