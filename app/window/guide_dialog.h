// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QFutureWatcher>
#include <stop_token>

#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "losses/guide/guide.h"

class QProgressBar;

namespace lossscope {

class ForeignText;

/// "Which loss?": what the case is like, which losses are named for such cases, and whether that holds here. A click on
/// a loss chooses it.
class GuideDialog : public QDialog {
  Q_OBJECT
 public:
  GuideDialog(SessionStore& store, const Problem& problem, QWidget* parent = nullptr);
  ~GuideDialog() override;
  [[nodiscard]] bool busy() const { return watcher_.isRunning(); }

 private:
  void showGuide();

  SessionStore& store_;
  ForeignText* text_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QFutureWatcher<std::shared_ptr<const Guide>> watcher_;
  std::stop_source stop_;
};

/// The guide as HTML; losses are links "loss:ID".
[[nodiscard]] QString guide_html(const Guide& guide, const QColor& bar);

}  // namespace lossscope
