// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace lossscope {

/// A tool tip that shows its text as it is. Qt takes what looks like HTML for HTML, and then opens the files that it
/// names as pictures: paths, sessions and a helper's words must not become such a text.
[[nodiscard]] inline QString plain_tip(const QString& foreign) {
  if (foreign.isEmpty()) {
    return {};
  }
  return QStringLiteral("<qt>%1</qt>").arg(foreign.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>")));
}

}  // namespace lossscope
