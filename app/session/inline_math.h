// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace lossscope {

/// A short formula in TeX ("p_i (1 - p_i)", "\frac{\partial L}{\partial z}", "\lambda\varphi") as rich text of one
/// line: letters in italics, indices and exponents, Greek letters and signs; fractions become quotients. Commands that
/// it knows: formula_commands. Throws std::invalid_argument that names what it cannot set.
[[nodiscard]] QString inline_math(const QString& tex);

/// Markdown with its formulas between dollar signs ($p_i$) set by inline_math. A dollar sign that is meant as one is
/// written \$. Code is left alone. Throws std::invalid_argument for a formula that cannot be set, or has no end in its
/// paragraph.
[[nodiscard]] QString with_math(const QString& markdown);

/// The names of the commands that inline_math knows, with their backslash, sorted.
[[nodiscard]] QStringList formula_commands();

}  // namespace lossscope
