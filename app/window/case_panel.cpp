// SPDX-License-Identifier: Apache-2.0
#include "app/window/case_panel.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "app/engine/class_view.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/window/class_question.h"
#include "app/window/class_strip.h"
#include "app/window/elided_combo.h"
#include "app/window/grid_tips.h"
#include "app/window/input_row.h"
#include "app/window/section.h"

namespace lossscope {
namespace {

constexpr int kLabelLetters = 12;        ///< of a label's name
constexpr auto kEveryLabel = "classes";  ///< data of the choice that every label is a class

std::vector<std::string> paths(const Session& session) {
  return {session.path_of(Role::image), session.path_of(Role::mask), session.path_of(Role::prediction)};
}

/// Whether there can be a class for each of several labels: of a prediction with as many channels, of a map of labels,
/// and of one that is made from the mask.
bool may_have_classes(const CaseData* data, const Session& session) {
  if (data == nullptr || data->classes || data->prediction_file.components > 1) {
    return data != nullptr;
  }
  const auto structures = std::ranges::count_if(data->labels.labels, [](const LabelCount& l) { return l.value != 0; });
  return structures > 1 &&
         (session.prediction().from<FromMask>() != nullptr || data->prediction_file.labels.size() > 2);
}

}  // namespace

CasePanel::CasePanel(SessionStore& store, QWidget* parent) : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("casePanel"));
  image_ = new InputRow(Role::image, tr("Image"));
  mask_ = new InputRow(Role::mask, tr("Mask"));
  label_ = new ElidedCombo(kLabelLetters);
  label_->setObjectName(QStringLiteral("label"));
  label_->addItem(tr("all that are not 0"));
  set_grid_words(*label_, "toolTip", tr("Which voxels of the mask file are the structure"));
  spacing_ = new QComboBox;
  spacing_->setObjectName(QStringLiteral("spacing"));
  spacing_->addItems({tr("millimetres"), tr("voxels")});
  assumed_title_ = section_title(tr("Assumed"));
  assumed_ = new QLabel;
  assumed_->setObjectName(QStringLiteral("assumed"));
  assumed_->setTextFormat(Qt::PlainText);
  assumed_->setWordWrap(true);
  assumed_->setTextInteractionFlags(Qt::TextSelectableByMouse);

  auto* form = new QFormLayout;
  form->setContentsMargins(0, 0, 0, 0);
  form->setVerticalSpacing(4);
  form->addRow(tr("Label"), label_);
  form->addRow(tr("Distances in"), spacing_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  layout->addWidget(image_);
  layout->addWidget(mask_);
  layout->addLayout(form);
  classes_ = new ClassStrip(store_);
  layout->addWidget(classes_);
  assumptions_ = new QWidget;
  auto* assumed_layout = new QVBoxLayout(assumptions_);
  assumed_layout->setContentsMargins(0, 0, 0, 0);
  assumptions_->hide();
  assumed_layout->addWidget(assumed_title_);
  assumed_layout->addWidget(assumed_);

  for (InputRow* row : {image_, mask_}) {
    connect(row, &InputRow::openRequested, this, &CasePanel::openRequested);
    connect(row, &InputRow::removeRequested, this, &CasePanel::remove);
    connect(row, &InputRow::useAsRequested, this, &CasePanel::useAs);
  }
  connect(label_, &QComboBox::activated, this, [this](int index) { chooseLabel(label_->itemData(index)); });
  connect(spacing_, &QComboBox::activated, this, [this](int index) {
    store_.change(tr("unit of distances"),
                  [&](Session& session) { session.study.spacing = index == 1 ? SpacingUse::unit : SpacingUse::file; });
  });
  connect(&store_, &SessionStore::changed, this, &CasePanel::showSession);
  showSession(store_.session());
}

void CasePanel::chooseLabel(const QVariant& value) {
  store_.change(tr("label"), [&](Session& session) {
    if (value == QVariant(QLatin1String(kEveryLabel))) {
      look_at_all_classes(session);
      return;
    }
    leave_classes(session);
    session.study.labels.values.clear();
    if (!value.isValid()) {
      return;
    }
    const std::vector<std::int64_t> chosen{value.toLongLong()};
    session.study.labels.values = chosen;
    if (data_ && data_->classes && data_->prediction_file.components > 1) {  // the channel that it was a class of
      const auto& labels = data_->classes->labels;
      const auto channel = std::ranges::find(labels, chosen);
      if (channel != labels.end()) {
        session.answer(Role::prediction, Question::component, std::to_string(channel - labels.begin()));
      }
    }
  });
}

