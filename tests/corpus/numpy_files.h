// SPDX-License-Identifier: Apache-2.0
// NumPy arrays and archives of them, made by hand.
#pragma once

#include "tests/corpus/packing.h"

namespace lossscope::corpus {

/// An array with the header that says so.
[[nodiscard]] inline Bytes npy(const std::string& dictionary, const Bytes& data, int version = 1) {
  std::string header = dictionary;
  const std::size_t before = version == 1 ? 10 : 12;
  header.append(63 - (before + header.size()) % 64, ' ').append("\n");
  const Bytes length = version == 1 ? number_bytes(static_cast<std::uint16_t>(header.size()))
                                    : number_bytes(static_cast<std::uint32_t>(header.size()));
  return Bytes("\x93NUMPY") + static_cast<char>(version) + '\0' + length + header + data;
}

[[nodiscard]] inline std::string dictionary(const std::string& type, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': (" + shape + "), }";
}

struct Member {
  std::string name;
  Bytes content;
  bool deflate = true;
};

/// A zip archive with ZIP64 fields in its local headers, as numpy.savez writes them.
[[nodiscard]] inline Bytes npz(const std::vector<Member>& members) {
  Bytes file, directory;
  for (const Member& member : members) {
    const auto sum = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(member.content.data()), static_cast<uInt>(member.content.size())));
    const Bytes packed = member.deflate ? deflated(member.content, -15) : member.content;
    const auto method = static_cast<std::uint16_t>(member.deflate ? 8 : 0);
    const auto name_length = static_cast<std::uint16_t>(member.name.size());
    const Bytes common =
        number_bytes(std::uint16_t{0}) + number_bytes(method) + number_bytes(std::uint32_t{0}) + number_bytes(sum);
    const auto at = static_cast<std::uint32_t>(file.size());
    const auto packed_size = static_cast<std::uint32_t>(packed.size()),
               size = static_cast<std::uint32_t>(member.content.size());
    file += number_bytes(std::uint32_t{0x04034b50}) + number_bytes(std::uint16_t{45}) + common +
            number_bytes(std::uint32_t{0xFFFFFFFF}) + number_bytes(std::uint32_t{0xFFFFFFFF}) +
            number_bytes(name_length) + number_bytes(std::uint16_t{20}) + member.name + number_bytes(std::uint16_t{1}) +
            number_bytes(std::uint16_t{16}) + number_bytes(std::uint64_t{size}) +
            number_bytes(std::uint64_t{packed_size}) + packed;
    directory += number_bytes(std::uint32_t{0x02014b50}) + number_bytes(std::uint16_t{45}) +
                 number_bytes(std::uint16_t{45}) + common + number_bytes(packed_size) + number_bytes(size) +
                 number_bytes(name_length) + Bytes(12, '\0') + number_bytes(at) + member.name;
  }
  const auto count = static_cast<std::uint16_t>(members.size());
  return file + directory + number_bytes(std::uint32_t{0x06054b50}) + Bytes(4, '\0') + number_bytes(count) +
         number_bytes(count) + number_bytes(static_cast<std::uint32_t>(directory.size())) +
         number_bytes(static_cast<std::uint32_t>(file.size())) + number_bytes(std::uint16_t{0});
}

}  // namespace lossscope::corpus
