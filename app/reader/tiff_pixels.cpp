// SPDX-License-Identifier: Apache-2.0
// TIFF through libtiff, which undoes every compression; which planes make up the volume was found by the gate. ITK's
// reader knows no integers of more than 16 bits and takes pages for slices, whatever they are.
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/reader/blocks.h"
#include "app/reader/half.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

std::string last_complaint;  // libtiff's handlers know no context in the versions that we build with

void keep_complaint(const char*, const char* format, std::va_list arguments) {
  char text[512];
  std::vsnprintf(text, sizeof(text), format, arguments);
  last_complaint = text;
}

[[noreturn]] void refuse_pixels() {
  throw Refused("E_READ", "its pixels cannot be unpacked" + (last_complaint.empty() ? "" : ": " + last_complaint),
                "is it complete? Otherwise save the picture again, uncompressed");
}

using File = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

template <class T>
T field(TIFF* file, ttag_t tag) {
  T value{};
  (void)TIFFGetFieldDefaulted(file, tag, &value);
  return value;
}

/// One plane as it is stored: `width` x `height` pixels of `samples` samples of `bytes` bytes, samples side by side;
/// of one bit, `packed` pixels in each byte count as one.
struct PlaneSize {
  std::size_t width, height, samples, bytes, packed;
  [[nodiscard]] std::size_t row() const { return width * samples * bytes; }
};

PlaneSize stored_size(const RawVolume& volume, const TiffPlanes& planes) {
  const auto width = static_cast<std::size_t>(volume.size[0]), height = static_cast<std::size_t>(volume.size[1]);
  if (planes.bits == 1) {
    return {(width + 7) / 8, height, 1, 1, 8};
  }
  return {width, height, static_cast<std::size_t>(volume.interleaved), static_cast<std::size_t>(planes.bits / 8), 1};
}

/// The library must see what the gate saw.
void compare_with_file(TIFF* file, const RawVolume& volume, const TiffPlanes& planes) {
  const bool same = field<std::uint32_t>(file, TIFFTAG_IMAGEWIDTH) == volume.size[0] &&
                    field<std::uint32_t>(file, TIFFTAG_IMAGELENGTH) == volume.size[1] &&
                    field<std::uint16_t>(file, TIFFTAG_SAMPLESPERPIXEL) == volume.interleaved &&
                    field<std::uint16_t>(file, TIFFTAG_BITSPERSAMPLE) == planes.bits;
  if (!same) {
    throw Refused("E_READ", "the library that reads it sees another size or type than its header says",
                  "save the picture again, in grey values of 8 or 16 bits");
  }
}

/// Copies a block of pixels into the plane; of planar data its samples go between those of the others.
void put_block(const std::vector<std::byte>& block, std::size_t block_width, std::size_t x0, std::size_t y0,
               std::size_t rows, std::size_t sample, bool planar, const PlaneSize& size, std::span<std::byte> plane) {
  const std::size_t from_samples = planar ? 1 : size.samples, pixel = from_samples * size.bytes;
  const std::size_t columns = std::min(block_width, size.width - x0);
  for (std::size_t y = 0; y < rows && y0 + y < size.height; ++y) {
    const std::byte* from = block.data() + y * block_width * pixel;
    std::byte* to = plane.data() + (y0 + y) * size.row() + x0 * size.samples * size.bytes + sample * size.bytes;
    if (!planar) {
      std::copy_n(from, columns * pixel, to);
      continue;
    }
    for (std::size_t x = 0; x < columns; ++x) {
      std::copy_n(from + x * pixel, pixel, to + x * size.samples * size.bytes);
    }
  }
}

void read_tiles(TIFF* file, const PlaneSize& size, bool planar, std::span<std::byte> plane) {
  const auto width = field<std::uint32_t>(file, TIFFTAG_TILEWIDTH),
             height = field<std::uint32_t>(file, TIFFTAG_TILELENGTH);
  constexpr std::uint32_t kMost = 32767;
  const std::size_t columns = width / size.packed;
  const std::uint64_t bytes = std::uint64_t{columns} * height * (planar ? 1 : size.samples) * size.bytes;
  if (columns == 0 || width % size.packed != 0 || height == 0 || width > kMost || height > kMost ||
      static_cast<std::uint64_t>(TIFFTileSize64(file)) != bytes || bytes > (std::uint64_t{1} << 30)) {
    refuse_pixels();
  }
  std::vector<std::byte> tile(bytes);
  for (std::size_t sample = 0; sample < (planar ? size.samples : 1); ++sample) {
    for (std::uint32_t y = 0; y < size.height; y += height) {
      for (std::uint32_t x = 0; x < size.width * size.packed; x += width) {
        const auto index = TIFFComputeTile(file, x, y, 0, static_cast<std::uint16_t>(sample));
        if (TIFFReadEncodedTile(file, index, tile.data(), static_cast<tmsize_t>(bytes)) !=
            static_cast<tmsize_t>(bytes)) {
          refuse_pixels();
        }
        put_block(tile, columns, x / size.packed, y, height, sample, planar, size, plane);
      }
    }
  }
}

