// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "app/reader/gates/layout.h"

namespace lossscope::reader {

/// What 3D Slicer's segmentations (.seg.nrrd) call each label, and in which layer (component) it lies, from the
/// header's keys; names of labels and of layers are added to `layout`.
void set_segment_names(Layout& layout, const std::map<std::string, std::string>& keys);

/// A name cut to a length at which it can be shown, between two characters of UTF-8.
[[nodiscard]] std::string short_name(std::string name);

}  // namespace lossscope::reader
