// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHeaderView>
#include <QTableView>

#include "app/window/theme.h"

namespace lossscope {

/// Makes a table look as tables of numbers do below the views: whole rows, digits that do not move, no grid, no frame.
/// Returns the font of its cells.
inline QFont style_number_table(QTableView& table) {
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.verticalHeader()->hide();
  table.setAlternatingRowColors(true);
  table.setShowGrid(false);
  table.setFrameShape(QFrame::NoFrame);
  QFont fixed = table.font();
  fixed.setFamily(fixed_digits_family());
  table.setFont(fixed);
  table.verticalHeader()->setDefaultSectionSize(QFontMetrics(fixed).height() + 4);
  return fixed;
}

}  // namespace lossscope
