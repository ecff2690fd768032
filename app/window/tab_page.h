// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/frame.h"

namespace lossscope {

/// One page below the views. Only the page that is in sight gets frames.
class TabPage : public QWidget {
 public:
  using QWidget::QWidget;
  virtual void showFrame(const FramePtr& frame) = 0;
  virtual void clear() = 0;
  [[nodiscard]] virtual bool busy() const { return false; }
};

}  // namespace lossscope
