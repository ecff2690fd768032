// SPDX-License-Identifier: Apache-2.0
#include "app/window/descent_banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace lossscope {

DescentBanner::DescentBanner(QWidget* parent) : QFrame(parent) {
  setObjectName(QStringLiteral("descentBanner"));
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::ToolTipBase);
  says_ = new QLabel;
  says_->setTextFormat(Qt::PlainText);
  says_->setWordWrap(true);
  says_->setObjectName(QStringLiteral("descentBannerSays"));
  says_->setForegroundRole(QPalette::ToolTipText);
  auto* leave = new QToolButton;
  leave->setObjectName(QStringLiteral("descentBannerLeave"));
  leave->setText(tr("Leave"));
  leave->setToolTip(tr("Back to the case's own prediction"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 2, 4, 2);
  row->addWidget(says_, 1);
  row->addWidget(leave);
  connect(leave, &QToolButton::clicked, this, &DescentBanner::leaveRequested);
  hide();
}

void DescentBanner::say(const QString& sentence) {
  says_->setText(sentence);
  says_->setToolTip(sentence);
  setVisible(!sentence.isEmpty());
}

}  // namespace lossscope
