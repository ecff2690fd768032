// SPDX-License-Identifier: Apache-2.0
// A mask and a prediction whose one right reading a person knows, and what the right way out costs.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "tests/corpus/corpus.h"
#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {

using Index = std::array<int, 3>;
using Affine = std::array<float, 12>;

inline constexpr Affine kOwn{1, 0, 0, -10, 0, 1.5F, 0, 20, 0, 0, 2, 5}, kEye{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};

inline int way_mask(const Index& v) { return v[0] >= 1 && v[0] <= 2 && v[1] <= 1 && v[2] >= 1 ? 1 : 0; }

/// Soft, brighter to one side so that no turn of it is alike.
inline double way_prediction(const Index& v) {
  return static_cast<double>(static_cast<float>(0.05 + 0.85 * way_mask(v) - 0.004 * v[0] - 0.002 * v[1]));
}

/// The voxel of the whole that lies at a voxel of the file.
using Where = std::function<Index(const Index&)>;
inline const Where kInPlace = [](const Index& v) { return v; };

inline std::vector<double> way_values(const Index& size, const std::function<double(const Index&)>& at,
                                      const Where& where = kInPlace) {
  std::vector<double> values;
  for (int k = 0; k < size[2]; ++k) {
    for (int j = 0; j < size[1]; ++j) {
      for (int i = 0; i < size[0]; ++i) {
        values.push_back(at(where({i, j, k})));
      }
    }
  }
  return values;
}

/// Soft Dice with smoothing 1, written down anew.
inline double dice(const std::vector<double>& mask, const std::vector<double>& prediction) {
  double common = 0, sum = 0;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    common += mask[i] * prediction[i];
    sum += mask[i] + prediction[i];
  }
  return 1 - (2 * common + 1) / (sum + 1);
}

inline double right_of(const Index& size) { return dice(way_values(size, way_mask), way_values(size, way_prediction)); }

inline Bytes nifti(const std::vector<int>& size, const std::vector<double>& values, const Affine& affine) {
  return file_of(header(size, 16, 32).spacing(affine[0], affine[5], affine[10]).sform(affine)) +
         bytes_of<float>(values);
}

inline Bytes way_mask_file(const Index& size, const Affine& affine = kOwn) {
  return nifti({size[0], size[1], size[2]}, way_values(size, way_mask), affine);
}

struct Pair {
  std::string mask, prediction;
};

inline Case& add_way(Corpus& corpus, const std::string& name, const Pair& names, const Bytes& mask,
                     const Bytes& prediction, const std::string& code) {
  Case& made = corpus.add("way_" + name, names.prediction, prediction, code).beside(names.mask, mask);
  made.is_evaluation = true;
  made.as("prediction").with("--mask", "@" + names.mask).with("--prediction", "@" + names.prediction);
  made.with("--loss", "dice");
  return made;
}

inline const Pair kNifti{"mask.nii", "prediction.nii"}, kArray{"mask.nii", "p.npy"};

}  // namespace lossscope::corpus
