// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/details.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QComboBox;

namespace lossscope {

class ChartPane;

/// How many voxels of each outcome contribute (or pull) how much. What is counted follows the layer: the gradient's
/// while gradients are shown.
class HistogramTab : public TabPage {
  Q_OBJECT
 public:
  HistogramTab(SessionStore& store, const Details& details);
  void showFrame(const FramePtr& frame) override;
  void clear() override;

 private:
  void rebuild();

  const Details& details_;
  QComboBox* what_ = nullptr;
  ChartPane* pane_ = nullptr;
  FramePtr frame_;
};

}  // namespace lossscope
