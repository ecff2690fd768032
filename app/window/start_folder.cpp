// SPDX-License-Identifier: Apache-2.0
#include "app/window/start_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace lossscope {
namespace {

QString key_of(FolderOf kind) {
  return kind == FolderOf::inputs ? QStringLiteral("openFolder") : QStringLiteral("exportFolder");
}

bool is_fit(const QString& folder) {
  return !folder.isEmpty() && QDir::isAbsolutePath(folder) && !QDir(folder).isRoot() && QFileInfo(folder).isDir();
}

}  // namespace

QString start_folder(FolderOf kind) {
  for (const QString& folder : {QSettings().value(key_of(kind)).toString(), QDir::homePath()}) {
    if (is_fit(folder)) {
      return folder;
    }
  }
  return QDir::tempPath();  // somebody without a home
}

QString start_file(FolderOf kind, const QString& name) { return QDir(start_folder(kind)).filePath(name); }

void remember_folder(FolderOf kind, const QString& chosen) {
  const QFileInfo info(chosen);
  QSettings().setValue(key_of(kind), info.isDir() ? info.absoluteFilePath() : info.absolutePath());
}

}  // namespace lossscope
