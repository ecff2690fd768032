// SPDX-License-Identifier: Apache-2.0
#include "app/window/metrics_panel.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

#include "app/figures/case_text.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

QString metric_row(const QString& name, const std::optional<double>& value, const QString& unit = {}) {
  const QString number = !value ? QStringLiteral("...")
                         : std::isnan(*value)
                             ? MetricsPanel::tr("undefined")
                             : QLocale::c().toString(*value, 'g', 5) + (unit.isEmpty() ? unit : u' ' + unit);
  return QStringLiteral("<tr><td style='padding-right: 16px'>%1</td><td align='right'>%2</td></tr>").arg(name, number);
}

}  // namespace

MetricsPanel::MetricsPanel(std::shared_ptr<Turns> turns, QWidget* parent) : QWidget(parent), turns_(std::move(turns)) {
  text_ = new QLabel;
  text_->setObjectName(QStringLiteral("metrics"));
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  sayOfWhat(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(text_);
  rest_.setSingleShot(true);
  rest_.setInterval(200);
  connect(&rest_, &QTimer::timeout, this, &MetricsPanel::compute);
  connect(&background_, &Background::failed, this, [this](const QString& reason) {
    waiting_ = false;
    text_->setText(reason);
    showGrey();
  });
  showMetrics(std::nullopt);
}

void MetricsPanel::showFrame(const FramePtr& frame) {
  Problem problem = metrics_problem(*frame->data);
  problem.spacing = {1, 1, 1};  // metrics are in what the file says, whatever losses measure in
  if (same_inputs(problem, wanted_)) {
    return;
  }
  wanted_ = problem;
  data_ = frame->data;
  sayOfWhat(data_->classes != nullptr);
  background_.cancel();
  if (problem.mask.empty() || problem.prediction.empty()) {
    rest_.stop();
    showMetrics(std::nullopt);
  } else {
    showRows({}, false);  // the numbers are of an earlier prediction
    rest_.start();
  }
}

void MetricsPanel::sayOfWhat(bool of_classes) {
  text_->setToolTip((of_classes ? tr("Of the most likely class (of a sigmoid: above 0.5).")
                                : tr("Of the prediction thresholded at 0.5.")) +
                    tr(" Distances are from surface to surface, in both directions."));
}

void MetricsPanel::clear() {
  sayOfWhat(false);
  wanted_ = {};
  rest_.stop();
  background_.cancel();
  showMetrics(std::nullopt);
}

void MetricsPanel::compute() {
  background_.run(
      [this, problem = wanted_, turns = turns_](const std::stop_token& stop, const Background::Deliver& deliver) {
        const Turns::Turn turn = turns->take(stop);
        if (!turn) {
          throw Cancelled();
        }
        deliver([this, metrics = compute_metrics(problem, 0, stop)] { showMetrics(metrics); });
      });
}

void MetricsPanel::showMetrics(const std::optional<Metrics>& metrics) {
  if (metrics) {
    showRows(*metrics, true);
  } else {
    waiting_ = false;
    text_->setText(tr("They need a mask and a prediction."));
    showGrey();
  }
}

/// The same rows while the numbers are not there, so that nothing moves when they come.
void MetricsPanel::showRows(const Metrics& m, bool there) {
  waiting_ = !there;
  const QString length = text(place_unit(*data_));
  const VolumeUnit shown = volume_unit(*data_);
  const QString mask = shown.is_area ? tr("Area, mask") : tr("Volume, mask");
  const QString prediction = shown.is_area ? tr("Area, prediction") : tr("Volume, prediction");
  const auto known = [there](double value) { return there ? std::optional(value) : std::nullopt; };
  text_->setText(
      QStringLiteral("<table>") + metric_row(tr("Dice"), known(m.dice)) + metric_row(tr("Jaccard"), known(m.jaccard)) +
      metric_row(tr("Sensitivity"), known(m.sensitivity)) + metric_row(tr("Specificity"), known(m.specificity)) +
      metric_row(tr("Precision"), known(m.precision)) + metric_row(tr("Hausdorff"), known(m.hausdorff), length) +
      metric_row(tr("Hausdorff, 95 %"), known(m.hausdorff95), length) +
      metric_row(tr("Mean surface distance"), known(m.mean_surface_distance), length) +
      metric_row(mask, known(m.volume_mask / shown.of_one), shown.unit) +
      metric_row(prediction, known(m.volume_prediction / shown.of_one), shown.unit) + QStringLiteral("</table>"));
  showGrey();
}

void MetricsPanel::showGrey() { text_->setEnabled(!veiled_ && !waiting_); }

void MetricsPanel::veil(bool on) {
  veiled_ = on;
  showGrey();
}

}  // namespace lossscope
