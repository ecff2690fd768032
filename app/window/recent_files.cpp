// SPDX-License-Identifier: Apache-2.0
#include "app/window/recent_files.h"

#include <QFileInfo>
#include <QSettings>

#include "app/window/plain_tip.h"

namespace lossscope {
namespace {

constexpr int kMost = 10;
constexpr QLatin1String kRecentKey("recentCases");

}  // namespace

RecentFiles::RecentFiles(QWidget* parent) : QMenu(tr("Open &recent"), parent) {
  setToolTipsVisible(true);
  rebuild();
}

void RecentFiles::add(const QStringList& files) {
  if (files.isEmpty()) {
    return;
  }
  QSettings settings;
  QVariantList cases = settings.value(kRecentKey).toList();
  cases.removeAll(QVariant(files));
  cases.prepend(files);
  while (cases.size() > kMost) {
    cases.removeLast();
  }
  settings.setValue(kRecentKey, cases);
  rebuild();
}

void RecentFiles::rebuild() {
  clear();
  const QVariantList cases = QSettings().value(kRecentKey).toList();
  for (const QVariant& entry : cases) {
    const QStringList files = entry.toStringList();
    QStringList names;
    for (const QString& file : files) {
      names << QFileInfo(file).fileName();
    }
    QAction* action = addAction(names.join(QStringLiteral(" + ")));
    action->setToolTip(plain_tip(files.join(QLatin1Char('\n'))));
    connect(action, &QAction::triggered, this, [this, files] { Q_EMIT chosen(files); });
  }
  if (!cases.isEmpty()) {
    addSeparator();
    connect(addAction(tr("Forget these")), &QAction::triggered, this, [this] {
      QSettings().remove(kRecentKey);
      rebuild();
    });
  }
  setEnabled(!cases.isEmpty());
}

}  // namespace lossscope
