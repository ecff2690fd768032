// SPDX-License-Identifier: Apache-2.0
#include "app/window/loss_list.h"

#include <QComboBox>
#include <QEvent>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalBlocker>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "app/engine/call_later.h"
#include "app/engine/script_loss.h"
#include "app/figures/text.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

constexpr int kId = Qt::UserRole, kPreset = Qt::UserRole + 1;
const QLatin1String kShown("lossesShown"), kShowAll("all");  ///< what is remembered

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
  which_ = new QComboBox;
  which_->setObjectName(QStringLiteral("lossesShown"));
  const auto surveyed = std::ranges::count_if(all_losses(), [](const Loss* l) { return l->declaration().in_survey; });
  which_->addItem(tr("Survey's %1").arg(surveyed));
  which_->addItem(tr("All %1").arg(all_losses().size()));
  which_->setToolTip(tr("Which losses are listed: those of Jadon's survey, or all. The search finds all of them."));
  which_->setCurrentIndex(QSettings().value(kShown).toString() == kShowAll ? 1 : 0);
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
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  head_ = new QBoxLayout(QBoxLayout::LeftToRight);
  head_->addWidget(search_, 1);
  auto* sum = new QToolButton;
  sum->setObjectName(QStringLiteral("sumOfLosses"));
  sum->setText(QStringLiteral("Σ"));
  sum->setToolTip(tr("Add losses up, with weights: what networks are trained with"));
  connect(sum, &QToolButton::clicked, this, &LossList::sumWanted);
  auto* choose = new QHBoxLayout;
  choose->addWidget(which_, 1);
  choose->addWidget(sum);
  head_->addLayout(choose);
  layout->addLayout(head_);
  layout->addWidget(tree_, 1);
  filter();
  connect(search_, &QLineEdit::textChanged, this, &LossList::filter);
  connect(which_, &QComboBox::activated, this, [this](int index) {
    QSettings().setValue(kShown, index == 1 ? QString(kShowAll) : QString());
    filter();
  });
  connect(search_, &QLineEdit::returnPressed, tree_, qOverload<>(&QWidget::setFocus));
  connect(tree_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    if (item != nullptr && item->data(0, kId).isValid()) {
      const QVariant preset = item->data(0, kPreset);
      Q_EMIT chosen(item->data(0, kId).toString(), preset.isValid() ? preset.toInt() : -1);
    }
  });
}

/// The row of a sum, where `id` is one.
void LossList::showSum(const QString& id) {
  const Loss* loss = find_loss(id.toStdString());
  if (loss == nullptr || as_sum(*loss) == nullptr) {
    delete sum_;
    sum_ = nullptr;
    return;
  }
  const Declaration& declaration = loss->declaration();
  if (sum_ == nullptr) {
    sum_ = new QTreeWidgetItem(family_item(tree_, text(declaration.family)));
  }
  sum_->setText(0, text(declaration.name));
  sum_->setData(0, kId, id);
  sum_->setToolTip(0, text(declaration.summary));
}

void LossList::setTall(bool on) { head_->setDirection(on ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight); }

void LossList::setCurrent(const QString& id) {
  const QSignalBlocker quiet(tree_);
  showSum(id);
  for (QTreeWidgetItemIterator it(tree_); *it != nullptr; ++it) {
    if ((*it)->data(0, kId).toString() == id) {
      tree_->setCurrentItem(*it);
    }
  }
  filter();
}

/// Shows the losses in which every word of the search occurs, in any order; without one, those that are to be listed.
void LossList::filter() {
  const QSignalBlocker quiet(tree_);
  const QStringList words = search_->text().toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  const bool surveyed_only = words.isEmpty() && which_->currentIndex() == 0;
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
      const bool left_out = surveyed_only && known != nullptr && !loss.in_survey && item != tree_->currentItem();
      item->setHidden((!named && preset < 0) || left_out);
      any = any || !item->isHidden();
    }
    family->setHidden(!any);
  }
  fitHeight();
}

/// No empty space below the last row.
void LossList::fitHeight() {
  int rows = 0;
  for (QTreeWidgetItemIterator it(tree_, QTreeWidgetItemIterator::NotHidden); *it != nullptr; ++it) {
    ++rows;
  }
  tree_->setMaximumHeight(
      std::max(rows * tree_->sizeHintForRow(0) + 2 * tree_->frameWidth() + 2, tree_->minimumHeight()));
  const int head = std::max(search_->sizeHint().height(), which_->sizeHint().height());
  setMaximumHeight(head + layout()->spacing() + tree_->maximumHeight());
}

void LossList::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) {
    call_later(*this, [this] { fitHeight(); });  // once the rows have it, too
  }
}

}  // namespace lossscope
