// SPDX-License-Identifier: Apache-2.0
#include "app/window/curve_tab.h"

#include <QComboBox>
#include <QLabel>
#include <algorithm>

#include "app/engine/curves.h"
#include "app/figures/plots.h"
#include "app/figures/text.h"
#include "app/window/chart_pane.h"

namespace lossscope {
namespace {

constexpr int kSamples = 41;

}  // namespace

CurveTab::CurveTab(SessionStore& store) : store_(store) {
  parameter_ = new QComboBox;
  parameter_->setObjectName(QStringLiteral("curveParameter"));
  parameter_->setToolTip(tr("The parameter that runs along the right chart; drag in the chart to set it"));
  parameter_->setMinimumContentsLength(12);
  voxel_ = new ChartPane(QStringLiteral("voxelCurve"), {new QLabel(tr("Along p at the crosshair"))});
  along_ = new ChartPane(QStringLiteral("parameterCurve"), {new QLabel(tr("Along")), parameter_});
  voxel_->chart->setPlaceholder(tr("A curve needs a mask and a prediction."));
  along_->chart->setPlaceholder(tr("This loss has no parameter that is a number."));
  along_->chart->setPickable(true);
  fill_with(*this, voxel_, along_, 0.5);
  rest_.setSingleShot(true);
  rest_.setInterval(200);
  connect(&rest_, &QTimer::timeout, this, &CurveTab::compute);
  connect(parameter_, &QComboBox::activated, this, &CurveTab::showParameterCurve);
  connect(along_->chart, &widgets::ChartView::picked, this, &CurveTab::pick);
}

void CurveTab::clear() {
  frame_.reset();
  computed_.reset();
  rest_.stop();
  background_.cancel();
  voxel_->chart->setChart({});
  along_->chart->setChart({});
  parameter_->clear();
  parameter_->setProperty("loss", QVariant());
}

void CurveTab::showFrame(const FramePtr& frame) {
  if (frame->preliminary) {
    return;
  }
  frame_ = frame;
  if (!frame->result) {
    clear();
    return;
  }
  showParameters(*frame->result->loss);
  showVoxel();
  showParameterCurve();
}

void CurveTab::showVoxel() {
  voxel_->chart->setPlaceholder(
      frame_->data->classes
          ? tr("Over classes there is no such curve: each has a probability of its own there. One label alone has one.")
          : tr("A curve needs a mask and a prediction."));
  if (!frame_->probes.empty()) {
    voxel_->chart->setChart(voxel_chart(*frame_->result, frame_->probes.front()));
  }
}

void CurveTab::showParameters(const Loss& loss) {
  const QString id = text(loss.declaration().id);
  if (parameter_->property("loss").toString() == id) {
    return;
  }
  parameter_->setProperty("loss", id);
  parameter_->clear();
  for (std::size_t at = 0; at < loss.parameters().size(); ++at) {
    const ParameterInfo& info = loss.parameters()[at];
    if (info.choices.empty()) {
      parameter_->addItem(text(info.label), static_cast<int>(at));
    }
  }
}

std::optional<std::size_t> CurveTab::parameter() const {
  return parameter_->currentIndex() < 0 ? std::nullopt : std::optional<std::size_t>(parameter_->currentData().toInt());
}

bool CurveTab::curveHolds() const {
  const LossResult& now = *frame_->result;
  if (!computed_ || computed_->loss != now.loss || computed_parameter_ != parameter() ||
      !same_inputs(computed_->problem, now.problem)) {
    return false;
  }
  std::vector<double> others = now.parameters;
  others[computed_parameter_] = computed_->parameters[computed_parameter_];
  return others == computed_->parameters;
}

void CurveTab::showParameterCurve() {
  if (!frame_ || !frame_->result) {
    return;
  }
  if (!parameter()) {
    along_->chart->setChart({});
    return;
  }
  if (!curveHolds()) {
    rest_.start();
  } else if (!values_.empty()) {
    along_->chart->setChart(parameter_chart(*frame_->result, computed_parameter_, at_, values_,
                                            frame_->result->parameters[computed_parameter_]));
  }
}

void CurveTab::compute() {
  if (!frame_ || !frame_->result || !parameter()) {
    return;
  }
  computed_ = frame_->result;
  computed_parameter_ = *parameter();
  at_ = parameter_samples(computed_->loss->parameters()[computed_parameter_], kSamples);
  values_.clear();
  background_.run([this, result = computed_, parameter = computed_parameter_, at = at_](
                      const std::stop_token& stop, const Background::Deliver& deliver) {
    auto values = parameter_curve(on_processor(*result, stop), parameter, at, {}, 0, stop);
    deliver([this, values = std::move(values)] {
      values_ = values;
      showParameterCurve();
    });
  });
}

void CurveTab::pick(double value, quint64 drag) {
  if (!computed_) {
    return;
  }
  const ParameterInfo& info = computed_->loss->parameters()[computed_parameter_];
  const std::string id(info.id), loss(computed_->loss->declaration().id);
  store_.change(
      text(info.label),
      [&](Session& session) { session.loss.parameters[loss][id] = std::clamp(value, info.minimum, info.maximum); }, id,
      drag);
}

}  // namespace lossscope
