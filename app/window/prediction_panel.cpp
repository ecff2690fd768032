// SPDX-License-Identifier: Apache-2.0
#include "app/window/prediction_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "app/figures/case_text.h"
#include "app/figures/text.h"
#include "app/window/elided_combo.h"
#include "app/window/input_row.h"
#include "app/window/model_row.h"
#include "app/window/section.h"
#include "losses/predictions/degradation_parts.h"
#include "widgets/parameter_panel.h"

namespace lossscope {
namespace {

constexpr int kBoxLetters = 12;          ///< of what a box says
constexpr double kUsualThreshold = 0.5;  ///< what is offered before one was chosen

/// A slider of the degradation: the id of its row, and where its number lies.
struct Knob {
  widgets::ParameterRow row;
  std::function<double(const Degradation&)> get;
  std::function<void(Degradation&, double)> set;
};

Knob shift_knob(std::size_t axis) {
  Knob knob;
  knob.row.id = QStringLiteral("shift.") + QLatin1Char("xyz"[axis]);
  knob.row.label = PredictionPanel::tr("Shift %1").arg(QLatin1Char("ijk"[axis]));
  const std::array meanings{QT_TRANSLATE_NOOP("PredictionPanel", "Moves the mask along the grid's first axis"),
                            QT_TRANSLATE_NOOP("PredictionPanel", "Moves the mask along the grid's second axis"),
                            QT_TRANSLATE_NOOP("PredictionPanel", "Moves the mask along the grid's third axis")};
  knob.row.tooltip = PredictionPanel::tr(meanings[axis]);
  knob.row.suffix = QStringLiteral(" mm");
  knob.row.minimum = -100;
  knob.row.maximum = 100;
  knob.row.slider_minimum = -20;
  knob.row.slider_maximum = 20;
  knob.get = [axis](const Degradation& d) { return d.shift[axis]; };
  knob.set = [axis](Degradation& d, double value) { d.shift[axis] = value; };
  return knob;
}

Knob part_knob(const DegradationPart& part) {
  Knob knob;
  knob.row.id = text(part.key);
  knob.row.label = text(part.label);
  knob.row.tooltip = text(part.meaning);
  knob.row.suffix = part.unit.empty() ? QString() : QLatin1Char(' ') + text(part.unit);
  const double reach = 5 * part.slider_maximum;  // to be typed; what is legal goes further than a person means
  knob.row.minimum = std::max(part.minimum, -reach);
  knob.row.maximum = std::min(part.maximum, reach);
  knob.row.slider_minimum = part.slider_minimum;
  knob.row.slider_maximum = part.slider_maximum;
  knob.get = [value = part.value](const Degradation& d) { return d.*value; };
  knob.set = [value = part.value](Degradation& d, double number) { d.*value = number; };
  return knob;
}

Knob seed_knob() {
  Knob knob;
  knob.row.id = QStringLiteral("seed");
  knob.row.label = PredictionPanel::tr("Seed");
  knob.row.tooltip = PredictionPanel::tr("Another number, another noise and other dropped components");
  knob.row.maximum = 999999;
  knob.row.slider_maximum = 100;
  knob.row.whole = true;
  knob.get = [](const Degradation& d) { return static_cast<double>(d.seed); };
  knob.set = [](Degradation& d, double value) { d.seed = static_cast<std::uint64_t>(std::llround(value)); };
  return knob;
}

const std::vector<Knob>& knobs() {
  static const std::vector<Knob> kKnobs = [] {
    std::vector<Knob> all{shift_knob(0), shift_knob(1), shift_knob(2)};
    for (const DegradationPart& part : degradation_parts()) {
      all.push_back(part_knob(part));
    }
    all.push_back(seed_knob());
    for (Knob& knob : all) {
      knob.row.default_value = knob.row.value = knob.get(Degradation{});
    }
    return all;
  }();
  return kKnobs;
}

/// The rows of a case whose lengths are in `unit`, and of a picture without what would move it out of its plane.
std::vector<widgets::ParameterRow> knob_rows(const QString& unit, std::optional<int> flat) {
  std::vector<widgets::ParameterRow> rows;
  for (const Knob& knob : knobs()) {
    const bool across = flat && knob.row.id == QStringLiteral("shift.") + QLatin1Char("xyz"[*flat]);
    if (across) {
      continue;  // out of the picture
    }
    rows.push_back(knob.row);
    if (rows.back().suffix == QLatin1String(" mm")) {
      rows.back().suffix = QLatin1Char(' ') + unit;
    }
  }
  return rows;
}

}  // namespace

PredictionPanel::PredictionPanel(SessionStore& store, QWidget* parent) : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("predictionPanel"));
  source_ = new ElidedCombo(kBoxLetters);
  source_->setObjectName(QStringLiteral("source"));
  source_->addItems({tr("none"), tr("from a file"), tr("degraded mask"), tr("from a TorchScript model")});
  source_->setToolTip(
      tr("A network's output from a file, the mask itself made worse by the sliders below, or a model that works on "
         "the image"));
  file_ = new InputRow(Role::prediction, tr("Prediction"));
  model_ = new ModelRow(store);
  meaning_ = new ElidedCombo(kBoxLetters);
  meaning_->setObjectName(QStringLiteral("meaning"));
  meaning_->addItems({tr("found out"), tr("probabilities"), tr("logits"), tr("labels"), tr("0 to 255"), tr("percent"),
                      tr("0 to 65535"), tr("clamped to 0 .. 1"), tr("rescaled to 0 .. 1")});  // as PredictionMeaning
  meaning_->setToolTip(tr("How the numbers of the file, or of the model's output, are meant"));
  file_part_ = new QWidget;
  auto* form = new QFormLayout;
  form->addRow(tr("Values are"), meaning_);
  auto* file_layout = new QVBoxLayout(file_part_);
  file_layout->setContentsMargins(0, 0, 0, 0);
  file_layout->addWidget(file_);
  file_layout->addWidget(model_);
  file_layout->addLayout(form);
  degradation_ = new widgets::ParameterPanel;
  degradation_->setObjectName(QStringLiteral("degradation"));
  degradation_->setCompact(true);
  degradation_->setRows(knob_rows(QStringLiteral("mm"), {}));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  for (QWidget* widget : std::initializer_list<QWidget*>{section_title(tr("Prediction")), source_, file_part_,
                                                         degradation_, makeThreshold()}) {
    layout->addWidget(widget);
  }
  connect(source_, &QComboBox::activated, this, &PredictionPanel::chooseSource);
  connect(meaning_, &QComboBox::activated, this, [this](int index) {
    store_.change(tr("meaning of the prediction"),
                  [&](Session& session) { session.prediction().meaning = static_cast<PredictionMeaning>(index); });
  });
  connect(degradation_, &widgets::ParameterPanel::valueChanged, this, &PredictionPanel::degrade);
  connect(model_, &ModelRow::openRequested, this, &PredictionPanel::modelRequested);
  connect(file_, &InputRow::openRequested, this, &PredictionPanel::openRequested);
  connect(file_, &InputRow::removeRequested, this, [this] {
    store_.change(tr("remove the prediction"), [](Session& session) { session.remove_input(Role::prediction); });
  });
  connect(file_, &InputRow::useAsRequested, this, [this](Role from, Role to) {
    store_.change(tr("use as another input"), [from, to](Session& session) { session.exchange_inputs(from, to); });
  });
  connect(&store_, &SessionStore::changed, this, &PredictionPanel::showSession);
  showSession(store_.session());
}

