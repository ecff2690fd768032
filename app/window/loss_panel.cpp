// SPDX-License-Identifier: Apache-2.0
#include "app/window/loss_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/engine/script_loss.h"
#include "app/engine/slicing.h"
#include "app/figures/class_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/live_formula.h"
#include "app/figures/pictures.h"
#include "app/figures/text.h"
#include "app/window/boxed.h"
#include "app/window/elided_combo.h"
#include "app/window/loss_list.h"
#include "app/window/metrics_panel.h"
#include "app/window/script_panel.h"
#include "app/window/section.h"
#include "app/window/sum_dialog.h"
#include "app/window/theme.h"
#include "losses/configured_loss.h"
#include "widgets/formula_view.h"
#include "widgets/parameter_panel.h"

namespace lossscope {
namespace {

constexpr int kListShare = 2, kDetailsShare = 3;  // of the height; before an audience both have half
constexpr int kWidth = 310;                       // what a parameter's row needs beside the scroll bar
constexpr double kValueSize = 2.8;                // of the value, beside other text

widgets::ParameterRow row_of(const ParameterInfo& info, double value, bool flat) {
  widgets::ParameterRow row;
  row.id = text(info.id);
  row.label = text(info.label);
  row.tooltip = QStringLiteral("<p>%1</p><p>%2, %3</p>")
                    .arg(grid_words(text(info.meaning), flat).toHtmlEscaped(), row.id,
                         LossPanel::tr("legal from %1 to %2, default %3")
                             .arg(info.minimum)
                             .arg(info.maximum)
                             .arg(info.default_value));
  row.minimum = info.minimum;
  row.maximum = info.maximum;
  row.slider_minimum = info.slider_minimum;
  row.slider_maximum = info.slider_maximum;
  row.default_value = info.default_value;
  row.value = value;
  row.logarithmic = info.scale == Scale::logarithmic;
  for (const std::string_view choice : info.choices) {
    row.choices << text(choice);
  }
  row.special = text(info.special);
  return row;
}

QString paragraph(const QString& title, const QString& body) {
  return body.isEmpty() ? QString() : QStringLiteral("<p><b>%1</b> %2</p>").arg(title, body.toHtmlEscaped());
}

/// The chosen loss with the values of a preset, all others as usual.
void take_preset(Session& session, const Preset& preset) {
  auto& values = session.loss.parameters[session.loss.id];
  values.clear();
  for (const auto& [id, value] : preset.values) {
    values[std::string(id)] = value;
  }
}

/// A link whose text is short enough for the panel.
QString link_html(const QString& address) {
  QString shown = address.section(QStringLiteral("://"), 1);
  if (shown.size() > 40) {
    shown = shown.left(37) + QStringLiteral("...");
  }
  return QStringLiteral("<p><a href=\"%1\">%2</a></p>").arg(address.toHtmlEscaped(), shown.toHtmlEscaped());
}

}  // namespace

LossPanel::LossPanel(SessionStore& store, const std::shared_ptr<Turns>& turns, QWidget* parent)
    : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("lossPanel"));
  setMinimumWidth(kWidth);
  list_ = new LossList;
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 4, 8, 4);
  layout->setSpacing(6);
  layout->addWidget(makeValuePart());
  layout->addWidget(list_, kListShare);
  layout->addWidget(scrolling(makeDetails(turns)), kDetailsShare);

  connect(list_, &LossList::chosen, this, [this](const QString& id, int preset) {
    store_.change(tr("loss"), [&](Session& session) {
      session.loss.id = id.toStdString();
      if (const Loss* loss = find_loss(session.loss.id); loss != nullptr && preset >= 0) {
        take_preset(session, loss->declaration().presets[static_cast<std::size_t>(preset)]);
      }
      if (session.loss.id == kScriptLoss && session.loss.script.empty()) {
        session.loss.script = script_example();
      }
    });
  });
  connect(list_, &LossList::sumWanted, this, &LossPanel::chooseSum);
  connect(preset_, &QComboBox::activated, this, &LossPanel::applyPreset);
  connect(parameters_, &widgets::ParameterPanel::valueChanged, this, &LossPanel::setParameter);
  connect(script_, &ScriptPanel::edited, this, &LossPanel::showVeil);
  connect(&store_, &SessionStore::changed, this, &LossPanel::showSession);
  showSession(store_.session());
  showNoValue();
}

