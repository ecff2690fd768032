// SPDX-License-Identifier: Apache-2.0
#include "app/window/status_line.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <optional>

#include "app/engine/slicing.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/pictures.h"
#include "app/window/theme.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr char kGap[] = "   ";  ///< between two parts

QString in_digits(double value, int digits = 4) { return QLocale::c().toString(value, 'g', digits); }

QString milliseconds(double seconds) {
  const double ms = seconds * 1000;
  return QLocale::c().toString(ms, 'f', ms < 10 ? 1 : 0) + QStringLiteral(" ms");
}

/// "name value", or nothing where there is no value.
void append(QStringList& parts, const QString& name, double value) {
  if (!std::isnan(value)) {
    parts << name + QLatin1Char(' ') + in_digits(value);
  }
}

/// The patient axis that a picture's flat axis runs along; none for a volume.
std::optional<std::size_t> depth_axis(const Grid& grid) {
  const auto flat = flat_axis(grid);
  if (!flat) {
    return std::nullopt;
  }
  const auto along = [&](std::size_t patient) {
    return std::abs(grid.direction[3 * patient + static_cast<std::size_t>(*flat)]);
  };
  return std::max({std::size_t{0}, std::size_t{1}, std::size_t{2}},
                  [&](auto a, auto b) { return along(a) < along(b); });
}

/// "voxel ( 90, 108,  90)   -0.0  18.0  18.0 mm"; of a picture the two axes that it has; without the millimetres where
/// no file gives any.
QString place_text(const CaseData& data, const std::array<std::int64_t, 3>& voxel, const std::array<double, 3>& world) {
  const QString index = index_text(data, voxel, 3);
  const QString place = grid_words(StatusLine::tr("voxel (%1)"), data.grid).arg(index);
  if (!data.has_spacing) {
    return place;
  }
  const auto depth = depth_axis(data.grid);
  QString numbers;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    numbers += axis == depth ? QString() : QStringLiteral(" %1").arg(world[axis], 6, 'f', 1);
  }
  return StatusLine::tr("%1  %2 mm").arg(place, numbers);
}

}  // namespace

