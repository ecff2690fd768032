// SPDX-License-Identifier: Apache-2.0
#include "app/reader/itk_volumes.h"

#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>

#include <algorithm>
#include <stdexcept>

#include "app/reader/itk_faults.h"
#include "app/reader/itk_scalar.h"

namespace lossscope::reader {
namespace {

itk::ImageIOBase::Pointer library_of(Format format) {
  switch (format) {
    case Format::nrrd:
      return itk::NrrdImageIO::New().GetPointer();
    case Format::metaimage:
      return itk::MetaImageIO::New().GetPointer();
    default:
      throw std::logic_error("itk_for: the table of faults lets through a format without a reader");
  }
}

/// The library must see what the gate saw: the first three axes, and as many components along the others.
bool sees_the_same(const itk::ImageIOBase& io, const Layout& seen) {
  auto components = static_cast<std::int64_t>(io.GetNumberOfComponents());
  bool same = components == seen.interleaved && scalar_of(io.GetComponentType()) == seen.scalar;
  for (unsigned axis = 0; axis < std::max(io.GetNumberOfDimensions(), 3U); ++axis) {
    const std::int64_t n = axis < io.GetNumberOfDimensions() ? static_cast<std::int64_t>(io.GetDimensions(axis)) : 1;
    same = same && (axis > 2 || n == seen.size[axis]);
    components *= axis > 2 ? n : 1;
  }
  return same && components == seen.components();
}

}  // namespace

std::optional<std::vector<std::byte>> read_by_itk(itk::ImageIOBase& io, const Layout& seen,
                                                  std::optional<std::int64_t> only) {
  if (!sees_the_same(io, seen)) {
    return std::nullopt;
  }
  itk::ImageIORegion region(io.GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io.GetNumberOfDimensions(); ++axis) {
    const bool one = axis > 2 && only;
    region.SetIndex(axis, one ? *only : 0);
    region.SetSize(axis, one ? 1 : io.GetDimensions(axis));
  }
  io.SetIORegion(region);
  std::vector<std::byte> bytes(seen.bytes() / static_cast<std::uint64_t>(only ? seen.stacked : 1));
  io.Read(bytes.data());
  return bytes;
}

LibraryReader itk_for(Format format, const Layout& layout, const std::string& path) {
  if (itk_fault_of(format, layout)) {
    return {};
  }
  return [format, path, seen = layout](std::optional<std::int64_t> only) -> std::optional<std::vector<std::byte>> {
    const auto io = library_of(format);
    io->SetFileName(path);
    try {
      io->ReadImageInformation();
    } catch (const itk::ExceptionObject&) {  // ItkFault::nrrd_header_refused
      return std::nullopt;
    }
    return read_by_itk(*io, seen, only);
  };
}

}  // namespace lossscope::reader
