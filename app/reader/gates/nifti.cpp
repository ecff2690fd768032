// SPDX-License-Identifier: Apache-2.0
// NIfTI-1 and NIfTI-2 without a library: ITK replaces NaN by 0, fills cut files with zeros and prefers the qform.
// Layouts: https://nifti.nimh.nih.gov/nifti-1, https://nifti.nimh.nih.gov/nifti-2
#include <algorithm>
#include <cmath>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/nifti_header.h"
#include "basics/number_text.h"

namespace lossscope::reader {

using nifti::damaged;
using nifti::Fields;

namespace {

/// Reads fields at their offsets, in the file's byte order.
class NiftiFieldBytes {
 public:
  NiftiFieldBytes(std::span<const std::byte> data, bool big_endian) : data_(data), big_(big_endian) {}
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

Fields version_1(const NiftiFieldBytes& b) {
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

Fields version_2(const NiftiFieldBytes& b) {
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

bool is_header_of_348(std::span<const std::byte> head) {
  return NiftiFieldBytes(head, false).at<std::int32_t>(0) == 348 ||
         NiftiFieldBytes(head, true).at<std::int32_t>(0) == 348;
}

/// A header of a pair that goes by the name of a single file.
void refuse_half_of_pair(std::span<const std::byte> head) {
  const bool analyze =
      head.size() >= kPairHead && head.size() < 352 && !has_magic(head, 344, "n+1") && is_header_of_348(head);
  if (analyze || has_magic(head, 344, "ni1") || has_magic(head, 4, "ni2")) {
    throw Refused("E_FORMAT", "this is the header of a pair (.hdr and .img) under the name of a single file",
                  "give it back its ending .hdr, beside its .img");
  }
}

/// `pair`: the header of a pair (.hdr, .img), which has another magic and may be as short as 348 bytes.
Fields nifti_fields(std::span<const std::byte> head, bool pair) {
  if (!pair) {
    refuse_half_of_pair(head);
  }
  if (has_magic(head, 0, "\x1f\x8b")) {
    throw Refused("E_FORMAT", "it is packed by gzip twice", "unpack it once (gunzip), and open that");
  }
  if (head.size() < (pair ? kPairHead : 352)) {
    throw Refused("E_TRUNC", "the file is shorter than a NIfTI header", "the file was cut: copy or download it again");
  }
  for (const bool big : {false, true}) {
    const NiftiFieldBytes bytes(head, big);
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

void set_nifti_type(Layout& layout, const Fields& f) {
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

/// Up to seven dimensions; all beyond the third are components.
void set_nifti_sizes(Layout& layout, const Fields& f) {
  const std::int64_t dimensions = f.dim[0];
  if (dimensions < 1 || dimensions > 7) {
    damaged(std::to_string(dimensions) + " dimensions; 1 to 7 can be read");
  }
  std::int64_t stacked = 1;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(dimensions); ++i) {
    if (f.dim[i] < (i <= 3 ? 1 : 0) || f.dim[i] > 32767) {
      damaged("an axis has " + std::to_string(f.dim[i]) + " voxels");
    }
    if (i <= 3) {
      layout.size[i - 1] = f.dim[i];
    } else {
      stacked *= std::max<std::int64_t>(1, f.dim[i]);  // some writers leave 0 where there is no such axis
    }
  }
  constexpr std::int64_t kMostComponents = 65535;
  layout.stacked = static_cast<int>(std::min(stacked, kMostComponents + 1));
  check_sizes(layout);
}

void set_nifti_scaling(Layout& layout, const Fields& f) {
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

Layout nifti_layout(std::span<const std::byte> head, const Answers& answers, bool pair) {
  const Fields f = nifti_fields(head, pair);
  Layout layout;
  layout.format = f.version == 1 ? "NIfTI" : "NIfTI-2";
  layout.big_endian = f.big_endian;
  set_nifti_type(layout, f);
  set_nifti_sizes(layout, f);
  set_nifti_scaling(layout, f);
  nifti::set_orientation(layout, f, answers);
  set_units(layout, f);
  const double least = pair ? 0 : (f.version == 1 ? 352 : 544);
  if (!(f.vox_offset >= least && f.vox_offset < 1e9) || f.vox_offset != std::floor(f.vox_offset)) {
    damaged("vox_offset is " + shortest_text(f.vox_offset));
  }
  layout.data_offset = static_cast<std::uint64_t>(f.vox_offset);
  return layout;
}

}  // namespace

Layout nifti_gate(std::span<const std::byte> head, const Answers& answers) {
  return nifti_layout(head, answers, false);
}

Layout nifti_pair_gate(std::span<const std::byte> head, const Answers& answers) {
  return nifti_layout(head, answers, true);
}

}  // namespace lossscope::reader
