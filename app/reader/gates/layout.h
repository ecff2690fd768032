// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/reader/gates/finding.h"
#include "app/reader/gates/scalar.h"

namespace lossscope::reader {

/// How the voxels lie in their file.
enum class Packing : std::uint8_t {
  raw,
  deflated,  ///< zlib or gzip
  text       ///< numbers with white space between them
};

/// An axis of more is not taken for one of classes, unless somebody says so.
inline constexpr std::int64_t kMostClasses = 64;

/// data_offset of voxels that fill the end of their file.
inline constexpr std::uint64_t kAtTheEnd = ~std::uint64_t{0};

/// What a file calls a label; of one component, where it has several of them (-1: of all).
struct LabelName {
  std::int64_t value = 0;
  std::string name;
  int component = -1;
};

/// What a header says of the voxels, as far as it was found sound. LPS geometry, direction row by row, its columns the
/// unit axes of i, j, k.
struct Layout {
  std::string format;
  Scalar scalar = Scalar::u8;
  bool big_endian = false;
  int interleaved = 1;  ///< components of one voxel, side by side
  int stacked = 1;      ///< volumes, one after the other
  bool is_complex = false, is_colour = false;
  std::vector<std::string> component_names;  ///< where the file names them
  std::vector<LabelName> label_names;        ///< where the file names them
  std::array<std::int64_t, 3> size{1, 1, 1};
  std::array<double, 3> spacing{1, 1, 1}, origin{0, 0, 0};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
  bool has_orientation = true;
  bool has_grid = true;                 ///< false: the format says nothing of millimetres, and the case's grid is taken
  bool has_slice_distance = true;       ///< false: of more than one slice it would not be known how far apart they lie
  bool has_two_counts = false;          ///< `stacked` counts along two axes: channels and times
  bool has_footer = false;              ///< the format has more after the voxels, which does not matter here
  bool has_transparent_colour = false;  ///< PNG's tRNS
  bool is_lossy = false;                ///< values are near what was saved, not equal to it
  double slope = 1, intercept = 0;
  Packing packing = Packing::raw;
  std::string data_file;  ///< name of a detached file in the header's folder; empty: the file itself
  std::uint64_t data_offset = 0;
  std::optional<std::uint64_t> packed_bytes;  ///< of deflated voxels, where the header says it
  std::vector<Note> notes;

  [[nodiscard]] std::int64_t voxels() const { return size[0] * size[1] * size[2]; }
  [[nodiscard]] int components() const { return interleaved * stacked; }
  /// Bytes of all voxels with all components; sizes are checked, so that it cannot overflow.
  [[nodiscard]] std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(voxels()) * static_cast<std::uint64_t>(components()) * bytes_of(scalar);
  }
};

/// Each axis 1..32767 voxels, at most 2^31 - 1 voxels and 65535 components. Throws Refused E_HEADER, E_SIZE.
void check_sizes(const Layout& layout);

/// Spacing 1e-4..1e3 mm and of a ratio of at most 1000, origin within 100 m, direction nearly orthonormal: one that is
/// off by at most 1e-2 is made so (with a note from 1e-4 on). Any other is asked about
/// (Question::axes): "ignore" makes it so, too, "resample" leaves it for the voxels to be resampled.
/// Throws Refused E_GEOMETRY, E_ORTHO.
void check_geometry(Layout& layout, const Answers& answers);

/// Whether its axes are so far from right angles that a person must say what to do with them.
[[nodiscard]] bool is_sheared(const Layout& layout);

/// The nearest matrix with orthonormal columns.
[[nodiscard]] std::array<double, 9> nearest_orthonormal(std::array<double, 9> matrix);
/// Largest entry of R^T R - I.
[[nodiscard]] double orthonormality_error(const std::array<double, 9>& matrix);

/// What a volume takes: to read it, and to work on it with image, prediction, mask and one map; of several classes
/// there is a prediction and a mask each.
[[nodiscard]] std::uint64_t memory_to_read(const Layout& layout);
[[nodiscard]] std::uint64_t memory_to_work(std::uint64_t voxels, unsigned classes = 1);

/// What is handed over of a file: so many volumes, with so many bytes for each voxel.
struct Delivery {
  unsigned voxel_bytes = 4, volumes = 1;
};

/// Refuses (E_MEMORY) what needs more than 60 % of `available` bytes and asks (E_LARGE) from 25 % on, unless the memory
/// was answered for. `unpacked_ratio`: how many bytes each byte on disk becomes; asks (E_BOMB) over 200 with more than
/// 256 MiB, or with less than 1 MiB on disk that would take more than 224 MiB with what is delivered.
void check_memory(const Layout& layout, std::uint64_t available, double unpacked_ratio, const Answers& answers,
                  const Delivery& delivery);

}  // namespace lossscope::reader
