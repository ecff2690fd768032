// SPDX-License-Identifier: Apache-2.0
// DICOM with compressed pixels: what the fragments hold must be what the header says, before a decoder sees it.
#include "tests/corpus/dicom_files.h"
#include "tests/corpus/jpeg_files.h"

namespace lossscope::corpus {
namespace {

Bytes fragment(const Bytes& data) {
  const Bytes even = data + Bytes(data.size() % 2, '\0');
  return DicomFile::tag_bytes(0xFFFEE000) + number_bytes(static_cast<std::uint32_t>(even.size())) + even;
}

/// Fragments behind an empty offset table.
DicomFile packed(const std::string& syntax, const std::vector<Bytes>& fragments, int bits = 8) {
  DicomFile file;
  file.syntax = "1.2.840.10008.1.2" + syntax;
  file.number(0x00280100, bits).number(0x00280101, bits).number(0x00280102, bits - 1).number(0x00280103, 0);
  file.pixels = fragment({});
  for (const Bytes& data : fragments) {
    file.pixels += fragment(data);
  }
  file.pixels += DicomFile::tag_bytes(0xFFFEE0DD) + number_bytes(std::uint32_t{0});
  file.pixel_length = 0xFFFFFFFF;
  return file;
}

/// Runs of PS3.5 annex G: each segment is one run of literal bytes.
Bytes runs(const std::vector<Bytes>& segments) {
  Bytes header = number_bytes(static_cast<std::uint32_t>(segments.size())), data;
  for (const Bytes& segment : segments) {
    header += number_bytes(static_cast<std::uint32_t>(64 + data.size()));
    data += static_cast<char>(segment.size() - 1) + segment;
    data += Bytes(data.size() % 2, '\x80');
  }
  return header + Bytes(64 - header.size(), '\0') + data;
}

/// The beginning of a JPEG 2000 stream of such a size in one tile, and nothing behind it.
Bytes wavelets(std::uint32_t width, std::uint32_t height, std::uint32_t tile) {
  Bytes file("\xFF\x4F\xFF\x51\0\x29\0\0", 8);
  for (const std::uint32_t number : {width, height, 0U, 0U, tile, tile, 0U, 0U}) {
    file += number_bytes(number, true);
  }
  return file + Bytes("\0\1\7\1\1", 5) + Bytes(200, '\0');
}

}  // namespace

void add_dicom_packed_cases(Corpus& corpus) {
  const auto add = [&](const std::string& name, const DicomFile& file, const std::string& code = {}) -> Case& {
    return corpus.add("dicom_packed_" + name, "slice.dcm", file.bytes(), code);
  };
  const Bytes six("\0\1\2\3\4\5", 6);
  add("runs", packed(".5", {runs({six})})).gives(counting(6));
  add("runs_of_16_bits", packed(".5", {runs({Bytes(6, '\1'), six})}, 16)).gives({256, 257, 258, 259, 260, 261});
  add("runs_of_two_frames",
      packed(".5", {runs({six}), runs({Bytes(6, '\7')})}).text(0x00280008, "IS", "2").text(0x00180050, "DS", "2"),
      "W_FRAMES")
      .gives({0, 1, 2, 3, 4, 5, 7, 7, 7, 7, 7, 7});
  const auto picture = [](const Bytes& data) {
    return packed(".4.50", {data}).number(0x00280010, 8).number(0x00280011, 16);
  };
  const Bytes good = jpeg(16, 8, 1, two_blocks(1));
  add("jpeg", picture(good)).gives(two_blocks_values());
  add("jpeg_in_two_fragments",
      packed(".4.50", {good.substr(0, 300), good.substr(300)}).number(0x00280010, 8).number(0x00280011, 16))
      .gives(two_blocks_values());
  add("jpeg_of_another_size", picture(jpeg(8, 16, 1, two_blocks(1))), "E_DICOM_PIXELS");
  add("jpeg_in_colour", picture(jpeg(16, 8, 3, two_blocks(3))), "E_DICOM_PIXELS");
  add("no_jpeg", picture("this is no picture at all"), "E_DICOM_PIXELS");
  add("empty_fragment", picture({}), "E_TRUNC");
  add("runs_of_too_many_segments", packed(".5", {runs({six, six})}), "E_DICOM_PIXELS");
  add("runs_cut", packed(".5", {runs({six}).substr(0, 40)}), "E_DICOM_PIXELS");
  add("two_frames_in_one_fragment", packed(".5", {runs({six})}).text(0x00280008, "IS", "2"), "E_HEADER");
  const auto huge = [](const std::string& syntax, const Bytes& data) {
    return packed(syntax, {data}).number(0x00280010, 20000).number(0x00280011, 20000);
  };
  add("runs_of_20000_squared", huge(".5", runs({six})), "E_TRUNC");
  add("wavelets_of_another_size", huge(".4.90", wavelets(20000, 60000, 20000)), "E_DICOM_PIXELS");
  add("wavelets_in_many_tiles", huge(".4.90", wavelets(20000, 20000, 1)), "E_DICOM_PIXELS");
  Bytes wide = good;
  wide.replace(wide.find("\xFF\xC0") + 5, 4, "\x4E\x20\x4E\x20");
  add("jpeg_of_20000_squared", huge(".4.50", wide), "E_TRUNC");
}

}  // namespace lossscope::corpus
