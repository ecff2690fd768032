// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "app/engine/frame.h"

class QLabel;
class QProgressBar;
class QToolButton;

namespace lossscope {

/// Bottom of the window: the voxel under the pointer with its values, what computed how long, and progress.
class StatusLine : public QWidget {
  Q_OBJECT
 public:
  explicit StatusLine(QWidget* parent = nullptr);

  void showFrame(const FramePtr& frame);
  /// The voxel under the pointer in view 0..2; the crosshair's values when the pointer left (x < 0).
  void showHovered(int view, int x, int y);
  void clear();
  /// Progress comes into sight once work has lasted half a second.
  void setBusy(bool busy);
  void say(const QString& news);  ///< a word that goes away by itself
  void setProgress(double share, const QString& what);
  [[nodiscard]] QString probeText() const;

 Q_SIGNALS:
  void cancelRequested();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;  ///< of the probe: it was resized

 private:
  void showProbe();
  void tell(const QStringList& parts);
  void fit();

  QLabel* probe_ = nullptr;
  QStringList told_;  ///< of the probe, whether it has room or not
  QLabel* timing_ = nullptr;
  QLabel* what_ = nullptr;
  QProgressBar* bar_ = nullptr;
  QToolButton* cancel_ = nullptr;
  QString doing_;  ///< what the worker does
  QTimer news_;    ///< until the word goes away
  QTimer patience_;
  FramePtr frame_;
};

}  // namespace lossscope
