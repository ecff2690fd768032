// SPDX-License-Identifier: Apache-2.0
// Mask and prediction together: grids, the meaning of numbers, values that are none.
#include <limits>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

const std::vector<double> kMask{0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0};
constexpr std::array<float, 12> kAffine{1, 0, 0, -10, 0, 1, 0, 20, 0, 0, 1, 5};

Bytes pair_volume(const std::vector<int>& size, const std::vector<double>& values,
                  const std::array<float, 12>& affine = kAffine) {
  return file_of(header(size, 16, 32).spacing(1, 1, 1).sform(affine)) + bytes_of<float>(values);
}

/// lossscope eval on the mask above and a prediction.
Case& add_pair(Corpus& corpus, const std::string& name, const Bytes& prediction, const std::string& code) {
  Case& made = corpus.add("pair_" + name, "prediction.nii", prediction, code);
  made.beside("mask.nii", pair_volume({4, 3, 1}, kMask));
  made.is_evaluation = true;
  made.as("prediction").with("--mask", "@mask.nii").with("--prediction", "@prediction.nii").with("--loss", "dice");
  return made;
}

std::vector<double> probabilities() {
  std::vector<double> values;
  for (const double g : kMask) {
    values.push_back(0.1 + 0.8 * g);
  }
  return values;
}

std::vector<double> mapped_pair(double factor, double offset) {
  std::vector<double> values = probabilities();
  for (double& value : values) {
    value = value * factor + offset;
  }
  return values;
}

std::vector<double> with_first(std::vector<double> values, double first) {
  values.front() = first;
  return values;
}

void add_meanings(Corpus& corpus) {
  const auto flat = [](const std::vector<double>& values) { return pair_volume({4, 3, 1}, values); };
  add_pair(corpus, "probabilities", flat(probabilities()), "");
  add_pair(corpus, "just_outside", flat(with_first(probabilities(), -5e-5)), "W_CLAMPED");
  add_pair(corpus, "logits", flat(mapped_pair(10, -5)), "E_RANGE");
  add_pair(corpus, "logits_said", flat(mapped_pair(10, -5)), "").with("--kind", "logit");
  add_pair(corpus, "bytes", flat(mapped_pair(255, 0)), "E_RANGE");
  add_pair(corpus, "bytes_said", flat(mapped_pair(255, 0)), "W_SCALED").with("--kind", "u8");
  add_pair(corpus, "percent_said", flat(mapped_pair(100, 0)), "W_SCALED").with("--kind", "percent");
  add_pair(corpus, "u16_said", flat(mapped_pair(65535, 0)), "W_SCALED").with("--kind", "u16");
  add_pair(corpus, "u8_beyond", flat(mapped_pair(300, 0)), "E_RANGE").with("--kind", "u8");
  add_pair(corpus, "rescaled", flat(mapped_pair(3, 2)), "W_SCALED").with("--kind", "rescale");
  add_pair(corpus, "clamped", flat(mapped_pair(3, -1)), "W_CLAMPED").with("--kind", "clamp");
  add_pair(corpus, "labels_said", flat(kMask), "").with("--kind", "label").costs(0);
  add_pair(corpus, "constant", flat(std::vector<double>(12, 0.5)), "W_CONSTANT");
  add_pair(corpus, "faint", flat(mapped_pair(0.001, 0)), "W_FAINT");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  add_pair(corpus, "nan", flat(with_first(probabilities(), nan)), "E_PREDICTION_NAN");
  add_pair(corpus, "nan_zero", flat(with_first(probabilities(), nan)), "W_NAN_SETTLED").with("--nan", "zero");
  add_pair(corpus, "nan_agrees", flat(with_first(probabilities(), nan)), "W_NAN_SETTLED").with("--nan", "agree");
  add_pair(corpus, "infinite", flat(with_first(probabilities(), std::numeric_limits<double>::infinity())),
           "E_PREDICTION_NAN");
}

void add_grids(Corpus& corpus) {
  const auto placed = [](const std::array<float, 12>& affine) {
    return pair_volume({4, 3, 1}, probabilities(), affine);
  };
  add_pair(corpus, "hair", placed({1, 0, 0, -10.00001F, 0, 1, 0, 20, 0, 0, 1, 5}), "W_GRID_ADOPTED");
  add_pair(corpus, "turned_by_1e_5", placed({1, 1e-5F, 0, -10, -1e-5F, 1, 0, 20, 0, 0, 1, 5}), "W_GRID_ADOPTED");
  const auto half = placed({1, 0, 0, -9.5F, 0, 1, 0, 20, 0, 0, 1, 5});
  add_pair(corpus, "half_a_voxel", half, "E_GRID");
  add_pair(corpus, "half_a_voxel_ignored", half, "W_GRID_IGNORED").with("--grid", "ignore");
  add_pair(corpus, "half_a_voxel_resampled", half, "W_RESAMPLED").with("--grid", "prediction=resample");
  add_pair(corpus, "half_a_voxel_nearest", half, "W_RESAMPLED").with("--grid", "nearest");
  add_pair(corpus, "far", placed({1, 0, 0, 500, 0, 1, 0, 20, 0, 0, 1, 5}), "E_GRID").with("--grid", "resample");
  const auto backwards = placed({-1, 0, 0, -7, 0, 1, 0, 20, 0, 0, 1, 5});
  add_pair(corpus, "axis_backwards", backwards, "E_GRID");
  add_pair(corpus, "axis_backwards_reordered", backwards, "W_REORDERED").with("--grid", "reorder");
  add_pair(corpus, "ras_as_lps", placed({-1, 0, 0, 10, 0, -1, 0, -20, 0, 0, 1, 5}), "E_GRID");
  const auto other_size = pair_volume({4, 4, 1}, std::vector<double>(16, 0.25));
  add_pair(corpus, "other_size", other_size, "W_PADDED").costs(1 - (2 * 4 * 0.25 + 1) / (4 + 16 * 0.25 + 1));
  add_pair(corpus, "other_size_ignored", other_size, "E_GRID").with("--grid", "ignore");
  add_pair(corpus, "other_size_resampled", other_size, "W_PADDED").with("--grid", "resample");
}

void add_ignored(Corpus& corpus) {
  std::vector<double> labels = kMask;
  labels[3] = labels[7] = 255;
  const auto with_ignored = [&](const std::string& name, const std::string& code) -> Case& {
    return add_pair(corpus, name, pair_volume({4, 3, 1}, probabilities()), code)
        .beside("mask.nii", pair_volume({4, 3, 1}, labels));
  };
  with_ignored("ignore_not_said", "E_IGNORE");
  with_ignored("ignored", "W_IGNORED").with("--ignore", "255");
}

}  // namespace

void add_pair_cases(Corpus& corpus) {
  add_meanings(corpus);
  add_grids(corpus);
  add_ignored(corpus);
}

}  // namespace lossscope::corpus
