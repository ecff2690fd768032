// SPDX-License-Identifier: Apache-2.0
#include "app/window/classes_model.h"

#include <QLocale>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "app/figures/class_text.h"
#include "app/figures/pictures.h"
#include "app/figures/text.h"
#include "app/window/plain_tip.h"

namespace lossscope {
namespace {

struct ClassColumn {
  const char* title;
  const char* tip;
};

constexpr std::array<ClassColumn, ClassesModel::kColumns> kClassColumns{{
    {QT_TRANSLATE_NOOP("ClassesModel", "class"),
     QT_TRANSLATE_NOOP("ClassesModel", "A click looks at this class alone")},
    {QT_TRANSLATE_NOOP("ClassesModel", "label"), QT_TRANSLATE_NOOP("ClassesModel", "Its value in the mask")},
    {QT_TRANSLATE_NOOP("ClassesModel", "value"),
     QT_TRANSLATE_NOOP("ClassesModel",
                       "The loss of this class by itself; of a cross-entropy the mean over all that is of it; "
                       "of a sum of losses what the class adds")},
    {QT_TRANSLATE_NOOP("ClassesModel", "weight"),
     QT_TRANSLATE_NOOP("ClassesModel", "What its value is multiplied by in the whole; a sum of losses has several")},
    {QT_TRANSLATE_NOOP("ClassesModel", "adds"),
     QT_TRANSLATE_NOOP("ClassesModel", "Value times weight: all rows add up to the value of the loss")},
    {QT_TRANSLATE_NOOP("ClassesModel", "of loss"), QT_TRANSLATE_NOOP("ClassesModel", "What it adds, of the value")},
    {QT_TRANSLATE_NOOP("ClassesModel", "of gradient"),
     QT_TRANSLATE_NOOP("ClassesModel",
                       "How much of the gradient acts on its channel: the sum of its sizes everywhere, of that "
                       "over all channels")},
    {QT_TRANSLATE_NOOP("ClassesModel", "Dice"),
     QT_TRANSLATE_NOOP("ClassesModel", "Of where the class is the most likely one (of a sigmoid: above 0.5)")},
    {QT_TRANSLATE_NOOP("ClassesModel", "HD95"),
     QT_TRANSLATE_NOOP("ClassesModel",
                       "95 % of its boundary, in mask and prediction, is at most so far from the other's")},
    {QT_TRANSLATE_NOOP("ClassesModel", "mask"), QT_TRANSLATE_NOOP("ClassesModel", "How much of the mask it is")},
    {QT_TRANSLATE_NOOP("ClassesModel", "predicted"),
     QT_TRANSLATE_NOOP("ClassesModel", "How much the prediction takes for it")},
    {QT_TRANSLATE_NOOP("ClassesModel", "g here"),
     QT_TRANSLATE_NOOP("ClassesModel", "1 where the mask has the class at the crosshair")},
    {QT_TRANSLATE_NOOP("ClassesModel", "p here"),
     QT_TRANSLATE_NOOP("ClassesModel", "The class's probability at the crosshair")},
    {QT_TRANSLATE_NOOP("ClassesModel", "adds here"),
     QT_TRANSLATE_NOOP("ClassesModel", "What is at the crosshair adds to the loss under the class")},
}};

bool is_word(int column) { return column == ClassesModel::kName || column == ClassesModel::kLabel; }

QString or_dash(double value, const QString& shown) { return std::isnan(value) ? QStringLiteral("–") : shown; }

}  // namespace

void ClassesModel::setTable(ClassTablePtr table, const VolumeUnit& unit, double voxel_volume, const QString& length) {
  const bool same_rows = rowCount() == (table ? static_cast<int>(table->rows.size()) : 0);
  const bool same_unit = length_ == length;
  unit_ = unit;
  voxel_volume_ = voxel_volume;
  length_ = length;
  if (!same_rows) {
    beginResetModel();
    table_ = std::move(table);
    numbers_.reset();
    endResetModel();
    return;
  }
  table_ = std::move(table);  // the same classes: rows keep their place and selection
  tellChange(0, kColumns - 1);
  if (!same_unit) {
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
  }
}

void ClassesModel::setNumbers(ClassNumbersPtr numbers) {
  numbers_ = std::move(numbers);
  tellChange(kGradient, kSurface);
}

void ClassesModel::tellChange(int first, int last) {
  if (rowCount() > 0) {
    Q_EMIT dataChanged(index(0, first), index(rowCount() - 1, last));
  }
}

int ClassesModel::rowCount(const QModelIndex& parent) const {
  return table_ && !parent.isValid() ? static_cast<int>(table_->rows.size()) : 0;
}

int ClassesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int{kColumns}; }

