// SPDX-License-Identifier: Apache-2.0
#include "app/window/errors_model.h"

#include <QLocale>
#include <cmath>
#include <limits>

#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QString percent(double share) {
  return std::isnan(share) ? QStringLiteral("–")
                           : QStringLiteral("%1 %").arg(QLocale::c().toString(100 * share, 'g', 3));
}

}  // namespace

void ErrorsModel::setList(ErrorListPtr list, const QString& unit) {
  beginResetModel();
  list_ = std::move(list);
  unit_ = unit;
  endResetModel();
}

int ErrorsModel::rowCount(const QModelIndex& parent) const {
  return list_ && !parent.isValid() ? static_cast<int>(list_->groups.size()) : 0;
}

int ErrorsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int{kColumns}; }

double ErrorsModel::share(double part, double whole) const { return whole != 0 ? part / whole : kNone; }

QVariant ErrorsModel::order(const ErrorGroup& group, int column) const {
  const ErrorComponent& first = group.errors.front();
  switch (column) {
    case kKind:
      return first.kind == ErrorKind::missed ? 0 : 1;
    case kCount:
      return static_cast<qlonglong>(group.errors.size());
    case kVoxels:
    case kSize:
      return static_cast<qlonglong>(first.voxels);
    case kPlace:  // along the body: slice by slice
      return static_cast<qlonglong>(first.voxel[2]);
    case kLossShare:
      return list_->has_contribution ? group.contribution() : 0;
    default:
      return group.gradient();
  }
}

QString ErrorsModel::words(const ErrorGroup& group, int column) const {
  const ErrorComponent& first = group.errors.front();
  switch (column) {
    case kKind:
      return first.kind == ErrorKind::missed ? tr("missed") : tr("false alarm");
    case kCount:
      return QString::number(group.errors.size());
    case kVoxels:
      return QString::number(first.voxels);
    case kSize:
      return size_number(static_cast<double>(first.voxels) * list_->voxel_volume);
    case kPlace:
      return group.errors.size() == 1 ? index_text(list_->flat, first.voxel)
                                      : tr("%1 ...").arg(index_text(list_->flat, first.voxel));
    case kLossShare:
      return percent(list_->has_contribution ? share(group.contribution(), list_->value) : kNone);
    default:
      return percent(share(group.gradient(), list_->gradient));
  }
}

QString ErrorsModel::tip(const ErrorGroup& group, int column) const {
  const auto count = static_cast<double>(group.errors.size());
  if (count == 1 || (column != kLossShare && column != kGradientShare)) {
    return {};
  }
  return tr("%1 errors that differ in nothing but their place, together; each %2")
      .arg(group.errors.size())
      .arg(percent(column == kLossShare ? share(group.contribution() / count, list_->value)
                                        : share(group.gradient() / count, list_->gradient)));
}

QVariant ErrorsModel::data(const QModelIndex& index, int role) const {
  if (!list_ || index.row() < 0 || index.row() >= rowCount()) {
    return {};
  }
  const ErrorGroup& group = list_->groups[static_cast<std::size_t>(index.row())];
  const bool left = index.column() == kKind || index.column() == kPlace;
  switch (role) {
    case Qt::DisplayRole:
      return words(group, index.column());
    case Qt::UserRole:
      return order(group, index.column());
    case Qt::ToolTipRole:
      return tip(group, index.column());
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (left ? Qt::AlignLeft : Qt::AlignRight)));
    default:
      return {};
  }
}

QVariant ErrorsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) {
    return {};
  }
  if (role == Qt::TextAlignmentRole) {
    const bool left = section == kKind || section == kPlace;
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (left ? Qt::AlignLeft : Qt::AlignRight)));
  }
  const QString size = list_ && list_->flat ? unit_ + QStringLiteral("²") : unit_ + QStringLiteral("³");
  const QStringList titles{tr("error"), tr("where"), tr("count"), tr("voxels"), size, tr("of loss"), tr("of gradient")};
  const QStringList tips{tr("Missed: of the mask and not predicted. False alarm: the other way round"),
                         tr("Indices from 0: the voxel of the piece that adds most to the loss"),
                         tr("Errors that differ in nothing but their place are one row: how many they are"),
                         tr("Voxels of a connected piece (26 neighbours), of each"),
                         tr("Size of a connected piece, of each"),
                         tr("What its voxels contribute, of the value of the loss"),
                         tr("The gradient's magnitude over its voxels, of that over the whole volume")};
  const bool flat = list_ && list_->flat.has_value();
  return role == Qt::DisplayRole   ? QVariant(grid_words(titles[section], flat))
         : role == Qt::ToolTipRole ? QVariant(grid_words(tips[section], flat))
                                   : QVariant();
}

}  // namespace lossscope
