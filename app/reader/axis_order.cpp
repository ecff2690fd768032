// SPDX-License-Identifier: Apache-2.0
// Which axis of a file holds its components. PyTorch has them first, NIfTI and most headers last; a header cannot say
// it, but the size of the mask beside it can.
#include <algorithm>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

/// The first axis becomes that of the components, x and y come from the next ones, z from what was stacked. Directions,
/// spacing and origin stay: who puts components first keeps the header of the volume.
void take_first_axis(Layout& layout) {
  layout.interleaved = static_cast<int>(layout.size[0]);
  layout.size = {layout.size[1], layout.size[2], layout.stacked};
  layout.stacked = 1;
  check_sizes(layout);
}

std::array<std::int64_t, 3> size_behind_first(const Layout& layout) {
  return {layout.size[1], layout.size[2], layout.stacked};
}

}  // namespace

bool may_have_components_first(const Layout& layout) {
  const auto [first, second, third] = layout.size;
  return layout.interleaved == 1 && layout.stacked > 1 && first > 1 && first <= kMostClasses &&
         first < std::min({second, third, static_cast<std::int64_t>(layout.stacked)});
}

void settle_pages(Layout& layout, const Wish& wish) {
  const auto [width, height, pages] = layout.size;
  const std::array<std::int64_t, 3> picture{width, height, 1};
  if (!layout.has_grid && layout.components() == 1 && pages > 1 && pages <= kMostClasses &&
      wish.hints.beside == picture) {
    layout.stacked = static_cast<int>(pages);
    layout.size[2] = 1;
    layout.notes.push_back({"W_ORDER", "its pages were taken for components, since the mask is one picture"});
  }
}

void settle_component_axis(Layout& layout, const Wish& wish) {
  if (layout.interleaved > 1 || layout.size[0] > kMostClasses || layout.size[0] < 2) {
    return;
  }
  const std::string_view order = wish.answers.to(Question::order);
  const std::array<std::int64_t, 3>& beside = wish.hints.beside;
  if (layout.stacked > 1 && order == "components-first") {
    (void)wish.answers.take(Question::order);
    take_first_axis(layout);
    layout.notes.push_back({"W_ORDER", "its first axis was taken for components"});
  } else if (order.empty() && wish.hints.has_neighbour() && layout.size != beside &&
             size_behind_first(layout) == beside) {
    take_first_axis(layout);
    layout.notes.push_back(
        {"W_ORDER", "its first axis was taken for components, since the others are as long as those of the mask"});
  }
}

}  // namespace lossscope::reader
