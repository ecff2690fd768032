// SPDX-License-Identifier: Apache-2.0
// What the formats hand to the conversion: voxels as stored, and how they are meant.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "app/helper/memory_reserve.h"
#include "app/reader/gates/gates.h"
#include "app/reader/gates/hints.h"

namespace lossscope::reader {

/// Voxels in this machine's byte order, i fastest, and what the header says of them.
struct RawVolume : Layout {
  std::string stored_type;    ///< "int16", "float32", ...
  int stored_components = 1;  ///< of the file; the volume has one once it was chosen
  std::vector<std::string>
      files;  ///< paths that it was read from, in the order of its hash; empty: the one that was asked
  std::vector<std::byte> bytes;
  bool is_cut = false;  ///< of a mask: a threshold made it 1, 0, and kNotCounted where a label is ignored

  RawVolume() = default;
  explicit RawVolume(Layout layout) : Layout(std::move(layout)) {
    stored_type = name_of(scalar);
    stored_components = components();
  }
};

/// What is asked of a reading.
struct Wish {
  std::string role;  ///< "image", "mask" or "prediction"
  Answers answers;
  ReadingHints hints{};
  std::uint64_t available = 0;  ///< bytes of memory that may be used
  bool information_only = false;
  bool palette_colours = false;     ///< the colours of a palette, and not its indices
  MemoryReserve* memory = nullptr;  ///< gives way once a volume's size was found plausible
};

/// Calls visit(index, scaled value) for every voxel of a volume of one component.
template <class Visit>
void for_each_voxel(const RawVolume& volume, Visit visit) {
  with_type(volume.scalar, [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    const auto n = static_cast<std::size_t>(volume.voxels());
    const bool scaled = volume.slope != 1 || volume.intercept != 0;
    for (std::size_t i = 0; i < n; ++i) {
      T value;
      std::memcpy(&value, volume.bytes.data() + i * sizeof(T), sizeof(T));
      const auto number = static_cast<double>(value);
      visit(i, scaled ? number * volume.slope + volume.intercept : number);
    }
  });
}

/// The whole volume of any file or folder: one component of it, or all where every channel is wished. Throws Refused.
[[nodiscard]] RawVolume read_any(const std::string& path, const Wish& wish);
/// A component of a volume that may have several, on an orthogonal grid, of every second voxel where that was answered;
/// of one component alone its voxels are moved. Throws Refused.
[[nodiscard]] RawVolume take_channel(RawVolume& all, int which, const Wish& wish);

/// By format. NRRD, MetaImage and PNG through ITK where itk_faults.h has nothing against it, TIFF through libtiff, JPEG
/// through libjpeg, DICOM (some files, or a folder's) with GDCM for packed pixels, the others here.
[[nodiscard]] RawVolume read_plain(const std::string& path, Format format, const Source& source, const Wish& wish);
[[nodiscard]] RawVolume read_pair(const std::string& path, const Wish& wish);
[[nodiscard]] RawVolume read_numpy(const Source& source, const Wish& wish);
[[nodiscard]] RawVolume read_flat_picture(Format format, const Source& source, const Wish& wish);
[[nodiscard]] RawVolume read_png(const std::string& path, const Source& source, const Wish& wish);
[[nodiscard]] RawVolume read_tiff(const std::string& path, const Source& source, const Wish& wish);
/// A folder's files, or a file with the slices of its series that lie beside it.
[[nodiscard]] RawVolume read_dicom_folder(const std::vector<std::string>& files, const Wish& wish);
[[nodiscard]] RawVolume read_dicom_file(const std::string& path, const Wish& wish);

/// Keeps the component that was chosen (or makes it: luminance, magnitude) and says so.
/// Throws Refused E_COMPONENTS with those there are when none was chosen. Where every channel is wished, all are kept,
/// unless they are one picture's grey, or an answer makes one volume of them.
void choose_component(RawVolume& volume, const Wish& wish);
/// The component `which` as a volume of its own.
[[nodiscard]] RawVolume component_of(const RawVolume& volume, int which);

/// Takes the first axis of a file of four for components, where Question::order says so or the mask's size does.
void settle_component_axis(Layout& layout, const Wish& wish);
/// Takes the pages of a TIFF that says nothing of millimetres for components, where the mask is one picture of their
/// size.
void settle_pages(Layout& layout, const Wish& wish);
/// Takes the slices or the columns of a volume without a grid for classes where a softmax or one-hot map shows in them:
/// in every pixel they add up to 1 (or 255). Not of an image, nor where it was said how the axes run.
void settle_classes(RawVolume& volume, const Wish& wish);
/// Whether the first axis looks like that of components.
[[nodiscard]] bool may_have_components_first(const Layout& layout);

/// Takes every second voxel along each axis.
void take_half(RawVolume& volume);
/// Makes an orthogonal grid of a sheared one: nearest voxel for a mask, linear otherwise; 0 outside.
void resample_to_right_angles(RawVolume& volume, bool is_mask);
/// Slices at `positions` (mm, ascending) become evenly spaced: nearest for a mask, linear otherwise.
void resample_slices(RawVolume& volume, const std::vector<double>& positions, bool is_mask);

}  // namespace lossscope::reader
