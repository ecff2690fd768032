// SPDX-License-Identifier: Apache-2.0
#include "app/reader/show_picture.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <new>

#include "app/helper/heartbeat.h"
#include "app/helper/sandbox.h"
#include "app/reader/convert.h"

namespace lossscope::reader {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20, kMostPixels = std::uint64_t{1} << 24;
constexpr std::size_t kRgba = 4;

/// One component of a pixel as a byte.
std::uint8_t byte_of(const RawVolume& picture, std::size_t at) {
  if (picture.scalar == Scalar::u8) {
    return std::to_integer<std::uint8_t>(picture.bytes[at]);
  }
  std::uint16_t value = 0;
  std::memcpy(&value, picture.bytes.data() + at * sizeof(value), sizeof(value));
  return static_cast<std::uint8_t>(value >> 8U);
}

/// Grey, grey and alpha, RGB or RGBA to RGBA.
void fill(const RawVolume& picture, std::uint8_t* out) {
  const auto parts = static_cast<std::size_t>(picture.interleaved);
  const std::size_t colours = parts < 3 ? 1 : 3;
  const auto pixels = static_cast<std::size_t>(picture.size[0] * picture.size[1]);
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, out += kRgba) {
    for (std::size_t colour = 0; colour < 3; ++colour) {
      out[colour] = byte_of(picture, pixel * parts + std::min(colour, colours - 1));
    }
    out[3] = parts > colours ? byte_of(picture, pixel * parts + colours) : 255;
  }
}

RawVolume read(const std::string& path) {
  const FileSource source(path);
  if (source.size() > kMostBytes) {
    throw Refused("E_SIZE", "a picture to look at has at most 16 MiB", "save it smaller");
  }
  const Format format = format_of(path, source);
  const bool flat = format == Format::jpeg || format == Format::bmp;
  if (!flat && format != Format::png && format != Format::tiff) {
    throw Refused("E_FORMAT", "it is no picture", "save it as PNG");
  }
  Wish wish{.role = "image", .answers = {{Question::memory, "accept"}}, .available = std::uint64_t{1} << 30};
  wish.palette_colours = true;
  RawVolume picture = flat                    ? read_flat_picture(format, source, wish)
                      : format == Format::png ? read_png(path, source, wish)
                                              : read_tiff(path, source, wish);
  if (static_cast<std::uint64_t>(picture.voxels()) > kMostPixels) {
    throw Refused("E_SIZE", "a picture to look at has at most 16 million pixels", "save it smaller");
  }
  if ((picture.scalar != Scalar::u8 && picture.scalar != Scalar::u16) || picture.interleaved > 4) {
    throw Refused("E_TYPE", "its values are no colours", "save it as PNG with 8 or 16 bits");
  }
  return picture;
}

}  // namespace

nlohmann::json answer_picture(const nlohmann::json& request, double patience, Channel& channel) {
  const std::string path = path_of(request);
  if (check_path(path)) {
    throw Refused("E_NOT_A_FILE", "it is a folder", "choose a file");
  }
  Heartbeat heartbeat(channel);
  SandboxRules rules;
  rules.readable = {path};
  rules.memory = std::size_t{512} << 20;
  rules.cpu_seconds = 10;
  (void)seal(rules);
  heartbeat.start(patience);
  const RawVolume picture = read(path);
  const auto pixels = static_cast<std::size_t>(picture.size[0] * picture.size[1]);
  channel.allocate(pixels * kRgba);
  void* memory = ::mmap(nullptr, pixels * kRgba, PROT_READ | PROT_WRITE, MAP_SHARED, channel.memory(), 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  fill(picture, static_cast<std::uint8_t*>(memory));
  ::munmap(memory, pixels * kRgba);
  return {{"picture", {{"width", picture.size[0]}, {"height", picture.size[1]}}}};
}

}  // namespace lossscope::reader
