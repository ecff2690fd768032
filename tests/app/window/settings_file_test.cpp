// SPDX-License-Identifier: Apache-2.0
// A broken settings file costs the settings, not the start, and nothing of it is lost.
#include "app/window/settings_file.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSettings>

namespace lossscope {
namespace {

void write_settings(const QByteArray& bytes) {
  QFile file(QSettings().fileName());
  QDir().mkpath(QFileInfo(file).path());
  ASSERT_TRUE(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
  file.write(bytes);
}

QByteArray bytes_of(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("absent");
}

TEST(SettingsFile, ASoundOneStays) {
  write_settings("[General]\ntheme=light\n");
  EXPECT_EQ(set_broken_settings_aside(), QString());
  EXPECT_EQ(QSettings().value(QStringLiteral("theme")).toString(), QStringLiteral("light"));
}

TEST(SettingsFile, ABrokenOneIsSetAsideEachTimeUnderItsOwnName) {
  const QString file = QSettings().fileName();
  const QByteArray broken[]{QByteArray(3000, '\xff'), "theme=light\n[General\nhello world\n"};
  for (int number = 1; number <= 2; ++number) {
    const QByteArray& bytes = broken[number - 1];
    write_settings(bytes);
    const QString aside = QStringLiteral("%1.broken-%2").arg(file).arg(number);
    const QString told = set_broken_settings_aside();
    EXPECT_TRUE(told.contains(aside)) << told.toStdString();
    EXPECT_EQ(bytes_of(aside), bytes);
    EXPECT_EQ(QSettings().status(), QSettings::NoError);
    EXPECT_TRUE(QSettings().allKeys().isEmpty());
    QSettings().setValue(QStringLiteral("theme"), QStringLiteral("dark"));
    QSettings().sync();
    EXPECT_TRUE(bytes_of(file).contains("theme=dark"));
  }
}

}  // namespace
}  // namespace lossscope
