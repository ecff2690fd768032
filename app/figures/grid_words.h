// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include "losses/volume.h"

namespace lossscope {

/// A text that speaks of the voxels of a volume, in the words of a grid: of a picture it speaks of pixels. The only
/// place that chooses between the two; for texts of this program, not for those that hold names of files.
[[nodiscard]] QString grid_words(QString text, bool flat);
[[nodiscard]] QString grid_words(const QString& text, const Grid& grid);

}  // namespace lossscope
