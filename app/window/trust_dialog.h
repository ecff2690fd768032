// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

#include "app/io/model_client.h"

namespace lossscope {

/// Asks whether a TorchScript model is trusted. Cancel is what Enter and Escape do; deletes itself.
class TrustDialog : public QDialog {
  Q_OBJECT
 public:
  TrustDialog(const ModelInfo& model, QWidget* parent);
};

}  // namespace lossscope