void CasePanel::remove(Role role) {
  store_.change(tr("remove"), [role](Session& session) { session.remove_input(role); });
}

void CasePanel::useAs(Role from, Role to) {
  store_.change(tr("use as another input"), [from, to](Session& session) { session.exchange_inputs(from, to); });
}

void CasePanel::showSession(const Session& session) {
  const CaseData none;
  const CaseData& now = data_ ? *data_ : none;
  image_->show(shown_, session, now.image);
  mask_->show(shown_, session, now.labels);
  showSpacing();
  const auto& labels = session.study.labels.values;
  const int label = session.study.classes ? label_->findData(QLatin1String(kEveryLabel))
                    : labels.size() == 1  ? label_->findData(QVariant::fromValue<qlonglong>(labels.front()))
                                          : 0;
  label_->setCurrentIndex(std::max(0, label));
  label_->setEnabled(!session.study.mask.path.empty() && session.study.mask.path == shown_.study.mask.path);
}

/// Where no file says how large a voxel is, there is no choice.
void CasePanel::showSpacing() {
  const bool known = !data_ || data_->has_spacing;
  const bool unit = store_.session().study.spacing == SpacingUse::unit || !known;
  const auto in_words = [this](const QString& text) { return data_ ? grid_words(text, data_->grid) : text; };
  spacing_->setItemText(1, in_words(tr("voxels")));
  spacing_->setCurrentIndex(unit ? 1 : 0);
  spacing_->setEnabled(known);
  spacing_->setToolTip(
      in_words(known ? tr("What losses measure distances in: the file's spacing, or one per voxel as most code does")
                     : tr("No file says how large a voxel is")));
}

void CasePanel::fillLabels() {
  const QSignalBlocker quiet(label_);
  label_->clear();
  label_->addItem(tr("all that are not 0"));
  for (const LabelCount& label : data_ ? data_->labels.labels : std::vector<LabelCount>()) {
    if (label.value != 0) {
      const QString name = QString::fromStdString(label.name);
      label_->addItem(grid_words(tr("%1  (%L2 voxels)"), data_->grid)
                          .arg(name.isEmpty() ? QString::number(label.value) : tr("%1 %2").arg(label.value).arg(name))
                          .arg(label.voxels),
                      QVariant::fromValue<qlonglong>(label.value));
    }
  }
  if (may_have_classes(data_.get(), shown_)) {
    label_->addItem(tr("every label a class"), QLatin1String(kEveryLabel));
  }
  constexpr int kFrame = 32;  // and a scroll bar
  label_->view()->setMinimumWidth(label_->view()->sizeHintForColumn(0) +
                                  kFrame);  // names are longer than the panel is wide
}

void CasePanel::showFrame(const FramePtr& frame) {
  classes_->showFrame(frame);
  const bool same_data = data_ == frame->data;
  if (same_data && paths(shown_) == paths(frame->session)) {
    return;
  }
  shown_ = frame->session;
  data_ = frame->data;
  if (!same_data) {
    fillLabels();
  }
  showSession(store_.session());
  showAssumptions();
}

void CasePanel::noteSorting(const std::vector<Assumption>& how) {
  sorted_ = how;
  sorted_paths_ = paths(store_.session());
}

void CasePanel::clear() {
  shown_ = {};
  data_.reset();
  classes_->clear();
  fillLabels();
  showSession(store_.session());
  assumptions_->hide();
}

void CasePanel::showAssumptions() {
  QStringList lines;
  if (sorted_paths_ == paths(shown_)) {
    for (const Assumption& assumption : sorted_) {
      lines << QStringLiteral("• ") + QString::fromStdString(assumption.text);
    }
  }
  for (const Assumption& assumption : data_->assumptions) {
    lines << QStringLiteral("• ") + QString::fromStdString(assumption.text);
  }
  assumed_->setText(lines.isEmpty() ? tr("Nothing.") : lines.join(QLatin1Char('\n')));
  assumptions_->show();
  assumed_title_->setText(lines.isEmpty() ? tr("Assumed") : tr("Assumed (%1)").arg(lines.size()));
}

}  // namespace lossscope
