// SPDX-License-Identifier: Apache-2.0
#include "app/window/guide_dialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "app/engine/case_data.h"
#include "app/engine/slicing.h"
#include "app/window/foreign_text.h"
#include "app/window/grid_tips.h"
#include "app/window/guide_html.h"

namespace lossscope {
namespace {

bool can_be_measured(const FramePtr& frame) {
  return frame && !frame->data->classes && !frame->data->mask.empty() && !frame->data->prediction.empty();
}

bool same_buffer(const std::weak_ptr<void>& one, const std::shared_ptr<void>& other) {
  return !one.owner_before(other) && !other.owner_before(one);
}

}  // namespace

GuideDialog::GuideDialog(SessionStore& store, const FramePtr& frame, QWidget* parent)
    : QDialog(parent), store_(store), newest_(frame) {
  setObjectName(QStringLiteral("guideDialog"));
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Which loss?"));
  resize(780, 760);
  text_ = new ForeignText;
  text_->setObjectName(QStringLiteral("guideText"));
  text_->setFrameShape(QFrame::NoFrame);
  progress_ = new QProgressBar;
  progress_->setObjectName(QStringLiteral("guideProgress"));
  progress_->setRange(0, 100);
  speck_ = new QSpinBox;
  speck_->setObjectName(QStringLiteral("guideSpeck"));
  speck_->setRange(static_cast<int>(kAutomaticSpeck), 1'000'000);
  speck_->setSpecialValueText(tr("automatic"));
  speck_->setValue(static_cast<int>(kAutomaticSpeck));
  speck_->setKeyboardTracking(false);
  set_grid_words(
      *speck_, "toolTip",
      tr("Smaller components of mask and prediction are taken for noise and left out. Automatic: below 10 voxels, or "
         "below one voxel to 10,000 of the largest component"));
  stale_ = new QLabel(tr("The case or its prediction has changed since."));
  stale_->setObjectName(QStringLiteral("guideStale"));
  again_ = new QPushButton(tr("Measure again"));
  again_->setObjectName(QStringLiteral("guideAgain"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  auto* row = new QHBoxLayout;
  row->addWidget(new QLabel(tr("Leave out components below")));
  row->addWidget(speck_);
  auto* unit = new QLabel;
  set_grid_words(*unit, "text", tr("voxels"));
  row->addWidget(unit);
  row->addStretch();
  row->addWidget(stale_);
  row->addWidget(again_);
  row->addWidget(buttons);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(text_, 1);
  layout->addWidget(progress_);
  layout->addLayout(row);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  connect(again_, &QPushButton::clicked, this, &GuideDialog::measure);
  connect(speck_, &QSpinBox::valueChanged, this, &GuideDialog::measure);
  connect(text_, &ForeignText::innerLink, this, &GuideDialog::follow);
  connect(&background_, &Background::failed, this, [this](const QString& reason) {
    progress_->hide();
    text_->setHtml(QStringLiteral("<p>%1</p>").arg(tr("This case cannot be measured: %1").arg(reason.toHtmlEscaped())));
  });
  measure();
}

void GuideDialog::measure() {
  const FramePtr frame = newest_.lock();
  if (!can_be_measured(frame)) {
    return;
  }
  mask_ = frame->data->mask.data;
  prediction_ = frame->data->prediction.data;
  in_mm_ = !frame->data->in_voxels();
  say_grid_words(*this, flat_axis(frame->data->grid).has_value());
  progress_->setValue(0);
  progress_->show();
  text_->setHtml(QStringLiteral("<p>%1</p>").arg(tr("Measuring the case and where each loss pulls ...")));
  showState();
  background_.run([this, problem = problem_of(*frame->data), speck = speck_->value()](
                      std::stop_token stop, const Background::Deliver& deliver) {
    const GuideProgress report = [&](double share) {
      deliver([this, share] { progress_->setValue(static_cast<int>(100 * share)); });
    };
    auto guide = std::make_shared<const Guide>(make_guide(problem, speck, 0, stop, report));
    deliver([this, guide] { showGuide(*guide); });
  });
}

void GuideDialog::showGuide(const Guide& guide) {
  progress_->hide();
  text_->setHtml(guide_html(guide, palette().color(QPalette::Highlight), in_mm_));
}

void GuideDialog::showFrame(const FramePtr& frame) {
  if (!frame->preliminary) {
    newest_ = frame;
    showState();
  }
}

void GuideDialog::showState() {
  const FramePtr frame = newest_.lock();
  const bool same =
      frame && same_buffer(mask_, frame->data->mask.data) && same_buffer(prediction_, frame->data->prediction.data);
  stale_->setVisible(!same);
  again_->setVisible(!same);
  again_->setEnabled(can_be_measured(frame));
}

void GuideDialog::follow(const QUrl& link) {
  if (link.scheme() == QStringLiteral("place")) {
    const QStringList index = link.path().split(QLatin1Char(','));
    if (index.size() == 3) {
      store_.look([&](Session& session) {
        session.look.crosshair = {index[0].toLongLong(), index[1].toLongLong(), index[2].toLongLong()};
      });
    }
    return;
  }
  const std::string id = link.path().toStdString();
  const auto found = std::ranges::find(candidates(), id, &Candidate::id);
  if (found == candidates().end()) {
    return;
  }
  store_.change(tr("loss"), [&](Session& session) {
    const Loss& loss = *found->loss;
    const std::string loss_id(loss.declaration().id);
    session.loss.id = loss_id;
    session.loss.parameters.erase(loss_id);
    const std::vector<double> defaults = loss.defaults();
    for (std::size_t at = 0; at < defaults.size(); ++at) {
      if (found->parameters[at] != defaults[at]) {
        session.loss.parameters[loss_id][std::string(loss.parameters()[at].id)] = found->parameters[at];
      }
    }
  });
}

}  // namespace lossscope
