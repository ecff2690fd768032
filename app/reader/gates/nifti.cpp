// SPDX-License-Identifier: Apache-2.0
// NIfTI-1 and NIfTI-2 without a library: ITK replaces NaN by 0, fills cut files with zeros and prefers the qform.
// Layouts: https://nifti.nimh.nih.gov/nifti-1, https://nifti.nimh.nih.gov/nifti-2
#include <algorithm>
#include <cmath>

#include "app/reader/gates/gates.h"

namespace lossscope::reader {
namespace {

/// An affine of NIfTI's RAS world: three rows of four.
using Affine = std::array<double, 12>;

/// The fields of either version, as numbers.
struct Fields {
  int version = 1, datatype = 0, bitpix = 0, qform_code = 0, sform_code = 0, units = 0;
  std::array<std::int64_t, 8> dim{};
  std::array<double, 8> pixdim{};
  double vox_offset = 0, slope = 0, intercept = 0;
  std::array<double, 3> quatern{}, qoffset{};
  Affine srow{};
  bool big_endian = false;
};

[[noreturn]] void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the NIfTI header is damaged: " + reason, "export the volume again");
}

/// Reads fields at their offsets, in the file's byte order.
class Bytes {
 public:
  Bytes(std::span<const std::byte> data, bool big_endian) : data_(data), big_(big_endian) {}
  template <class T>
  [[nodiscard]] T at(std::size_t offset) const {
    return from_bytes<T>(data_.data() + offset, big_);
  }
  template <class T, std::size_t N>
  void fill(std::size_t offset, std::array<double, N>& out) const {
    for (std::size_t i = 0; i < N; ++i) {
      out[i] = static_cast<double>(at<T>(offset + i * sizeof(T)));
    }
  }

 private:
  std::span<const std::byte> data_;
  bool big_;
};

Fields version_1(const Bytes& b) {
  Fields f;
  for (std::size_t i = 0; i < 8; ++i) {
    f.dim[i] = b.at<std::int16_t>(40 + 2 * i);
  }
  f.datatype = b.at<std::int16_t>(70);
  f.bitpix = b.at<std::int16_t>(72);
  b.fill<float>(76, f.pixdim);
  f.vox_offset = b.at<float>(108);
  f.slope = b.at<float>(112);
  f.intercept = b.at<float>(116);
  f.units = b.at<std::uint8_t>(123);
  f.qform_code = b.at<std::int16_t>(252);
  f.sform_code = b.at<std::int16_t>(254);
  b.fill<float>(256, f.quatern);
  b.fill<float>(268, f.qoffset);
  b.fill<float>(280, f.srow);
  return f;
}

Fields version_2(const Bytes& b) {
  Fields f;
  f.version = 2;
  f.datatype = b.at<std::int16_t>(12);
  f.bitpix = b.at<std::int16_t>(14);
  for (std::size_t i = 0; i < 8; ++i) {
    f.dim[i] = b.at<std::int64_t>(16 + 8 * i);
  }
  b.fill<double>(104, f.pixdim);
  f.vox_offset = static_cast<double>(b.at<std::int64_t>(168));
  f.slope = b.at<double>(176);
  f.intercept = b.at<double>(184);
  f.qform_code = b.at<std::int32_t>(344);
  f.sform_code = b.at<std::int32_t>(348);
  b.fill<double>(352, f.quatern);
  b.fill<double>(376, f.qoffset);
  b.fill<double>(400, f.srow);
  f.units = b.at<std::int32_t>(500);
  return f;
}

bool has_magic(std::span<const std::byte> head, std::size_t offset, std::string_view magic) {
  return head.size() >= offset + magic.size() && std::memcmp(head.data() + offset, magic.data(), magic.size()) == 0;
}

/// `pair`: the header of a pair (.hdr, .img), which has another magic and may be as short as 348 bytes.
Fields fields_of(std::span<const std::byte> head, bool pair) {
  if (head.size() < (pair ? kPairHead : 352)) {
    throw Refused("E_TRUNC", "the file is shorter than a NIfTI header", "the file was cut: copy or download it again");
  }
  for (const bool big : {false, true}) {
    const Bytes bytes(head, big);
    const auto length = bytes.at<std::int32_t>(0);
    if (length == 348 && has_magic(head, 344, pair ? std::string_view("ni1\0", 4) : std::string_view("n+1\0", 4))) {
      Fields f = version_1(bytes);
      f.big_endian = big;
      return f;
    }
    if (length == 540 &&
        has_magic(head, 4, pair ? std::string_view("ni2\0\r\n\x1a\n", 8) : std::string_view("n+2\0\r\n\x1a\n", 8))) {
      if (head.size() < 540) {
        refuse_cut();
      }
      Fields f = version_2(bytes);
      f.big_endian = big;
      return f;
    }
  }
  throw Refused("E_FORMAT", "this is not a single-file NIfTI", "is the name right? Save it as .nii or .nii.gz");
}

void set_type(Layout& layout, const Fields& f) {
  struct Row {
    int code, bits;
    Scalar scalar;
    int components;
  };
  constexpr Row kRows[]{{2, 8, Scalar::u8, 1},      {4, 16, Scalar::i16, 1},    {8, 32, Scalar::i32, 1},
                        {16, 32, Scalar::f32, 1},   {64, 64, Scalar::f64, 1},   {256, 8, Scalar::i8, 1},
                        {512, 16, Scalar::u16, 1},  {768, 32, Scalar::u32, 1},  {1024, 64, Scalar::i64, 1},
                        {1280, 64, Scalar::u64, 1}, {128, 24, Scalar::u8, 3},   {2304, 32, Scalar::u8, 4},
                        {32, 64, Scalar::f32, 2},   {1792, 128, Scalar::f64, 2}};
  for (const Row& row : kRows) {
    if (row.code == f.datatype) {
      if (row.bits != f.bitpix) {
        damaged("datatype and bitpix contradict each other");
      }
      layout.scalar = row.scalar;
      layout.interleaved = row.components;
      layout.is_colour = row.components > 2;
      layout.is_complex = row.components == 2;
      return;
    }
  }
  throw Refused("E_TYPE", "the voxel type " + std::to_string(f.datatype) + " is not supported",
                "convert the volume to an integer or floating point type");
}

void set_sizes(Layout& layout, const Fields& f) {
  const std::int64_t dimensions = f.dim[0];
  if (dimensions < 1 || dimensions > 5) {
    damaged(std::to_string(dimensions) + " dimensions; 1 to 5 can be read");
  }
  std::int64_t stacked = 1;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(dimensions); ++i) {
    if (f.dim[i] < 1 || f.dim[i] > 32767) {
      damaged("an axis has " + std::to_string(f.dim[i]) + " voxels");
    }
    if (i <= 3) {
      layout.size[i - 1] = f.dim[i];
    } else {
      stacked *= f.dim[i];
    }
  }
  layout.stacked = static_cast<int>(stacked);
  check_sizes(layout);
}

