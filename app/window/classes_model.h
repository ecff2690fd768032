// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>

#include "app/engine/class_numbers.h"
#include "app/engine/class_table.h"
#include "app/figures/case_text.h"

namespace lossscope {

/// The classes of a case as rows. Qt::UserRole is what a column sorts by.
class ClassesModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column {
    kName,
    kLabel,
    kValue,
    kWeight,
    kAdded,
    kShare,
    kGradient,
    kDice,
    kSurface,
    kMask,
    kFound,
    kHere,
    kP,
    kAddedHere,
    kColumns
  };

  using QAbstractTableModel::QAbstractTableModel;
  /// `voxel_volume`: of a voxel in cubed lengths of the grid, `length` their unit.
  void setTable(ClassTablePtr table, const VolumeUnit& unit, double voxel_volume, const QString& length);
  [[nodiscard]] const ClassTablePtr& table() const { return table_; }
  /// What comes after the table; null while it is not there.
  void setNumbers(ClassNumbersPtr numbers);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void tellChange(int first, int last);
  [[nodiscard]] double number(std::size_t row, int column) const;
  [[nodiscard]] QString words(std::size_t row, int column) const;

  ClassTablePtr table_;
  ClassNumbersPtr numbers_;
  QString length_;  ///< unit of distances
  VolumeUnit unit_;
  double voxel_volume_ = 1;
};

}  // namespace lossscope
