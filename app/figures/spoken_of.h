// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/engine/frame.h"
#include "app/session/demo.h"

namespace lossscope {

/// What the text of a demo's step is about and its picture does not show: kinds of voxels (DemoState::speaks_of) of
/// which the slices in view hold none, or whose colour is, for half of them, by less than a CIEDE2000 of kOtherColour
/// another than if the layer were 0 there. Outlines are left out, and of several panes one is enough. Sentences; empty
/// when all is well.
[[nodiscard]] std::vector<std::string> not_seen(const std::vector<Spoken>& kinds, const Frame& frame);

}  // namespace lossscope
