// SPDX-License-Identifier: Apache-2.0
#include "app/window/guide_dialog.h"

#include <QDialogButtonBox>
#include <QProgressBar>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <QtConcurrent>
#include <cmath>

#include "app/engine/call_later.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

constexpr double kBarWidth = 120;  // pixels at 100 %

QString escaped(const std::string& words) { return QString::fromStdString(words).toHtmlEscaped(); }

QString loss_link(const Loss& loss) {
  return QStringLiteral("<a href='loss:%1'>%2</a>").arg(text(loss.declaration().id), text(loss.declaration().name));
}

QString share_text(double share) {
  return std::isnan(share) ? GuideDialog::tr("no gradient") : QStringLiteral("%1 %").arg(100 * share, 0, 'f', 1);
}

QString remark(const Verdict& verdict) {
  if (verdict.loss->declaration().id == "bce") {
    return GuideDialog::tr("the measure of the others");
  }
  if (!verdict.named) {
    return {};
  }
  return verdict.holds ? GuideDialog::tr("named for this, and it holds here")
                       : GuideDialog::tr("named for this, but here no more than cross-entropy");
}

QString verdict_row(const Verdict& verdict, const QColor& bar) {
  const int width = std::isnan(verdict.share) ? 0 : static_cast<int>(std::lround(verdict.share * kBarWidth));
  const QString drawn = width > 0 ? QStringLiteral(
                                        "<table cellspacing='0' cellpadding='0'><tr><td bgcolor='%1' width='%2' "
                                        "height='10'></td></tr></table>")
                                        .arg(bar.name())
                                        .arg(width)
                                  : QString();
  const QString name =
      verdict.named ? QStringLiteral("<b>%1</b>").arg(loss_link(*verdict.loss)) : loss_link(*verdict.loss);
  return QStringLiteral("<tr><td>%1</td><td align='right'>%2</td><td width='%3'>%4</td><td>%5</td></tr>")
      .arg(name, share_text(verdict.share))
      .arg(static_cast<int>(kBarWidth))
      .arg(drawn, remark(verdict));
}

/// All that are named, cross-entropy, and whoever leads.
bool worth_showing(const Finding& finding, const Verdict& verdict) {
  return verdict.named || verdict.loss->declaration().id == "bce" || verdict.loss == finding.verdicts.front().loss;
}

QString finding_html(const Finding& finding, const QColor& bar) {
  QString html = QStringLiteral("<h3>%1</h3><p>%2</p>").arg(escaped(finding.trait), escaped(finding.advice));
  html +=
      QStringLiteral("<p>%1</p><table cellspacing='0' cellpadding='3'>")
          .arg(GuideDialog::tr("Share of each loss's gradient that goes to %1:").arg(text(to_string(finding.region))));
  for (const Verdict& verdict : finding.verdicts) {
    html += worth_showing(finding, verdict) ? verdict_row(verdict, bar) : QString();
  }
  html += QStringLiteral("</table>");
  if (!finding.advised_against.empty()) {
    QStringList names;
    for (const Loss* loss : finding.advised_against) {
      names << loss_link(*loss);
    }
    html += QStringLiteral("<p><b>%1</b> %2. %3</p>")
                .arg(GuideDialog::tr("Rather not:"), names.join(QStringLiteral(", ")), escaped(finding.against));
  }
  return html;
}

}  // namespace

QString guide_html(const Guide& guide, const QColor& bar) {
  QStringList names;
  for (const Loss* loss : fitting_losses(guide)) {
    names << loss_link(*loss);
  }
  QString html =
      QStringLiteral("<p>%1</p>")
          .arg(names.isEmpty()
                   ? GuideDialog::tr("No loss that is named for such a case holds its promise on "
                                     "this prediction. Look at the measurements below.")
                   : GuideDialog::tr("<b>Worth trying first:</b> %1.").arg(names.join(QStringLiteral(", "))));
  for (const Finding& finding : guide.findings) {
    html += finding_html(finding, bar);
  }
  html += QStringLiteral("<p><small>%1</small></p>")
              .arg(GuideDialog::tr(
                  "The rules are the use cases of Jadon's survey (arXiv 2006.14822). The shares are measured on "
                  "this case: of the sum of |dL/dz| over all voxels, at default parameters, with the prediction "
                  "held within 0.01 to 0.99. They say where a loss pulls now, not how a network ends up."));
  return html;
}

GuideDialog::GuideDialog(SessionStore& store, const Problem& problem, QWidget* parent)
    : QDialog(parent), store_(store) {
  setObjectName(QStringLiteral("guideDialog"));
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Which loss?"));
  resize(640, 640);
  text_ = new QTextBrowser;
  text_->setObjectName(QStringLiteral("guideText"));
  text_->setOpenLinks(false);
  text_->setFrameShape(QFrame::NoFrame);
  progress_ = new QProgressBar;
  progress_->setObjectName(QStringLiteral("guideProgress"));
  progress_->setRange(0, 100);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(text_, 1);
  layout->addWidget(progress_);
  layout->addWidget(buttons);
  connect(text_, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
    store_.change(tr("loss"), [&](Session& session) { session.loss.id = link.path().toStdString(); });
  });
  connect(&watcher_, &QFutureWatcherBase::finished, this, &GuideDialog::showGuide);
  text_->setHtml(QStringLiteral("<p>%1</p>").arg(tr("Measuring the case and where each loss pulls ...")));
  watcher_.setFuture(QtConcurrent::run([this, problem, stop = stop_.get_token()]() -> std::shared_ptr<const Guide> {
    const GuideProgress report = [this](double share) {
      call_later(*this, [this, share] { progress_->setValue(static_cast<int>(100 * share)); });
    };
    try {
      return std::make_shared<const Guide>(make_guide(problem, 0, stop, report));
    } catch (const std::exception&) {  // stopped, or no memory for it
      return nullptr;
    }
  }));
}

GuideDialog::~GuideDialog() {
  stop_.request_stop();
  watcher_.disconnect(this);
  watcher_.waitForFinished();
}

void GuideDialog::showGuide() {
  progress_->hide();
  const auto guide = watcher_.result();
  text_->setHtml(guide ? guide_html(*guide, palette().color(QPalette::Highlight))
                       : QStringLiteral("<p>%1</p>").arg(tr("There is not enough memory to measure this case.")));
}

}  // namespace lossscope
