// SPDX-License-Identifier: Apache-2.0
#include "app/helper/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace lossscope {
namespace {

/// The first 32 bits of the fractional parts of the roots of the first primes: square roots seed the state, cube roots
/// are the round constants.
template <int Root, std::size_t N>
constexpr std::array<std::uint32_t, N> prime_roots() {
  std::array<std::uint32_t, N> result{};
  std::size_t found = 0;
  for (unsigned prime = 2; found < N; ++prime) {
    bool is_prime = true;
    for (unsigned d = 2; d * d <= prime; ++d) {
      is_prime = is_prime && prime % d != 0;
    }
    if (!is_prime) {
      continue;
    }
    // The largest x with x^Root <= prime * 2^(32 Root), bit by bit in 128 bits.
    __uint128_t x = 0;
    for (int bit = 35; bit >= 0; --bit) {
      const __uint128_t candidate = x + (static_cast<__uint128_t>(1) << bit);
      __uint128_t power = 1;
      for (int i = 0; i < Root; ++i) {
        power *= candidate;
      }
      if (power <= static_cast<__uint128_t>(prime) << (32 * Root)) {
        x = candidate;
      }
    }
    result[found++] = static_cast<std::uint32_t>(x);
  }
  return result;
}

constexpr auto kRounds = prime_roots<3, 64>();

class Sha256 {
 public:
  void add(const unsigned char* data, std::size_t n) {
    length_ += n;
    while (n > 0) {
      const std::size_t part = std::min(n, block_.size() - used_);
      std::memcpy(block_.data() + used_, data, part);
      used_ += part;
      data += part;
      n -= part;
      if (used_ == block_.size()) {
        compress();
        used_ = 0;
      }
    }
  }

  std::string finish() {
    const std::uint64_t bits = length_ * 8;
    const unsigned char one = 0x80, zero = 0;
    add(&one, 1);
    while (used_ != 56) {
      add(&zero, 1);
    }
    std::array<unsigned char, 8> size{};
    for (std::size_t i = 0; i < 8; ++i) {
      size[i] = static_cast<unsigned char>(bits >> (56 - 8 * i));
    }
    add(size.data(), 8);
    std::string text;
    for (const std::uint32_t word : state_) {
      for (int nibble = 28; nibble >= 0; nibble -= 4) {
        text += "0123456789abcdef"[(word >> nibble) & 15];
      }
    }
    return text;
  }

 private:
  void compress() {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
      w[i] = static_cast<std::uint32_t>(block_[4 * i]) << 24 | static_cast<std::uint32_t>(block_[4 * i + 1]) << 16 |
             static_cast<std::uint32_t>(block_[4 * i + 2]) << 8 | block_[4 * i + 3];
    }
    for (std::size_t i = 16; i < 64; ++i) {
      const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
      const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
      const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + kRounds[i] + w[i];
      const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> step{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) {
      state_[i] += step[i];
    }
  }

  std::array<std::uint32_t, 8> state_ = prime_roots<2, 8>();
  std::array<unsigned char, 64> block_{};
  std::size_t used_ = 0;
  std::uint64_t length_ = 0;
};

void add_file(Sha256& hash, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> buffer(1 << 18);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0) {
    hash.add(reinterpret_cast<const unsigned char*>(buffer.data()), static_cast<std::size_t>(file.gcount()));
  }
}

}  // namespace

std::string sha256_of(std::span<const unsigned char> bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.finish();
}

std::string sha256_of(const std::vector<std::string>& files) {
  Sha256 hash;
  for (const std::string& file : files) {
    add_file(hash, file);
  }
  return hash.finish();
}

std::string sha256_of(const std::string& path) {
  Sha256 hash;
  if (!std::filesystem::is_directory(path)) {
    add_file(hash, path);
    return hash.finish();
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    add_file(hash, file);
  }
  return hash.finish();
}

}  // namespace lossscope
