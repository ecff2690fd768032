// SPDX-License-Identifier: Apache-2.0
#include "app/window/loss_list.h"

#include <QLineEdit>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "app/engine/script_loss.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

constexpr int kId = Qt::UserRole, kSearched = Qt::UserRole + 1;

QTreeWidgetItem* family_item(QTreeWidget* tree, const QString& family) {
  for (int i = 0; i < tree->topLevelItemCount(); ++i) {
    if (tree->topLevelItem(i)->text(0) == family) {
      return tree->topLevelItem(i);
    }
  }
  auto* item = new QTreeWidgetItem(tree, {family});
  item->setFlags(Qt::ItemIsEnabled);
  QFont font = item->font(0);
  font.setBold(true);
  item->setFont(0, font);
  item->setExpanded(true);
  return item;
}

}  // namespace

LossList::LossList(QWidget* parent) : QWidget(parent) {
  search_ = new QLineEdit;
  search_->setObjectName(QStringLiteral("lossSearch"));
  search_->setPlaceholderText(tr("Search the losses"));
  search_->setClearButtonEnabled(true);
  tree_ = new QTreeWidget;
  tree_->setObjectName(QStringLiteral("lossTree"));
  tree_->setHeaderHidden(true);
  tree_->setIndentation(12);
  tree_->setRootIsDecorated(false);
  tree_->setUniformRowHeights(true);
  tree_->setMinimumHeight(150);
  tree_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  std::vector<const Loss*> losses(all_losses().begin(), all_losses().end());
  losses.push_back(&script_loss());
  for (const Loss* loss : losses) {
    const Declaration& declaration = loss->declaration();
    auto* item = new QTreeWidgetItem(family_item(tree_, text(declaration.family)), {text(declaration.name)});
    item->setData(0, kId, text(declaration.id));
    item->setData(0, kSearched,
                  text(declaration.id) + QLatin1Char(' ') + text(declaration.name) + QLatin1Char(' ') +
                      text(declaration.summary) + QLatin1Char(' ') + text(declaration.citation));
    item->setToolTip(0, text(declaration.summary));
  }
  const int rows = static_cast<int>(losses.size()) + tree_->topLevelItemCount();
  // No empty space below the last row.
  tree_->setMaximumHeight(rows * tree_->sizeHintForRow(0) + 2 * tree_->frameWidth() + 2);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(search_);
  layout->addWidget(tree_, 1);
  connect(search_, &QLineEdit::textChanged, this, &LossList::filter);
  connect(search_, &QLineEdit::returnPressed, tree_, qOverload<>(&QWidget::setFocus));
  connect(tree_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    if (item != nullptr && item->data(0, kId).isValid()) {
      Q_EMIT chosen(item->data(0, kId).toString());
    }
  });
}

void LossList::setCurrent(const QString& id) {
  const QSignalBlocker quiet(tree_);
  for (QTreeWidgetItemIterator it(tree_); *it != nullptr; ++it) {
    if ((*it)->data(0, kId).toString() == id) {
      tree_->setCurrentItem(*it);
    }
  }
}

void LossList::filter(const QString& wanted) {
  for (int f = 0; f < tree_->topLevelItemCount(); ++f) {
    QTreeWidgetItem* family = tree_->topLevelItem(f);
    bool any = false;
    for (int i = 0; i < family->childCount(); ++i) {
      const bool shown = family->child(i)->data(0, kSearched).toString().contains(wanted, Qt::CaseInsensitive);
      family->child(i)->setHidden(!shown);
      any = any || shown;
    }
    family->setHidden(!any);
  }
}

}  // namespace lossscope
