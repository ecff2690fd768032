// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/window/session_store.h"

class QLabel;
class QSpinBox;

namespace lossscope {

/// The model that makes the prediction: its name, its hash, and which channel of its output is shown.
class ModelRow : public QWidget {
  Q_OBJECT
 public:
  explicit ModelRow(SessionStore& store, QWidget* parent = nullptr);
  /// The model whose prediction is on screen, and the one that was asked for: below the name where it is another, and
  /// with its channel. An empty path: none.
  void showModel(const ModelChoice& shown, const ModelChoice& asked);

 Q_SIGNALS:
  void openRequested();

 private:
  QLabel* name_ = nullptr;
  QLabel* hash_ = nullptr;
  QLabel* asked_ = nullptr;
  QSpinBox* channel_ = nullptr;
};

}  // namespace lossscope
