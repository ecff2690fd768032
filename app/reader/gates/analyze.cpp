// SPDX-License-Identifier: Apache-2.0
// ANALYZE 7.5 (https://eeg.sourceforge.net/ANALYZE75.pdf), with what SPM put into unused fields: a scale factor and the
// voxel at the origin.
#include <cmath>

#include "app/reader/gates/gates.h"
#include "basics/number_text.h"

namespace lossscope::reader {
namespace {

[[noreturn]] void damaged_analyze(const std::string& reason) {
  throw Refused("E_HEADER", "the ANALYZE header is damaged: " + reason, "export the volume as NIfTI");
}

/// Fields at their offsets, in the file's byte order.
class AnalyzeBytes {
 public:
  explicit AnalyzeBytes(std::span<const std::byte> head) : head_(head) {
    constexpr std::int32_t kLength = 348;
    big_ = from_bytes<std::int32_t>(head.data(), true) == kLength;
    if (!big_ && from_bytes<std::int32_t>(head.data(), false) != kLength) {
      throw Refused("E_FORMAT", "this is no header of an ANALYZE or NIfTI pair", "is the name right?");
    }
  }
  template <class T>
  [[nodiscard]] T at(std::size_t offset) const {
    return from_bytes<T>(head_.data() + offset, big_);
  }
  [[nodiscard]] bool is_big() const { return big_; }

 private:
  std::span<const std::byte> head_;
  bool big_ = false;
};

void set_analyze_type(Layout& layout, int code, int bits) {
  struct Row {
    int code;
    Scalar scalar;
    int components = 1;
  };
  constexpr Row kRows[]{{2, Scalar::u8},      {4, Scalar::i16},  {8, Scalar::i32},     {16, Scalar::f32},
                        {32, Scalar::f32, 2}, {64, Scalar::f64}, {128, Scalar::u8, 3}, {130, Scalar::i8},
                        {132, Scalar::u16},   {136, Scalar::u32}};
  for (const Row& row : kRows) {
    if (row.code == code) {
      layout.scalar = row.scalar;
      layout.interleaved = row.components;
      layout.is_complex = row.components == 2;
      layout.is_colour = row.components == 3;
      if (bits != 0 && bits != static_cast<int>(bytes_of(row.scalar)) * row.components * 8) {
        damaged_analyze("datatype and bitpix contradict each other");
      }
      return;
    }
  }
  throw Refused("E_TYPE", "the voxel type " + std::to_string(code) + " is not supported",
                "convert the volume to an integer or floating point type");
}

void set_analyze_sizes(Layout& layout, const AnalyzeBytes& b) {
  const int dimensions = b.at<std::int16_t>(40);
  if (dimensions < 1 || dimensions > 7) {
    damaged_analyze(std::to_string(dimensions) + " dimensions; 1 to 7 can be read");
  }
  std::int64_t stacked = 1;
  for (int axis = 1; axis <= dimensions; ++axis) {
    const std::int64_t n = b.at<std::int16_t>(40 + 2 * static_cast<std::size_t>(axis));
    if (n < 1) {
      damaged_analyze("an axis has " + std::to_string(n) + " voxels");
    }
    if (axis <= 3) {
      layout.size[static_cast<std::size_t>(axis - 1)] = n;
    } else if ((stacked *= n) > 65535) {
      damaged_analyze("it holds too many volumes");
    }
  }
  layout.stacked = static_cast<int>(stacked);
  check_sizes(layout);
}

/// The directions in which i, j and k run, by the header's "orient", in LPS: +1 to the left, +2 to the back, +3 up.
std::array<int, 3> analyze_axes(int orient) {
  constexpr std::array<std::array<int, 3>, 6> kAxes{
      {{1, -2, 3}, {1, 3, -2}, {-2, 3, 1}, {1, 2, 3}, {1, -3, -2}, {-2, -3, 1}}};
  return kAxes[orient >= 0 && orient <= 5 ? static_cast<std::size_t>(orient) : 0];
}

void set_analyze_geometry(Layout& layout, const AnalyzeBytes& b) {
  const int orient = b.at<std::uint8_t>(252);
  const std::array<int, 3> axes = analyze_axes(orient);
  layout.direction.fill(0);
  bool has_centre = false;
  std::array<double, 3> centre{};  // the voxel at 0 mm, from 0
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto said = static_cast<double>(b.at<float>(80 + 4 * axis));
    layout.spacing[axis] = said == 0 && layout.size[axis] == 1 ? 1 : std::abs(said);
    const double one_based = b.at<std::int16_t>(253 + 2 * axis);
    has_centre = has_centre || one_based != 0;
    centre[axis] = one_based - 1;
    const auto row = static_cast<std::size_t>(std::abs(axes[axis]) - 1);
    layout.direction[3 * row + axis] = axes[axis] < 0 ? -1 : 1;
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto last = static_cast<double>(layout.size[axis] - 1);
    if (!has_centre || centre[axis] < 0 || centre[axis] > last) {
      centre[axis] = last / 2;
    }
  }
  for (std::size_t row = 0; row < 3; ++row) {
    layout.origin[row] = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      layout.origin[row] -= layout.direction[3 * row + axis] * layout.spacing[axis] * centre[axis];
    }
  }
  layout.notes.push_back(
      {"W_ANALYZE",
       std::string("ANALYZE 7.5 does not say for sure what is left and right: the first axis was taken to ") +
           (axes[0] == 1 ? "run from right to left" : "run from back to front") +
           (orient <= 5 ? ", as the header's orientation and most programs have it" : ", as most programs have it")});
}

}  // namespace

Layout analyze_gate(std::span<const std::byte> head) {
  if (head.size() < kPairHead) {
    throw Refused("E_TRUNC", "the file is shorter than a header", "the file was cut: copy or download it again");
  }
  const AnalyzeBytes b(head);
  Layout layout;
  layout.format = "ANALYZE";
  layout.big_endian = b.is_big();
  set_analyze_type(layout, b.at<std::int16_t>(70), b.at<std::int16_t>(72));
  set_analyze_sizes(layout, b);
  set_analyze_geometry(layout, b);
  const auto scale = static_cast<double>(b.at<float>(112)), begin = static_cast<double>(b.at<float>(108));
  if (std::isfinite(scale) && scale != 0 && scale != 1) {
    layout.slope = scale;
    layout.notes.push_back({"W_SLOPE", "the voxels were multiplied by SPM's scale factor in the header"});
  }
  if (!(std::abs(begin) < 1e9) || begin != std::floor(begin)) {
    damaged_analyze("vox_offset is " + shortest_text(begin));
  }
  layout.data_offset = static_cast<std::uint64_t>(std::abs(begin));
  return layout;
}

Layout pair_gate(std::span<const std::byte> head, const Answers& answers) {
  const auto has = [&](std::size_t at, std::string_view magic) {
    return head.size() >= at + magic.size() && std::memcmp(head.data() + at, magic.data(), magic.size()) == 0;
  };
  return has(344, "ni1") || has(4, "ni2") ? nifti_pair_gate(head, answers) : analyze_gate(head);
}

}  // namespace lossscope::reader
