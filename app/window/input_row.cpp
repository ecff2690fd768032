// SPDX-License-Identifier: Apache-2.0
#include "app/window/input_row.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "app/window/elided_label.h"
#include "app/window/plain_tip.h"

namespace lossscope {
namespace {

QString tooltip_text(const QString& path, const LoadedVolume& loaded) {
  return InputRow::tr("%1\n%2, %3, values %4 to %5")
      .arg(path, QString::fromStdString(loaded.format), QString::fromStdString(loaded.stored_type))
      .arg(loaded.values.minimum)
      .arg(loaded.values.maximum);
}

/// A prediction that comes from no file.
QString made_name(const Session& session) {
  const PredictionChoice& prediction = session.prediction();
  if (const auto* model = prediction.from<FromModel>(); model != nullptr && !model->model.path.empty()) {
    return InputRow::tr("output of %1").arg(input_name(QString::fromStdString(model->model.path)));
  }
  return prediction.from<FromMask>() != nullptr ? InputRow::tr("degraded mask") : InputRow::tr("none");
}

/// Where a line is too short it ends behind a comma, not between a number and its unit.
QString broken_between(const QString& parts) {
  QStringList whole = parts.split(QStringLiteral(", "));
  for (QString& part : whole) {
    part.replace(QLatin1Char(' '), QChar::Nbsp);
  }
  return whole.join(QStringLiteral(", "));
}

}  // namespace

InputRow::InputRow(Role role, const QString& title, QWidget* parent) : QWidget(parent), role_(role) {
  setObjectName(QString::fromUtf8(to_string(role).data()) + QStringLiteral("Input"));
  auto* heading = new QLabel(title);
  heading->setForegroundRole(QPalette::PlaceholderText);
  name_ = new ElidedLabel(Qt::ElideMiddle);
  details_ = new QLabel;
  details_->setForegroundRole(QPalette::PlaceholderText);
  details_->setWordWrap(true);
  asked_ = new QLabel;
  asked_->setObjectName(QStringLiteral("askedFor"));
  asked_->setTextFormat(Qt::PlainText);
  asked_->setForegroundRole(QPalette::PlaceholderText);
  asked_->setWordWrap(true);
  asked_->hide();
  menu_ = new QToolButton;
  menu_->setText(QStringLiteral("⋯"));
  menu_->setAutoRaise(true);
  menu_->setPopupMode(QToolButton::InstantPopup);
  menu_->setToolTip(tr("Open another file, use this one as something else, or remove it"));
  menu_->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
  auto* menu = new QMenu(menu_);
  connect(menu->addAction(tr("Open ...")), &QAction::triggered, this, [this] { Q_EMIT openRequested(role_); });
  const std::array<std::pair<Role, QString>, 3> others{{{Role::image, tr("Use as image")},
                                                        {Role::mask, tr("Use as mask")},
                                                        {Role::prediction, tr("Use as prediction")}}};
  for (const auto& [other, text] : others) {
    if (other != role_) {
      connect(menu->addAction(text), &QAction::triggered, this,
              [this, to = other] { Q_EMIT useAsRequested(role_, to); });
    }
  }
  connect(menu->addAction(tr("Remove")), &QAction::triggered, this, [this] { Q_EMIT removeRequested(role_); });
  menu_->setMenu(menu);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setHorizontalSpacing(8);
  layout->setVerticalSpacing(0);
  layout->setColumnMinimumWidth(0, fontMetrics().horizontalAdvance(tr("Prediction")));
  layout->setColumnStretch(1, 1);
  layout->addWidget(heading, 0, 0);
  layout->addWidget(name_, 0, 1);
  layout->addWidget(menu_, 0, 2);
  layout->addWidget(details_, 1, 1, 1, 2);
  layout->addWidget(asked_, 2, 1, 1, 2);
}

void InputRow::show(const Session& shown, const Session& asked, const LoadedVolume& loaded) {
  const auto path_in = [this](const Session& session) {
    const bool elsewhere = role_ == Role::prediction && session.prediction().from<FromFile>() == nullptr;
    return elsewhere ? QString() : QString::fromStdString(session.path_of(role_));
  };
  const auto name_of = [this](const Session& session, const QString& path) {
    return !path.isEmpty() ? input_name(session, role_) : role_ == Role::prediction ? made_name(session) : tr("none");
  };
  const QString path = path_in(shown), wanted = path_in(asked);
  const bool read = !path.isEmpty() && loaded.grid.voxels() > 0;
  name_->setText(name_of(shown, path));
  name_->setForegroundRole(path.isEmpty() ? QPalette::PlaceholderText : QPalette::WindowText);
  details_->setText(read ? broken_between(size_text(loaded)) : QString());
  details_->setVisible(read);
  setToolTip(plain_tip(read ? tooltip_text(path, loaded) : path));
  asked_->setText(tr("asked for: %1").arg(name_of(asked, wanted)));
  asked_->setVisible(wanted != path);
}

}  // namespace lossscope