void set_scaling(Layout& layout, const Fields& f) {
  if (f.slope == 0) {
    if (f.intercept != 0 && std::isfinite(f.intercept)) {
      layout.notes.push_back({"W_SLOPE", "scl_slope is 0, which means no scaling: scl_inter was ignored"});
    }
    return;
  }
  if (std::isnan(f.slope)) {
    layout.notes.push_back({"W_SLOPE", "scl_slope is not a number, which was taken for no scaling"});
    return;
  }
  if (!std::isfinite(f.slope) || !std::isfinite(f.intercept)) {
    damaged("scl_slope or scl_inter is not finite");
  }
  layout.slope = f.slope;
  layout.intercept = f.intercept;
}

Affine qform(const Fields& f) {
  const auto [b, c, d] = f.quatern;
  const double norm = b * b + c * c + d * d;
  if (!(norm <= 1 + 1e-6)) {
    damaged("the quaternion is longer than 1");
  }
  const double a = std::sqrt(std::max(0.0, 1 - norm));
  const std::array<double, 9> r{
      a * a + b * b - c * c - d * d, 2 * (b * c - a * d),           2 * (b * d + a * c),
      2 * (b * c + a * d),           a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
      2 * (b * d - a * c),           2 * (c * d + a * b),           a * a + d * d - c * c - b * b};
  Affine m{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      const double flip = column == 2 && f.pixdim[0] < 0 ? -1 : 1;
      m[4 * row + column] = r[3 * row + column] * f.pixdim[column + 1] * flip;
    }
    m[4 * row + 3] = f.qoffset[row];
  }
  return m;
}

double column_length(const Affine& a, std::size_t column) {
  return std::hypot(a[column], a[4 + column], a[8 + column]);
}

/// Largest distance between the corners that two affines give, in the first one's smallest voxel widths.
double corner_difference(const Affine& a, const Affine& b, const std::array<std::int64_t, 3>& size) {
  double largest = 0;
  for (unsigned corner = 0; corner < 8; ++corner) {
    std::array<double, 3> apart{};
    for (std::size_t row = 0; row < 3; ++row) {
      apart[row] = a[4 * row + 3] - b[4 * row + 3];
      for (std::size_t column = 0; column < 3; ++column) {
        const double index = ((corner >> column) & 1) != 0 ? static_cast<double>(size[column] - 1) : 0.0;
        apart[row] += (a[4 * row + column] - b[4 * row + column]) * index;
      }
    }
    largest = std::max(largest, std::hypot(apart[0], apart[1], apart[2]));
  }
  return largest / std::min({column_length(a, 0), column_length(a, 1), column_length(a, 2)});
}