/// What the numbers were found to mean, where nobody said it and they are on screen.
QString PredictionPanel::foundText() const {
  const bool read =
      data_ && shown_.prediction().meaning == PredictionMeaning::automatic && data_->prediction_file.grid.voxels() > 0;
  if (!read) {
    return tr("found out");
  }
  const LoadedVolume& file = data_->prediction_file;
  return data_->uncut_kind == PredictionKind::logit ? tr("found out: logits")
         : file.values.maximum > 1.5                ? tr("found out: labels")
         : !file.labels.empty()                     ? tr("found out: 0 and 1")
                                                    : tr("found out: probabilities");
}

QWidget* PredictionPanel::makeThreshold() {
  cut_ = new QCheckBox(tr("Cut at"));
  cut_->setObjectName(QStringLiteral("cut"));
  cut_->setToolTip(tr("The prediction becomes 1 above this probability and 0 elsewhere, as a network's output does"));
  threshold_ = new QDoubleSpinBox;
  threshold_->setObjectName(QStringLiteral("threshold"));
  threshold_->setToolTip(cut_->toolTip());
  threshold_->setRange(0, 1);
  threshold_->setDecimals(3);
  threshold_->setSingleStep(0.05);
  threshold_->setValue(kUsualThreshold);
  threshold_->setKeyboardTracking(false);
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(cut_);
  layout->addWidget(threshold_);
  layout->addStretch();
  connect(cut_, &QCheckBox::clicked, this, [this](bool on) {
    store_.change(tr("threshold"), [&](Session& session) {
      session.prediction().threshold = on ? std::optional(threshold_->value()) : std::nullopt;
    });
  });
  connect(threshold_, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    store_.change(tr("threshold"), [value](Session& session) { session.prediction().threshold = value; });
  });
  return row;
}

