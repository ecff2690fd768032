// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMenu>
#include <QStringList>

namespace lossscope {

/// File > Open recent: the cases opened last, each as its files. Remembered between runs.
class RecentFiles : public QMenu {
  Q_OBJECT
 public:
  explicit RecentFiles(QWidget* parent = nullptr);
  void add(const QStringList& files);  ///< to the top

 Q_SIGNALS:
  void chosen(const QStringList& files);

 private:
  void rebuild();
};

}  // namespace lossscope
