// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reader/survey.h"

namespace lossscope::reader {

/// Makes labels of a mask's values, as far as they leave no doubt or were answered for: voxels that are not finite
/// become background (--nan zero), a threshold makes 1 and 0 of all but ignored labels, which become kNotCounted,
/// labels that a slope bent are rounded; each is noted. Returns what the mask then holds. Throws Refused E_ALL_NAN,
/// E_MASK_NAN, E_MASK_VALUES, E_MASK_RANGE, E_MASK_LABELS.
[[nodiscard]] Survey settle_mask(RawVolume& volume, const Answers& answers);

/// Rounds the whole numbers of a prediction that were stored as integers with a slope that bends them (a label 1 that
/// reads as 0.9996), and notes it; returns what the volume then holds.
[[nodiscard]] Survey settle_prediction(RawVolume& volume);

}  // namespace lossscope::reader