void PredictionPanel::chooseSource(int index) {
  Session next = store_.session();
  next.predict_from(static_cast<std::size_t>(index));
  const auto* file = next.prediction().from<FromFile>();
  const auto* model = next.prediction().from<FromModel>();
  if (file != nullptr && file->file.path.empty()) {
    showSession(store_.session());
    Q_EMIT openRequested(Role::prediction);
    return;
  }
  if (model != nullptr && model->model.path.empty()) {
    showSession(store_.session());
    Q_EMIT modelRequested();
    return;
  }
  store_.change(tr("source of the prediction"), [&next](Session& session) { session = next; });
}

void PredictionPanel::degrade(const QString& id, double value, quint64 drag) {
  for (const Knob& knob : knobs()) {
    if (id == knob.row.id) {
      const QString text = tr("%1 of the prediction").arg(knob.row.label);
      store_.change(
          text, [&](Session& session) { knob.set(session.predict_from<FromMask>().degradation, value); },
          "degrade." + id.toStdString(), drag);
    }
  }
}

void PredictionPanel::showSession(const Session& session) {
  const PredictionChoice& prediction = session.prediction();
  const bool none = prediction.from<std::monostate>() != nullptr, file = prediction.from<FromFile>() != nullptr,
             model = prediction.from<FromModel>() != nullptr;
  source_->setCurrentIndex(static_cast<int>(prediction.source.index()));
  source_->setEnabled(!session.study.mask.path.empty() || !none);
  file_part_->setVisible(model || file);
  file_->setVisible(!model);
  model_->setVisible(model);
  const auto* shown_model = shown_.prediction().from<FromModel>();
  const auto* kept_model = session.kept<FromModel>();
  model_->showModel(shown_model == nullptr ? ModelChoice() : shown_model->model,
                    kept_model == nullptr ? ModelChoice() : kept_model->model);
  meaning_->setItemText(0, foundText());
  meaning_->setCurrentIndex(static_cast<int>(prediction.meaning));
  const QSignalBlocker quiet(threshold_);
  cut_->setChecked(prediction.threshold.has_value());
  cut_->setEnabled(!none && !session.study.classes);  // a cut prediction has no most likely class
  threshold_->setEnabled(prediction.threshold.has_value());
  threshold_->setValue(prediction.threshold.value_or(kUsualThreshold));
  file_->show(shown_, session, data_ ? data_->prediction_file : LoadedVolume());
  const auto* mask = session.kept<FromMask>();
  degradation_->setVisible(prediction.from<FromMask>() != nullptr);
  for (const Knob& knob : knobs()) {
    degradation_->setValue(knob.row.id, knob.get(mask == nullptr ? Degradation() : mask->degradation));
  }
}

void PredictionPanel::clear() {
  shown_ = {};
  data_.reset();
  showSession(store_.session());
}

void PredictionPanel::showFrame(const FramePtr& frame) {
  if (data_ != frame->data || shown_.prediction() != frame->session.prediction()) {
    const bool other_rows = !data_ || place_unit(*data_) != place_unit(*frame->data) ||
                            flat_axis(data_->grid) != flat_axis(frame->data->grid);
    shown_ = frame->session;
    data_ = frame->data;
    if (other_rows) {
      degradation_->setRows(knob_rows(text(place_unit(*data_)), flat_axis(data_->grid)));
    }
    showSession(store_.session());
  }
}

}  // namespace lossscope
