// SPDX-License-Identifier: Apache-2.0
// NumPy arrays, alone (.npy) or in a zip archive (.npz).
#include "app/reader/gates/numpy.h"

#include <zlib.h>

#include <algorithm>
#include <bit>

#include "app/reader/blocks.h"
#include "app/reader/half.h"

namespace lossscope::reader {
namespace {

/// From the order and width of the file to i fastest, then j, k and the component (the component first where it is
/// interleaved).
void put_in_order(RawVolume& volume, const NumpyArray& array, const std::vector<std::byte>& stored) {
  const std::size_t width = static_cast<std::size_t>(array.width) * (volume.is_complex ? 2 : 1);
  const std::int64_t inner = volume.is_colour ? volume.interleaved : 1, outer = volume.stacked;
  volume.bytes.resize(volume.Layout::bytes());
  std::byte* to = volume.bytes.data();
  const auto put = [&](std::int64_t at) {
    const std::byte* const from = stored.data() + static_cast<std::size_t>(at) * width;
    if (array.is_half()) {
      const float value = from_half(from_bytes<std::uint16_t>(from, array.layout.big_endian));
      std::memcpy(to, &value, sizeof(value));
      to += sizeof(value);
    } else {
      to = std::copy_n(from, width, to);
    }
  };
  const auto [component, slice, row, column] = array.strides;
  for (std::int64_t c = 0; c < outer; ++c) {
    for (std::int64_t k = 0; k < volume.size[2]; ++k) {
      for (std::int64_t j = 0; j < volume.size[1]; ++j) {
        for (std::int64_t i = 0; i < volume.size[0]; ++i) {
          for (std::int64_t n = 0; n < inner; ++n) {
            put((c + n) * component + k * slice + j * row + i * column);
          }
        }
      }
    }
  }
  if (array.is_half()) {
    volume.big_endian = false;
  } else {
    swap_bytes(volume);
  }
}

/// Whether the file holds the numbers in the order in which they are wanted.
bool is_in_order(const NumpyArray& array) {
  const auto& size = array.layout.size;
  const std::array<std::int64_t, 4> wanted{size[0] * size[1] * size[2], size[0] * size[1], size[0], 1};
  const std::array<std::int64_t, 4> lengths{array.layout.stacked, size[2], size[1], size[0]};
  bool same = !array.is_half() && !array.layout.is_colour;
  for (std::size_t i = 0; i < 4; ++i) {
    same = same && (lengths[i] == 1 || array.strides[i] == wanted[i]);
  }
  return same;
}

RawVolume in_order(NumpyArray array, std::vector<std::byte> stored) {
  RawVolume volume(array.layout);
  volume.stored_type = array.is_half() ? "float16" : volume.stored_type;
  if (is_in_order(array)) {
    volume.bytes = std::move(stored);
    swap_bytes(volume);
  } else {
    put_in_order(volume, array, stored);
  }
  return volume;
}

RawVolume read_npy(const Source& source, const Wish& wish) {
  NumpyArray array = npy_gate(source, wish.answers, wish.hints);
  const std::uint64_t there = source.size() - std::min(source.size(), array.layout.data_offset);
  if (there < array.stored_bytes()) {
    refuse_cut();
  }
  admit(array.layout, std::max(there, array.layout.bytes()), wish);
  std::vector<std::byte> stored(array.stored_bytes());
  source.read_all(array.layout.data_offset, stored);
  note_trailing(array.layout, there > stored.size());
  return in_order(std::move(array), std::move(stored));
}

uLong sum_of(uLong sum, std::span<const std::byte> bytes) {
  constexpr std::size_t kMost = std::size_t{1} << 30;
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(kMost, bytes.size()))) {
    const auto part = bytes.first(std::min(kMost, bytes.size()));
    sum = crc32(sum, reinterpret_cast<const Bytef*>(part.data()), static_cast<uInt>(part.size()));
  }
  return sum;
}

/// A deflated member: its header first, then what the header promises, which must be all.
RawVolume read_deflated_npy(const ZipRecord& record, const Wish& wish) {
  constexpr std::uint64_t kHead = 1 << 17;  // more than the longest header
  const MemorySource packed(std::as_bytes(std::span(record.packed.data(), record.packed.size())));
  Inflater inflater(packed, 0, Inflater::Wrapping::none);
  std::vector<std::byte> head(static_cast<std::size_t>(std::min(kHead, record.bytes)));
  head.resize(inflater.read(head));
  NumpyArray array = npy_gate(MemorySource(head), wish.answers, wish.hints);
  const std::uint64_t begin = array.layout.data_offset, size = array.stored_bytes();
  if (record.bytes < begin + size) {
    refuse_cut();
  }
  array.layout.packing = Packing::deflated;
  admit(array.layout, record.packed.size(), wish);
  std::vector<std::byte> stored(size);
  const auto early = std::span(head).subspan(begin);
  const std::size_t n = std::min<std::size_t>(early.size(), stored.size());
  std::copy_n(early.begin(), n, stored.begin());
  if (inflater.read(std::span(stored).subspan(n)) != stored.size() - n) {
    refuse_cut();
  }
  std::vector<std::byte> rest(static_cast<std::size_t>(std::min(record.bytes - begin - size, kFewBytes)) + 1);
  rest.resize(inflater.read(rest));
  const std::uint64_t behind = early.size() - n + rest.size();
  uLong sum = sum_of(crc32(0, nullptr, 0), std::span(head).first(begin + n));
  sum = sum_of(sum_of(sum, std::span(stored).subspan(n)), early.subspan(n));
  if (begin + size + behind != record.bytes || sum_of(sum, rest) != record.sum) {
    throw Refused("E_CRC", "the checksum or length of the array in the archive is wrong: it is damaged",
                  "copy or download it again");
  }
  note_trailing(array.layout, behind > 0);
  array.layout.packing = Packing::raw;
  return in_order(std::move(array), std::move(stored));
}

RawVolume read_member(const ZipRecord& record, const Wish& wish) {
  const auto packed = std::as_bytes(std::span(record.packed.data(), record.packed.size()));
  switch (record.how) {
    case ZipRecord::How::deflated:
      return read_deflated_npy(record, wish);
    case ZipRecord::How::stored:
      if (sum_of(crc32(0, nullptr, 0), packed) != record.sum) {
        throw Refused("E_CRC", "the checksum of the array in the archive is wrong: it is damaged",
                      "copy or download it again");
      }
      return read_npy(MemorySource(packed), wish);
    case ZipRecord::How::other:
      break;
  }
  throw Refused("E_ENCODING", "the archive is encrypted, or packed by a method that NumPy does not use",
                "save it with np.savez_compressed");
}

RawVolume read_npz(const Source& source, const Wish& wish) {
  const NpzArray array = npz_gate(source.view(), wish.answers);
  RawVolume volume = read_member(array.record, wish);
  volume.notes.insert(volume.notes.end(), array.notes.begin(), array.notes.end());
  return volume;
}

}  // namespace

RawVolume read_numpy(const Source& source, const Wish& wish) {
  const bool archive = source.text(0, 2) == "PK";
  RawVolume volume = archive ? read_npz(source, wish) : read_npy(source, wish);
  volume.format = archive ? "NumPy archive" : "NumPy";
  return volume;
}

}  // namespace lossscope::reader
