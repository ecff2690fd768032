// SPDX-License-Identifier: Apache-2.0
#include "app/window/message_bar.h"

#include <QComboBox>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <algorithm>

#include "app/window/plain_tip.h"

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
  ways_ = new QHBoxLayout;
  auto* dismiss = new QPushButton(tr("Dismiss"));
  dismiss->setObjectName(QStringLiteral("dismiss"));
  layout->addWidget(icon_);
  layout->addWidget(label_, 1);
  layout->addLayout(ways_);
  layout->addWidget(dismiss);
  connect(dismiss, &QPushButton::clicked, this, &QWidget::hide);
  hide();
}

void MessageBar::layOver(QWidget* window, QWidget* area, QWidget* below) {
  area_ = area;
  below_ = below;
  setParent(window);
  area->installEventFilter(this);
  below->installEventFilter(this);
  hide();
}

bool MessageBar::eventFilter(QObject* watched, QEvent* event) {
  const auto type = event->type();
  if (type == QEvent::Resize || type == QEvent::Move || type == QEvent::Show || type == QEvent::Hide) {
    place();
  }
  return QFrame::eventFilter(watched, event);
}

/// As high as its words need at the width.
void MessageBar::place() {
  if (area_ == nullptr) {
    return;
  }
  const auto in_window = [this](const QWidget* widget) {
    return QRect(widget->mapTo(parentWidget(), QPoint()), widget->size());
  };
  const bool docked = below_->isVisible() && below_->window() == parentWidget();
  const QRect views = in_window(area_);
  const QRect over = docked ? in_window(below_) : views;
  const bool beneath = docked && over.top() >= views.bottom();
  const QRect room = beneath ? over : views;
  const int height = layout()->totalHeightForWidth(room.width());
  const int lowest = room.bottom() + 1 - height;  // there a table has nothing more often than tabs and headers
  const int top = beneath ? std::min(std::max(room.top(), lowest), parentWidget()->height() - height) : lowest;
  setGeometry(room.left(), std::max(0, top), room.width(), height);
  raise();
}

void MessageBar::present() {
  layout()->activate();
  place();
  show();
}

void MessageBar::showRefusal(const Refusal& refusal) {
  refusal_ = refusal;
  const auto icon = refusal.choices.empty() ? QStyle::SP_MessageBoxWarning : QStyle::SP_MessageBoxQuestion;
  icon_->setPixmap(style()->standardIcon(icon).pixmap(22, 22));
  offer(refusal.choices);
  const QString file = QString::fromStdString(displayable(refusal.file));
  QString remedy = QString::fromStdString(refusal.remedy);
  if (!refusal.choices.empty() && remedy.contains(QStringLiteral("--"))) {
    remedy.clear();  // it names the command line's flags; here the buttons say it
  }
  if (!remedy.isEmpty()) {
    remedy[0] = remedy[0].toUpper();
  }
  label_->setText(tr("%1: %2 (%3). %4")
                      .arg(QFileInfo(file).fileName(), QString::fromStdString(refusal.reason),
                           QString::fromStdString(refusal.code), remedy)
                      .trimmed());
  label_->setToolTip(plain_tip(file));
  present();
}

void MessageBar::offer(const std::vector<Choice>& choices) {
  constexpr std::size_t kMostButtons = 3;
  while (QLayoutItem* item = ways_->takeAt(0)) {
    item->widget()->hide();  // hidden, not deleted at once: this may run inside its click
    item->widget()->deleteLater();
    delete item;
  }
  if (choices.size() <= kMostButtons) {
    for (std::size_t at = 0; at < choices.size(); ++at) {
      addButton(QString::fromStdString(choices[at].label), QString::fromStdString("choice:" + choices[at].id()),
                QString::fromStdString(choices[at].effect), [at] { return at; });
    }
    return;
  }
  auto* list = new QComboBox;
  list->setObjectName(QStringLiteral("choices"));
  for (const Choice& choice : choices) {
    list->addItem(QString::fromStdString(choice.label));
    list->setItemData(list->count() - 1, plain_tip(QString::fromStdString(choice.effect)), Qt::ToolTipRole);
    if (choice.safe) {
      list->setCurrentIndex(list->count() - 1);
    }
  }
  ways_->addWidget(list);
  addButton(tr("Use it"), QStringLiteral("useChoice"), {},
            [list] { return static_cast<std::size_t>(list->currentIndex()); });
}

void MessageBar::addButton(const QString& text, const QString& name, const QString& hint,
                           std::function<std::size_t()> which) {
  auto* button = new QPushButton(text);
  button->setObjectName(name);
  button->setToolTip(plain_tip(hint));
  ways_->addWidget(button);
  connect(button, &QPushButton::clicked, this, [this, which = std::move(which)] {
    const Refusal refusal = *refusal_;  // a copy: a listener may show another refusal meanwhile
    Q_EMIT chosen(refusal, refusal.choices.at(which()));
  });
}

void MessageBar::showMessage(const QString& message) { showPlain(message, QStyle::SP_MessageBoxWarning); }
void MessageBar::showNews(const QString& message) { showPlain(message, QStyle::SP_MessageBoxInformation); }

void MessageBar::showPlain(const QString& message, int icon) {
  icon_->setPixmap(style()->standardIcon(static_cast<QStyle::StandardPixmap>(icon)).pixmap(22, 22));
  offer({});
  label_->setText(message);
  label_->setToolTip({});
  present();
}

QString MessageBar::text() const { return label_->text(); }

}  // namespace lossscope