StatusLine::StatusLine(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("statusLine"));
  probe_ = new QLabel;
  probe_->setObjectName(QStringLiteral("probe"));
  QFont fixed = probe_->font();
  fixed.setFamily(fixed_digits_family());
  probe_->setFont(fixed);
  probe_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // long values never widen the window
  probe_->setToolTip(tr("LPS millimetres: x grows to the patient's left, y to the back, z to the head"));
  probe_->installEventFilter(this);
  timing_ = new QLabel;
  timing_->setObjectName(QStringLiteral("timing"));
  timing_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  // Room for the longest that is usual: what stands beside it must not move with every number.
  timing_->setMinimumWidth(timing_->fontMetrics().horizontalAdvance(tr("CPU, %n threads, 88888 ms", nullptr, 88)));
  what_ = new QLabel;
  for (QLabel* label : {probe_, timing_, what_}) {
    label->setTextFormat(Qt::PlainText);  // a helper says what is being done
  }
  bar_ = new QProgressBar;
  bar_->setObjectName(QStringLiteral("progress"));
  bar_->setFixedWidth(140);
  bar_->setRange(0, 0);
  bar_->setTextVisible(false);
  cancel_ = new QToolButton;
  cancel_->setObjectName(QStringLiteral("cancel"));
  cancel_->setText(tr("Cancel"));
  cancel_->setToolTip(tr("Stop what is being read or computed (Esc)"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(6, 0, 6, 0);
  layout->setSpacing(8);
  layout->addWidget(probe_, 1);
  for (QWidget* widget : std::initializer_list<QWidget*>{what_, bar_, cancel_, timing_}) {
    layout->addWidget(widget);
  }
  // Fixed, so that the progress bar moves nothing when it appears.
  setFixedHeight(std::max(cancel_->sizeHint().height(), fontMetrics().height()) + 2);
  patience_.setSingleShot(true);
  patience_.setInterval(500);
  connect(&patience_, &QTimer::timeout, this, [this] {
    news_.stop();
    what_->setText(doing_);
    what_->show();
    bar_->show();
    cancel_->show();
  });
  news_.setSingleShot(true);
  news_.setInterval(6000);
  connect(&news_, &QTimer::timeout, what_, &QWidget::hide);
  connect(cancel_, &QToolButton::clicked, this, &StatusLine::cancelRequested);
  setBusy(false);
}

void StatusLine::showFrame(const FramePtr& frame) {
  frame_ = frame;
  showProbe();
  if (!frame->preliminary) {
    const Timing& t = frame->timing;
    const QString processor = tr("CPU, %1 threads").arg(resolve_threads(0));
    const bool on_processor = frame->device.empty() || frame->device == "CPU";
    timing_->setText(tr("%1, %2").arg(on_processor ? processor : QString::fromStdString(frame->device),
                                      milliseconds(t.fields + t.reduce + t.map)));
    timing_->setToolTip(
        tr("Reading %1, auxiliary fields %2, sums over the whole case %3, maps of what is in view %4")
            .arg(milliseconds(t.load), milliseconds(t.fields), milliseconds(t.reduce), milliseconds(t.map)));
  }
}

void StatusLine::showProbe() {
  const VoxelProbe& probe = frame_->probe;
  const LossProbe loss = probe.loss();
  const Session& session = frame_->session;
  QStringList parts{place_text(*frame_->data, probe.voxel, probe.world)};
  append(parts, tr("image"), probe.image);
  append(parts, tr("mask"), probe.mask);
  append(parts, frame_->data->kind == PredictionKind::logit ? tr("z") : tr("p"), probe.prediction);
  if (!probe.counts) {
    parts << tr("not counted");
    tell(parts);
    return;
  }
  append(parts, tr("contribution"), loss.contribution);
  const bool length = frame_->data->classes && !frame_->data->class_at;  // of all channels' gradients
  const QString slope = session.look.gradient_of == GradientOf::logit ? tr("dL/dz") : tr("dL/dp");
  append(parts, length ? QStringLiteral("|%1|").arg(slope) : slope, loss.gradient);
  if (session.look.layer == OverlayLayer::counterfactual) {
    append(parts, tr("what-if"), loss.counterfactual);
  }
  append(parts, tr("distance"), probe.distance);
  tell(parts);
}

void StatusLine::showHovered(int view, int x, int y) {
  if (!frame_) {
    return;
  }
  const auto pane = static_cast<std::size_t>(std::max(0, view - 3));
  const bool compares = view >= 3 && pane < frame_->compared.size();
  const ViewResult& result = frame_->views[compares ? static_cast<std::size_t>(frame_->session.look.compared_view)
                                                    : static_cast<std::size_t>(std::min(view, 2))];
  const Grid& grid = frame_->data->grid;
  if (x < 0 || x >= result.axes.width(grid) || y >= result.axes.height(grid)) {
    showProbe();
    return;
  }
  const auto voxel = result.axes.voxel(grid, x, y, result.slice);
  const auto at = static_cast<std::size_t>(y * result.axes.width(grid) + x);
  const auto value = [at](const std::vector<float>& layer) {
    return layer.empty() ? std::nan("") : static_cast<double>(layer[at]);
  };
  QStringList parts{place_text(
      *frame_->data, voxel,
      grid.to_world({static_cast<double>(voxel[0]), static_cast<double>(voxel[1]), static_cast<double>(voxel[2])}))};
  append(parts, tr("image"), value(result.image));
  append(parts, tr("mask"), value(result.mask));
  append(parts, frame_->data->kind == PredictionKind::logit ? tr("z") : tr("p"), value(result.prediction));
  if (!result.counts.empty() && result.counts[at] == 0) {
    parts << tr("not counted");
  } else {
    const ComparedPane* shown = compares ? &frame_->compared[pane] : nullptr;
    const widgets::ColourScale scale = shown != nullptr ? compared_scale(*frame_, *shown) : overlay_scale(*frame_);
    const double number = value(shown != nullptr ? shown->overlay : result.overlay);
    const QString name = shown != nullptr ? scale.title + QLatin1Char(' ') + QString::fromStdString(shown->loss)
                                          : layer_name(frame_->session);
    if (!scale.classes.empty() && number >= 0) {
      parts << scale.title + QStringLiteral(": ") + scale.class_names.value(static_cast<int>(number));
    } else if (scale.classes.empty() && (compares || frame_->session.look.layer != OverlayLayer::prediction)) {
      append(parts, name, number);
    }
  }
  tell(parts);
}

void StatusLine::clear() {
  frame_.reset();
  tell({});
  timing_->clear();
}

void StatusLine::setBusy(bool busy) {
  if (busy && !patience_.isActive() && bar_->isHidden()) {
    bar_->setRange(0, 0);
    doing_.clear();
    patience_.start();
  } else if (!busy) {
    patience_.stop();
    what_->setHidden(!news_.isActive());
    bar_->hide();
    cancel_->hide();
  }
}

void StatusLine::setProgress(double share, const QString& what) {
  bar_->setRange(0, share > 0 ? 1000 : 0);
  bar_->setValue(static_cast<int>(share * 1000));
  doing_ = what;
  if (bar_->isVisible()) {
    what_->setText(what);
  }
}

void StatusLine::say(const QString& news) {
  if (!bar_->isVisible()) {
    what_->setText(news);
    what_->show();
    news_.start();
  }
}

QString StatusLine::probeText() const { return told_.join(QLatin1String(kGap)); }

void StatusLine::tell(const QStringList& parts) {
  told_ = parts;
  fit();
}

/// Whole numbers only: half of one is another number.
void StatusLine::fit() {
  const QFontMetrics letters = probe_->fontMetrics();
  QString text = probeText();
  for (qsizetype shown = told_.size() - 1; shown > 0 && letters.horizontalAdvance(text) > probe_->width(); --shown) {
    text = told_.mid(0, shown).join(QLatin1String(kGap)) + QLatin1String(kGap) + QStringLiteral("…");
  }
  probe_->setText(text);
}

bool StatusLine::eventFilter(QObject* watched, QEvent* event) {
  if (watched == probe_ && event->type() == QEvent::Resize) {
    fit();
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace lossscope