void LossPanel::chooseSum() {
  SumDialog dialog(store_.session().loss.id, this);
  if (dialog.exec() == QDialog::Accepted) {
    store_.change(tr("loss"), [id = dialog.id()](Session& session) { session.loss.id = id; });
  }
}

QWidget* LossPanel::makePresetPart() {
  preset_ = new ElidedCombo(12);
  preset_->setObjectName(QStringLiteral("preset"));
  preset_->setToolTip(tr("Parameters that reproduce another code's convention"));
  preset_->setPlaceholderText(tr("your own values"));
  preset_row_ = new QWidget;
  auto* preset_layout = new QHBoxLayout(preset_row_);
  preset_layout->setContentsMargins(0, 0, 0, 0);
  preset_layout->addWidget(new QLabel(tr("Preset")));
  preset_layout->addWidget(preset_, 1);
  return preset_row_;
}

QWidget* LossPanel::makeDetails(const std::shared_ptr<Turns>& turns) {
  QWidget* presets = makePresetPart();
  formula_ = new widgets::FormulaView;
  formula_->setObjectName(QStringLiteral("formula"));
  tex_ = new QLabel;
  tex_->setObjectName(QStringLiteral("formulaTex"));
  tex_->setWordWrap(true);
  tex_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  live_ = new QLabel;
  live_->setObjectName(QStringLiteral("liveFormula"));
  live_->setWordWrap(true);
  live_->setForegroundRole(QPalette::PlaceholderText);
  live_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  metrics_ = new MetricsPanel(turns);
  script_ = new ScriptPanel(store_);
  parameters_title_ = section_title(tr("Parameters"));
  preset_note_ = new QLabel;
  preset_note_->setObjectName(QStringLiteral("presetNote"));
  preset_note_->setWordWrap(true);
  preset_note_->setForegroundRole(QPalette::PlaceholderText);
  preset_note_->hide();
  parameters_ = new widgets::ParameterPanel;
  parameters_->setObjectName(QStringLiteral("parameters"));
  texts_ = new QLabel;
  texts_->setObjectName(QStringLiteral("lossTexts"));
  texts_->setWordWrap(true);
  texts_->setOpenExternalLinks(true);
  texts_->setTextInteractionFlags(Qt::TextBrowserInteraction);
  for (QLabel* label : {tex_, live_, texts_}) {
    label->setMinimumWidth(1);  // an unbreakable number or address must not widen the panel
  }

  reading_ = boxed(QBoxLayout::TopToBottom, 6,
                   {section_title(tr("Metrics")), metrics_, section_title(tr("About this loss")), texts_});
  QWidget* content =
      boxed(QBoxLayout::TopToBottom, 6,
            {formula_, tex_, live_, script_, parameters_title_, presets, preset_note_, parameters_, reading_});
  content->layout()->setContentsMargins(0, 0, 4, 0);
  static_cast<QVBoxLayout*>(content->layout())->addStretch();
  return content;
}

QWidget* LossPanel::makeValuePart() {
  name_ = new QLabel;
  name_->setObjectName(QStringLiteral("lossName"));
  value_ = new QLabel;
  value_->setObjectName(QStringLiteral("lossValue"));
  value_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  value_->setToolTip(tr("The value of the loss over the whole case"));
  QFont font = value_->font();
  font.setFamily(fixed_digits_family());
  font.setPointSizeF(font.pointSizeF() * kValueSize);
  value_->setFont(font);
  blind_ = new QLabel;
  blind_->setObjectName(QStringLiteral("blind"));
  blind_->setWordWrap(true);
  blind_->hide();
  auto* part = new QWidget;
  auto* layout = new QVBoxLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(name_);
  layout->addWidget(value_);
  layout->addWidget(blind_);
  return part;
}

