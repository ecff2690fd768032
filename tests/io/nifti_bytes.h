// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace lossscope::testing {

/// A NIfTI-1 file made by hand, field by field from the standard, independent of the reader.
class NiftiBytes {
 public:
  explicit NiftiBytes(bool big_endian = false) : big_(big_endian), bytes_(352, 0) {
    put<std::int32_t>(0, 348);
    std::memcpy(bytes_.data() + 344, "n+1", 4);
    put<float>(108, 352);
    put<float>(112, 1);
    put<float>(76, 1);
  }
  template <class T>
  NiftiBytes& put(std::size_t offset, T value) {
    auto raw = std::bit_cast<std::array<char, sizeof(T)>>(value);
    if (big_) {
      std::reverse(raw.begin(), raw.end());
    }
    std::copy(raw.begin(), raw.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return *this;
  }
  NiftiBytes& size(const std::vector<int>& n) {
    put<std::int16_t>(40, static_cast<std::int16_t>(n.size()));
    for (std::size_t i = 0; i < 7; ++i) {
      put<std::int16_t>(42 + 2 * i, static_cast<std::int16_t>(i < n.size() ? n[i] : 1));
    }
    return *this;
  }
  NiftiBytes& spacing(float i, float j, float k) { return put(80, i).put(84, j).put(88, k); }
  NiftiBytes& type(int code, int bits) {
    return put<std::int16_t>(70, static_cast<std::int16_t>(code))
        .put<std::int16_t>(72, static_cast<std::int16_t>(bits));
  }
  NiftiBytes& sform(const std::array<float, 12>& rows) {
    put<std::int16_t>(254, 1);
    for (std::size_t i = 0; i < 12; ++i) {
      put(280 + 4 * i, rows[i]);
    }
    return *this;
  }
  NiftiBytes& qform(float b, float c, float d, std::array<float, 3> offset, float qfac = 1) {
    put<std::int16_t>(252, 1).put(256, b).put(260, c).put(264, d).put(76, qfac);
    return put(268, offset[0]).put(272, offset[1]).put(276, offset[2]);
  }
  template <class T>
  NiftiBytes& voxels(const std::vector<T>& values) {
    for (const T value : values) {
      bytes_.resize(bytes_.size() + sizeof(T));
      put(bytes_.size() - sizeof(T), value);
    }
    return *this;
  }
  [[nodiscard]] const std::vector<char>& bytes() const { return bytes_; }

 private:
  bool big_;
  std::vector<char> bytes_;
};

}  // namespace lossscope::testing
