// SPDX-License-Identifier: Apache-2.0
#include "app/reader/written.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

namespace lossscope::reader {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;
constexpr std::size_t kNiftiHeader = 352;

/// Compares a stream of bytes with voxels that follow `skip` bytes of header.
class Comparison {
 public:
  Comparison(std::span<const std::byte> voxels, std::size_t skip) : voxels_(voxels), skip_(skip) {}

  void take(const std::byte* bytes, std::size_t count) {
    const std::size_t skipped = std::min(skip_, count);
    skip_ -= skipped;
    count -= skipped;
    same_ = same_ && count <= voxels_.size() && std::equal(bytes + skipped, bytes + skipped + count, voxels_.begin());
    voxels_ = voxels_.subspan(std::min(count, voxels_.size()));
  }
  [[nodiscard]] bool complete() const { return same_ && voxels_.empty(); }

 private:
  std::span<const std::byte> voxels_;
  std::size_t skip_;
  bool same_ = true;
};

/// The place behind `end` in the text header, where the compressed data begin.
std::streamoff behind(std::ifstream& file, std::string_view end) {
  std::string head(4096, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  file.clear();
  const auto at = head.find(end);
  return at == std::string::npos ? 0 : static_cast<std::streamoff>(at + end.size());
}

/// Reads the rest of the file through zlib, which checks the sum at the end of the data by itself.
bool inflate_into(Comparison& comparison, std::ifstream& file) {
  z_stream stream{};
  constexpr int kZlibOrGzip = 32 + MAX_WBITS;
  if (inflateInit2(&stream, kZlibOrGzip) != Z_OK) {
    return false;
  }
  std::vector<std::byte> packed(kChunk), bytes(kChunk);
  int status = Z_OK;
  while (status == Z_OK) {
    if (stream.avail_in == 0) {
      file.read(reinterpret_cast<char*>(packed.data()), kChunk);
      stream.next_in = reinterpret_cast<Bytef*>(packed.data());
      stream.avail_in = static_cast<uInt>(file.gcount());
    }
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = kChunk;
    status = inflate(&stream, Z_NO_FLUSH);  // Z_BUF_ERROR when the file ends too early
    comparison.take(bytes.data(), kChunk - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END;
}

}  // namespace

bool holds_voxels(const std::string& path, std::span<const std::byte> voxels) {
  std::ifstream file(path, std::ios::binary);
  const bool nifti = path.ends_with(".nii") || path.ends_with(".nii.gz");
  Comparison comparison(voxels, nifti ? kNiftiHeader : 0);
  if (path.ends_with(".nii")) {
    std::vector<char> bytes(kChunk);
    while (file.read(bytes.data(), kChunk) || file.gcount() > 0) {
      comparison.take(reinterpret_cast<const std::byte*>(bytes.data()), static_cast<std::size_t>(file.gcount()));
    }
    return comparison.complete();
  }
  file.seekg(nifti ? 0 : behind(file, path.ends_with(".nrrd") ? "\n\n" : "ElementDataFile = LOCAL\n"));
  return inflate_into(comparison, file) && comparison.complete();
}

}  // namespace lossscope::reader
