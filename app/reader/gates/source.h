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
#include <vector>

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

  /// All bytes at once, for as long as this lives. Throws std::bad_alloc.
  [[nodiscard]] virtual std::span<const std::byte> view() const = 0;

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
  [[nodiscard]] std::span<const std::byte> view() const override { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

/// Parts of another source, one after the other, as if they were a file of their own.
class SplitSource final : public Source {
 public:
  struct Part {
    std::uint64_t offset = 0, length = 0;
  };
  SplitSource(const Source& source, std::vector<Part> parts);  ///< which must outlive it
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read(std::uint64_t offset, std::span<std::byte> out) const override;
  /// Throws std::logic_error: they do not lie together.
  [[nodiscard]] std::span<const std::byte> view() const override;

 private:
  const Source& source_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t> begins_;  ///< of each part, in the whole
  std::uint64_t size_ = 0;
};

/// A regular file. Opening never blocks, whatever lies at the path.
class FileSource final : public Source {
 public:
  /// Throws Refused E_MISSING, E_LINKS, E_PERMISSION, E_NOT_A_FILE, E_EMPTY.
  explicit FileSource(const std::string& path);
  ~FileSource() override;
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read(std::uint64_t offset, std::span<std::byte> out) const override;
  [[nodiscard]] std::span<const std::byte> view() const override;

 private:
  int file_ = -1;
  std::uint64_t size_ = 0;
  mutable void* mapped_ = nullptr;
};

/// Whether a path is a folder (true) or a regular file (false). Throws as FileSource.
[[nodiscard]] bool check_path(const std::string& path);

[[noreturn]] void refuse_cut();  ///< E_TRUNC

}  // namespace lossscope::reader
