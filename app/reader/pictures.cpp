// SPDX-License-Identifier: Apache-2.0
// PNG through ITK's reader, once its gate let it pass.
#include <itkPNGImageIO.h>

#include "app/reader/blocks.h"
#include "app/reader/itk_scalar.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

/// The library must see what the gate saw.
void compare_with_layout(const Layout& layout, const itk::ImageIOBase& io) {
  const unsigned dimensions = io.GetNumberOfDimensions();
  bool same = dimensions >= 2 && dimensions <= 3 && scalar_of(io.GetComponentType()) == layout.scalar &&
              static_cast<int>(io.GetNumberOfComponents()) == layout.interleaved;
  for (unsigned axis = 0; axis < 3 && same; ++axis) {
    const std::int64_t n = axis < dimensions ? static_cast<std::int64_t>(io.GetDimensions(axis)) : 1;
    same = n == layout.size[axis];
  }
  if (!same) {
    throw Refused("E_READ", "the library that reads it sees another size or type than its header says",
                  "save the picture again, in grey values of 8 or 16 bits");
  }
}

}  // namespace

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
  compare_with_layout(layout, *io);
  itk::ImageIORegion region(io->GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis) {
    region.SetSize(axis, io->GetDimensions(axis));
    layout.spacing[axis] = io->GetSpacing(axis);
  }
  layout.has_grid =
      layout.spacing != std::array<double, 3>{1, 1, 1};  // 1 mm is what ITK says when the file says nothing
  check_geometry(layout, wish.answers);
  RawVolume volume(std::move(layout));
  io->SetIORegion(region);
  volume.bytes.resize(volume.Layout::bytes());
  io->Read(volume.bytes.data());
  return volume;
}

}  // namespace lossscope::reader
