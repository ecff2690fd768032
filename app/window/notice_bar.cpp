// SPDX-License-Identifier: Apache-2.0
#include "app/window/notice_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace lossscope {

NoticeBar::NoticeBar(const QString& name, const QString& sentence, QWidget* parent)
    : QFrame(parent), layout_(new QHBoxLayout(this)) {
  setObjectName(name);
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  layout_->setContentsMargins(8, 6, 8, 6);
  layout_->setSpacing(8);
  auto* icon = new QLabel;
  icon->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxInformation).pixmap(22, 22));
  auto* label = new QLabel(sentence);
  label->setTextFormat(Qt::PlainText);  // file names are foreign text
  label->setWordWrap(true);
  layout_->addWidget(icon);
  layout_->addWidget(label, 1);
}

void NoticeBar::addButton(const QString& name, const QString& label, const QString& tool_tip,
                          std::function<void()> run) {
  auto* button = new QPushButton(label);
  button->setObjectName(name);
  button->setToolTip(tool_tip);
  connect(button, &QPushButton::clicked, this, [this, run = std::move(run)] {
    hide();
    deleteLater();
    run();
  });
  layout_->addWidget(button);
}

}  // namespace lossscope
