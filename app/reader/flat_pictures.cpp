// SPDX-License-Identifier: Apache-2.0
// BMP, whose pixels are plain, and JPEG through libjpeg, whose warnings count: it fills what is damaged with grey.
#include "app/reader/gates/flat_pictures.h"

#include <jerror.h>
#include <jpeglib.h>
#include <algorithm>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it and does not include it

#include "app/reader/blocks.h"

namespace lossscope::reader {
namespace {

/// Rows from top to bottom, as in every other picture.
void read_bmp_rows(RawVolume& volume, const BmpPicture& picture, const Source& source) {
  const auto width = static_cast<std::size_t>(volume.size[0]), height = static_cast<std::size_t>(volume.size[1]);
  std::vector<std::byte> row(picture.row_bytes());
  std::byte* to = volume.bytes.data();
  const auto index_at = [&](std::size_t x) {
    const auto bits = static_cast<std::size_t>(picture.bits), per_byte = 8 / bits;
    const unsigned shift = static_cast<unsigned>((per_byte - 1 - x % per_byte) * bits);
    const auto index = (static_cast<std::size_t>(row[x / per_byte]) >> shift) & ((std::size_t{1} << bits) - 1);
    if (index >= picture.most_colours) {
      throw Refused("E_HEADER", "the BMP is damaged: a pixel has a colour that its palette lacks",
                    "export the picture again");
    }
    return picture.greys.empty() ? static_cast<std::uint8_t>(index) : picture.greys[index];
  };
  for (std::size_t y = 0; y < height; ++y) {
    source.read_all(volume.data_offset + picture.row_bytes() * (picture.top_down ? y : height - 1 - y), row);
    for (std::size_t x = 0; x < width; ++x) {
      if (picture.most_colours > 0) {
        *to++ = std::byte{index_at(x)};
      } else {
        const std::byte* const pixel = row.data() + x * static_cast<std::size_t>(picture.bits / 8);
        to = std::reverse_copy(pixel, pixel + 3, to);  // the file has blue first
      }
    }
  }
}

RawVolume read_bmp(const Source& source, const Wish& wish) {
  BmpPicture picture = bmp_gate(source);
  admit(picture.layout, std::max(source.size(), picture.layout.bytes()), wish);  // eight pixels may share a byte
  RawVolume volume(picture.layout);
  volume.bytes.resize(volume.Layout::bytes());
  read_bmp_rows(volume, picture, source);
  return volume;
}

/// libjpeg's decoder, which leaves by longjmp where it gives up: nothing in the functions that call it may need a
/// destructor.
struct Decoder {
  jpeg_decompress_struct state{};
  jpeg_error_mgr errors{};
  std::jmp_buf give_up{};
  bool failed = false;

  Decoder() {
    state.err = jpeg_std_error(&errors);
    state.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      std::longjmp(static_cast<Decoder*>(common->client_data)->give_up, 1);
    };
    errors.output_message = [](j_common_ptr) {};
    errors.emit_message = [](j_common_ptr common, int level) {
      const int code = common->err->msg_code;  // those that cost no pixel are let pass
      const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR;
      common->err->num_warnings += level < 0 && !harmless ? 1 : 0;
    };
    if (setjmp(give_up) != 0) {
      failed = true;
      return;
    }
    jpeg_create_decompress(&state);
  }
  ~Decoder() { jpeg_destroy_decompress(&state); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Fills `out`, which has the layout's size. False: it gave up, or saw another picture than the gate did.
  bool decode(std::span<const std::byte> file, const Layout& layout, std::byte* const out) {
    if (failed || setjmp(give_up) != 0) {
      return false;
    }
    jpeg_mem_src(&state, reinterpret_cast<const unsigned char*>(file.data()), static_cast<unsigned long>(file.size()));
    if (jpeg_read_header(&state, TRUE) != JPEG_HEADER_OK) {
      return false;
    }
    state.out_color_space = layout.interleaved == 1 ? JCS_GRAYSCALE : JCS_RGB;
    state.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&state);
    if (state.output_width != static_cast<JDIMENSION>(layout.size[0]) ||
        state.output_height != static_cast<JDIMENSION>(layout.size[1]) ||
        state.output_components != layout.interleaved) {
      return false;
    }
    const std::size_t row_bytes =
        static_cast<std::size_t>(state.output_width) * static_cast<std::size_t>(layout.interleaved);
    while (state.output_scanline < state.output_height) {
      auto* row = reinterpret_cast<JSAMPROW>(out + state.output_scanline * row_bytes);
      jpeg_read_scanlines(&state, &row, 1);
    }
    jpeg_finish_decompress(&state);
    return errors.num_warnings == 0;
  }
};

RawVolume read_jpeg(const Source& source, const Wish& wish) {
  Layout layout = jpeg_gate(source);
  layout.packing = Packing::deflated;
  admit(layout, source.size(), wish);
  RawVolume volume(std::move(layout));
  volume.packing = Packing::raw;
  volume.bytes.resize(volume.Layout::bytes());
  Decoder decoder;
  if (!decoder.decode(source.view(), volume, volume.bytes.data())) {
    throw Refused("E_CRC", "the pixels of the JPEG are damaged", "copy, download or export the picture again");
  }
  return volume;
}

}  // namespace

RawVolume read_flat_picture(Format format, const Source& source, const Wish& wish) {
  return format == Format::bmp ? read_bmp(source, wish) : read_jpeg(source, wish);
}

}  // namespace lossscope::reader
