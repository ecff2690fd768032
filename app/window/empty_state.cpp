// SPDX-License-Identifier: Apache-2.0
#include "app/window/empty_state.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/reader/gates/file_formats.h"

namespace lossscope {

EmptyState::EmptyState(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("emptyState"));
  auto* title = new QLabel(tr("Drop an image, a mask and a prediction here"));
  QFont font = title->font();
  font.setPointSizeF(font.pointSizeF() * 1.8);
  title->setFont(font);
  title->setAlignment(Qt::AlignCenter);
  title->setWordWrap(true);
  auto* text =
      new QLabel(tr("%1; of DICOM also a folder.\n"
                    "One mask is enough: LossScope makes a prediction from it\nand shows where the loss comes from.")
                     .arg(QString::fromStdString(format_names())));
  text->setAlignment(Qt::AlignCenter);
  text->setWordWrap(true);
  text->setForegroundRole(QPalette::PlaceholderText);
  auto* open = new QPushButton(tr("Open files ..."));
  open->setObjectName(QStringLiteral("emptyOpen"));
  auto* sample = new QPushButton(tr("Open the sample head"));
  sample->setObjectName(QStringLiteral("emptySample"));
  sample->setDefault(true);
  for (QPushButton* button : {open, sample}) {
    button->setMinimumSize(150, 36);
  }
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(12);
  buttons->addStretch();
  buttons->addWidget(open);
  buttons->addWidget(sample);
  buttons->addStretch();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 14, 24, 14);
  layout->addStretch();
  layout->addWidget(title);
  layout->addSpacing(8);
  layout->addWidget(text);
  layout->addSpacing(10);
  layout->addLayout(buttons);
  layout->addStretch();
  connect(open, &QPushButton::clicked, this, &EmptyState::openRequested);
  connect(sample, &QPushButton::clicked, this, &EmptyState::sampleRequested);
}

void EmptyState::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(palette().color(QPalette::PlaceholderText), 1.5, Qt::DashLine));
  painter.drawRoundedRect(QRectF(rect()).adjusted(8, 8, -8, -8), 10, 10);
}

}  // namespace lossscope
