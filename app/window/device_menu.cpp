// SPDX-License-Identifier: Apache-2.0
#include "app/window/device_menu.h"

#include <QActionGroup>
#include <QLocale>
#include <QSettings>
#include <QtConcurrentRun>

#include "losses/parallel.h"

namespace lossscope {
namespace {

QString gibibytes(std::uint64_t bytes) {
  return QLocale::c().toString(static_cast<double>(bytes) / (1 << 30), 'f', 1) + QStringLiteral(" GiB");
}

QString processor() { return DeviceMenu::tr("&CPU, %1 threads").arg(resolve_threads(0)); }

}  // namespace

DeviceMenu::DeviceMenu(QWidget* parent) : QMenu(tr("&Device"), parent), group_(new QActionGroup(this)) {
  setObjectName(QStringLiteral("deviceMenu"));
  connect(this, &QMenu::aboutToShow, this, &DeviceMenu::look);
  connect(&looking_, &QFutureWatcherBase::finished, this, [this] { showStatus(looking_.result()); });
  connect(group_, &QActionGroup::triggered, this, [this](const QAction* action) {
    chosen_ = action->objectName();
    Q_EMIT chosen(chosen_);
  });
  add(QStringLiteral("cpu"), processor());
  addNote(tr("Looking for GPUs ..."));
}

DeviceMenu::~DeviceMenu() { looking_.waitForFinished(); }

void DeviceMenu::setChosen(const QString& id) {
  chosen_ = id;
  for (QAction* action : group_->actions()) {
    action->setChecked(action->objectName() == id);
  }
}

void DeviceMenu::look() {
  if (!looking_.isRunning()) {
    looking_.setFuture(QtConcurrent::run([] { return query_cuda(); }));
  }
}

void DeviceMenu::showStatus(const CudaStatus& status) {
  clear();
  add(QStringLiteral("cpu"), processor());
  for (const CudaDevice& gpu : status.devices) {
    add(QStringLiteral("cuda:%1").arg(gpu.index),
        tr("&%1  %2, %3").arg(gpu.index).arg(QString::fromStdString(gpu.name), gibibytes(gpu.memory)));
  }
  if (status.devices.empty()) {
    addNote(tr("CUDA: %1").arg(QString::fromStdString(status.reason)));
  }
}

void DeviceMenu::add(const QString& id, const QString& text) {
  QAction* action = addAction(text);
  action->setObjectName(id);
  action->setCheckable(true);
  action->setChecked(id == chosen_);
  group_->addAction(action);
}

void DeviceMenu::addNote(const QString& text) {
  QAction* note = addAction(text);
  note->setObjectName(QStringLiteral("note"));
  note->setEnabled(false);
}

QString remembered_device() { return QSettings().value(QStringLiteral("device"), QStringLiteral("cpu")).toString(); }

void remember_device(const QString& id) { QSettings().setValue(QStringLiteral("device"), id); }

}  // namespace lossscope
