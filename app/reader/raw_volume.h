// SPDX-License-Identifier: Apache-2.0
// What the formats hand to the conversion: voxels as stored, and how they are meant.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lossscope::reader {

/// A named refusal; main turns it into the answer.
struct Refused : std::runtime_error {
  Refused(std::string code_, std::string reason, std::string remedy_)
      : std::runtime_error(reason), code(std::move(code_)), remedy(std::move(remedy_)) {}
  std::string code, remedy;
};

enum class Scalar : std::uint8_t { u8, i8, u16, i16, u32, i32, u64, i64, f32, f64 };

struct Note {
  std::string code, text;
};

/// One component of a volume, i fastest. LPS geometry, direction row by row.
struct RawVolume {
  std::string format, stored_type;
  Scalar scalar = Scalar::u8;
  int components = 1;
  std::array<std::int64_t, 3> size{1, 1, 1};
  std::array<double, 3> spacing{1, 1, 1}, origin{0, 0, 0};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
  bool has_orientation = true;
  double slope = 1, intercept = 0;
  std::vector<std::byte> bytes;
  std::vector<Note> notes;

  [[nodiscard]] std::int64_t voxels() const { return size[0] * size[1] * size[2]; }
};

[[nodiscard]] std::size_t bytes_of(Scalar scalar);
[[nodiscard]] const char* name_of(Scalar scalar);

/// Calls f with a null pointer of the scalar's type.
template <class F>
auto with_type(Scalar scalar, F f) {
  switch (scalar) {
    case Scalar::u8:
      return f(static_cast<const std::uint8_t*>(nullptr));
    case Scalar::i8:
      return f(static_cast<const std::int8_t*>(nullptr));
    case Scalar::u16:
      return f(static_cast<const std::uint16_t*>(nullptr));
    case Scalar::i16:
      return f(static_cast<const std::int16_t*>(nullptr));
    case Scalar::u32:
      return f(static_cast<const std::uint32_t*>(nullptr));
    case Scalar::i32:
      return f(static_cast<const std::int32_t*>(nullptr));
    case Scalar::u64:
      return f(static_cast<const std::uint64_t*>(nullptr));
    case Scalar::i64:
      return f(static_cast<const std::int64_t*>(nullptr));
    case Scalar::f32:
      return f(static_cast<const float*>(nullptr));
    case Scalar::f64:
      break;
  }
  return f(static_cast<const double*>(nullptr));
}

/// The whole file, inflated when it is gzip: checks its CRC and length. Throws Refused E_TRUNC, E_CRC, E_SIZE.
[[nodiscard]] std::vector<std::byte> file_bytes(const std::string& path);

/// What zlib or gzip data hold; their checksum is checked. Throws Refused as file_bytes.
[[nodiscard]] std::vector<std::byte> inflated(const std::vector<std::byte>& packed);

/// Grid sizes, spacing and origin within sane bounds, direction repaired when nearly orthonormal; adds notes.
/// Throws Refused E_GEOMETRY, E_ORTHO.
void check_geometry(RawVolume& volume);

/// One component of `count` in a file whose components are interleaved (or stacked): keeps only `component`.
/// Throws Refused E_COMPONENTS that says which there are when none was chosen.
void choose_component(RawVolume& volume, int count, bool interleaved, std::optional<int> component);

RawVolume read_nifti(const std::string& path, std::optional<int> component);
RawVolume read_with_itk(const std::string& path, std::optional<int> component);
RawVolume read_dicom(const std::string& folder);

/// Lower-case hexadecimal SHA-256 of a file; of a folder, of its sorted files one after the other.
[[nodiscard]] std::string sha256_of(const std::string& path);

}  // namespace lossscope::reader
