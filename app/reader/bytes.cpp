// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {

std::size_t bytes_of(Scalar scalar) {
  return with_type(scalar, [](auto* type) { return sizeof(*type); });
}

const char* name_of(Scalar scalar) {
  constexpr const char* kNames[]{"uint8", "int8",   "uint16", "int16",   "uint32",
                                 "int32", "uint64", "int64",  "float32", "float64"};
  return kNames[static_cast<int>(scalar)];
}

std::vector<std::byte> inflated(const std::vector<std::byte>& packed) {
  constexpr std::size_t kLargest = std::size_t{1} << 34;  // 16 GiB: more than any volume that fits the machine
  constexpr int kZlibOrGzip = 32 + MAX_WBITS;
  z_stream stream{};  // compares the checksum at the end of the data by itself
  if (inflateInit2(&stream, kZlibOrGzip) != Z_OK) {
    throw std::bad_alloc();
  }
  std::vector<std::byte> out(packed.size() * 4 + 65536);
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  std::size_t fed = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    if (stream.total_out == out.size()) {
      if (out.size() > kLargest) {
        break;
      }
      out.resize(out.size() * 2);
    }
    if (stream.avail_in == 0) {
      const std::size_t part = std::min<std::size_t>(packed.size() - fed, 1U << 30);
      stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data() + fed));
      stream.avail_in = static_cast<uInt>(part);
      fed += part;
    }
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + stream.total_out);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size() - stream.total_out, 1U << 30));
    status = inflate(&stream, stream.avail_in == 0 ? Z_FINISH : Z_NO_FLUSH);
  }
  const std::size_t total = stream.total_out;
  inflateEnd(&stream);
  if (status == Z_DATA_ERROR) {
    throw Refused("E_CRC", "the compressed data are damaged", "fetch or compress the file again");
  }
  if (status != Z_STREAM_END) {
    throw total > kLargest / 2
        ? Refused("E_SIZE", "the file inflates to more than 16 GiB", "crop or downsample the volume first")
        : Refused("E_TRUNC", "the compressed data end too early", "the file was cut: copy or download it again");
  }
  out.resize(total);
  return out;
}

std::vector<std::byte> file_bytes(const std::string& path) {
  const auto size = std::filesystem::file_size(path);
  std::vector<std::byte> bytes(size);
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    throw Refused("E_READ", "the file could not be read to its end", "check the disk or the network share");
  }
  const bool gzip = size > 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
  return gzip ? inflated(bytes) : bytes;
}

void choose_component(RawVolume& volume, int count, bool interleaved, std::optional<int> component) {
  volume.components = count;
  if (count == 1) {
    return;
  }
  if (!component || *component < 0 || *component >= count) {
    throw Refused(
        "E_COMPONENTS",
        "the file holds " + std::to_string(count) + " components (4-D, vector or colour) and one must be chosen",
        "choose a component from 0 to " + std::to_string(count - 1) + " (--component N)");
  }
  const std::size_t width = bytes_of(volume.scalar);
  const auto n = static_cast<std::size_t>(volume.voxels());
  std::vector<std::byte> one(n * width);
  const auto chosen = static_cast<std::size_t>(*component);
  for (std::size_t i = 0; interleaved && i < n; ++i) {
    std::memcpy(one.data() + i * width, volume.bytes.data() + (i * static_cast<std::size_t>(count) + chosen) * width,
                width);
  }
  if (!interleaved) {
    std::memcpy(one.data(), volume.bytes.data() + chosen * n * width, n * width);
  }
  volume.bytes = std::move(one);
  volume.notes.push_back(
      {"W_COMPONENT", "component " + std::to_string(chosen) + " of " + std::to_string(count) + " is shown"});
}

}  // namespace lossscope::reader
