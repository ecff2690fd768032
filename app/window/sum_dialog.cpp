// SPDX-License-Identifier: Apache-2.0
#include "app/window/sum_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/figures/text.h"
#include "losses/sum.h"

namespace lossscope {

SumDialog::SumDialog(const std::string& current, QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Sum of losses"));
  auto* about =
      new QLabel(tr("Networks are trained with sums: Dice + cross-entropy above all. Tick %1 to %2 losses; each gets "
                    "a weight among the sum's parameters.")
                     .arg(2)
                     .arg(kMostParts));
  about->setWordWrap(true);
  losses_ = new QListWidget;
  losses_->setObjectName(QStringLiteral("sumLosses"));
  for (const Loss* loss : all_losses()) {
    auto* item = new QListWidgetItem(text(loss->declaration().name), losses_);
    item->setData(Qt::UserRole, text(loss->declaration().id));
    item->setToolTip(text(loss->declaration().summary));
    item->setCheckState(Qt::Unchecked);
  }
  sum_ = new QLabel;
  sum_->setObjectName(QStringLiteral("sumSays"));
  sum_->setWordWrap(true);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(about);
  layout->addWidget(losses_, 1);
  layout->addWidget(sum_);
  layout->addWidget(buttons_);
  connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(losses_, &QListWidget::itemChanged, this, [this](const QListWidgetItem* item) {
    tick(item->data(Qt::UserRole).toString(), item->checkState() == Qt::Checked);
  });
  tick({}, false);
  for (const QString& id : QString::fromStdString(current).split(QLatin1Char('+'))) {
    for (int row = 0; row < losses_->count(); ++row) {
      if (losses_->item(row)->data(Qt::UserRole).toString() == id) {
        losses_->item(row)->setCheckState(Qt::Checked);
      }
    }
  }
  resize(420, 560);
}

void SumDialog::tick(const QString& loss, bool on) {
  ticked_.removeAll(loss);
  if (on) {
    ticked_ << loss;
  }
  const Loss* sum = find_loss(id());
  const bool whole = sum != nullptr && as_sum(*sum) != nullptr;
  buttons_->button(QDialogButtonBox::Ok)->setEnabled(whole);
  sum_->setText(whole ? text(sum->declaration().name)
                : ticked_.size() > static_cast<qsizetype>(kMostParts)
                    ? tr("A sum has at most %1 losses.").arg(kMostParts)
                    : tr("A sum needs two losses or more."));
}

std::string SumDialog::id() const { return ticked_.join(QLatin1Char('+')).toStdString(); }

}  // namespace lossscope
