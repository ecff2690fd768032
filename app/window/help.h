// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWidget;

namespace lossscope {

/// Help > Mouse and keys.
void show_shortcuts(QWidget* parent);
/// Help > About: versions of what is inside, and what can compute here (asked off the GUI thread).
void show_about(QWidget* parent);

}  // namespace lossscope
