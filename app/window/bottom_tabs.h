// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTabWidget>

#include "app/engine/class_numbers.h"
#include "app/engine/details.h"
#include "app/engine/error_finder.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

namespace lossscope {

class DescentRun;
class DescentTab;
struct DemoPlay;
class ErrorsTab;
class ProbeTab;
class SweepTab;

/// The pages below the views: numbers and plots of what is shown. Which one is in front is part of the session.
class BottomTabs : public QTabWidget {
  Q_OBJECT
 public:
  BottomTabs(SessionStore& store, Details& details, DescentRun& descent, QWidget* parent = nullptr);
  void showFrame(const FramePtr& frame);
  void clear();
  [[nodiscard]] bool busy() const;
  [[nodiscard]] ProbeTab* probe() const { return probe_; }
  [[nodiscard]] DescentTab* descent() const { return descent_; }
  /// Sets going what a demo asks for: a sweep, a descent.
  void play(const DemoPlay& play);
  /// Brings the list of errors to the front and goes to its next row (by 1) or the one before (by -1).
  void stepToError(int by);
  [[nodiscard]] QSize sizeHint() const override { return {600, 210}; }
  /// Never wider than the views need: the panels keep their room.
  [[nodiscard]] QSize minimumSizeHint() const override { return {360, 150}; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void add(const char* id, const QString& title, const QString& tip, TabPage* page);
  void showSession(const Session& session);
  [[nodiscard]] TabPage* page() const;

  SessionStore& store_;
  ErrorFinder finder_;
  ClassNumbersFinder classes_;
  ProbeTab* probe_ = nullptr;
  ErrorsTab* errors_ = nullptr;
  SweepTab* sweep_ = nullptr;
  DescentTab* descent_ = nullptr;
  FramePtr frame_;
};

}  // namespace lossscope
