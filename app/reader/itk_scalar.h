// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <itkImageIOBase.h>

#include "app/reader/gates/finding.h"
#include "app/reader/gates/scalar.h"

namespace lossscope::reader {

/// Throws Refused E_TYPE.
[[nodiscard]] inline Scalar scalar_of(itk::IOComponentEnum type) {
  switch (type) {
    case itk::IOComponentEnum::UCHAR:
      return Scalar::u8;
    case itk::IOComponentEnum::CHAR:
      return Scalar::i8;
    case itk::IOComponentEnum::USHORT:
      return Scalar::u16;
    case itk::IOComponentEnum::SHORT:
      return Scalar::i16;
    case itk::IOComponentEnum::UINT:
      return Scalar::u32;
    case itk::IOComponentEnum::INT:
      return Scalar::i32;
    case itk::IOComponentEnum::ULONG:
    case itk::IOComponentEnum::ULONGLONG:
      return Scalar::u64;
    case itk::IOComponentEnum::LONG:
    case itk::IOComponentEnum::LONGLONG:
      return Scalar::i64;
    case itk::IOComponentEnum::FLOAT:
      return Scalar::f32;
    case itk::IOComponentEnum::DOUBLE:
      return Scalar::f64;
    default:
      throw Refused("E_TYPE", "the voxel type is not supported",
                    "convert the volume to an integer or floating point type");
  }
}

}  // namespace lossscope::reader
