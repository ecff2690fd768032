// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <vector>

#include "app/session/demo.h"

namespace lossscope {

/// The demos that come with the program, in the order of teaching.
[[nodiscard]] std::vector<Demo> built_in_demos();

/// A demo by its id, or from a Markdown file. Throws Refusal (E_DEMO) that names the file, the line and what is wrong,
/// or the demos that there are.
[[nodiscard]] Demo load_demo(const QString& name_or_path);

}  // namespace lossscope
