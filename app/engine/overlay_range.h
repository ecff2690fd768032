// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frame.h"

namespace lossscope {

/// Sets the frame's overlay range and counts its overlay voxels that are not finite. Contribution: 0 to the 99.5th
/// percentile of the visible voxels that are not 0; gradient: the same of their size, symmetric about 0; distance and
/// logits: the largest size, symmetric; probability: 0 to 1; a locked range as it is. Never an empty range.
void set_overlay_range(Frame& frame);

}  // namespace lossscope
