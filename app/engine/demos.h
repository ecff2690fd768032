// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <vector>

#include "app/session/demo.h"

namespace lossscope {

/// The demos that come with the program, in the order of teaching.
[[nodiscard]] std::vector<Demo> built_in_demos();

/// A demo by its id, or from a Markdown file, its states checked (check_words) and its pictures seen to be there.
/// Throws Refusal (E_DEMO) that names the file, the line and what is wrong, or the demos that there are.
/// With `mistakes`, those that do not keep the rest from being read are listed there instead.
[[nodiscard]] Demo load_demo(const QString& name_or_path, std::vector<DemoMistake>* mistakes = nullptr);

/// Adds a step that shows `session` to the demo at `path`, or begins a demo there whose title is the file's name.
/// Returns the step's number, from 1. Throws Refusal (E_DEMO: the file there is no demo) and WriteError.
int append_demo_step(const QString& path, const QString& title, const Session& session);

}  // namespace lossscope
