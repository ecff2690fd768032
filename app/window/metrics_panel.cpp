// SPDX-License-Identifier: Apache-2.0
#include "app/window/metrics_panel.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <QtConcurrent>
#include <cmath>
#include <utility>

namespace lossscope {
namespace {

QString row(const QString& name, double value, const QString& unit = {}) {
  const QString number = std::isnan(value)
                             ? MetricsPanel::tr("undefined")
                             : QLocale::c().toString(value, 'g', 5) + (unit.isEmpty() ? unit : u' ' + unit);
  return QStringLiteral("<tr><td style='padding-right: 16px'>%1</td><td align='right'>%2</td></tr>").arg(name, number);
}

bool same_data(const Problem& a, const Problem& b) {
  return a.mask.data == b.mask.data && a.prediction.data == b.prediction.data && a.kind == b.kind;
}

}  // namespace

MetricsPanel::MetricsPanel(std::shared_ptr<Turns> turns, QWidget* parent) : QWidget(parent), turns_(std::move(turns)) {
  text_ = new QLabel;
  text_->setObjectName(QStringLiteral("metrics"));
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  text_->setToolTip(
      tr("Of the prediction thresholded at 0.5. Distances are between surface voxels, in both directions."));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(text_);
  rest_.setSingleShot(true);
  rest_.setInterval(200);
  connect(&rest_, &QTimer::timeout, this, &MetricsPanel::compute);
  connect(&watcher_, &QFutureWatcherBase::finished, this, [this] {
    busy_ = false;
    if (!same_data(wanted_, measured_)) {
      compute();  // it was stopped because a newer prediction came
    } else {
      showMetrics(watcher_.result());
    }
  });
  showMetrics(std::nullopt);
}

MetricsPanel::~MetricsPanel() {
  stop_.request_stop();
  watcher_.disconnect(this);
  watcher_.waitForFinished();
}

void MetricsPanel::showFrame(const FramePtr& frame) {
  Problem problem;
  problem.mask = frame->data->mask;
  problem.prediction = frame->data->prediction;
  problem.kind = frame->data->kind;
  if (same_data(problem, wanted_)) {
    return;
  }
  wanted_ = problem;
  stop_.request_stop();
  if (problem.mask.empty() || problem.prediction.empty()) {
    rest_.stop();
    measured_ = problem;
    showMetrics(std::nullopt);
  } else {
    text_->setEnabled(false);  // these numbers are of an earlier prediction
    rest_.start();
  }
}

void MetricsPanel::clear() {
  wanted_ = {};
  rest_.stop();
  stop_.request_stop();
  showMetrics(std::nullopt);
}

void MetricsPanel::compute() {
  if (busy_ || wanted_.mask.empty() || wanted_.prediction.empty()) {
    return;
  }
  busy_ = true;
  measured_ = wanted_;
  stop_ = {};
  watcher_.setFuture(
      QtConcurrent::run([problem = wanted_, stop = stop_.get_token(), turns = turns_]() -> std::optional<Metrics> {
        try {
          const Turns::Turn turn = turns->take(stop);
          return turn ? std::optional(compute_metrics(problem, 0, stop)) : std::nullopt;
        } catch (const std::exception&) {  // stopped, or no memory for it: no metrics
          return std::nullopt;
        }
      }));
}

void MetricsPanel::showMetrics(const std::optional<Metrics>& metrics) {
  text_->setEnabled(true);
  if (!metrics) {
    text_->setText(tr("They need a mask and a prediction."));
    return;
  }
  const Metrics& m = *metrics;
  const QString mm = QStringLiteral("mm"), ml = QStringLiteral("ml");
  text_->setText(QStringLiteral("<table>") + row(tr("Dice"), m.dice) + row(tr("Jaccard"), m.jaccard) +
                 row(tr("Sensitivity"), m.sensitivity) + row(tr("Specificity"), m.specificity) +
                 row(tr("Precision"), m.precision) + row(tr("Hausdorff"), m.hausdorff, mm) +
                 row(tr("Hausdorff, 95 %"), m.hausdorff95, mm) +
                 row(tr("Mean surface distance"), m.mean_surface_distance, mm) +
                 row(tr("Volume, mask"), m.volume_mask / 1000, ml) +
                 row(tr("Volume, prediction"), m.volume_prediction / 1000, ml) + QStringLiteral("</table>"));
}

}  // namespace lossscope
