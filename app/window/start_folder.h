// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace lossscope {

/// What a file dialog is for; each kind remembers its own folder.
enum class FolderOf { inputs, exports };

/// Where a dialog begins: the folder that was used last, as long as it is there, else the person's home; never "/".
[[nodiscard]] QString start_folder(FolderOf kind);
/// A proposed file in it.
[[nodiscard]] QString start_file(FolderOf kind, const QString& name);
/// The folder of a file that was chosen, or the chosen folder, is where the next dialog begins.
void remember_folder(FolderOf kind, const QString& chosen);

}  // namespace lossscope
