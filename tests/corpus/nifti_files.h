// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/corpus/packing.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope::corpus {

using testing::NiftiBytes;

[[nodiscard]] inline Bytes file_of(const NiftiBytes& nifti) { return {nifti.bytes().data(), nifti.bytes().size()}; }

/// An affine of spacing (0.5, 1.25, 2) mm with RAS origin (-10, 20, 5).
inline constexpr std::array<float, 12> kGoodAffine{0.5F, 0, 0, -10, 0, 1.25F, 0, 20, 0, 0, 2, 5};
[[nodiscard]] inline ExpectedGrid good_grid() {
  return {{4, 3, 2}, {0.5, 1.25, 2}, {10, -20, 5}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}};
}

/// A header without voxels.
[[nodiscard]] inline NiftiBytes header(const std::vector<int>& size, int type, int bits, bool big_endian = false) {
  NiftiBytes nifti(big_endian);
  return nifti.size(size).spacing(0.5F, 1.25F, 2).type(type, bits).sform(kGoodAffine);
}

/// 4 x 3 x 2 int16 voxels 0, 1, 2, ...
[[nodiscard]] inline NiftiBytes good() {
  NiftiBytes nifti = header({4, 3, 2}, 4, 16);
  std::vector<std::int16_t> values;
  for (std::int16_t i = 0; i < 24; ++i) {
    values.push_back(i);
  }
  return nifti.voxels(values);
}

/// An extension of `n` bytes between header and voxels.
[[nodiscard]] inline Bytes with_extension(NiftiBytes nifti, int n) {
  const Bytes file = file_of(nifti.put<char>(348, 1).put<float>(108, static_cast<float>(352 + n)));
  Bytes extension = number_bytes<std::int32_t>(n) + number_bytes<std::int32_t>(6);
  extension.resize(static_cast<std::size_t>(n), 'e');
  return file.substr(0, 352) + extension + file.substr(352);
}

[[nodiscard]] inline Bytes replaced(Bytes file, std::size_t offset, const Bytes& by) {
  return file.replace(offset, by.size(), by);
}

/// good() as NIfTI-2, field by field.
[[nodiscard]] inline Bytes nifti_2(bool big) {
  Bytes file(544, '\0');
  const auto put = [&](std::size_t offset, auto value) { file = replaced(file, offset, number_bytes(value, big)); };
  put(0, std::int32_t{540});
  file = replaced(file, 4, {"n+2\0\r\n\x1a\n", 8});
  put(12, std::int16_t{4});
  put(14, std::int16_t{16});
  for (const auto& [i, n] : {std::pair{0, 3}, {1, 4}, {2, 3}, {3, 2}, {4, 1}, {5, 1}, {6, 1}, {7, 1}}) {
    put(static_cast<std::size_t>(16 + 8 * i), static_cast<std::int64_t>(n));
  }
  for (const auto& [i, h] : {std::pair{0, 1.0}, {1, 0.5}, {2, 1.25}, {3, 2.0}}) {
    put(static_cast<std::size_t>(104 + 8 * i), h);
  }
  put(168, std::int64_t{544});
  put(176, 1.0);
  put(348, std::int32_t{1});
  for (std::size_t i = 0; i < 12; ++i) {
    put(400 + 8 * i, static_cast<double>(kGoodAffine[i]));
  }
  return file + bytes_of<std::int16_t>(counting(24), big);
}

}  // namespace lossscope::corpus
