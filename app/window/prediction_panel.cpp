// SPDX-License-Identifier: Apache-2.0
#include "app/window/prediction_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <cmath>

#include "app/figures/case_text.h"
#include "app/window/input_row.h"
#include "app/window/model_row.h"
#include "app/window/section.h"
#include "widgets/parameter_panel.h"

namespace lossscope {
namespace {

/// One slider of the degradation, bound to its member.
constexpr double kUsualThreshold = 0.5;  ///< what is offered before one was chosen

struct Knob {
  const char* id;
  const char* label;
  const char* meaning;
  double minimum, maximum, slider_minimum, slider_maximum;
  const char* suffix;
  double (*get)(const Degradation&);
  void (*set)(Degradation&, double);
};

constexpr Knob kKnobs[] = {
    {"shift.x", QT_TR_NOOP("Shift i"), QT_TR_NOOP("Moves the mask along the grid's first axis"), -100, 100, -20, 20,
     " mm", [](const Degradation& d) { return d.shift[0]; }, [](Degradation& d, double v) { d.shift[0] = v; }},
    {"shift.y", QT_TR_NOOP("Shift j"), QT_TR_NOOP("Moves the mask along the grid's second axis"), -100, 100, -20, 20,
     " mm", [](const Degradation& d) { return d.shift[1]; }, [](Degradation& d, double v) { d.shift[1] = v; }},
    {"shift.z", QT_TR_NOOP("Shift k"), QT_TR_NOOP("Moves the mask along the grid's third axis"), -100, 100, -20, 20,
     " mm", [](const Degradation& d) { return d.shift[2]; }, [](Degradation& d, double v) { d.shift[2] = v; }},
    {"dilate", QT_TR_NOOP("Dilate"), QT_TR_NOOP("Grows the mask (false positives); negative erodes it (misses)"), -50,
     50, -10, 10, " mm", [](const Degradation& d) { return d.dilate; }, [](Degradation& d, double v) { d.dilate = v; }},
    {"soften", QT_TR_NOOP("Soften"), QT_TR_NOOP("Width of the edge: how unsure the prediction is at its boundary"), 0,
     50, 0, 10, " mm", [](const Degradation& d) { return d.soften; }, [](Degradation& d, double v) { d.soften = v; }},
    {"noise", QT_TR_NOOP("Noise"), QT_TR_NOOP("Standard deviation of the noise that is added to the probability"), 0, 1,
     0, 0.5, "", [](const Degradation& d) { return d.noise; }, [](Degradation& d, double v) { d.noise = v; }},
    {"drop", QT_TR_NOOP("Drop"), QT_TR_NOOP("Share of the mask's connected components that are missed"), 0, 1, 0, 1, "",
     [](const Degradation& d) { return d.drop; }, [](Degradation& d, double v) { d.drop = v; }},
    {"doubt", QT_TR_NOOP("Doubt"),
     QT_TR_NOOP("At least so unsure is every voxel: p is held between this and 1 minus this"), 0, 0.5, 0, 0.5, "",
     [](const Degradation& d) { return d.doubt; }, [](Degradation& d, double v) { d.doubt = v; }},
    {"seed", QT_TR_NOOP("Seed"), QT_TR_NOOP("Another number, another noise and other dropped components"), 0, 999999, 0,
     100, "", [](const Degradation& d) { return static_cast<double>(d.seed); },
     [](Degradation& d, double v) { d.seed = static_cast<std::uint64_t>(std::llround(v)); }},
};

std::vector<widgets::ParameterRow> knob_rows() {
  std::vector<widgets::ParameterRow> rows;
  for (const Knob& knob : kKnobs) {
    widgets::ParameterRow row;
    row.id = QString::fromUtf8(knob.id);
    row.label = PredictionPanel::tr(knob.label);
    row.tooltip = PredictionPanel::tr(knob.meaning);
    row.suffix = QString::fromUtf8(knob.suffix);
    row.minimum = knob.minimum;
    row.maximum = knob.maximum;
    row.slider_minimum = knob.slider_minimum;
    row.slider_maximum = knob.slider_maximum;
    row.default_value = row.value = knob.get(Degradation{});
    row.whole = row.id == QLatin1String("seed");
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

PredictionPanel::PredictionPanel(SessionStore& store, QWidget* parent) : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("predictionPanel"));
  source_ = new QComboBox;
  source_->setObjectName(QStringLiteral("source"));
  source_->addItems({tr("none"), tr("from a file"), tr("degraded mask"), tr("from a TorchScript model")});
  source_->setToolTip(
      tr("A network's output from a file, the mask itself made worse by the sliders below, or a model that works on "
         "the image"));
  file_ = new InputRow(Role::prediction, tr("Prediction"));
  model_ = new ModelRow(store);
  meaning_ = new QComboBox;
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
  degradation_->setRows(knob_rows());
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
  for (const Knob& knob : kKnobs) {
    if (id == QLatin1String(knob.id)) {
      const QString text = tr("%1 of the prediction").arg(tr(knob.label));
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
  const auto* kept_model = session.kept<FromModel>();
  model_->showModel(kept_model == nullptr ? ModelChoice() : kept_model->model);
  meaning_->setCurrentIndex(static_cast<int>(prediction.meaning));
  const QSignalBlocker quiet(threshold_);
  cut_->setChecked(prediction.threshold.has_value());
  cut_->setEnabled(!none);
  threshold_->setEnabled(prediction.threshold.has_value());
  threshold_->setValue(prediction.threshold.value_or(kUsualThreshold));
  const bool loaded = data_ && data_->prediction_file.grid.voxels() > 0 && file;
  file_->show(QString::fromStdString(session.path_of(Role::prediction)), input_name(session, Role::prediction),
              loaded ? &data_->prediction_file : nullptr);
  const auto* mask = session.kept<FromMask>();
  degradation_->setVisible(prediction.from<FromMask>() != nullptr);
  for (const Knob& knob : kKnobs) {
    degradation_->setValue(QString::fromUtf8(knob.id), knob.get(mask == nullptr ? Degradation() : mask->degradation));
  }
}

void PredictionPanel::clear() {
  data_.reset();
  showSession(store_.session());
}

void PredictionPanel::showFrame(const FramePtr& frame) {
  if (data_ != frame->data) {
    data_ = frame->data;
    showSession(store_.session());
  }
}

}  // namespace lossscope
