// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHeaderView>
#include <QStringList>
#include <QTableView>
#include <algorithm>

#include "app/window/theme.h"

namespace lossscope {

/// Makes a table look as tables of numbers do below the views: whole rows, digits that do not move, no grid, no frame.
inline void style_number_table(QTableView& table) {
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.verticalHeader()->hide();
  table.setAlternatingRowColors(true);
  table.setShowGrid(false);
  table.setFrameShape(QFrame::NoFrame);
  QFont letters = table.font();
  letters.setFamily(letters.family());  // said, so that the header never takes the table's digits over
  table.horizontalHeader()->setFont(letters);
  QFont fixed = table.font();
  fixed.setFamily(fixed_digits_family());
  table.setFont(fixed);
  table.verticalHeader()->setDefaultSectionSize(QFontMetrics(fixed).height() + 4);
}

/// Makes each column of a number table as wide as its title and `widest`, what it holds at most.
inline void fit_columns(QTableView& table, const QStringList& widest) {
  constexpr int kMargins = 8, kSortArrow = 16;
  const QFontMetrics digits(table.font()), letters(table.horizontalHeader()->font());
  table.horizontalHeader()->setMinimumSectionSize(1);
  for (int column = 0; column < table.model()->columnCount(); ++column) {
    const QString title = table.model()->headerData(column, Qt::Horizontal).toString();
    table.setColumnWidth(
        column, kMargins + std::max(digits.horizontalAdvance(widest.value(column)),
                                    letters.horizontalAdvance(title) + (table.isSortingEnabled() ? kSortArrow : 0)));
  }
}

}  // namespace lossscope
