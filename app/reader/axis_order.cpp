// SPDX-License-Identifier: Apache-2.0
// Which axis of a file holds its components. PyTorch has them first, NIfTI and most headers last; a header cannot say
// it, but the size of the mask beside it can.
#include <algorithm>
#include <cmath>

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

/// Where the numbers of classes lie: `classes` of each of `pixels`, from one to the next so many numbers.
struct ClassAxis {
  std::size_t pixels, classes, pixel_step, class_step;
};

/// Whether every pixel has the numbers of classes: none below 0, with the sum 1 or 255, and not the same everywhere.
bool holds_classes(const RawVolume& volume, const ClassAxis& axis) {
  return with_type(volume.scalar, [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    const auto number = [&](std::size_t pixel, std::size_t of_class) {
      T value;
      std::memcpy(&value, volume.bytes.data() + (pixel * axis.pixel_step + of_class * axis.class_step) * sizeof(T),
                  sizeof(T));
      return static_cast<double>(value);
    };
    constexpr double kRounding = 0.01;  // of 16-bit floats
    const double first = number(0, 0);
    double unit = 0;
    bool differ = false;
    for (std::size_t pixel = 0; pixel < axis.pixels; ++pixel) {
      double sum = 0;
      for (std::size_t c = 0; c < axis.classes; ++c) {
        const double value = number(pixel, c);
        if (!(value >= -kRounding)) {
          return false;
        }
        sum += value;
        differ = differ || value != first;
      }
      unit = pixel > 0 ? unit : (sum < 2 ? 1 : 255);
      if (!(std::abs(sum - unit) <= kRounding * unit)) {
        return false;
      }
    }
    return differ;
  });
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

void settle_classes(RawVolume& volume, const Wish& wish) {
  const auto [width, height, depth] = volume.size;
  const bool is_open = !volume.has_grid && volume.components() == 1 && std::min({width, height, depth}) > 1 &&
                       volume.slope == 1 && volume.intercept == 0 && !volume.bytes.empty();
  if (!is_open || wish.role == "image" || wish.hints.beside == volume.size ||
      !wish.answers.to(Question::order).empty()) {
    return;
  }
  const auto w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height),
             d = static_cast<std::size_t>(depth);
  const bool first = depth <= kMostClasses && holds_classes(volume, {w * h, d, 1, w * h});
  if (!first && (width > kMostClasses || !holds_classes(volume, {h * d, w, w, 1}))) {
    return;
  }
  (first ? volume.stacked : volume.interleaved) = static_cast<int>(first ? depth : width);
  volume.size = first ? std::array{width, height, std::int64_t{1}} : std::array{height, depth, std::int64_t{1}};
  volume.stored_components = volume.components();
  for (int c = 0; c < volume.components(); ++c) {
    volume.component_names.push_back("Class " + std::to_string(c));
  }
  volume.notes.push_back({"W_ORDER", std::string("its ") + (first ? "first" : "last") +
                                         " axis was taken for classes: along it, every pixel adds up to 1"});
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
