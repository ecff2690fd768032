// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QObject;

namespace lossscope {

/// Gives an object a "text" or "toolTip" that speaks of voxels, for `say_grid_words` to find.
void set_grid_words(QObject& object, const char* property, const QString& of_voxels);

/// Says all that was set so of an object and its children of pixels, where a picture is shown (`flat`), else of voxels.
void say_grid_words(QObject& root, bool flat);

}  // namespace lossscope