void read_strips(TIFF* file, const PlaneSize& size, bool planar, std::span<std::byte> plane) {
  const std::size_t per_strip =
      std::clamp<std::size_t>(field<std::uint32_t>(file, TIFFTAG_ROWSPERSTRIP), 1, size.height);
  const std::size_t row = size.width * (planar ? 1 : size.samples) * size.bytes;
  std::vector<std::byte> strip(per_strip * row);
  for (std::size_t sample = 0; sample < (planar ? size.samples : 1); ++sample) {
    for (std::size_t y = 0; y < size.height; y += per_strip) {
      const std::size_t rows = std::min(per_strip, size.height - y);
      const auto index = TIFFComputeStrip(file, static_cast<std::uint32_t>(y), static_cast<std::uint16_t>(sample));
      const auto bytes = static_cast<tmsize_t>(rows * row);
      if (TIFFReadEncodedStrip(file, index, strip.data(), bytes) != bytes) {
        refuse_pixels();
      }
      put_block(strip, size.width, 0, y, rows, sample, planar, size, plane);
    }
  }
}

/// A bit becomes a byte, a float of 16 bits one of 32.
void unpack(const std::vector<std::byte>& stored, const PlaneSize& size, const TiffPlanes& planes, std::size_t width,
            std::span<std::byte> out) {
  if (planes.bits == 1) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::byte eight = stored[i / width * size.row() + i % width / 8];
      const bool is_set = (eight >> (7 - i % width % 8) & std::byte{1}) != std::byte{0};
      out[i] = std::byte{static_cast<unsigned char>(is_set != planes.white_is_0 ? 1 : 0)};
    }
    return;
  }
  for (std::size_t i = 0; i < stored.size() / 2; ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, stored.data() + 2 * i, sizeof(bits));
    const float value = from_half(bits);
    std::memcpy(out.data() + i * sizeof(value), &value, sizeof(value));
  }
}

/// The planes of a volume through libtiff, in this machine's byte order.
void read_directories(const std::string& path, const TiffPlanes& planes, RawVolume& volume) {
  TIFFSetErrorHandler(keep_complaint);
  TIFFSetWarningHandler(nullptr);
  const File file(TIFFOpen(path.c_str(), "rm"), TIFFClose);
  const PlaneSize size = stored_size(volume, planes);
  const std::size_t plane_bytes = volume.bytes.size() / planes.offsets.size();
  const bool as_stored = plane_bytes == size.row() * size.height && planes.bits != 1;
  std::vector<std::byte> stored(as_stored ? 0 : size.row() * size.height);
  for (std::size_t plane = 0; plane < planes.offsets.size(); ++plane) {
    if (!file || TIFFSetSubDirectory(file.get(), planes.offsets[plane]) == 0) {
      refuse_pixels();
    }
    compare_with_file(file.get(), volume, planes);
    const bool planar =
        size.samples > 1 && field<std::uint16_t>(file.get(), TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
    const auto out = std::span(volume.bytes).subspan(plane * plane_bytes, plane_bytes);
    const std::span<std::byte> read = as_stored ? out : std::span<std::byte>(stored);
    TIFFIsTiled(file.get()) != 0 ? read_tiles(file.get(), size, planar, read)
                                 : read_strips(file.get(), size, planar, read);
    if (!as_stored) {
      unpack(stored, size, planes, static_cast<std::size_t>(volume.size[0]), out);
    }
  }
  volume.big_endian = false;
}

void read_directory_of_pixels(const Source& source, const TiffPlanes& planes, RawVolume& volume) {
  const std::size_t plane_bytes = volume.bytes.size() / planes.offsets.size();
  for (std::size_t plane = 0; plane < planes.offsets.size(); ++plane) {
    source.read_all(planes.offsets[plane], std::span(volume.bytes).subspan(plane * plane_bytes, plane_bytes));
  }
  swap_bytes(volume);
}

}  // namespace

RawVolume read_tiff(const std::string& path, const Source& source, const Wish& wish) {
  TiffPlanes planes;
  Layout layout = tiff_gate(source, &planes);
  if (wish.palette_colours && std::ranges::any_of(layout.notes, [](const Note& n) { return n.code == "W_PALETTE"; })) {
    throw Refused("E_TYPE", "its colours are those of a palette", "save it as PNG");
  }
  settle_pages(layout, wish);
  allow_memory(layout, source.size(), wish);
  check_geometry(layout, wish.answers);
  RawVolume volume(std::move(layout));
  volume.stored_type = planes.bits == 1                                    ? "uint1"
                       : volume.scalar == Scalar::f32 && planes.bits == 16 ? "float16"
                                                                           : volume.stored_type;
  volume.bytes.resize(volume.Layout::bytes());
  planes.are_pixels ? read_directory_of_pixels(source, planes, volume) : read_directories(path, planes, volume);
  return volume;
}

}  // namespace lossscope::reader
