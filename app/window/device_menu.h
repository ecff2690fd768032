// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFutureWatcher>
#include <QMenu>

#include "losses/drivers/cuda.h"

class QActionGroup;

namespace lossscope {

/// What can compute: the processor and every GPU with its name and memory, or, greyed, why there is none. GPUs are
/// looked for off the GUI thread when the menu is first opened: waking a driver up takes its time.
class DeviceMenu : public QMenu {
  Q_OBJECT
 public:
  explicit DeviceMenu(QWidget* parent = nullptr);
  ~DeviceMenu() override;

  /// "cpu" or "cuda:N"; emits nothing.
  void setChosen(const QString& id);
  void showStatus(const CudaStatus& status);

 Q_SIGNALS:
  void chosen(const QString& id);

 private:
  void look();
  void add(const QString& id, const QString& text);
  void addNote(const QString& text);

  QActionGroup* group_;
  QFutureWatcher<CudaStatus> looking_;
  QString chosen_ = QStringLiteral("cpu");
};

/// The device that was chosen last time; "cpu" if none was.
[[nodiscard]] QString remembered_device();
void remember_device(const QString& id);

}  // namespace lossscope
