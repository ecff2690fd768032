// SPDX-License-Identifier: Apache-2.0
// A case's classes in words and colours.
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <utility>
#include <vector>

#include "app/engine/frame.h"

namespace lossscope {

/// Which class a case is looked at by: its name, or "all 4 classes"; empty for one structure.
[[nodiscard]] QString class_text(const CaseData& data);
/// Of a row of the table: "liver (label 2): loss 0.25, weight 0.333, adds 0.0834: 41 % of the loss. Dice 0.83."
[[nodiscard]] QString class_row_text(const ClassTable& table, std::size_t row);
/// How the value came from the classes: "= 0.3333 · 0.12 (spleen) + ...".
[[nodiscard]] QString class_formula(const ClassTable& table);
/// The colours and names of a case's classes, place by place; of the background the colour is transparent.
[[nodiscard]] std::pair<std::vector<QRgb>, QStringList> class_colours(const CaseData& data);
[[nodiscard]] QColor class_row_colour(const ClassTable& table, std::size_t row);

}  // namespace lossscope
