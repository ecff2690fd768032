// SPDX-License-Identifier: Apache-2.0
#include "app/window/distance_tab.h"

#include "app/figures/case_text.h"
#include "app/figures/plots.h"
#include "app/figures/text.h"
#include "app/window/chart_pane.h"

namespace lossscope {

DistanceTab::DistanceTab(const Details& details) : details_(details) {
  pane_ = new ChartPane(QStringLiteral("distanceChart"), {});
  pane_->chart->setPlaceholder(tr("This chart needs a mask and a prediction."));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(pane_);
  connect(&details_, &Details::changed, this, &DistanceTab::rebuild);
}

void DistanceTab::showFrame(const FramePtr& frame) {
  frame_ = frame;
  rebuild();
}

void DistanceTab::rebuild() {
  if (!frame_ || !isVisible()) {
    return;
  }
  const LossStatisticsPtr statistics = frame_->result ? details_.of(frame_->result) : nullptr;
  pane_->chart->setVeiled(frame_->result && !statistics);  // it is of the loss before
  if (!frame_->result) {
    pane_->chart->setChart({});
  } else if (statistics) {
    pane_->chart->setChart(distance_chart(*frame_->result, *statistics, text(loss_unit(*frame_->data))));
  }
}

void DistanceTab::clear() {
  frame_.reset();
  pane_->chart->setChart({});
}

}  // namespace lossscope
