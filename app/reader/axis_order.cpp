// SPDX-License-Identifier: Apache-2.0
// Which axis of a file holds its components. PyTorch has them first, NIfTI and most headers last; a header cannot say
// it, but the size of the mask beside it can.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

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

/// f(number of a pixel and a class), with the numbers of the volume's own type as double.
template <class F>
bool with_numbers(const RawVolume& volume, const ClassAxis& axis, F f) {
  return with_type(volume.scalar, [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    return f([&](std::size_t pixel, std::size_t of_class) {
      T value;
      std::memcpy(&value, volume.bytes.data() + (pixel * axis.pixel_step + of_class * axis.class_step) * sizeof(T),
                  sizeof(T));
      return static_cast<double>(value);
    });
  });
}

/// Whether every pixel has the numbers of classes: none below 0, with the sum 1 or 255, and not the same everywhere.
bool holds_classes(const RawVolume& volume, const ClassAxis& axis) {
  return with_numbers(volume, axis, [&](const auto& number) {
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

/// How many pixels each plane of a mask has, and each two of them have in common.
class Planes {
 public:
  explicit Planes(std::size_t count) : count_(count), common_(count * count) {}

  void add(const std::vector<std::size_t>& planes_of_pixel) {
    for (const std::size_t a : planes_of_pixel) {
      for (const std::size_t b : planes_of_pixel) {
        ++common_[a * count_ + b];
      }
    }
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::int64_t common(std::size_t a, std::size_t b) const { return common_[a * count_ + b]; }
  [[nodiscard]] std::int64_t size(std::size_t a) const { return common(a, a); }
  [[nodiscard]] bool is_within(std::size_t a, std::size_t b) const { return common(a, b) == size(a); }

  /// Whether two of them that are not empty differ.
  [[nodiscard]] bool differ() const {
    return any_pair([&](std::size_t a, std::size_t b) {
      return size(a) > 0 && size(b) > 0 && !(is_within(a, b) && is_within(b, a));
    });
  }
  /// Whether of each two one holds the other.
  [[nodiscard]] bool are_nested() const {
    return !any_pair([&](std::size_t a, std::size_t b) { return !is_within(a, b) && !is_within(b, a); });
  }
  /// Whether they overlap, and neighbours hardly more than others: slices of one volume are alike from one to the next.
  [[nodiscard]] bool overlap_in_no_order() const {
    constexpr double kAlike = 0.5, kAtAll = 0.01;
    double near = 0, far = 0, nears = 0, fars = 0;
    (void)any_pair([&](std::size_t a, std::size_t b) {
      if (size(a) > 0 && size(b) > 0) {
        const auto both = static_cast<double>(common(a, b));
        const double share = both / (static_cast<double>(size(a) + size(b)) - both);
        (a == b + 1 ? near : far) += share;
        (a == b + 1 ? nears : fars) += 1;
      }
      return false;
    });
    const double neighbours = near / std::max(1.0, nears), others = far / std::max(1.0, fars);
    return neighbours <= kAlike && others > kAtAll && others >= neighbours / 2;
  }

 private:
  template <class Holds>
  [[nodiscard]] bool any_pair(Holds holds) const {
    bool any = false;
    for (std::size_t a = 0; a < count_; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        any = holds(a, b) || any;
      }
    }
    return any;
  }

  std::size_t count_;
  std::vector<std::int64_t> common_;
};

/// Whether the planes of a mask may be those of classes that overlap or leave room: of 0 and one other number, not all
/// alike, and at most four, or up to eight of which each holds the other or lies in it, such as the nested regions of a
/// tumour, or more that overlap in no order. A mask of so few slices may look the same.
bool may_hold_regions(const RawVolume& volume, const ClassAxis& axis) {
  constexpr std::size_t kFew = 4, kMostNested = 8;
  return with_numbers(volume, axis, [&](const auto& number) {
    double one = 0;
    Planes planes(axis.classes);
    std::vector<std::size_t> of_pixel;
    for (std::size_t pixel = 0; pixel < axis.pixels; ++pixel) {
      of_pixel.clear();
      for (std::size_t c = 0; c < axis.classes; ++c) {
        const double value = number(pixel, c);
        one = one == 0 ? value : one;
        if (value != 0 && value != one) {
          return false;
        }
        if (value != 0) {
          of_pixel.push_back(c);
        }
      }
      planes.add(of_pixel);
    }
    const std::size_t count = planes.count();
    return planes.differ() &&
           (count <= kFew || (count <= kMostNested && planes.are_nested()) || planes.overlap_in_no_order());
  });
}

/// Which axis of a mask without a place may be that of overlapping classes: it is short, and the others are not.
enum class RegionAxis : std::uint8_t { none, first, last };
RegionAxis axis_of_regions(const RawVolume& volume, const ClassAxis& first, const ClassAxis& last) {
  constexpr std::int64_t kLonger = 8;
  const auto [width, height, depth] = volume.size;
  if (depth <= kMostClasses && std::min(width, height) >= kLonger * depth && may_hold_regions(volume, first)) {
    return RegionAxis::first;
  }
  return width <= kMostClasses && std::min(height, depth) >= kLonger * width && may_hold_regions(volume, last)
             ? RegionAxis::last
             : RegionAxis::none;
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
  const ClassAxis of_first{w * h, d, 1, w * h}, of_last{h * d, w, w, 1};
  bool first = depth <= kMostClasses && holds_classes(volume, of_first);
  const bool add_up = first || (width <= kMostClasses && holds_classes(volume, of_last));
  if (!add_up) {
    const bool may_be_asked = wish.role == "mask" && volume.format == "NumPy";
    const RegionAxis regions = may_be_asked ? axis_of_regions(volume, of_first, of_last) : RegionAxis::none;
    if (regions == RegionAxis::none) {
      return;
    }
    first = regions == RegionAxis::first;
  }
  (first ? volume.stacked : volume.interleaved) = static_cast<int>(first ? depth : width);
  volume.size = first ? std::array{width, height, std::int64_t{1}} : std::array{height, depth, std::int64_t{1}};
  volume.stored_components = volume.components();
  for (int c = 0; c < volume.components(); ++c) {
    volume.component_names.push_back("Class " + std::to_string(c));
  }
  volume.notes.push_back({"W_ORDER", std::string("its ") + (first ? "first" : "last") + " axis was taken for classes" +
                                         (add_up ? ": along it, every pixel adds up to 1" : "")});
}

void settle_component_axis(Layout& layout, const Wish& wish) {
  if (layout.interleaved > 1 || layout.size[0] > kMostClasses) {
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
