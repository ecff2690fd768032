// SPDX-License-Identifier: Apache-2.0
#include "app/window/help.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QFutureWatcher>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <QtConcurrentRun>
#include <algorithm>

#include "app/engine/devices.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

/// As high as its text, as far as the screen allows; what does not fit can be scrolled to.
void fit(QLabel& text) {
  constexpr int kWidth = 720;
  QWidget& dialog = *text.window();
  auto* area = dialog.findChild<QScrollArea*>();
  const int most = dialog.screen()->availableGeometry().height() * 3 / 4;
  const int bar = area->verticalScrollBar()->sizeHint().width();
  area->setMinimumSize(kWidth, std::min(text.heightForWidth(kWidth - bar), most));
  dialog.adjustSize();
}

/// A dialog around one rich text; deletes itself.
QLabel* text_dialog(QWidget* parent, const QString& title, const QString& body) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(title);
  auto* label = new QLabel(body);
  label->setObjectName(QStringLiteral("helpText"));
  label->setTextInteractionFlags(Qt::TextBrowserInteraction);
  label->setOpenExternalLinks(true);
  label->setWordWrap(true);
  label->setAlignment(Qt::AlignTop);
  auto* area = new QScrollArea;
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setWidget(label);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  auto* layout = new QVBoxLayout(dialog);
  layout->setContentsMargins(20, 20, 20, 12);
  layout->addWidget(area);
  layout->addWidget(buttons);
  fit(*label);
  dialog->show();
  return label;
}

QString help_row(const QString& keys, const QString& meaning) {
  return QStringLiteral("<tr><td style='padding-right: 24px'><b>%1</b></td><td>%2</td></tr>").arg(keys, meaning);
}

/// Of the rows that follow it; one table, so that all meanings are aligned.
QString heading(const QString& words) {
  return QStringLiteral("<tr><td colspan='2' style='padding-top: 10px'><h3>%1</h3></td></tr>").arg(words);
}

QString about_text(const Devices* devices) {
  QString body =
      QStringLiteral("<h2>LossScope " LOSSSCOPE_VERSION "</h2><p>%1</p>")
          .arg(translated("Shows what a segmentation loss does: per-voxel contributions and gradients of the "
                          "losses of Jadon's survey (<a href='https://arxiv.org/abs/2006.14822'>arXiv "
                          "2006.14822</a>) on your own volumes."));
  body += QStringLiteral("<table>");
  if (devices == nullptr) {
    body += help_row(translated("Devices"), translated("asking ..."));
  } else {
    body += help_row(translated("CPU"), translated("%1, %2 threads, %3 kernels")
                                            .arg(QString::fromStdString(devices->cpu))
                                            .arg(devices->threads)
                                            .arg(QString::fromStdString(devices->instruction_set)));
    body += help_row(QStringLiteral("CUDA"),
                     !devices->cuda.devices.empty()
                         ? translated("available")
                         : translated("not available: %1").arg(QString::fromStdString(devices->cuda.reason)));
    body += help_row(translated("Isolation of files"), QString::fromStdString(devices->isolation));
    const bool torch = !devices->libtorch.empty();
    body += help_row(QStringLiteral("LibTorch"),
                     torch ? QString::fromStdString(devices->libtorch) : translated("did not answer"));
  }
  body += help_row(QStringLiteral("Qt"), QString::fromUtf8(qVersion()));
  body += help_row(QStringLiteral("VTK"), QStringLiteral(LOSSSCOPE_VTK_VERSION));
  body += help_row(QStringLiteral("ITK"), QStringLiteral(LOSSSCOPE_ITK_VERSION));
  return body + QStringLiteral("</table><p>%1</p>").arg(translated("Apache License 2.0. Not a medical device."));
}

}  // namespace

