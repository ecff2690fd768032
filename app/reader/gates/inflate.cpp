// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/inflate.h"

#include <zlib.h>

#include <new>
#include <vector>

namespace lossscope::reader {
namespace {

constexpr int kZlibOrGzip = 32 + MAX_WBITS;  // zlib compares the checksum at the end of the data by itself
constexpr std::size_t kChunk = std::size_t{1} << 18;

}  // namespace

struct Inflater::State {
  const Source& source;
  std::uint64_t at;  ///< in the source, of the first byte not yet given to zlib
  z_stream stream{};
  std::vector<std::byte> packed = std::vector<std::byte>(kChunk);
  bool ended = false;

  void refill() {
    const std::size_t n = source.read(at, packed);
    at += n;
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(n);
  }

  /// After a member's end: is there another one?
  void next_member() {
    const std::uint64_t here = at - stream.avail_in;
    std::array<std::byte, 2> magic{};
    const bool more = source.read(here, magic) == 2 && magic[0] == std::byte{0x1f} && magic[1] == std::byte{0x8b};
    if (!more || inflateReset(&stream) != Z_OK) {
      ended = true;
    }
  }
};

Inflater::Inflater(const Source& source, std::uint64_t offset, Wrapping wrapping)
    : state_(std::make_unique<State>(State{source, offset, {}, std::vector<std::byte>(kChunk), false})) {
  if (inflateInit2(&state_->stream, wrapping == Wrapping::none ? -MAX_WBITS : kZlibOrGzip) != Z_OK) {
    throw std::bad_alloc();
  }
}

Inflater::~Inflater() { inflateEnd(&state_->stream); }

std::size_t Inflater::read(std::span<std::byte> out) {
  State& s = *state_;
  std::size_t done = 0;
  while (!s.ended && done < out.size()) {
    if (s.stream.avail_in == 0) {
      s.refill();
    }
    const std::size_t part = std::min<std::size_t>(out.size() - done, std::size_t{1} << 30);
    s.stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    s.stream.avail_out = static_cast<uInt>(part);
    const int status = inflate(&s.stream, Z_NO_FLUSH);
    done += part - s.stream.avail_out;
    if (status == Z_STREAM_END) {
      s.next_member();
    } else if (status == Z_BUF_ERROR && s.stream.avail_in == 0 && s.at >= s.source.size()) {
      throw Refused("E_TRUNC", "the compressed data end too early", "the file was cut: copy or download it again");
    } else if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      throw Refused("E_CRC", "the compressed data are damaged", "copy, download or compress the file again");
    }
  }
  return done;
}

std::uint64_t Inflater::drain(std::uint64_t limit) {
  std::vector<std::byte> rest(kChunk);
  std::uint64_t total = 0;
  while (const std::size_t n = read(rest)) {
    total += n;
    if (total > limit) {
      throw Refused("E_TRAILING", "much more follows after the last voxel: header and data contradict each other",
                    "export the volume again");
    }
  }
  return total;
}

std::uint64_t Inflater::left_over() const {
  return state_->source.size() - std::min(state_->source.size(), state_->at - state_->stream.avail_in);
}

bool is_gzip(const Source& source) {
  std::array<std::byte, 2> magic{};
  return source.read(0, magic) == 2 && magic[0] == std::byte{0x1f} && magic[1] == std::byte{0x8b};
}

}  // namespace lossscope::reader
