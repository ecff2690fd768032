// SPDX-License-Identifier: Apache-2.0
#include "app/window/classes_tab.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "app/figures/text.h"
#include "app/window/class_strip.h"
#include "app/window/classes_model.h"
#include "app/window/number_table.h"

namespace lossscope {
namespace {

QComboBox* choice_box(const char* name, const QStringList& items, const QString& tip) {
  auto* made = new QComboBox;
  made->setObjectName(QString::fromLatin1(name));
  made->addItems(items);
  made->setToolTip(tip);
  return made;
}

}  // namespace

ClassesTab::ClassesTab(SessionStore& store, ClassNumbersFinder& finder) : store_(store), finder_(finder) {
  model_ = new ClassesModel(this);
  sorted_ = new QSortFilterProxyModel(this);
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(Qt::UserRole);
  table_ = new QTableView;
  table_->setObjectName(QStringLiteral("classTable"));
  table_->setModel(sorted_);
  table_->setSortingEnabled(true);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  style_number_table(*table_);
  table_->sortByColumn(ClassesModel::kName, Qt::AscendingOrder);
  combination_ = makeCombination();
  connectCombination();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  says_ = new QLabel(
      tr("The mask is looked at as one structure. For several labels, this table shows of each class the value, the "
         "weight, what it adds to the loss and its share, its share of the gradient, Dice, HD95 and both sizes. To "
         "get there choose \"every label a "
         "class\" under Label, in the panel Case: it is there when the mask has several labels, and a prediction is "
         "made from the mask, has a channel for each class, or is a map of labels itself."));
  says_->setObjectName(QStringLiteral("classesSay"));
  says_->setWordWrap(true);
  says_->setAlignment(Qt::AlignCenter);
  says_->setMargin(16);
  layout->addWidget(combination_);
  layout->addWidget(table_, 1);
  layout->addWidget(says_, 1);
  connect(table_, &QTableView::clicked, this, [this](const QModelIndex& index) {
    look_at_class(store_, static_cast<std::size_t>(sorted_->mapToSource(index).row()));
  });
  connect(&store_, &SessionStore::changed, this, &ClassesTab::showSession);
  connect(&finder_, &ClassNumbersFinder::changed, this, [this] { model_->setNumbers(finder_.get()); });
  clear();
}

void ClassesTab::showEvent(QShowEvent* event) {
  TabPage::showEvent(event);
  finder_.setWanted(true);
}

void ClassesTab::hideEvent(QHideEvent* event) {
  TabPage::hideEvent(event);
  finder_.setWanted(false);
}

QWidget* ClassesTab::makeCombination() {
  background_ =
      choice_box("classBackground", {tr("as usual"), tr("counts"), tr("left out")},
                 tr("Whether the background is a class like the others. As usual: for cross-entropies yes, for "
                    "all other losses no, as nnU-Net and MONAI have it"));
  weights_ = choice_box("classWeights", {tr("equal"), tr("1 / size"), tr("1 / size²"), tr("your own")},
                        tr("How much each class weighs: by its size in the mask, rare classes more"));
  absent_ = choice_box("absentClasses", {tr("count"), tr("skipped")},
                       tr("What a class that the mask does not hold is: one of those that are averaged, or not there"));
  activation_ =
      choice_box("classActivation", {tr("found out"), tr("softmax"), tr("a sigmoid each")},
                 tr("What makes probabilities of the channels. Found out: a softmax where they add up to 1 or "
                    "are logits, else a sigmoid each"));
  auto* content = new QWidget;
  auto* row = new QHBoxLayout(content);
  row->setContentsMargins(6, 2, 6, 0);
  row->setSpacing(4);
  for (const auto& [title, box] : {std::pair(tr("Background"), background_), std::pair(tr("Weights"), weights_),
                                   std::pair(tr("Absent classes"), absent_), std::pair(tr("Channels"), activation_)}) {
    row->addWidget(new QLabel(title));
    row->addWidget(box);
    row->addSpacing(8);
  }
  row->addStretch(1);
  return content;
}

void ClassesTab::connectCombination() {
  connect(background_, &QComboBox::activated, this, [this](int index) {
    combine(tr("background"), [index](ClassCombination& how) {
      how.include_background = index == 0 ? std::nullopt : std::optional(index == 1);
    });
  });
  connect(weights_, &QComboBox::activated, this, [this](int index) {
    combine(tr("weights of classes"), [index](ClassCombination& how) {
      how.weights = index == 1   ? ClassWeights::inverse
                    : index == 2 ? ClassWeights::inverse_squared
                                 : ClassWeights::uniform;
      how.manual.clear();
    });
  });
  connect(absent_, &QComboBox::activated, this, [this](int index) {
    combine(tr("absent classes"), [index](ClassCombination& how) { how.skip_absent = index == 1; });
  });
  connect(activation_, &QComboBox::activated, this, [this](int index) {
    if (store_.session().study.classes) {
      store_.change(tr("activation of the channels"), [index](Session& session) {
        session.study.classes->activation =
            index == 0 ? std::nullopt : std::optional(index == 1 ? Activation::softmax : Activation::sigmoid);
      });
    }
  });
}

void ClassesTab::combine(const QString& text, const std::function<void(ClassCombination&)>& edit) {
  if (store_.session().study.classes) {
    store_.change(text, [&](Session& session) { edit(session.study.classes->combination); });
  }
}

void ClassesTab::showSession(const Session& session) {
  for (QComboBox* box : {background_, weights_, absent_, activation_}) {
    box->setEnabled(session.study.classes.has_value());
  }
  if (!session.study.classes) {
    return;
  }
  const ClassCombination& how = session.study.classes->combination;
  background_->setCurrentIndex(!how.include_background ? 0 : *how.include_background ? 1 : 2);
  const bool own = how.weights == ClassWeights::manual;
  static_cast<QListView*>(weights_->view())->setRowHidden(3, !own);  // a session's; there is nothing to choose
  weights_->setCurrentIndex(own ? 3 : static_cast<int>(how.weights));
  absent_->setCurrentIndex(how.skip_absent ? 1 : 0);
  const auto& activation = session.study.classes->activation;
  activation_->setCurrentIndex(!activation ? 0 : *activation == Activation::softmax ? 1 : 2);
  if (session.look.shown_class && static_cast<int>(*session.look.shown_class) < model_->rowCount()) {
    const QModelIndex row = model_->index(static_cast<int>(*session.look.shown_class), 0);
    table_->selectRow(sorted_->mapFromSource(row).row());
  } else {
    table_->clearSelection();
  }
}

void ClassesTab::showFrame(const FramePtr& frame) {
  if (frame->preliminary) {
    return;
  }
  const auto& spacing = frame->data->grid.spacing;
  model_->setTable(frame->classes, volume_unit(*frame->data), spacing[0] * spacing[1] * spacing[2],
                   text(place_unit(*frame->data)));
  model_->setNumbers(finder_.get());
  fit_columns(*table_,
              {QStringLiteral("88888888888888888"), QStringLiteral("8888"), QStringLiteral("0.888888"),
               QStringLiteral("0.888888"), QStringLiteral("0.888888"), QStringLiteral("100 %"), QStringLiteral("100 %"),
               QStringLiteral("0.8888"), QStringLiteral("888.88"), QStringLiteral("888888"), QStringLiteral("888888"),
               QStringLiteral("8"), QStringLiteral("8.888e-88"), QStringLiteral("8.888e-88")});
  showSession(store_.session());
  say();
}

void ClassesTab::say() {
  const bool classes = model_->rowCount() > 0;
  combination_->setVisible(classes);
  table_->setVisible(classes);
  says_->setVisible(!classes);
}

void ClassesTab::clear() {
  model_->setTable(nullptr, {}, 1, {});
  showSession(store_.session());
  say();
}

}  // namespace lossscope
