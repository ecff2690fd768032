// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lossscope {

/// What takes room on a page, `least` to `height` high (text has one height), `above` below what is above it.
struct Extent {
  double least = 0, height = 0, above = 0;
  bool keep_with_next = false;
  /// A figure: it may go to the next page, together with the heading that is kept with it, and let text that follows
  /// fill this one.
  bool floats = false;
};

struct PlacedBlock {
  std::size_t block = 0;  ///< its number
  std::size_t page = 0;
  double top = 0, height = 0;
};

/// Puts blocks on pages of `page_height`, in the order in which they are painted. Text stays in its order, and so do
/// figures; a figure never comes before text that stands before it. A block that is higher than a page has one alone.
[[nodiscard]] std::vector<PlacedBlock> lay_out(std::span<const Extent> blocks, double page_height);

}  // namespace lossscope
