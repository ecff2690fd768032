// SPDX-License-Identifier: Apache-2.0
#include "tests/corpus/dicom_files.h"
#include "tests/corpus/nifti_files.h"
#include "tests/corpus/numpy_files.h"
#include "tests/corpus/picture_files.h"

namespace lossscope::corpus {

std::vector<std::pair<std::string, Bytes>> sound_files() {
  const Bytes nrrd =
      "NRRD0004\ntype: short\ndimension: 3\nspace: LPS\nsizes: 4 3 2\nspace directions: (1,0,0) (0,1,0) (0,0,2)\n"
      "endian: little\nencoding: ";
  const Bytes mha =
      "NDims = 3\nDimSize = 4 3 2\nElementSpacing = 1 1 2\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nElementType = "
      "MET_SHORT\n";
  const Bytes voxels = bytes_of<std::int16_t>(counting(24));
  return {{"volume.nii", file_of(good())},
          {"volume.nii.gz", gzipped(file_of(good()))},
          {"second.nii", nifti_2(false)},
          {"volume.nrrd", nrrd + "raw\n\n" + voxels},
          {"packed.nrrd", nrrd + "gzip\n\n" + gzipped(voxels)},
          {"volume.mha", mha + "ElementDataFile = LOCAL\n" + voxels},
          {"packed.mha", mha + "CompressedData = True\nElementDataFile = LOCAL\n" + zlibbed(voxels)},
          {"picture.png", good_png()},
          {"picture.tif", good_tiff()},
          {"slice.dcm", DicomFile(0).bytes()},
          {"array.npy", npy(dictionary("<i2", "2, 3, 4"), voxels)},
          {"arrays.npz", npz({{"seg.npy", npy(dictionary("<i2", "2, 3, 4"), voxels)}})},
          {"stored.npz", npz({{"seg.npy", npy(dictionary("<i2", "2, 3, 4"), voxels), false}})}};
}

}  // namespace lossscope::corpus
