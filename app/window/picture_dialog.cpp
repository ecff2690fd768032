// SPDX-License-Identifier: Apache-2.0
#include "app/window/picture_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <cmath>

namespace lossscope {
namespace {

constexpr double kMillimetresPerInch = 25.4, kPixelsPerInch = 96;
constexpr int kMillimetres = 0, kPixels = 1;  // places in the list of units

template <class Box>
Box* named(Box* box, const char* name) {
  box->setObjectName(QString::fromLatin1(name));
  return box;
}

}  // namespace

PictureDialog::PictureDialog(std::vector<PictureTarget> targets, QWidget* parent)
    : QDialog(parent), targets_(std::move(targets)) {
  setObjectName(QStringLiteral("pictureDialog"));
  setWindowTitle(tr("Export picture"));
  what_ = named(new QComboBox, "exportWhat");
  for (const PictureTarget& one : targets_) {
    what_->addItem(one.name);
  }
  bar_ = named(new QCheckBox(tr("with the colour bar")), "exportBar");
  caption_ = named(new QCheckBox(tr("with title and caption")), "exportCaption");
  width_ = named(new QDoubleSpinBox, "exportWidth");
  width_->setToolTip(tr("Journals print columns of 80 to 90 mm and pages of 170 to 180 mm"));
  unit_ = named(new QComboBox, "exportUnit");
  unit_->addItems({tr("mm"), tr("pixels")});
  dpi_ = named(new QSpinBox, "exportDpi");
  dpi_->setRange(36, 2400);
  dpi_->setSuffix(tr(" dpi"));
  dpi_->setToolTip(tr("300 for photographs in print, 600 for fine lines; the text of a figure is 9 points at any"));
  size_ = named(new QLabel, "exportSize");
  auto* row = new QHBoxLayout;
  for (QWidget* part : std::initializer_list<QWidget*>{width_, unit_, dpi_}) {
    row->addWidget(part);
  }
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
  auto* layout = new QFormLayout(this);
  layout->addRow(tr("Picture of"), what_);
  layout->addRow({}, bar_);
  layout->addRow({}, caption_);
  layout->addRow(tr("Width"), row);
  layout->addRow(tr("Size"), size_);
  layout->addRow(buttons_);
  restore();
  connect(what_, &QComboBox::currentIndexChanged, this, &PictureDialog::showSize);
  connect(bar_, &QCheckBox::toggled, this, &PictureDialog::showSize);
  connect(caption_, &QCheckBox::toggled, this, &PictureDialog::showSize);
  connect(width_, &QDoubleSpinBox::valueChanged, this, &PictureDialog::showSize);
  connect(dpi_, &QSpinBox::valueChanged, this, &PictureDialog::showSize);
  connect(unit_, &QComboBox::currentIndexChanged, this, &PictureDialog::changeUnit);
  connect(buttons_, &QDialogButtonBox::accepted, this, &PictureDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &PictureDialog::reject);
  showSize();
}

void PictureDialog::restore() {
  const QSettings settings;
  const bool pixels = settings.value(QStringLiteral("exportPicture/unit")).toString() == QLatin1String("px");
  unit_->setCurrentIndex(pixels ? kPixels : kMillimetres);
  width_->setDecimals(pixels ? 0 : 1);
  width_->setRange(pixels ? 64 : 10, pixels ? kLongest : 2000);
  width_->setValue(settings.value(QStringLiteral("exportPicture/width"), 170).toDouble());
  dpi_->setValue(settings.value(QStringLiteral("exportPicture/dpi"), 300).toInt());
  bar_->setChecked(settings.value(QStringLiteral("exportPicture/bar"), true).toBool());
  caption_->setChecked(settings.value(QStringLiteral("exportPicture/caption"), true).toBool());
}

bool PictureDialog::inPixels() const { return unit_->currentIndex() == kPixels; }

const PictureTarget& PictureDialog::target() const { return targets_[static_cast<std::size_t>(what_->currentIndex())]; }

/// The picture stays as wide as it was.
void PictureDialog::changeUnit() {
  const double per_mm = dpi_->value() / kMillimetresPerInch;
  const double width = inPixels() ? width_->value() * per_mm : width_->value() / per_mm;
  const QSignalBlocker quiet(width_);
  width_->setDecimals(inPixels() ? 0 : 1);
  width_->setRange(inPixels() ? 64 : 10, inPixels() ? kLongest : 2000);
  width_->setValue(width);
  showSize();
}

PictureChoice PictureDialog::choice() const {
  const double dpi = dpi_->value();
  const double width = inPixels() ? width_->value() : width_->value() / kMillimetresPerInch * dpi;
  return {what_->currentIndex(), bar_->isChecked(), caption_->isChecked(), static_cast<int>(std::lround(width)), dpi};
}

QSize PictureDialog::pixels() const {
  const PictureChoice chosen = choice();
  const double scale = chosen.dpi / kPixelsPerInch;
  const double height = target().height(chosen.width / scale, chosen.bar, chosen.caption);
  return {chosen.width, static_cast<int>(std::lround(height * scale))};
}

void PictureDialog::showSize() {
  bar_->setEnabled(target().has_bar);
  caption_->setEnabled(target().has_caption);
  const QSize size = pixels();
  const bool fits = std::max(size.width(), size.height()) <= kLongest;
  const auto millimetres = [this](int pixels) {
    return pixels / static_cast<double>(dpi_->value()) * kMillimetresPerInch;
  };
  size_->setText(fits ? tr("%1 \u00d7 %2 pixels, %3 \u00d7 %4 mm")
                            .arg(size.width())
                            .arg(size.height())
                            .arg(millimetres(size.width()), 0, 'f', 1)
                            .arg(millimetres(size.height()), 0, 'f', 1)
                      : tr("%1 \u00d7 %2 pixels: no side may be longer than %3")
                            .arg(size.width())
                            .arg(size.height())
                            .arg(kLongest));
  buttons_->button(QDialogButtonBox::Save)->setEnabled(fits);
}

void PictureDialog::accept() {
  QSettings settings;
  settings.setValue(QStringLiteral("exportPicture/unit"), inPixels() ? QStringLiteral("px") : QStringLiteral("mm"));
  settings.setValue(QStringLiteral("exportPicture/width"), width_->value());
  settings.setValue(QStringLiteral("exportPicture/dpi"), dpi_->value());
  settings.setValue(QStringLiteral("exportPicture/bar"), bar_->isChecked());
  settings.setValue(QStringLiteral("exportPicture/caption"), caption_->isChecked());
  QDialog::accept();
}

}  // namespace lossscope
