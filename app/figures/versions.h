// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace lossscope {

/// The program and the libraries that made a picture, "name version" each.
[[nodiscard]] QStringList versions();

}  // namespace lossscope
