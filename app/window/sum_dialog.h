// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QStringList>
#include <string>

class QDialogButtonBox;
class QLabel;
class QListWidget;

namespace lossscope {

/// Chooses the losses of a weighted sum by ticking them; their weights are parameters of the sum, tuned afterwards.
class SumDialog : public QDialog {
  Q_OBJECT
 public:
  /// `current`: the loss, or the sum, that is ticked to begin with.
  explicit SumDialog(const std::string& current, QWidget* parent = nullptr);
  /// The sum of what is ticked, in the order of ticking: an id for find_loss.
  [[nodiscard]] std::string id() const;

 private:
  void tick(const QString& loss, bool on);

  QListWidget* losses_ = nullptr;
  QLabel* sum_ = nullptr;
  QDialogButtonBox* buttons_ = nullptr;
  QStringList ticked_;
};

}  // namespace lossscope
