// SPDX-License-Identifier: Apache-2.0
// PNG through ITK's reader, once its gate let it pass.
#include <itkPNGImageIO.h>

#include "app/reader/blocks.h"
#include "app/reader/itk_volumes.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {

RawVolume read_png(const std::string& path, const Source& source, const Wish& wish) {
  Layout layout = png_gate(source);
  allow_memory(layout, source.size(), wish);
  const auto io = itk::PNGImageIO::New();
  io->SetExpandRGBPalette(wish.palette_colours);  // a palette's index is the label; its colour is not
  io->SetFileName(path);
  io->ReadImageInformation();
  if (wish.palette_colours && layout.interleaved == 1) {
    layout.interleaved = static_cast<int>(io->GetNumberOfComponents());  // 3 or 4 where there is a palette
  }
  for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis) {
    layout.spacing[axis] = io->GetSpacing(axis);
  }
  layout.has_grid =
      layout.spacing != std::array<double, 3>{1, 1, 1};  // 1 mm is what ITK says when the file says nothing
  check_geometry(layout, wish.answers);
  RawVolume volume(std::move(layout));
  auto read = read_by_itk(*io, volume);
  if (!read && volume.has_transparent_colour) {
    throw Refused("E_READ", "it has a transparent colour (tRNS), of which the library that reads it makes other values",
                  "save the picture again without transparency");
  }
  if (!read) {
    throw Refused("E_READ", "the library that reads it sees another size or type than its header says",
                  "save the picture again, in grey values of 8 or 16 bits");
  }
  volume.bytes = std::move(*read);
  return volume;
}

}  // namespace lossscope::reader
