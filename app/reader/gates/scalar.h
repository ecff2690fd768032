// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace lossscope::reader {

enum class Scalar : std::uint8_t { u8, i8, u16, i16, u32, i32, u64, i64, f32, f64 };

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

[[nodiscard]] inline std::size_t bytes_of(Scalar scalar) {
  return with_type(scalar, [](auto* type) { return sizeof(*type); });
}

[[nodiscard]] inline const char* name_of(Scalar scalar) {
  constexpr const char* kNames[]{"uint8", "int8",   "uint16", "int16",   "uint32",
                                 "int32", "uint64", "int64",  "float32", "float64"};
  return kNames[static_cast<int>(scalar)];
}

}  // namespace lossscope::reader
