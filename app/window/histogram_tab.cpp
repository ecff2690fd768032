// SPDX-License-Identifier: Apache-2.0
#include "app/window/histogram_tab.h"

#include <QComboBox>
#include <QLabel>

#include "app/figures/plots.h"
#include "app/window/chart_pane.h"

namespace lossscope {

HistogramTab::HistogramTab(SessionStore& store, const Details& details) : details_(details) {
  what_ = new QComboBox;
  what_->setObjectName(QStringLiteral("histogramOf"));
  what_->addItems({tr("contribution"), tr("gradient")});
  what_->setToolTip(tr("What is counted; the same choice as the layer above"));
  pane_ = new ChartPane(QStringLiteral("histogram"), {new QLabel(tr("Of the")), what_});
  pane_->chart->setPlaceholder(tr("A histogram needs a mask and a prediction."));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(pane_);
  connect(what_, &QComboBox::activated, this,
          [&store](int index) { store.showLayer(index == 1 ? OverlayLayer::gradient : OverlayLayer::contribution); });
  connect(&details_, &Details::changed, this, &HistogramTab::rebuild);
}

void HistogramTab::showFrame(const FramePtr& frame) {
  frame_ = frame;
  what_->setCurrentIndex(frame->session.look.layer == OverlayLayer::gradient ? 1 : 0);
  rebuild();
}

void HistogramTab::rebuild() {
  if (!frame_ || !isVisible()) {
    return;
  }
  const LossStatisticsPtr statistics = frame_->result ? details_.of(frame_->result) : nullptr;
  pane_->chart->setVeiled(frame_->result && !statistics);  // it is of the loss before
  if (!frame_->result) {
    pane_->chart->setChart({});
  } else if (statistics) {
    const bool gradient = frame_->session.look.layer == OverlayLayer::gradient;
    pane_->chart->setChart(size_histogram(*frame_->result, *statistics,
                                          gradient ? HistogramOf::gradient : HistogramOf::contribution,
                                          frame_->session.look.gradient_of));
  }
}

void HistogramTab::clear() {
  frame_.reset();
  what_->setCurrentIndex(0);
  pane_->chart->setChart({});
}

}  // namespace lossscope