void LossPanel::showSession(const Session& session) {
  const Loss* loss = loss_of(session);
  if (loss == nullptr) {
    return;
  }
  if (loss != loss_) {
    showControls(*loss);
  }
  if (!has_frame_) {
    showName(*loss);  // there is no value that would need another
  }
  const auto values = session.loss.values_of(*loss);
  for (std::size_t i = 0; i < values.size(); ++i) {
    parameters_->setValue(text(loss->parameters()[i].id), values[i]);
  }
  showPreset(session);
}

/// What one chooses and tunes: it is of the loss that was asked for.
void LossPanel::showControls(const Loss& loss) {
  loss_ = &loss;
  list_->setCurrent(text(loss.declaration().id));
  std::vector<widgets::ParameterRow> rows;
  const auto values = store_.session().loss.values_of(loss);
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows.push_back(row_of(loss.parameters()[i], values[i], flat_));
  }
  parameters_->setRows(rows);
  script_->setVisible(&loss == &script_loss());
  showPresets(loss);
  showParametersTitle();
}

void LossPanel::showParametersTitle() {
  parameters_title_->setVisible(!loss_->parameters().empty());
  parameters_title_->setText(loss_ == named_ ? tr("Parameters")
                                             : tr("Parameters of %1").arg(text(loss_->declaration().name)));
}

/// What belongs to a value: name, formula and texts.
void LossPanel::showName(const Loss& loss) {
  if (named_ == &loss) {
    return;
  }
  named_ = &loss;
  const Declaration& declaration = loss.declaration();
  name_->setText(tr("%1 loss").arg(text(declaration.name)));
  const QByteArray typeset = formula_svg(declaration.id);
  formula_->setSvg(typeset);
  formula_->setVisible(&loss != &script_loss() && !typeset.isEmpty());
  tex_->setText(text(declaration.formula));
  tex_->setVisible(&loss != &script_loss() && typeset.isEmpty() && !declaration.formula.empty());
  live_->setVisible(&loss != &script_loss());
  live_->clear();
  showTexts(declaration);
  showParametersTitle();
}

/// The row of the preset whose values are those of the session; of two with the same values the one that is shown.
int LossPanel::presetOf(const Session& session) const {
  return preset_of(*loss_, session.loss.values_of(*loss_), preset_->currentIndex());
}

void LossPanel::showPreset(const Session& session) {
  preset_->setCurrentIndex(presetOf(session));
  showPresetNote(session, {});
}

/// How the preset's own code differs, with the number that it would print for `value` of ours.
void LossPanel::showPresetNote(const Session& session, std::optional<double> value) {
  QString note;
  if (const int index = presetOf(session); index > 0) {
    const Preset& preset = loss_->declaration().presets[static_cast<std::size_t>(index - 1)];
    note = grid_words(text(preset.note), flat_);
    if (value && preset.says_another_value()) {
      note += QStringLiteral(": ") + value_text(preset.peer_value(*value));
    }
  }
  preset_note_->setText(note);
  preset_note_->setVisible(!note.isEmpty());
}

void LossPanel::showPresets(const Loss& loss) {
  preset_->clear();
  preset_->addItem(tr("defaults"));
  for (const Preset& preset : loss.declaration().presets) {
    preset_->addItem(text(preset.name));
  }
  preset_row_->setVisible(!loss.declaration().presets.empty());
}

