// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>

#include "app/engine/error_list.h"

namespace lossscope {

/// A list of errors as rows: one a group. Qt::UserRole is what a column sorts by.
class ErrorsModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kKind, kPlace, kCount, kVoxels, kSize, kLossShare, kGradientShare, kColumns };

  using QAbstractTableModel::QAbstractTableModel;
  /// `unit` is that of lengths: "mm" or "voxels".
  void setList(ErrorListPtr list, const QString& unit);
  [[nodiscard]] const ErrorListPtr& list() const { return list_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  [[nodiscard]] QString words(const ErrorGroup& group, int column) const;
  [[nodiscard]] QVariant order(const ErrorGroup& group, int column) const;
  [[nodiscard]] QString tip(const ErrorGroup& group, int column) const;
  [[nodiscard]] double share(double part, double whole) const;

  ErrorListPtr list_;
  QString unit_;
};

}  // namespace lossscope
