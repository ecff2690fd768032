// SPDX-License-Identifier: Apache-2.0
#include "app/figures/grid_words.h"

#include <array>
#include <utility>

#include "app/engine/slicing.h"
#include "app/figures/text.h"

namespace lossscope {

QString grid_words(QString text, bool flat) {
  static constexpr std::array<std::pair<const char*, const char*>, 4> kWords{{
      {QT_TRANSLATE_NOOP("LossScope", "voxel"), QT_TRANSLATE_NOOP("LossScope", "pixel")},
      {QT_TRANSLATE_NOOP("LossScope", "Voxel"), QT_TRANSLATE_NOOP("LossScope", "Pixel")},
      {QT_TRANSLATE_NOOP("LossScope", "the volume"), QT_TRANSLATE_NOOP("LossScope", "the picture")},
      {QT_TRANSLATE_NOOP("LossScope", "whole volume"), QT_TRANSLATE_NOOP("LossScope", "whole picture")},
  }};
  if (flat) {
    for (const auto& [of_volume, of_picture] : kWords) {
      text.replace(translated(of_volume), translated(of_picture));
    }
  }
  return text;
}

QString grid_words(const QString& text, const Grid& grid) { return grid_words(text, flat_axis(grid).has_value()); }

}  // namespace lossscope
