// SPDX-License-Identifier: Apache-2.0
// Compressed pixel data (PS3.5 A.4): which fragments are of which frame, and whether the picture in them has the size
// that the header says, before a decoder takes memory for it.
#include <algorithm>

#include "app/reader/gates/dicom_file.h"
#include "app/reader/gates/dicom_values.h"

namespace lossscope::reader {
namespace {

struct Size {
  std::uint32_t rows = 0, columns = 0;
};

[[noreturn]] void refuse_pixels(const std::string& reason) {
  throw Refused("E_DICOM_PIXELS", "its compressed pixels are not what the header says: " + reason,
                "export the series again");
}

/// The frame header of JPEG and JPEG-LS (ITU-T T.81, T.87).
Size jpeg_size(const Source& source, const DicomValue& fragment) {
  const std::uint64_t end = fragment.offset + fragment.length;
  for (std::uint64_t at = fragment.offset; at + 9 < end;) {
    if (source.at<std::uint8_t>(at) != 0xFF) {
      break;
    }
    const auto marker = source.at<std::uint8_t>(at + 1);
    const bool frame =
        (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
    if (frame) {
      if (source.at<std::uint8_t>(at + 9) != 1) {
        refuse_pixels("they have several colours");
      }
      return {source.at<std::uint16_t>(at + 5, true), source.at<std::uint16_t>(at + 7, true)};
    }
    const bool alone = marker == 0xD8 || marker == 0xFF || marker == 0x01;
    at += marker == 0xFF ? 1 : (alone ? 2 : 2 + std::uint64_t{source.at<std::uint16_t>(at + 2, true)});
  }
  refuse_pixels("they are not JPEG");
}

/// The SIZ segment of JPEG 2000 (ITU-T T.800 A.5.1), bare or in a JP2 box.
Size jpeg2000_size(const Source& source, const DicomValue& fragment) {
  const std::string head = source.text(fragment.offset, std::min<std::uint32_t>(fragment.length, 512));
  const std::size_t siz = head.find("\xFF\x4F\xFF\x51");
  if (siz == std::string::npos || siz + 42 > head.size()) {
    refuse_pixels("they are not JPEG 2000");
  }
  const std::uint64_t at = fragment.offset + siz + 4;
  const auto number = [&](std::uint64_t offset) { return std::uint64_t{source.at<std::uint32_t>(at + offset, true)}; };
  const std::uint64_t right = number(4), bottom = number(8), left = number(12), top = number(16);
  const std::uint64_t tile_width = number(20), tile_height = number(24);
  if (right <= left || bottom <= top || tile_width == 0 || tile_height == 0 ||
      source.at<std::uint16_t>(at + 36, true) != 1) {
    refuse_pixels("their size is none");
  }
  const std::uint64_t tiles = ((right + tile_width - 1) / tile_width) * ((bottom + tile_height - 1) / tile_height);
  if (tiles > 65535 || tile_width > (std::uint64_t{1} << 31) - 1 || tile_height > (std::uint64_t{1} << 31) - 1) {
    refuse_pixels("they lie in " + std::to_string(tiles) + " tiles");
  }
  return {static_cast<std::uint32_t>(std::min<std::uint64_t>(bottom - top, 65536)),
          static_cast<std::uint32_t>(std::min<std::uint64_t>(right - left, 65536))};
}

/// Bytes that a frame needs at least: runs of 128 bytes take two (PS3.5 G.3), 64 samples of JPEG a bit.
std::uint64_t least_bytes(const DicomFile& file) {
  const std::uint64_t bytes = file.pixels_of_frame() * static_cast<std::uint64_t>(file.bits_allocated / 8);
  const std::string kind = file.transfer_syntax.substr(file.transfer_syntax.rfind('.'));
  if (kind == ".5") {
    return bytes / 64;
  }
  if (kind == ".57" || kind == ".70") {
    return file.pixels_of_frame() / 8;  // a bit for each sample
  }
  return kind == ".50" || kind == ".51" ? file.pixels_of_frame() / 512 : 0;
}

void check_frame(const DicomFile& file, const Source& source, const std::vector<DicomValue>& fragments) {
  std::uint64_t there = 0;
  for (const DicomValue& fragment : fragments) {
    there += fragment.length;
  }
  if (there == 0 || there + 64 < least_bytes(file)) {
    refuse_cut();
  }
  const bool runs = file.transfer_syntax.ends_with(".1.2.5");
  const bool wavelets = file.transfer_syntax.ends_with(".4.90") || file.transfer_syntax.ends_with(".4.91");
  if (runs) {
    const auto segments = there >= 64 ? source.at<std::uint32_t>(fragments.front().offset) : 0U;
    if (segments != static_cast<std::uint32_t>(file.bits_allocated / 8)) {
      refuse_pixels("they have " + std::to_string(segments) + " segments");
    }
    return;
  }
  const Size size = wavelets ? jpeg2000_size(source, fragments.front()) : jpeg_size(source, fragments.front());
  if (size.rows != static_cast<std::uint32_t>(file.rows) || size.columns != static_cast<std::uint32_t>(file.columns)) {
    refuse_pixels("they are " + std::to_string(size.columns) + " x " + std::to_string(size.rows) + " large");
  }
}

/// Where each frame begins, by the basic offset table, counted from the first fragment.
std::vector<std::uint64_t> offset_table(const Source& source, const DicomValue& table) {
  std::vector<std::uint64_t> offsets;
  for (std::uint64_t at = table.offset; at + 4 <= table.offset + table.length; at += 4) {
    offsets.push_back(source.at<std::uint32_t>(at));
  }
  return offsets;
}

}  // namespace

void check_fragments(DicomFile& file, const Source& source, const DicomValue& pixels, std::size_t frames) {
  std::vector<DicomValue> all = dicom_fragments(source, pixels.offset);
  if (all.size() < 2 || file.bits_allocated == 1 || file.is_float) {
    damaged_dicom("its compressed pixels hold nothing, or of a type that cannot be compressed");
  }
  const std::vector<std::uint64_t> begins = offset_table(source, all.front());
  all.erase(all.begin());
  if (frames == 1) {
    file.fragments = {std::move(all)};
  } else if (all.size() == frames) {
    for (const DicomValue& fragment : all) {
      file.fragments.push_back({fragment});
    }
  } else if (begins.size() == frames) {
    const std::uint64_t first = all.front().offset - 8;  // of its item
    for (const DicomValue& fragment : all) {
      const std::uint64_t at = fragment.offset - 8 - first;
      if (file.fragments.size() < frames && at == begins[file.fragments.size()]) {
        file.fragments.emplace_back();
      }
      if (file.fragments.empty()) {
        damaged_dicom("its offset table does not begin with the first frame");
      }
      file.fragments.back().push_back(fragment);
    }
  }
  if (file.fragments.size() != frames) {
    damaged_dicom("its " + std::to_string(all.size()) + " fragments are not those of " + std::to_string(frames) +
                  " frames");
  }
  for (const auto& fragments : file.fragments) {
    check_frame(file, source, fragments);
  }
}

}  // namespace lossscope::reader
