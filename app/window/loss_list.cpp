// SPDX-License-Identifier: Apache-2.0
#include "app/window/loss_list.h"

#include <QLineEdit>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "app/engine/script_loss.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

constexpr int kId = Qt::UserRole, kPreset = Qt::UserRole + 1;

/// The parts of words that one may begin to type: of "DiceCELoss" dice, ce and loss.
QStringList beginnings(const QString& text) {
  static const QRegularExpression kPart(QStringLiteral("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"));
  QStringList parts;
  for (auto match = kPart.globalMatch(text); match.hasNext();) {
    parts << match.next().captured().toLower();
  }
  return parts;
}

/// Whether each word occurs: as the beginning of a part of a word, or, when it is no plain word, as it is.
bool holds(const QString& text, const QStringList& words) {
  const QStringList parts = beginnings(text);
  return std::ranges::all_of(words, [&](const QString& word) {
    const bool plain = std::ranges::all_of(word, [](QChar letter) { return letter.isLetterOrNumber(); });
    return std::ranges::any_of(parts, [&](const QString& part) { return part.startsWith(word); }) ||
           ((!plain || word.size() > 4) && text.contains(word, Qt::CaseInsensitive));
  });
}

/// The first preset that holds the words; -1 for none.
int preset_with(const Declaration& declaration, const QStringList& words) {
  const auto& presets = declaration.presets;
  const auto found = std::ranges::find_if(presets, [&](const Preset& preset) {
    return holds(text(preset.name) + QLatin1Char(' ') + text(preset.note), words);
  });
  return found == presets.end() ? -1 : static_cast<int>(found - presets.begin());
}

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
  setMaximumHeight(search_->sizeHint().height() + layout->spacing() + tree_->maximumHeight());
  connect(search_, &QLineEdit::textChanged, this, &LossList::filter);
  connect(search_, &QLineEdit::returnPressed, tree_, qOverload<>(&QWidget::setFocus));
  connect(tree_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    if (item != nullptr && item->data(0, kId).isValid()) {
      const QVariant preset = item->data(0, kPreset);
      Q_EMIT chosen(item->data(0, kId).toString(), preset.isValid() ? preset.toInt() : -1);
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

/// Shows the losses in which every word occurs, in any order.
void LossList::filter(const QString& wanted) {
  const QSignalBlocker quiet(tree_);
  const QStringList words = wanted.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  for (int f = 0; f < tree_->topLevelItemCount(); ++f) {
    QTreeWidgetItem* family = tree_->topLevelItem(f);
    bool any = false;
    for (int i = 0; i < family->childCount(); ++i) {
      QTreeWidgetItem* item = family->child(i);
      const QString id = item->data(0, kId).toString();
      const Loss* known = find_loss(id.toStdString());
      const Declaration& loss = (known != nullptr ? *known : script_loss()).declaration();
      const QStringList said{id, text(loss.name), text(loss.summary), text(loss.citation)};
      const bool named = holds(said.join(QLatin1Char(' ')), words);
      const int preset = named ? -1 : preset_with(loss, words);
      item->setData(0, kPreset, preset);
      item->setText(
          0, preset < 0 ? text(loss.name)
                        : tr("%1: %2").arg(text(loss.name), text(loss.presets[static_cast<std::size_t>(preset)].name)));
      item->setHidden(!named && preset < 0);
      any = any || !item->isHidden();
    }
    family->setHidden(!any);
  }
}

}  // namespace lossscope
