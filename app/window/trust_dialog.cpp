// SPDX-License-Identifier: Apache-2.0
#include "app/window/trust_dialog.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "app/helper/sandbox.h"
#include "app/window/theme.h"

namespace lossscope {
namespace {

/// A row that can be selected and is never wider than the dialog: names and signatures are foreign text.
QLabel* value(const std::string& text, bool digits = false) {
  auto* label = new QLabel(QString::fromStdString(displayable(text)));
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setWordWrap(true);
  if (digits) {
    QFont font = label->font();
    font.setFamily(fixed_digits_family());
    label->setFont(font);
  }
  return label;
}

QString protection() {
  const SandboxSupport support = sandbox_support();
  if (support.none()) {
    return TrustDialog::tr(
        "This kernel offers neither Landlock nor seccomp. The model would run in a process of its own "
        "that can open no file, but nothing keeps it from the network.");
  }
  return TrustDialog::tr(
             "LossScope runs it in a process that can open no file and no connection and start no program "
             "(%1). No lock is perfect, and its numbers can still be wrong.")
      .arg(QString::fromStdString(to_string(support)));
}

}  // namespace

TrustDialog::TrustDialog(const ModelInfo& model, QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("trustDialog"));
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Do you trust this model?"));
  auto* icon = new QLabel;
  icon->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxWarning).pixmap(48, 48));
  icon->setAlignment(Qt::AlignTop);
  auto* question =
      new QLabel(tr("<b>A TorchScript model is a program. It can read and write your files.</b><br>Open it "
                    "only if you trust its origin."));
  question->setObjectName(QStringLiteral("trustQuestion"));
  auto* facts = new QFormLayout;
  facts->addRow(tr("File"), value(model.path));
  facts->addRow(tr("SHA-256"), value(model.sha256.substr(0, 32) + " " + model.sha256.substr(32), true));
  facts->addRow(tr("Size"), new QLabel(QLocale::c().formattedDataSize(model.bytes)));
  if (!model.signature.empty()) {
    facts->addRow(tr("Does"), value(model.signature));
  }
  auto* lock = new QLabel(protection());
  lock->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  QPushButton* trust = buttons->addButton(tr("Trust and run"), QDialogButtonBox::AcceptRole);
  trust->setObjectName(QStringLiteral("trust"));
  trust->setAutoDefault(false);
  QPushButton* cancel = buttons->button(QDialogButtonBox::Cancel);
  cancel->setObjectName(QStringLiteral("distrust"));
  cancel->setDefault(true);
  cancel->setFocus();
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

  auto* text = new QVBoxLayout;
  text->setSpacing(12);
  text->addWidget(question);
  text->addLayout(facts);
  text->addWidget(lock);
  auto* content = new QHBoxLayout;
  content->setSpacing(16);
  content->addWidget(icon);
  content->addLayout(text, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 20, 20, 12);
  layout->setSpacing(16);
  layout->addLayout(content);
  layout->addWidget(buttons);
  setMinimumWidth(560);
}

}  // namespace lossscope
