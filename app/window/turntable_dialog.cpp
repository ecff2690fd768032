// SPDX-License-Identifier: Apache-2.0
#include "app/window/turntable_dialog.h"

#include "app/figures/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace lossscope {
namespace {

struct Fields {
  QSpinBox* frames;
  QComboBox* side;
  QCheckBox* pictures;
  QCheckBox* movie;
  QLineEdit* folder;
};

QCheckBox* check_box(const char* name, const QString& says, bool on) {
  auto* box = new QCheckBox(says);
  box->setObjectName(QLatin1String(name));
  box->setChecked(on);
  return box;
}

Fields make_fields(QDialog& dialog, QFormLayout& layout, const Turntable& begin) {
  Fields fields{new QSpinBox, new QComboBox,
                check_box("turntablePictures", translated("one PNG for each picture"), true),
                check_box("turntableMovie", translated("a film (Ogg Theora, .ogv, 24 pictures per second)"), true),
                new QLineEdit(begin.folder)};
  fields.frames->setObjectName(QStringLiteral("turntableFrames"));
  fields.frames->setRange(2, 720);
  fields.frames->setValue(begin.frames);
  fields.frames->setToolTip(translated("72 are steps of 5 degrees: a film of three seconds"));
  fields.side->setObjectName(QStringLiteral("turntableSide"));
  for (const int side : {480, 720, 1080, 2160}) {
    fields.side->addItem(translated("%1 x %1 pixels").arg(side), side);
  }
  fields.side->setCurrentIndex(fields.side->findData(begin.side));
  fields.folder->setObjectName(QStringLiteral("turntableFolder"));
  fields.folder->setMinimumWidth(320);
  auto* browse = new QPushButton(translated("&Browse ..."));
  browse->setAutoDefault(false);
  QObject::connect(browse, &QPushButton::clicked, &dialog, [&dialog, folder = fields.folder] {
    const QString chosen =
        QFileDialog::getExistingDirectory(&dialog, translated("Folder for the pictures"), folder->text());
    folder->setText(chosen.isEmpty() ? folder->text() : chosen);
  });
  auto* where = new QHBoxLayout;
  where->addWidget(fields.folder, 1);
  where->addWidget(browse);
  layout.addRow(translated("&Pictures in one turn"), fields.frames);
  layout.addRow(translated("&Size"), fields.side);
  layout.addRow(translated("Write"), fields.pictures);
  layout.addRow({}, fields.movie);
  auto* folder = new QLabel(translated("&Folder"));
  folder->setBuddy(fields.folder);
  layout.addRow(folder, where);
  return fields;
}

}  // namespace

std::optional<Turntable> ask_for_turntable(QWidget* parent, const QString& folder) {
  QDialog dialog(parent);
  dialog.setObjectName(QStringLiteral("turntable"));
  dialog.setWindowTitle(translated("Turntable"));
  auto* layout = new QFormLayout(&dialog);
  Turntable turntable;
  turntable.folder = folder;
  const Fields fields = make_fields(dialog, *layout, turntable);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
  layout->addRow(buttons);
  const auto check = [&] {  // nothing to write, or nowhere
    const bool something = fields.pictures->isChecked() || fields.movie->isChecked();
    buttons->button(QDialogButtonBox::Save)
        ->setEnabled(something && QDir(fields.folder->text()).exists() && !fields.folder->text().isEmpty());
  };
  QObject::connect(fields.pictures, &QCheckBox::toggled, &dialog, check);
  QObject::connect(fields.movie, &QCheckBox::toggled, &dialog, check);
  QObject::connect(fields.folder, &QLineEdit::textChanged, &dialog, check);
  QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
  QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  check();
  if (dialog.exec() != QDialog::Accepted) {
    return std::nullopt;
  }
  turntable.frames = fields.frames->value();
  turntable.side = fields.side->currentData().toInt();
  turntable.pictures = fields.pictures->isChecked();
  turntable.movie = fields.movie->isChecked();
  turntable.folder = fields.folder->text();
  return turntable;
}

}  // namespace lossscope
