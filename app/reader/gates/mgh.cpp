// SPDX-License-Identifier: Apache-2.0
// MGH and MGZ. Layout: https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat; all numbers are big-endian.
#include <cmath>

#include "app/reader/gates/gates.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged_mgh(const std::string& reason) {
  throw Refused("E_HEADER", "the MGH header is damaged: " + reason, "export the volume again");
}

Scalar mgh_type(std::int32_t code) {
  switch (code) {
    case 0:
      return Scalar::u8;
    case 1:
      return Scalar::i32;
    case 3:
      return Scalar::f32;
    case 4:
      return Scalar::i16;
    case 10:
      return Scalar::u16;
    default:
      throw Refused("E_TYPE", "the voxel type " + std::to_string(code) + " is not supported",
                    "convert the volume to an integer or floating point type (mri_convert -odt float)");
  }
}

/// Spacing, unit axes and the place of the middle voxel, in RAS.
struct Geometry {
  std::array<double, 3> spacing{1, 1, 1}, middle{};
  std::array<double, 9> axes{-1, 0, 0, 0, 0, 1, 0, -1, 0};  ///< row by row; the coronal slices of a file that says none
};

void set_mgh_geometry(Layout& layout, const Geometry& g) {
  constexpr std::array<double, 3> kToLps{-1, -1, 1};
  layout.spacing = g.spacing;
  for (std::size_t row = 0; row < 3; ++row) {
    double first = g.middle[row];
    for (std::size_t column = 0; column < 3; ++column) {
      layout.direction[3 * row + column] = kToLps[row] * g.axes[3 * row + column];
      const double steps = static_cast<double>(layout.size[column]) / 2;  // the place is that of voxel size / 2
      first -= g.axes[3 * row + column] * g.spacing[column] * steps;
    }
    layout.origin[row] = kToLps[row] * first;
  }
}

}  // namespace

Layout mgh_gate(std::span<const std::byte> head) {
  if (head.size() < kMghHead) {
    throw Refused("E_TRUNC", "the file is shorter than an MGH header", "the file was cut: copy or download it again");
  }
  const auto whole = [&](std::size_t at) { return from_bytes<std::int32_t>(head.data() + at, true); };
  const auto fraction = [&](std::size_t at) {
    const auto value = static_cast<double>(from_bytes<float>(head.data() + at, true));
    if (!std::isfinite(value)) {
      damaged_mgh("its geometry is not finite");
    }
    return value;
  };
  if (whole(0) != 1) {
    throw Refused("E_FORMAT", "this is not MGH", "is the name right?");
  }
  Layout layout;
  layout.format = "MGH";
  layout.big_endian = true;
  layout.size = {whole(4), whole(8), whole(12)};
  layout.stacked = whole(16);
  check_sizes(layout);
  layout.scalar = mgh_type(whole(20));
  layout.data_offset = kMghHead;
  layout.has_footer = true;
  Geometry geometry;
  if (from_bytes<std::int16_t>(head.data() + 28, true) == 1) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      geometry.spacing[axis] = fraction(30 + 4 * axis);
      geometry.middle[axis] = fraction(78 + 4 * axis);
      for (std::size_t row = 0; row < 3; ++row) {  // the file has the axes one after the other
        geometry.axes[3 * row + axis] = fraction(42 + 12 * axis + 4 * row);
      }
    }
  } else {
    layout.has_orientation = false;
    layout.notes.push_back(
        {"W_NO_ORIENT", "the file says nothing of left and right: no orientation letters are shown"});
  }
  set_mgh_geometry(layout, geometry);
  return layout;
}

}  // namespace lossscope::reader