void LossPanel::showTexts(const Declaration& d) {
  const auto said = [this](std::string_view words) { return grid_words(text(words), flat_); };
  texts_->setText(QStringLiteral("<p>%1</p>").arg(said(d.summary).toHtmlEscaped()) +
                  paragraph(tr("Use it when:"), said(d.use_when)) +
                  paragraph(tr("Avoid it when:"), said(d.avoid_when)) + paragraph(tr("It cannot see:"), said(d.blind)) +
                  paragraph(tr("Known slips:"), said(d.slips)) + paragraph(tr("Source:"), text(d.citation)) +
                  link_html(text(d.link)));
}

void LossPanel::setParameter(const QString& id, double value, quint64 drag) {
  const std::string loss = store_.session().loss.id;
  const std::string parameter = id.toStdString();
  store_.change(
      tr("%1 of %2").arg(id, QString::fromStdString(loss)),
      [&](Session& session) { session.loss.parameters[loss][parameter] = value; }, loss + '.' + parameter, drag);
}

void LossPanel::applyPreset(int index) {
  const auto presets = loss_->declaration().presets;
  store_.change(tr("preset"), [&](Session& session) {
    take_preset(session, index > 0 ? presets[static_cast<std::size_t>(index - 1)] : Preset());
  });
}

void LossPanel::showFrame(const FramePtr& frame) {
  if (frame->preliminary) {
    return;
  }
  has_frame_ = true;
  if (const bool flat = flat_axis(frame->data->grid).has_value(); std::exchange(flat_, flat) != flat) {
    loss_ = named_ = nullptr;  // all that is said of it is said anew
    showSession(store_.session());
  }
  if (const Loss* loss = loss_of(frame->session)) {
    showName(*loss);
  }
  shown_script_ = frame->session.loss.script.empty() ? script_example() : frame->session.loss.script;
  showVeil();
  metrics_->showFrame(frame);
  if (!frame->reduction) {
    showNoValue();
    return;
  }
  value_->setText(value_text(frame->reduction->value));
  if (named_ == loss_ && frame->session.loss == store_.session().loss) {
    showPresetNote(frame->session, frame->reduction->value);
  }
  if (frame->classes) {
    live_->setText(QStringLiteral("= ") + class_formula(*frame->classes));
  } else if (const Loss* loss = find_loss(frame->session.loss.id)) {
    live_->setText(QStringLiteral("= ") + live_formula(*loss, frame->session.loss.values_of(*loss), *frame->reduction));
  } else {
    live_->clear();
  }
  blind_->setText(grid_words(QString::fromStdString(frame->reduction->blind), flat_));
  blind_->setVisible(!frame->reduction->blind.empty());
}

void LossPanel::clear() {
  has_frame_ = false;
  showVeil();
  showNoValue();
  showSession(store_.session());
  metrics_->clear();
}

void LossPanel::showNoValue() {
  value_->setText(QStringLiteral("–"));
  live_->clear();
  blind_->hide();
}

void LossPanel::veil(bool on) {
  veiled_ = on;
  showVeil();
}

/// A script that stands in the editor and was not evaluated is not what the value is of, either.
void LossPanel::showVeil() {
  const bool grey = veiled_ || (has_frame_ && named_ == &script_loss() && script_->source() != shown_script_);
  for (QWidget* number : {value_, live_, blind_}) {
    number->setEnabled(!grey);
  }
  metrics_->veil(veiled_);
}

void LossPanel::present(int pixels) {
  const bool on = pixels > 0;
  reading_->setVisible(!on);
  list_->setTall(on);
  auto* parts = static_cast<QVBoxLayout*>(layout());
  parts->setStretch(parts->indexOf(list_), on ? kDetailsShare : kListShare);
  QFont font = value_->font();
  if (on) {
    font.setPixelSize(static_cast<int>(kValueSize * pixels));
  } else {
    font.setPointSizeF(QApplication::font().pointSizeF() * kValueSize);
  }
  value_->setFont(font);
  setMinimumWidth(on ? 0 : kWidth);  // what is below needs more with larger words
}

bool LossPanel::busy() const { return metrics_->busy(); }

}  // namespace lossscope
