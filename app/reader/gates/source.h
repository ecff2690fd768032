// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "app/reader/gates/finding.h"

namespace lossscope::reader {

/// T from its bytes in a file.
template <class T>
[[nodiscard]] T from_bytes(const std::byte* data, bool big_endian) {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), data, sizeof(T));
  if (big_endian) {
    std::reverse(raw.begin(), raw.end());
  }
  return std::bit_cast<T>(raw);
}

/// Bytes that can be read at any place: a file, or (for tests and fuzzing) memory.
class Source {
 public:
  Source() = default;
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset` on and returns how many bytes there were; fewer than asked only at the end.
  /// Throws Refused E_READ when the disk fails.
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> out) const = 0;

  /// Throws Refused E_TRUNC when it is not all there.
  void read_all(std::uint64_t offset, std::span<std::byte> out) const;
  template <class T>
  [[nodiscard]] T at(std::uint64_t offset, bool big_endian = false) const {
    std::array<std::byte, sizeof(T)> raw;
    read_all(offset, raw);
    return from_bytes<T>(raw.data(), big_endian);
  }
  /// At most `n` bytes from `offset`.
  [[nodiscard]] std::string text(std::uint64_t offset, std::size_t n) const;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}  ///< which must outlive it
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  std::span<const std::byte> bytes_;
};

/// A regular file. Opening never blocks, whatever lies at the path.
class FileSource final : public Source {
 public:
  /// Throws Refused E_MISSING, E_LINKS, E_PERMISSION, E_NOT_A_FILE, E_EMPTY.
  explicit FileSource(const std::string& path);
  ~FileSource() override;
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  int file_ = -1;
  std::uint64_t size_ = 0;
};

/// Whether a path is a folder (true) or a regular file (false). Throws as FileSource.
[[nodiscard]] bool check_path(const std::string& path);

[[noreturn]] void refuse_cut();  ///< E_TRUNC

}  // namespace lossscope::reader
