// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QString>
#include <string_view>

namespace lossscope {

/// The UTF-8 text of a declaration for Qt.
[[nodiscard]] inline QString text(std::string_view view) {
  return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

/// Words in the user's language, for what is no QObject with a tr() of its own.
[[nodiscard]] inline QString translated(const char* source) { return QCoreApplication::translate("LossScope", source); }

}  // namespace lossscope
