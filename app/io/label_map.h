// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "app/io/case.h"

namespace lossscope {

/// Whether a label is among some.
[[nodiscard]] inline bool holds(const std::vector<std::int64_t>& labels, std::int64_t label) {
  return std::ranges::find(labels, label) != labels.end();
}

/// How the whole numbers of a prediction are meant beside a mask with labels, both on one grid: `label` where they can
/// only be labels (each of them occurs in the mask), or cover another label far better than the chosen ones;
/// `probability` where a 1 covers the chosen labels; each is an assumption. `automatic` where nothing speaks for
/// labels. Throws Refusal E_KIND when 0 and 1 may be either.
[[nodiscard]] PredictionMeaning meaning_beside_labels(const LoadedVolume& prediction, const LoadedVolume& mask,
                                                      const LabelChoice& choice, std::vector<Assumption>& assumptions);

/// What a prediction is fitted to a grid as: a map of labels like a mask, for labels are never interpolated. Nothing
/// but 0 and 1 are labels, too, unless they are floats of which it was said that they are probabilities.
[[nodiscard]] Role role_for_fitting(const LoadedVolume& prediction, PredictionMeaning meaning);

}  // namespace lossscope
