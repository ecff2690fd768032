// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reader/gates/gates.h"
#include "app/reader/gates/tiff_page.h"

namespace lossscope::reader::tiff {

/// Slices, components and spacing of a TIFF whose `layout` counts its pages as slices so far, by what the description
/// of its first page says; and where each plane lies. `directories`: offsets of its pages.
/// Throws Refused E_TIFF_PAGES when planes that are told of cannot be found.
[[nodiscard]] TiffPlanes arrange(Layout& layout, const Page& first, const std::vector<std::uint64_t>& directories,
                                 const Source& source);

}  // namespace lossscope::reader::tiff
