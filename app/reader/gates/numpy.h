// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy (formats 1.0 to 3.0) and the members of an .npz.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/helper/zip_directory.h"
#include "app/reader/gates/hints.h"
#include "app/reader/gates/layout.h"
#include "app/reader/gates/source.h"

namespace lossscope::reader {

/// Where the numbers of an array lie in its file, and which axis is what.
struct NumpyArray {
  Layout layout;  ///< as the volume will be; components stacked, or interleaved where they are numbers of one colour
  int width = 1;  ///< bytes of a number in the file; 2 with float32 voxels: half precision
  std::array<std::int64_t, 4> strides{};  ///< numbers in the file from one component, slice, row, column to the next

  [[nodiscard]] bool is_half() const { return width == 2 && layout.scalar == Scalar::f32; }
  [[nodiscard]] std::uint64_t stored_bytes() const {
    return layout.bytes() / bytes_of(layout.scalar) * static_cast<std::uint64_t>(width);
  }
};

/// Axes are (z, y, x), or (x, y, z) where Question::order was answered so; of four axes the first (or the last, where
/// it is shorter) holds components, unless Question::order or the size of the mask beside it says otherwise; of three
/// axes none does, unless the mask is one picture. Leading axes of length 1 are dropped.
/// Throws Refused E_TRUNC, E_FORMAT, E_HEADER, E_TYPE (E_NUMPY_OBJECT for Python objects), E_SIZE.
[[nodiscard]] NumpyArray npy_gate(const Source& source, const Answers& answers, const ReadingHints& hints = {});

struct NpzArray {
  ZipRecord record;
  std::vector<Note> notes;
};

/// The member of an .npz that is meant: the only array that can be read, nnU-Net's probabilities, or the one of
/// Question::array. Of arrays of one name the last counts, as NumPy has it.
/// Throws Refused E_HEADER, E_NUMPY_EMPTY, and E_NUMPY_ARRAY with the names of those that can be read.
[[nodiscard]] NpzArray npz_gate(std::span<const std::byte> file, const Answers& answers);

}  // namespace lossscope::reader
