// SPDX-License-Identifier: Apache-2.0
// Pictures of cameras and paint programs: BMP and JPEG.
#pragma once

#include <vector>

#include "app/reader/gates/layout.h"
#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// A BMP without compression.
struct BmpPicture {
  Layout layout;                                   ///< grey values, palette indices, or red, green and blue interleaved
  int bits = 8;                                    ///< of a pixel: 1, 4, 8, 24 or 32
  bool top_down = false;                           ///< the first row of the file is the top one
  std::vector<std::uint8_t> greys;                 ///< by palette index; empty: the indices are the values
  std::size_t most_colours = 0;                    ///< of the palette; 0: there is none
  [[nodiscard]] std::uint64_t row_bytes() const {  ///< rows are filled up to four bytes
    return (static_cast<std::uint64_t>(layout.size[0]) * static_cast<std::uint64_t>(bits) + 31) / 32 * 4;
  }
};
/// Throws Refused E_FORMAT, E_TRUNC, E_HEADER, E_ENCODING, E_TYPE.
[[nodiscard]] BmpPicture bmp_gate(const Source& source);

/// JPEG (baseline, extended and progressive DCT, 8 bits, grey or colour): its segments in place up to the end marker,
/// with enough bytes for so many pixels. Throws Refused E_FORMAT, E_TRUNC, E_HEADER, E_ENCODING, E_TYPE.
[[nodiscard]] Layout jpeg_gate(const Source& source);

}  // namespace lossscope::reader
