// SPDX-License-Identifier: Apache-2.0
// NIfTI-1, read without a library: ITK replaces NaN by 0, fills cut files with zeros and prefers the qform.
// Layout: https://nifti.nimh.nih.gov/nifti-1
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

/// Fields of the 348-byte header, in the file's byte order.
class Header {
 public:
  Header(const std::byte* data, bool swap) : data_(data), swap_(swap) {}

  template <class T>
  [[nodiscard]] T at(std::size_t offset) const {
    std::array<std::byte, sizeof(T)> raw;
    std::memcpy(raw.data(), data_ + offset, sizeof(T));
    if (swap_) {
      std::reverse(raw.begin(), raw.end());
    }
    return std::bit_cast<T>(raw);
  }
  [[nodiscard]] int dim(std::size_t i) const { return at<std::int16_t>(40 + 2 * i); }
  [[nodiscard]] double pixdim(std::size_t i) const { return at<float>(76 + 4 * i); }
  [[nodiscard]] bool swapped() const { return swap_; }

 private:
  const std::byte* data_;
  bool swap_;
};

[[noreturn]] void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the NIfTI header is damaged: " + reason, "export the volume again");
}

struct Type {
  Scalar scalar;
  int components;
};

Type type_of(int code, int bits) {
  struct Row {
    int code, bits;
    Type type;
  };
  constexpr Row kRows[]{{2, 8, {Scalar::u8, 1}},      {4, 16, {Scalar::i16, 1}},   {8, 32, {Scalar::i32, 1}},
                        {16, 32, {Scalar::f32, 1}},   {64, 64, {Scalar::f64, 1}},  {256, 8, {Scalar::i8, 1}},
                        {512, 16, {Scalar::u16, 1}},  {768, 32, {Scalar::u32, 1}}, {1024, 64, {Scalar::i64, 1}},
                        {1280, 64, {Scalar::u64, 1}}, {128, 24, {Scalar::u8, 3}},  {2304, 32, {Scalar::u8, 4}}};
  for (const Row& row : kRows) {
    if (row.code == code) {
      if (row.bits != bits) {
        damaged("datatype and bitpix contradict each other");
      }
      return row.type;
    }
  }
  throw Refused("E_TYPE", "the voxel type " + std::to_string(code) + " is not supported",
                "convert the volume to an integer or floating point type");
}

/// An affine of NIfTI's RAS world: three rows of four.
using Affine = std::array<double, 12>;

Affine sform(const Header& h) {
  Affine a{};
  for (std::size_t i = 0; i < 12; ++i) {
    a[i] = h.at<float>(280 + 4 * i);
  }
  return a;
}

Affine qform(const Header& h) {
  const double b = h.at<float>(256), c = h.at<float>(260), d = h.at<float>(264);
  const double norm = b * b + c * c + d * d;
  if (!(norm <= 1 + 1e-6)) {
    damaged("the quaternion is longer than 1");
  }
  const double a = std::sqrt(std::max(0.0, 1 - norm));
  const double flip = h.pixdim(0) < 0 ? -1 : 1;
  const std::array<double, 9> r{
      a * a + b * b - c * c - d * d, 2 * (b * c - a * d),           2 * (b * d + a * c),
      2 * (b * c + a * d),           a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
      2 * (b * d - a * c),           2 * (c * d + a * b),           a * a + d * d - c * c - b * b};
  Affine m{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      m[4 * row + column] = r[3 * row + column] * h.pixdim(column + 1) * (column == 2 ? flip : 1.0);
    }
    m[4 * row + 3] = h.at<float>(268 + 4 * row);
  }
  return m;
}

