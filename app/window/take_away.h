// SPDX-License-Identifier: Apache-2.0
// File > report, maps, table: what takes time runs beside the window, with progress and cancel.
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <functional>

#include "app/figures/figure_maker.h"
#include "app/figures/turntable.h"

class QWidget;

namespace lossscope {

/// One piece of work off the GUI thread behind a dialog that shows its progress and can cancel it. Deletes itself.
class TakeAway : public QObject {
  Q_OBJECT
 public:
  /// `work` runs on another thread and returns what to tell when it is done; its exceptions are told, too.
  using Work = std::function<QString(const Progress& progress, std::stop_token stop)>;
  TakeAway(const QString& title, Work work, QWidget* parent);
  ~TakeAway() override;  ///< stops the work and waits for it: at most one block of a computation

 Q_SIGNALS:
  void done(const QString& news);
  void failed(const QString& problem);
  void progressed(int percent, const QString& what);

 private:
  struct Outcome {
    QString news, problem;
  };
  static Outcome run(const Work& work, const Progress& progress, const std::stop_token& stop);
  void tell();

  QFutureWatcher<Outcome> watcher_;
  std::stop_source stop_;
};

/// The work behind each entry, on the case that is on screen. Paths as the file dialogs give them.
[[nodiscard]] TakeAway::Work report_work(const LoadedCase& shown, const QString& path);
[[nodiscard]] TakeAway::Work maps_work(const LoadedCase& shown, const QString& folder);
[[nodiscard]] TakeAway::Work table_work(const LoadedCase& shown, const QString& path);
[[nodiscard]] TakeAway::Work turntable_work(const widgets::SurfaceModel& model, const Turntable& turntable);

}  // namespace lossscope
