// SPDX-License-Identifier: Apache-2.0
#include "widgets/parameter_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace lossscope::widgets {
namespace {

constexpr int kSteps = 1000;
constexpr double kDecades = 6;  // a logarithmic slider that starts at 0 shows this many below its end

double three_digits(double value) {
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2);
  return std::round(value / unit) * unit;
}

/// Where a value lies on a slider, and back.
class SliderScale {
 public:
  explicit SliderScale(const ParameterRow& row)
      : low_(row.slider_minimum),
        high_(row.slider_maximum),
        whole_(row.whole),
        logarithmic_(row.logarithmic && row.slider_maximum > 0) {
    floor_ = low_ > 0 ? low_ : high_ * std::pow(10.0, -kDecades);
  }
  [[nodiscard]] int place(double value) const {
    double share = (value - low_) / (high_ - low_);
    if (logarithmic_) {
      share = value <= floor_ ? 0 : std::log(value / floor_) / std::log(high_ / floor_);
    }
    return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kSteps));
  }
  [[nodiscard]] double value(int place) const {
    const double share = static_cast<double>(place) / kSteps;
    if (!logarithmic_) {
      const double value = low_ + share * (high_ - low_);
      return whole_ ? std::round(value) : value;
    }
    return place == 0 ? low_ : three_digits(floor_ * std::pow(high_ / floor_, share));
  }

 private:
  double low_, high_, floor_;
  bool whole_, logarithmic_;
};

/// A number field that shows 1e-06 as readably as 0.5.
class NumberField : public QDoubleSpinBox {
 public:
  explicit NumberField(const ParameterRow& row) : digits_(row.decimals) {
    setDecimals(row.whole ? 0 : 12);  // the value keeps 12 decimals; its text is shortened
    setRange(row.minimum, row.maximum);
    setSingleStep(row.whole ? 1 : (row.slider_maximum - row.slider_minimum) / 50);
    setStepType(row.logarithmic ? AdaptiveDecimalStepType : DefaultStepType);
    setSuffix(row.suffix);
    setKeyboardTracking(false);
    setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("-0.00e-00 ") + row.suffix) + 24);
    setAlignment(Qt::AlignRight);
  }
  [[nodiscard]] QString textFromValue(double value) const override {
    const bool small = value != 0 && std::abs(value) < std::pow(10.0, -digits_);
    return small ? locale().toString(value, 'g', 3) : locale().toString(std::round(value * 1e6) / 1e6, 'g', 8);
  }
  [[nodiscard]] double valueFromText(const QString& text) const override {
    QString number = text;
    number.remove(suffix());
    return locale().toDouble(number.trimmed());
  }
  QValidator::State validate(QString& text, int&) const override {
    QString number = text;
    number.remove(suffix());
    bool good = false;
    const double value = locale().toDouble(number.trimmed(), &good);
    return good && value >= minimum() && value <= maximum() ? QValidator::Acceptable : QValidator::Intermediate;
  }

 private:
  int digits_;
};

/// A slider that a wheel over a scrolling panel does not move by accident.
class CalmSlider : public QSlider {
 public:
  CalmSlider() : QSlider(Qt::Horizontal) {
    setRange(0, kSteps);
    setPageStep(kSteps / 20);
    setSingleStep(kSteps / 200);
    setFocusPolicy(Qt::StrongFocus);
  }

 protected:
  void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

}  // namespace

struct ParameterPanel::Row {
  ParameterRow declared;
  QSlider* slider = nullptr;
  NumberField* number = nullptr;
  QComboBox* choice = nullptr;
  QCheckBox* special = nullptr;
  QToolButton* reset = nullptr;
  void show(double value);
};

struct ParameterPanel::Parts {
  QGridLayout* layout = nullptr;
  std::vector<std::unique_ptr<Row>> rows;
  quint64 drag = 0;
  bool compact = false;

  [[nodiscard]] Row* find(const QString& id) const {
    for (const auto& row : rows) {
      if (row->declared.id == id) {
        return row.get();
      }
    }
    return nullptr;
  }
};

void ParameterPanel::Row::show(double value) {
  declared.value = value;
  reset->setEnabled(value != declared.default_value);
  if (choice != nullptr) {
    const QSignalBlocker quiet(choice);
    choice->setCurrentIndex(static_cast<int>(value));
    return;
  }
  const bool is_special = special != nullptr && value == -1;
  if (special != nullptr) {
    const QSignalBlocker quiet(special);
    special->setChecked(is_special);
  }
  slider->setEnabled(!is_special);
  number->setEnabled(!is_special);
  if (!is_special) {
    const QSignalBlocker quiet_slider(slider);
    const QSignalBlocker quiet_number(number);
    number->setValue(value);
    if (!slider->isSliderDown()) {
      slider->setValue(SliderScale(declared).place(value));
    }
  }
}

ParameterPanel::ParameterPanel(QWidget* parent) : QWidget(parent), parts_(std::make_unique<Parts>()) {
  parts_->layout = new QGridLayout(this);
  parts_->layout->setContentsMargins(0, 0, 0, 0);
  parts_->layout->setHorizontalSpacing(6);
  parts_->layout->setVerticalSpacing(2);
  parts_->layout->setColumnStretch(1, 1);
}

