// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QString>

#include "app/io/safe_file.h"

namespace lossscope {

/// Writes a file as write_file does. Returns what went wrong, for a person; empty when nothing did.
[[nodiscard]] inline QString save_file(const QString& path, std::string_view bytes) {
  try {
    write_file(QFile::encodeName(path).toStdString(), bytes);
    return {};
  } catch (const WriteError& error) {
    return QString::fromUtf8(error.what());
  }
}

}  // namespace lossscope
