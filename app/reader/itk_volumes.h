// SPDX-License-Identifier: Apache-2.0
// Voxels through ITK, of files whose gate has let them pass. Geometry and scaling are the gate's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/reader/blocks.h"
#include "app/reader/gates/file_formats.h"

namespace itk {
class ImageIOBase;
}

namespace lossscope::reader {

/// The voxels, in this machine's byte order, from a reader that has read the header; of several volumes perhaps the
/// `only` one. None when the library sees another size or type than the gate, which saw `seen`.
[[nodiscard]] std::optional<std::vector<std::byte>> read_by_itk(itk::ImageIOBase& io, const Layout& seen,
                                                                std::optional<std::int64_t> only = {});

/// What reads the voxels of a layout as its gate made it: ITK's reader of the format, which finds a data file by the
/// header at `path`; none where a row of itk_faults.h keeps ITK from it. It throws itk::ExceptionObject where the
/// header is read and the voxels are not.
[[nodiscard]] LibraryReader itk_for(Format format, const Layout& layout, const std::string& path);

}  // namespace lossscope::reader