/// RAS affine to LPS spacing, origin and direction.
void set_geometry(Layout& layout, const Affine& a) {
  for (std::size_t column = 0; column < 3; ++column) {
    const double length = column_length(a, column);
    layout.spacing[column] = length;
    for (std::size_t row = 0; row < 3; ++row) {
      const double sign = row < 2 ? -1 : 1;
      layout.direction[3 * row + column] = sign * a[4 * row + column] / length;
      layout.origin[row] = sign * a[4 * row + 3];
    }
  }
}

/// sform if it is set, else qform, like nibabel, FSL and dcm2niix; asks when they contradict each other.
Affine chosen_affine(const Layout& layout, const Fields& f, const Answers& answers) {
  const bool both = f.sform_code > 0 && f.qform_code > 0;
  const std::string_view answer = answers.to(Question::orientation);
  if (both && answer.empty() && !(corner_difference(f.srow, qform(f), layout.size) <= 0.1)) {
    throw Refused("E_ORIENTATION", "sform and qform contradict each other by more than 0.1 voxel",
                  "say which is right: --orientation sform or --orientation qform",
                  {{Question::orientation, "sform", "Use the sform", "Places the voxels as nibabel and FSL do.", true},
                   {Question::orientation, "qform", "Use the qform", "Places the voxels as ITK and 3D Slicer do."}});
  }
  const bool takes_qform = f.sform_code <= 0 || (both && answer == "qform");
  return takes_qform ? qform(f) : f.srow;
}

void set_orientation(Layout& layout, const Fields& f, const Answers& answers) {
  const std::size_t used = static_cast<std::size_t>(std::clamp<std::int64_t>(f.dim[0], 1, 3));
  for (std::size_t i = 0; i <= used; ++i) {
    if (!std::isfinite(f.pixdim[i]) || (i > 0 && f.pixdim[i] < 0)) {
      damaged("pixdim[" + std::to_string(i) + "] is " + std::to_string(f.pixdim[i]));
    }
  }
  if (f.sform_code <= 0 && f.qform_code <= 0) {
    layout.has_orientation = false;
    for (std::size_t axis = 0; axis < used; ++axis) {
      layout.spacing[axis] = f.pixdim[axis + 1];
    }
    layout.notes.push_back(
        {"W_NO_ORIENT", "the file says nothing of left and right: no orientation letters are shown"});
    return;
  }
  const auto finite = [](double v) { return std::isfinite(v); };
  if ((f.sform_code > 0 && !std::ranges::all_of(f.srow, finite)) ||
      (f.qform_code > 0 && !(std::ranges::all_of(f.quatern, finite) && std::ranges::all_of(f.qoffset, finite)))) {
    damaged("its affine is not finite");
  }
  set_geometry(layout, chosen_affine(layout, f, answers));
  for (std::size_t axis = 0; axis < used; ++axis) {
    if (std::abs(layout.spacing[axis] - f.pixdim[axis + 1]) > 0.01 * layout.spacing[axis]) {
      layout.notes.push_back({"W_PIXDIM", "the spacing of the sform was used; pixdim says another one"});
      return;
    }
  }
}

/// xyzt_units: 1 metres, 2 millimetres, 3 micrometres.
void set_units(Layout& layout, const Fields& f) {
  const int code = f.units & 7;
  const double scale = code == 1 ? 1000 : (code == 3 ? 0.001 : 1);
  if (scale != 1) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      layout.spacing[axis] *= scale;
      layout.origin[axis] *= scale;
    }
    layout.notes.push_back({"W_UNITS", code == 1 ? "the header counts in metres" : "the header counts in micrometres"});
  }
}

Layout layout_of(std::span<const std::byte> head, const Answers& answers, bool pair) {
  const Fields f = fields_of(head, pair);
  Layout layout;
  layout.format = f.version == 1 ? "NIfTI" : "NIfTI-2";
  layout.big_endian = f.big_endian;
  set_type(layout, f);
  set_sizes(layout, f);
  set_scaling(layout, f);
  set_orientation(layout, f, answers);
  set_units(layout, f);
  const double least = pair ? 0 : (f.version == 1 ? 352 : 544);
  if (!(f.vox_offset >= least && f.vox_offset < 1e9) || f.vox_offset != std::floor(f.vox_offset)) {
    damaged("vox_offset is " + std::to_string(f.vox_offset));
  }
  layout.data_offset = static_cast<std::uint64_t>(f.vox_offset);
  return layout;
}

}  // namespace

Layout nifti_gate(std::span<const std::byte> head, const Answers& answers) { return layout_of(head, answers, false); }

Layout nifti_pair_gate(std::span<const std::byte> head, const Answers& answers) {
  return layout_of(head, answers, true);
}

}  // namespace lossscope::reader
