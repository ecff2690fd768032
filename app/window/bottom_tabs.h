// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTabWidget>

#include "app/engine/details.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

namespace lossscope {

class DescentRun;
class ProbeTab;

/// The pages below the views: numbers and plots of what is shown. Which one is in front is part of the session.
class BottomTabs : public QTabWidget {
  Q_OBJECT
 public:
  BottomTabs(SessionStore& store, Details& details, DescentRun& descent, QWidget* parent = nullptr);
  void showFrame(const FramePtr& frame);
  void clear();
  [[nodiscard]] bool busy() const;
  [[nodiscard]] ProbeTab* probe() const { return probe_; }
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
  ProbeTab* probe_ = nullptr;
  FramePtr frame_;
};

}  // namespace lossscope
