// SPDX-License-Identifier: Apache-2.0
// Bytes of numbers, gzip and zlib.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

#include "tests/corpus/corpus.h"

namespace lossscope::corpus {

template <class T>
[[nodiscard]] Bytes number_bytes(T value, bool big_endian = false) {
  auto raw = std::bit_cast<std::array<char, sizeof(T)>>(value);
  if (big_endian) {
    std::reverse(raw.begin(), raw.end());
  }
  return {raw.data(), raw.size()};
}

template <class T>
[[nodiscard]] Bytes bytes_of(const std::vector<double>& values, bool big_endian = false) {
  Bytes bytes;
  for (const double value : values) {
    bytes += number_bytes(static_cast<T>(value), big_endian);
  }
  return bytes;
}

/// 0, 1, 2, ...
[[nodiscard]] inline std::vector<double> counting(std::size_t n) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = static_cast<double>(i);
  }
  return values;
}

/// `window_bits` 15: zlib, 31: gzip.
[[nodiscard]] inline Bytes deflated(const Bytes& data, int window_bits) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib");
  }
  Bytes packed(deflateBound(&stream, data.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}
[[nodiscard]] inline Bytes gzipped(const Bytes& data) { return deflated(data, 31); }
[[nodiscard]] inline Bytes zlibbed(const Bytes& data) { return deflated(data, 15); }

[[nodiscard]] inline Bytes cut(Bytes data, std::size_t from_the_end) {
  data.resize(data.size() - from_the_end);
  return data;
}
[[nodiscard]] inline Bytes flipped(Bytes data, std::size_t at) {
  data[at] = static_cast<char>(data[at] ^ 0x10);
  return data;
}

}  // namespace lossscope::corpus