double ClassesModel::number(std::size_t at, int column) const {
  const ClassRow& row = table_->rows[at];
  const bool known = numbers_ && at < numbers_->metrics.size();
  const auto volume = [&](std::int64_t voxels) { return static_cast<double>(voxels) * voxel_volume_ / unit_.of_one; };
  switch (column) {
    case kValue:
      return row.value;
    case kWeight:
      return row.weight;
    case kAdded:
      return row.enters ? row.added : ClassRow::kNone;
    case kShare:
      return row.enters ? row.share : ClassRow::kNone;
    case kGradient:
      return known ? numbers_->gradient_share[at] : ClassRow::kNone;
    case kDice:
      return row.counts.dice();
    case kSurface:
      return known ? numbers_->metrics[at].hausdorff95 : ClassRow::kNone;
    case kMask:
      return volume(row.counts.mask);
    case kFound:
      return volume(row.counts.found);
    case kHere:
      return row.is_in ? 1 : 0;
    case kP:
      return row.p;
    case kAddedHere:
      return row.enters ? row.added_here : ClassRow::kNone;
    default:
      return ClassRow::kNone;
  }
}

QString ClassesModel::words(std::size_t at, int column) const {
  const ClassRow& row = table_->rows[at];
  const double value = number(at, column);
  if (!numbers_ && (column == kGradient || column == kSurface)) {
    return QStringLiteral("…");
  }
  const QLocale c = QLocale::c();
  switch (column) {
    case kName:
      return QString::fromStdString(row.name);
    case kLabel:
      return QString::fromStdString(row.label);
    case kValue:
    case kAdded:
      return or_dash(value, value_text(value));
    case kShare:
    case kGradient:
      return or_dash(value, percent_number(value) + QStringLiteral(" %"));
    case kDice:
      return or_dash(value, c.toString(value, 'f', 4));
    case kSurface:
      return or_dash(value, c.toString(value, 'f', 2));
    case kMask:
    case kFound:
      return size_number(value);
    case kHere:
      return QString::number(value);
    default:
      return or_dash(value, c.toString(value, 'g', 4));
  }
}

QVariant ClassesModel::data(const QModelIndex& index, int role) const {
  if (!table_ || index.row() < 0 || index.row() >= rowCount()) {
    return {};
  }
  const auto at = static_cast<std::size_t>(index.row());
  switch (role) {
    case Qt::DisplayRole:
      return words(at, index.column());
    case Qt::DecorationRole:
      return index.column() == kName ? QVariant(class_row_colour(*table_, at)) : QVariant();
    case Qt::UserRole: {  // classes come in the order of their channels, and what has no number comes last
      const double value = number(at, index.column());
      return is_word(index.column()) ? QVariant(index.row())
                                     : QVariant(std::isnan(value) ? -std::numeric_limits<double>::max() : value);
    }
    case Qt::ToolTipRole:
      return plain_tip(class_row_text(*table_, at));
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment(Qt::AlignVCenter | (is_word(index.column()) ? Qt::AlignLeft : Qt::AlignRight)));
    default:
      return {};
  }
}

QVariant ClassesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) {
    return {};
  }
  const ClassColumn& column = kClassColumns.at(static_cast<std::size_t>(section));
  const QString unit = section == kMask || section == kFound ? QStringLiteral(" ") + unit_.unit
                       : section == kSurface                 ? QStringLiteral(" ") + length_
                                                             : QString();
  return role == Qt::DisplayRole         ? QVariant(tr(column.title) + unit)
         : role == Qt::ToolTipRole       ? QVariant(tr(column.tip))
         : role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::Alignment(
                                               Qt::AlignVCenter | (is_word(section) ? Qt::AlignLeft : Qt::AlignRight)))
                                         : QVariant();
}

}  // namespace lossscope
