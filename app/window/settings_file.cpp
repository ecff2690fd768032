// SPDX-License-Identifier: Apache-2.0
#include "app/window/settings_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QSettings>

namespace lossscope {

QString set_broken_settings_aside() {
  constexpr int kMost = 100;
  const QSettings settings;
  (void)settings.allKeys();  // Qt parses a section, and finds its errors, when one of its keys is asked for
  if (settings.status() != QSettings::FormatError) {
    return {};
  }
  const QString file = settings.fileName();
  for (int number = 1; number <= kMost; ++number) {
    const QString aside = QStringLiteral("%1.broken-%2").arg(file).arg(number);
    if (QFile::exists(aside)) {
      continue;
    }
    if (!QFile::rename(file, aside)) {
      return {};
    }
    QSettings().sync();  // forgets what could be read of it
    return QCoreApplication::translate("Settings",
                                       "The settings could not be read and were set aside as %1. "
                                       "LossScope starts with its defaults.")
        .arg(aside);
  }
  return {};
}

}  // namespace lossscope
