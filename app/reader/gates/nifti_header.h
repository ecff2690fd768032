// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "app/reader/gates/layout.h"

namespace lossscope::reader::nifti {

/// An affine of NIfTI's RAS world: three rows of four.
using Affine = std::array<double, 12>;

/// The fields of either version, as numbers.
struct Fields {
  int version = 1, datatype = 0, bitpix = 0, qform_code = 0, sform_code = 0, units = 0;
  std::array<std::int64_t, 8> dim{};
  std::array<double, 8> pixdim{};
  double vox_offset = 0, slope = 0, intercept = 0;
  std::array<double, 3> quatern{}, qoffset{};
  Affine srow{};
  bool big_endian = false;
};

[[noreturn]] inline void damaged(const std::string& reason) {
  throw Refused("E_HEADER", "the NIfTI header is damaged: " + reason, "export the volume again");
}

/// Spacing, origin and direction of a layout whose sizes are set: from the sform if it is set, else the qform, like
/// nibabel, FSL and dcm2niix. One that is damaged beside a sound one is left out with a note; a quaternion a little too
/// long is normalised, a negative or missing pixdim repaired with a note. Asks when two sound ones differ by more than
/// 0.1 voxel. Throws Refused E_HEADER, E_ORIENTATION.
void set_orientation(Layout& layout, const Fields& f, const Answers& answers);

}  // namespace lossscope::reader::nifti
