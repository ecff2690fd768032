// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// Inflates zlib or gzip data (several gzip members one after the other, too) as it is read, and checks their
/// checksums and lengths at the end.
class Inflater {
 public:
  enum class Wrapping : std::uint8_t {
    detected,  ///< zlib or gzip
    none       ///< bare deflate, as in zip archives: nobody checks a checksum
  };
  /// The packed bytes from `offset` to the end of `source`, which must outlive it.
  explicit Inflater(const Source& source, std::uint64_t offset = 0, Wrapping wrapping = Wrapping::detected);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills `out` and returns how many bytes there were; fewer than asked only after the last checksum was found right.
  /// Throws Refused E_CRC for damaged data and E_TRUNC for cut ones.
  std::size_t read(std::span<std::byte> out);
  /// Reads on to the end, at most `limit` bytes, and returns how many there were. Throws Refused E_TRAILING when there
  /// are more, and as read().
  std::uint64_t drain(std::uint64_t limit);
  /// Bytes of the source after the packed data; known at the end.
  [[nodiscard]] std::uint64_t left_over() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] bool is_gzip(const Source& source);

}  // namespace lossscope::reader
