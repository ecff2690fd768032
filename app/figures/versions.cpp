// SPDX-License-Identifier: Apache-2.0
#include "app/figures/versions.h"

#include <QtGlobal>

namespace lossscope {

QStringList versions() {
  return {QStringLiteral("LossScope " LOSSSCOPE_VERSION), QStringLiteral("Qt %1").arg(QLatin1String(qVersion())),
          QStringLiteral("VTK " LOSSSCOPE_VTK_VERSION), QStringLiteral("ITK " LOSSSCOPE_ITK_VERSION)};
}

}  // namespace lossscope