void show_shortcuts(QWidget* parent) {
  QString body = QStringLiteral("<table>") + heading(translated("In a slice"));
  body += help_row(translated("Left drag"), translated("move the crosshair; the other views follow"));
  body += help_row(translated("Wheel, Page Up/Down"), translated("step through the slices"));
  body += help_row(translated("Ctrl + wheel, right drag"), translated("zoom"));
  body += help_row(translated("Middle drag"), translated("pan"));
  body +=
      help_row(translated("Shift + left drag"), translated("window (sideways) and level (up and down) of the image"));
  body += help_row(translated("Double click"), translated("one view large, and back"));
  body +=
      help_row(translated("Right click"), translated("a menu: pin the voxel, CT windows, colours, copy and export"));
  body += help_row(translated("Arrows"), translated("move the crosshair by a voxel"));
  body += heading(translated("At a colour bar"));
  body += help_row(translated("Drag an end, double click"), translated("move it; type a number"));
  body += help_row(translated("Right click"),
                   translated("fit to the volume or the slices, lock; logarithmic; other colours"));
  body += heading(translated("In 3D"));
  body += help_row(translated("Left drag, Ctrl + left drag"), translated("turn, roll"));
  body += help_row(translated("Middle or Shift + left drag"), translated("pan"));
  body += help_row(translated("Wheel, right drag, + and -"), translated("zoom"));
  body += help_row(translated("Click, right click"), translated("move the crosshair; opacity, views and turntable"));
  body += help_row(translated("Shift + A, P, L, R, S, I"),
                   translated("look from that side (or End, Page Down, Home, and with Shift)"));
  body += help_row(QStringLiteral("F5, F6, F7, F8"), translated("next colours; show mask, prediction, slices"));
  body += heading(translated("Anywhere"));
  body += help_row(QStringLiteral("R"), translated("fit all views again"));
  body += help_row(QStringLiteral("S"), translated("hide or show the layer"));
  body += help_row(QStringLiteral("A, D"), translated("less, more opacity"));
  body += help_row(QStringLiteral("C, hold H"), translated("contours on or off; away while H is held"));
  body += help_row(QStringLiteral("W"), translated("automatic window and level"));
  body += help_row(QStringLiteral("X"), translated("crosshair to the largest contribution in sight"));
  body += help_row(QStringLiteral("M"), translated("to the voxel that adds most to the loss"));
  body += help_row(QStringLiteral("N, Shift+N"), translated("to the next error of the list, and back"));
  body += help_row(QStringLiteral("P"), translated("pin this voxel in the probe table, or let it go"));
  body += help_row(QStringLiteral("Ctrl + 1, 2, 4, 6"), translated("one loss, or so many on the same slice"));
  body += help_row(QStringLiteral("Ctrl + 9, Ctrl + D"), translated("all losses small; where two gradients disagree"));
  body += help_row(QStringLiteral("1 ... 6"),
                   translated("layer: contribution, gradient, prediction, distance, what-if, field"));
  body +=
      help_row(QStringLiteral("Ctrl + L"), translated("which loss fits this case, by rules that are measured on it"));
  body += help_row(translated("Alt + Right, Down, Left, Up"),
                   translated("in a demo: next step, answer, back, show the step again"));
  body += help_row(QStringLiteral("F10"), translated("presentation: views, loss and parameters in text for a room"));
  body += help_row(QStringLiteral("F11, Esc"), translated("full screen; cancel what runs"));
  body += help_row(translated("Drop files"),
                   translated("opens a case; a .pt model on an open image makes the prediction (you are asked)"));
  body += help_row(QStringLiteral("Ctrl + F"), translated("search the losses"));
  body += help_row(QStringLiteral("Ctrl + E, Ctrl + Shift + C, Ctrl + P"),
                   translated("export a picture, copy a view, write a report"));
  text_dialog(parent, translated("Mouse and keys"), body + QStringLiteral("</table>"));
}

void show_about(QWidget* parent) {
  QLabel* label = text_dialog(parent, translated("About LossScope"), about_text(nullptr));
  auto* watcher = new QFutureWatcher<Devices>(label);
  QObject::connect(watcher, &QFutureWatcherBase::finished, label, [label, watcher] {
    const Devices devices = watcher->result();
    label->setText(about_text(&devices));
    fit(*label);
  });
  watcher->setFuture(QtConcurrent::run(query_devices));
}

}  // namespace lossscope
