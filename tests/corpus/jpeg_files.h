// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>  // jpeglib.h needs it and does not include it
#include <cstdlib>

#include <jpeglib.h>

#include "tests/corpus/packing.h"

namespace lossscope::corpus {

/// Pixels row by row, `components` of each, written by libjpeg.
[[nodiscard]] inline Bytes jpeg(int width, int height, int components, const Bytes& pixels, bool progressive = false) {
  jpeg_compress_struct state{};
  jpeg_error_mgr errors{};
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&state, &memory, &size);
  state.image_width = static_cast<JDIMENSION>(width);
  state.image_height = static_cast<JDIMENSION>(height);
  state.input_components = components;
  state.in_color_space = components == 1 ? JCS_GRAYSCALE : (components == 3 ? JCS_RGB : JCS_CMYK);
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, 100, TRUE);
  if (progressive) {
    jpeg_simple_progression(&state);
  }
  jpeg_start_compress(&state, TRUE);
  for (int y = 0; y < height; ++y) {
    Bytes row =
        pixels.substr(static_cast<std::size_t>(y * width * components), static_cast<std::size_t>(width * components));
    auto* at = reinterpret_cast<JSAMPROW>(row.data());
    jpeg_write_scanlines(&state, &at, 1);
  }
  jpeg_finish_compress(&state);
  Bytes file(reinterpret_cast<char*>(memory), size);
  jpeg_destroy_compress(&state);
  std::free(memory);
  return file;
}

/// 16 x 8: a block of 40 beside a block of 200, which JPEG keeps as they are.
[[nodiscard]] inline Bytes two_blocks(int components) {
  Bytes pixels;
  for (int y = 0; y < 8; ++y) {
    pixels += Bytes(static_cast<std::size_t>(8 * components), '\50') +
              Bytes(static_cast<std::size_t>(8 * components), '\xC8');
  }
  return pixels;
}
[[nodiscard]] inline std::vector<double> two_blocks_values() {
  std::vector<double> values;
  for (int i = 0; i < 128; ++i) {
    values.push_back(i % 16 < 8 ? 40 : 200);
  }
  return values;
}

}  // namespace lossscope::corpus
