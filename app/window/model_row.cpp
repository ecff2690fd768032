// SPDX-License-Identifier: Apache-2.0
#include "app/window/model_row.h"

#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include "app/window/elided_label.h"
#include "app/window/input_row.h"
#include "app/window/plain_tip.h"

namespace lossscope {

ModelRow::ModelRow(SessionStore& store, QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("modelRow"));
  name_ = new ElidedLabel(Qt::ElideMiddle);
  name_->setObjectName(QStringLiteral("modelName"));
  hash_ = new QLabel;
  hash_->setTextFormat(Qt::PlainText);  // a session says what it likes
  hash_->setForegroundRole(QPalette::PlaceholderText);
  asked_ = new QLabel;
  asked_->setObjectName(QStringLiteral("askedFor"));
  asked_->setTextFormat(Qt::PlainText);
  asked_->setForegroundRole(QPalette::PlaceholderText);
  asked_->setWordWrap(true);
  auto* open = new QToolButton;
  open->setObjectName(QStringLiteral("openModel"));
  open->setText(tr("Open ..."));
  open->setToolTip(tr("Choose another TorchScript model; you are asked whether you trust it"));
  channel_ = new QSpinBox;
  channel_->setObjectName(QStringLiteral("modelChannel"));
  channel_->setRange(-1, 9999);
  channel_->setSpecialValueText(tr("the only one"));
  channel_->setKeyboardTracking(false);
  channel_->setToolTip(tr("Which channel of the model's output is the prediction, counted from 0"));
  auto* form = new QFormLayout;
  form->setContentsMargins(0, 0, 0, 0);
  form->addRow(tr("Channel"), channel_);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setVerticalSpacing(4);
  layout->addWidget(name_, 0, 0);
  layout->addWidget(open, 0, 1);
  layout->addWidget(hash_, 1, 0, 1, 2);
  layout->addWidget(asked_, 2, 0, 1, 2);
  layout->addLayout(form, 3, 0, 1, 2);
  layout->setColumnStretch(0, 1);
  connect(open, &QToolButton::clicked, this, &ModelRow::openRequested);
  connect(channel_, &QSpinBox::valueChanged, this, [&store](int channel) {
    store.change(tr("channel of the model"), [channel](Session& session) {
      session.predict_from<FromModel>().model.channel = channel < 0 ? std::nullopt : std::optional<int>(channel);
    });
  });
}

void ModelRow::showModel(const ModelChoice& shown, const ModelChoice& asked) {
  const auto name_of = [](const ModelChoice& model) {
    return model.path.empty() ? tr("none") : input_name(QString::fromStdString(model.path));
  };
  name_->setText(name_of(shown));
  name_->setToolTip(plain_tip(QString::fromStdString(displayable(shown.path))));
  hash_->setText(tr("SHA-256 %1 ...").arg(QString::fromStdString(shown.sha256.substr(0, 16))));
  hash_->setToolTip(plain_tip(QString::fromStdString(shown.sha256)));
  hash_->setVisible(!shown.sha256.empty());
  asked_->setText(tr("asked for: %1").arg(name_of(asked)));
  asked_->setToolTip(plain_tip(QString::fromStdString(displayable(asked.path))));
  asked_->setVisible(asked.path != shown.path || asked.sha256 != shown.sha256);
  const QSignalBlocker quiet(channel_);
  channel_->setValue(asked.channel.value_or(-1));
}

}  // namespace lossscope
