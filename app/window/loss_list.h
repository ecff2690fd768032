// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLineEdit;
class QTreeWidget;

namespace lossscope {

/// All losses by family, with a search that looks into names, summaries, citations and presets. What is found by a
/// preset alone is shown, and chosen, with it.
class LossList : public QWidget {
  Q_OBJECT
 public:
  explicit LossList(QWidget* parent = nullptr);
  void setCurrent(const QString& id);

 Q_SIGNALS:
  void chosen(const QString& id, int preset);  ///< preset: its place in the declaration; -1: none was meant

 private:
  void filter(const QString& text);

  QLineEdit* search_ = nullptr;
  QTreeWidget* tree_ = nullptr;
};

}  // namespace lossscope