ParameterPanel::~ParameterPanel() = default;

void ParameterPanel::setCompact(bool on) { parts_->compact = on; }

void ParameterPanel::setRows(const std::vector<ParameterRow>& rows) {
  for (const auto& row : parts_->rows) {
    for (QWidget* widget :
         std::initializer_list<QWidget*>{row->slider, row->number, row->choice, row->special, row->reset}) {
      delete widget;
    }
  }
  qDeleteAll(findChildren<QLabel*>(Qt::FindDirectChildrenOnly));
  parts_->rows.clear();
  int line = 0;
  for (const ParameterRow& row : rows) {
    line = addRow(row, line);
  }
}

int ParameterPanel::addRow(const ParameterRow& declared, int line) {
  auto row = std::make_unique<Row>();
  Row* r = row.get();
  r->declared = declared;
  auto* label = new QLabel(declared.label);
  label->setToolTip(declared.tooltip);
  label->setWordWrap(!parts_->compact || !declared.choices.isEmpty());
  r->reset = new QToolButton;
  r->reset->setText(QStringLiteral("\u21ba"));
  r->reset->setAutoRaise(true);
  r->reset->setObjectName(declared.id + QStringLiteral(".reset"));
  r->reset->setToolTip(tr("Back to the default"));
  connect(r->reset, &QToolButton::clicked, this, [this, r] { edit(r->declared.id, r->declared.default_value, 0); });
  if (!declared.choices.isEmpty()) {
    r->choice = new QComboBox;
    r->choice->addItems(declared.choices);
    r->choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    r->choice->setMinimumContentsLength(7);
    r->choice->setObjectName(declared.id);
    r->choice->setToolTip(declared.tooltip);
    connect(r->choice, &QComboBox::currentIndexChanged, this, [this, r](int index) { edit(r->declared.id, index, 0); });
    parts_->layout->addWidget(label, line, 0);
    parts_->layout->addWidget(r->choice, line, 1, 1, 2);
    parts_->layout->addWidget(r->reset, line, 3);
    line += 1;
  } else {
    addNumber(*r, label, line);
    line += parts_->compact && declared.special.isEmpty() ? 1 : 2;
  }
  parts_->rows.push_back(std::move(row));
  r->show(declared.value);
  return line;
}

void ParameterPanel::addNumber(Row& row, QLabel* label, int line) {
  const QString id = row.declared.id;
  row.number = new NumberField(row.declared);
  row.number->setObjectName(id);
  row.slider = new CalmSlider;
  row.slider->setObjectName(id + QStringLiteral(".slider"));
  for (QWidget* widget : std::initializer_list<QWidget*>{row.number, row.slider}) {
    widget->setToolTip(row.declared.tooltip);
    widget->setAccessibleName(row.declared.label);
  }
  label->setBuddy(row.number);
  connect(row.number, &QDoubleSpinBox::valueChanged, this, [this, id](double value) { edit(id, value, 0); });
  connect(row.slider, &QSlider::sliderPressed, this, [this] { ++parts_->drag; });
  connect(row.slider, &QSlider::valueChanged, this, [this, &row](int place) {
    edit(row.declared.id, SliderScale(row.declared).value(place), row.slider->isSliderDown() ? parts_->drag : 0);
  });
  connect(row.slider, &QSlider::sliderReleased, this, [&row] { row.show(row.declared.value); });
  const bool one_line = parts_->compact && row.declared.special.isEmpty();
  parts_->layout->addWidget(label, line, 0, 1, one_line ? 1 : 2);
  parts_->layout->addWidget(row.number, line, 2);
  parts_->layout->addWidget(row.reset, line, 3);
  if (one_line) {
    parts_->layout->addWidget(row.slider, line, 1);
  } else if (row.declared.special.isEmpty()) {
    parts_->layout->addWidget(row.slider, line + 1, 0, 1, 4);
  } else {
    addSpecial(row, line + 1);
  }
}

void ParameterPanel::addSpecial(Row& row, int line) {
  row.special = new QCheckBox(row.declared.special);
  row.special->setObjectName(row.declared.id + QStringLiteral(".special"));
  row.special->setToolTip(row.declared.tooltip);
  connect(row.special, &QCheckBox::toggled, this, [this, &row](bool on) {
    edit(row.declared.id, on ? -1 : std::max(row.declared.slider_minimum, row.number->value()), 0);
  });
  parts_->layout->addWidget(row.slider, line, 0, 1, 2);
  parts_->layout->addWidget(row.special, line, 2, 1, 2);
}

void ParameterPanel::edit(const QString& id, double value, quint64 drag) {
  Row* row = parts_->find(id);
  if (row == nullptr || row->declared.value == value) {
    return;
  }
  row->show(value);
  Q_EMIT valueChanged(id, value, drag);
}

void ParameterPanel::setValue(const QString& id, double value) {
  if (Row* row = parts_->find(id); row != nullptr && row->declared.value != value) {
    row->show(value);
  }
}

double ParameterPanel::value(const QString& id) const {
  const Row* row = parts_->find(id);
  return row == nullptr ? std::nan("") : row->declared.value;
}

}  // namespace lossscope::widgets
