// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace lossscope {

/// The losses by family: those of the survey, or all, which is remembered. A search looks into names, summaries,
/// citations and presets of all of them; what is found by a preset alone is shown, and chosen, with it. The current
/// loss is always shown while nothing is searched for; a sum of losses has a row of its own as long as it is the
/// current one.
class LossList : public QWidget {
  Q_OBJECT
 public:
  explicit LossList(QWidget* parent = nullptr);
  void setCurrent(const QString& id);
  void setTall(bool on);  ///< the search has a line of its own, for larger words

 Q_SIGNALS:
  void chosen(const QString& id, int preset);  ///< preset: its place in the declaration; -1: none was meant
  void sumWanted();                            ///< somebody wants to add losses up

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void filter();
  void fitHeight();
  void showSum(const QString& id);

  QBoxLayout* head_ = nullptr;
  QComboBox* which_ = nullptr;
  QLineEdit* search_ = nullptr;
  QTreeWidget* tree_ = nullptr;
  QTreeWidgetItem* sum_ = nullptr;  ///< null while the current loss is none
};

}  // namespace lossscope