/// Largest distance between the corners that two affines give, in the first one's smallest voxel widths.
double corner_difference(const Affine& a, const Affine& b, const std::array<std::int64_t, 3>& size) {
  double largest = 0;
  double smallest = INFINITY;
  for (std::size_t column = 0; column < 3; ++column) {
    smallest = std::min(smallest, std::hypot(a[column], a[4 + column], a[8 + column]));
  }
  for (int corner = 0; corner < 8; ++corner) {
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
  return largest / smallest;
}

/// RAS affine to LPS spacing, origin and direction.
void set_geometry(RawVolume& volume, const Affine& a) {
  if (!std::ranges::all_of(a, [](double v) { return std::isfinite(v); })) {
    damaged("its affine is not finite");
  }
  for (std::size_t column = 0; column < 3; ++column) {
    const double length = std::hypot(a[column], a[4 + column], a[8 + column]);
    volume.spacing[column] = length;
    for (std::size_t row = 0; row < 3; ++row) {
      const double sign = row < 2 ? -1 : 1;
      volume.direction[3 * row + column] = sign * a[4 * row + column] / length;
      volume.origin[row] = sign * a[4 * row + 3];
    }
  }
}

void choose_orientation(RawVolume& volume, const Header& h) {
  const bool has_sform = h.at<std::int16_t>(254) > 0;
  const bool has_qform = h.at<std::int16_t>(252) > 0;
  if (!has_sform && !has_qform) {
    volume.has_orientation = false;
    volume.spacing = {h.pixdim(1), h.pixdim(2), h.pixdim(3)};
    volume.notes.push_back(
        {"W_NO_ORIENT", "the file says nothing of left and right: no orientation letters are shown"});
    return;
  }
  set_geometry(volume, has_sform ? sform(h) : qform(h));
  if (has_sform && has_qform && corner_difference(sform(h), qform(h), volume.size) > 0.1) {
    volume.notes.push_back({"W_SFORM", "sform and qform differ by more than 0.1 voxel: the sform is used"});
  }
}

int read_sizes(RawVolume& volume, const Header& h) {
  const int dimensions = h.dim(0);
  if (dimensions < 1 || dimensions > 5) {
    damaged(std::to_string(dimensions) + " dimensions");
  }
  std::int64_t stacked = 1;
  for (int i = 1; i <= dimensions; ++i) {
    const int n = h.dim(static_cast<std::size_t>(i));
    if (n < 1) {
      damaged("an axis has " + std::to_string(n) + " voxels");
    }
    if (i <= 3) {
      volume.size[static_cast<std::size_t>(i - 1)] = n;
    } else {
      stacked *= n;
    }
  }
  return static_cast<int>(std::min<std::int64_t>(stacked, 1 << 30));
}

void read_scaling(RawVolume& volume, const Header& h) {
  const double slope = h.at<float>(112), intercept = h.at<float>(116);
  if (slope == 0 || (std::isnan(slope) && std::isnan(intercept))) {
    return;  // the standard: no scaling
  }
  if (!std::isfinite(slope) || !std::isfinite(intercept)) {
    damaged("scl_slope or scl_inter is not finite");
  }
  volume.slope = slope;
  volume.intercept = intercept;
}

}  // namespace

RawVolume read_nifti(const std::string& path, std::optional<int> component) {
  std::vector<std::byte> bytes = file_bytes(path);
  if (bytes.size() < 352) {
    throw Refused("E_TRUNC", "the file is shorter than a NIfTI header", "the file was cut: copy or download it again");
  }
  const auto length = Header(bytes.data(), false).at<std::int32_t>(0);
  const bool swap = length != 348 && length != 540;
  const Header h(bytes.data(), swap);
  if (h.at<std::int32_t>(0) == 540) {
    throw Refused("E_NIFTI2", "this is NIfTI-2, which is not read yet", "save it as NIfTI-1");
  }
  if (h.at<std::int32_t>(0) != 348 || std::memcmp(bytes.data() + 344, "n+1", 4) != 0) {
    throw Refused("E_FORMAT", "this is not a single-file NIfTI", "is the name right? Save it as .nii or .nii.gz");
  }
  RawVolume volume;
  volume.format = "NIfTI";
  const int stacked = read_sizes(volume, h);
  read_scaling(volume, h);
  choose_orientation(volume, h);
  const Type type = type_of(h.at<std::int16_t>(70), h.at<std::int16_t>(72));
  volume.scalar = type.scalar;
  volume.stored_type = name_of(type.scalar);
  const double offset = h.at<float>(108);
  if (!(offset >= 352 && offset < 1e9) || offset != std::floor(offset)) {
    damaged("vox_offset is " + std::to_string(offset));
  }
  const auto voxels =
      static_cast<__uint128_t>(volume.voxels()) * static_cast<unsigned>(stacked * type.components);
  const auto need = voxels * bytes_of(type.scalar);
  const auto begin = static_cast<std::size_t>(offset);
  if (need > bytes.size() || begin > bytes.size() - static_cast<std::size_t>(need)) {
    throw Refused("E_TRUNC", "there are fewer voxels in the file than its header says",
                  "the file was cut: copy or download it again");
  }
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
  if (bytes.size() > need) {
    volume.notes.push_back({"W_TRAILING", "bytes after the last voxel were ignored"});
  }
  bytes.resize(static_cast<std::size_t>(need));
  const std::size_t width = bytes_of(type.scalar);
  for (std::size_t i = 0; swap && width > 1 && i < bytes.size(); i += width) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
  volume.bytes = std::move(bytes);
  if (type.components > 1 && stacked > 1) {
    throw Refused("E_COMPONENTS", "the file is both 4-D and colour", "extract one volume first");
  }
  choose_component(volume, stacked * type.components, type.components > 1, component);
  return volume;
}

}  // namespace lossscope::reader
