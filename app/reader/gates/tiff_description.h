// SPDX-License-Identifier: Apache-2.0
// What microscopy programs write into a TIFF's ImageDescription: how many slices, channels and times its planes are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lossscope::reader {

/// One directory's picture, as far as a description refers to it.
struct TiffPicture {
  std::int64_t width = 0, height = 0;
  int samples = 1;
  bool is_planar = false;  ///< samples one after the other, not side by side
};

/// The planes of a TIFF as a stack of volumes. A plane is one picture with all its samples.
struct TiffStack {
  std::string written_by;  ///< "ImageJ", "OME" or "tifffile"
  std::int64_t channels = 1, slices = 1, times = 1;
  std::string order = "CZT";        ///< the axes of the planes, the fastest first
  std::array<double, 3> spacing{};  ///< mm; 0 where it is not said
  double unit = 0;                  ///< mm that the resolution of the TIFF's own tags counts in; 0: not said
  std::vector<std::string> channel_names;
  /// The directory of each plane, in the order of `order`; empty: one after the other. -1: none.
  std::vector<std::int64_t> directories;
  bool may_lack_directories = false;  ///< all planes may follow the only directory's
  bool needs_other_files = false;     ///< planes are in files of other names
  bool has_several = false;           ///< several images, each a stack of its own

  [[nodiscard]] std::int64_t planes() const { return channels * slices * times; }
  /// Which plane of the file it is.
  [[nodiscard]] std::int64_t plane(std::int64_t channel, std::int64_t slice, std::int64_t time) const;
};

/// Planes that a file may hold.
inline constexpr std::int64_t kMostPlanes = 65535;

/// None when the text describes no stack, or one of more than kMostPlanes planes.
[[nodiscard]] std::optional<TiffStack> tiff_stack(std::string_view description, const TiffPicture& picture);

}  // namespace lossscope::reader
