// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/details.h"
#include "app/window/tab_page.h"

namespace lossscope {

class ChartPane;

/// How far from the mask's boundary the loss lies.
class DistanceTab : public TabPage {
  Q_OBJECT
 public:
  explicit DistanceTab(const Details& details);
  void showFrame(const FramePtr& frame) override;
  void clear() override;

 private:
  void rebuild();

  const Details& details_;
  ChartPane* pane_ = nullptr;
  FramePtr frame_;
};

}  // namespace lossscope
