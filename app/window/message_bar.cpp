// SPDX-License-Identifier: Apache-2.0
#include "app/window/message_bar.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStyle>

namespace lossscope {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent) {
  setObjectName(QStringLiteral("messageBar"));
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 6, 8, 6);
  layout->setSpacing(8);
  icon_ = new QLabel;
  label_ = new QLabel;
  label_->setWordWrap(true);
  label_->setTextFormat(Qt::PlainText);  // file names are foreign text
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  as_is_ = new QPushButton(tr("Use as it is"));
  as_is_->setObjectName(QStringLiteral("useAsIs"));
  as_is_->setToolTip(tr("Ignore this file's header and lay its voxels on the case's grid one by one"));
  resample_ = new QPushButton(tr("Resample"));
  resample_->setObjectName(QStringLiteral("resample"));
  resample_->setToolTip(tr("Interpolate this file onto the case's grid by its header (labels by nearest voxel)"));
  component_ = new QSpinBox;
  component_->setRange(0, 99999);
  component_->setPrefix(tr("component "));
  use_component_ = new QPushButton(tr("Show it"));
  use_component_->setObjectName(QStringLiteral("useComponent"));
  auto* dismiss = new QPushButton(tr("Dismiss"));
  dismiss->setObjectName(QStringLiteral("dismiss"));
  layout->addWidget(icon_);
  layout->addWidget(label_, 1);
  for (QWidget* widget : std::initializer_list<QWidget*>{as_is_, resample_, component_, use_component_, dismiss}) {
    layout->addWidget(widget);
  }
  connect(dismiss, &QPushButton::clicked, this, &QWidget::hide);
  connect(as_is_, &QPushButton::clicked, this, [this] { Q_EMIT useAsIs(file_); });
  connect(resample_, &QPushButton::clicked, this, [this] { Q_EMIT resample(file_); });
  connect(use_component_, &QPushButton::clicked, this, [this] { Q_EMIT useComponent(file_, component_->value()); });
  hide();
}

void MessageBar::showRefusal(const QString& code, const QString& file, const QString& reason, const QString& remedy) {
  icon_->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxWarning).pixmap(22, 22));
  file_ = file;
  const bool grid = code == QLatin1String("E_GRID");
  const bool components = code == QLatin1String("E_COMPONENTS");
  as_is_->setVisible(grid);
  resample_->setVisible(grid);
  component_->setVisible(components);
  use_component_->setVisible(components);
  QString remedy_sentence = remedy;
  if (!remedy_sentence.isEmpty()) {
    remedy_sentence[0] = remedy_sentence[0].toUpper();
  }
  label_->setText(tr("%1: %2 (%3). %4").arg(QFileInfo(file).fileName(), reason, code, remedy_sentence));
  label_->setToolTip(file);
  show();
}

void MessageBar::showMessage(const QString& message) { showPlain(message, QStyle::SP_MessageBoxWarning); }
void MessageBar::showNews(const QString& message) { showPlain(message, QStyle::SP_MessageBoxInformation); }

void MessageBar::showPlain(const QString& message, int icon) {
  icon_->setPixmap(style()->standardIcon(static_cast<QStyle::StandardPixmap>(icon)).pixmap(22, 22));
  for (QWidget* widget : std::initializer_list<QWidget*>{as_is_, resample_, component_, use_component_}) {
    widget->hide();
  }
  label_->setText(message);
  label_->setToolTip({});
  show();
}

QString MessageBar::text() const { return label_->text(); }

}  // namespace lossscope
