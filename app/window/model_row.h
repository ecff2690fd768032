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
  void showModel(const ModelChoice& model);

 Q_SIGNALS:
  void openRequested();

 private:
  QLabel* name_ = nullptr;
  QLabel* hash_ = nullptr;
  QSpinBox* channel_ = nullptr;
};

}  // namespace lossscope
