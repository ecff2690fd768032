// SPDX-License-Identifier: Apache-2.0
#include "app/window/errors_tab.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "app/window/elided_label.h"
#include "app/window/errors_model.h"
#include "app/window/number_table.h"

namespace lossscope {
namespace {

QToolButton* tool_button(const char* name, const QString& text, const QString& tip) {
  auto* made = new QToolButton;
  made->setObjectName(QString::fromLatin1(name));
  made->setText(text);
  made->setToolTip(tip);
  return made;
}

}  // namespace

ErrorsTab::ErrorsTab(SessionStore& store, ErrorFinder& finder) : store_(store), finder_(finder) {
  model_ = new ErrorsModel(this);
  sorted_ = new QSortFilterProxyModel(this);
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(Qt::UserRole);
  previous_ = tool_button("previousError", tr("◀"), tr("To the error before (Shift+N)"));
  next_ = tool_button("nextError", tr("▶"), tr("To the next error (N)"));
  says_ = new ElidedLabel;
  says_->setObjectName(QStringLiteral("errorsSay"));
  auto* row = new QHBoxLayout;
  row->setContentsMargins(6, 2, 6, 0);
  row->setSpacing(4);
  row->addWidget(previous_);
  row->addWidget(next_);
  row->addWidget(says_, 1);
  table_ = new QTableView;
  table_->setObjectName(QStringLiteral("errorTable"));
  table_->setModel(sorted_);
  table_->setSortingEnabled(true);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  style_number_table(*table_);
  table_->sortByColumn(ErrorsModel::kLossShare, Qt::DescendingOrder);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(row);
  layout->addWidget(table_, 1);
  connect(previous_, &QToolButton::clicked, this, [this] { step(-1); });
  connect(next_, &QToolButton::clicked, this, [this] { step(1); });
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
    arrived_ = true;
    goTo(index, 0);
  });
  connect(table_, &QTableView::clicked, this, [this](const QModelIndex& index) {
    if (!std::exchange(arrived_, false)) {  // a click on the row where one is already
      goTo(index, member_ + 1);
    }
  });
  connect(&finder_, &ErrorFinder::changed, this, &ErrorsTab::showList);
  showList();
}

void ErrorsTab::showEvent(QShowEvent* event) {
  TabPage::showEvent(event);
  finder_.setWanted(true);
}

void ErrorsTab::hideEvent(QHideEvent* event) {
  TabPage::hideEvent(event);
  finder_.setWanted(waiting_ != 0);
}

void ErrorsTab::showFrame(const FramePtr& frame) {
  of_classes_ = frame->data->classes != nullptr;
  unit_ = frame->data->in_voxels() ? QString() : QStringLiteral("mm");  // voxels have a column of their own
  showList();
}

void ErrorsTab::clear() { showList(); }

void ErrorsTab::showList() {
  const ErrorListPtr list = finder_.list();
  if (model_->list() != list) {
    model_->setList(list, unit_);
    fit_columns(*table_, {QStringLiteral("false alarm"), QStringLiteral("888, 888, 888 ..."), QStringLiteral("88888"),
                          QStringLiteral("88888888"), QStringLiteral("8888888"), QStringLiteral("0.00888 %"),
                          QStringLiteral("0.00888 %")});
    table_->clearSelection();
    table_->setCurrentIndex({});
  }
  table_->setColumnHidden(ErrorsModel::kSize, unit_.isEmpty());
  const bool any = list && !list->groups.empty();
  previous_->setEnabled(any || (finder_.has_loss() && !list));
  next_->setEnabled(previous_->isEnabled());
  if (!finder_.has_loss()) {
    says_->setText(tr("A list of errors needs a mask and a prediction."));
  } else if (!list) {
    says_->setText(tr("Looking for errors ..."));
  } else if (!any) {
    says_->setText(of_classes_ ? tr("No error: the most likely class is everywhere that of the mask.")
                               : tr("No error: the prediction, cut at 0.5, is the mask."));
  } else if (!table_->currentIndex().isValid()) {
    sayHowMany();
  }
  if (list && waiting_ != 0) {
    step(std::exchange(waiting_, 0));
    finder_.setWanted(isVisible());
  }
}

void ErrorsTab::sayHowMany() {
  std::size_t missed = 0, invented = 0;
  for (const ErrorGroup& group : model_->list()->groups) {
    (group.errors.front().kind == ErrorKind::missed ? missed : invented) += group.errors.size();
  }
  says_->setText((of_classes_ ? tr("Pieces missed or taken for another class: %1, falsely found: %2.")
                              : tr("Pieces missed: %1, falsely found: %2 (prediction cut at 0.5)."))
                     .arg(missed)
                     .arg(invented));
}

void ErrorsTab::step(int by) {
  if (!finder_.list()) {
    waiting_ = finder_.has_loss() ? by : 0;
    finder_.setWanted(waiting_ != 0 || isVisible());
    return;
  }
  const QModelIndex here = table_->currentIndex();
  const int rows = sorted_->rowCount();
  if (rows > 0) {
    table_->setCurrentIndex(sorted_->index(here.isValid() ? std::clamp(here.row() + by, 0, rows - 1) : 0, 0));
    arrived_ = false;
  }
}

void ErrorsTab::goTo(const QModelIndex& index, std::size_t member) {
  if (!index.isValid() || !model_->list()) {
    return;
  }
  const auto& errors = model_->list()->groups[static_cast<std::size_t>(sorted_->mapToSource(index).row())].errors;
  member_ = member % errors.size();
  if (errors.size() > 1) {
    says_->setText(tr("Error %1 of %2 that differ in nothing but their place; click again for the next.")
                       .arg(member_ + 1)
                       .arg(errors.size()));
  } else {
    sayHowMany();
  }
  store_.look([voxel = errors[member_].voxel](Session& session) { session.look.crosshair = voxel; });
}

}  // namespace lossscope
