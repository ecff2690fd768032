// SPDX-License-Identifier: Apache-2.0
// What a file is meant as: masks and their labels.
#include <limits>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

Case& add_mask(Corpus& corpus, const std::string& name, const std::vector<double>& values,
               const std::string& code = {}) {
  return corpus
      .add("mask_" + name, "mask.nii",
           file_of(header({static_cast<int>(values.size()), 1, 1}, 64, 64)) + bytes_of<double>(values), code)
      .as("mask");
}

/// Labels that a slope bent on their way, and fractions that are none.
void add_bent(Corpus& corpus) {
  const auto sloped = [&](const std::string& name, const std::vector<double>& stored, float slope, float intercept,
                          const std::string& code) -> Case& {
    const auto head = header({static_cast<int>(stored.size()), 1, 1}, 2, 8);
    return corpus
        .add("mask_" + name, "mask.nii",
             file_of(NiftiBytes(head).put<float>(112, slope).put<float>(116, intercept)) +
                 bytes_of<std::uint8_t>(stored),
             code)
        .as("mask");
  };
  sloped("slope_1_over_255", {0, 255, 0, 255}, 1.0F / 255, 0, {}).gives({0, 1, 0, 1});
  sloped("slope_0.00392", {0, 255, 0, 255}, 0.00392F, 0, "W_ROUNDED").gives({0, 1, 0, 1});
  sloped("slope_4_over_255", {0, 64, 128, 191, 255}, 4.0F / 255, 0, "W_ROUNDED").gives({0, 1, 2, 3, 4});
  sloped("slope_and_intercept", {0, 85, 170, 255}, 3.0F / 255, 1.0F, "W_LABELS").gives({1, 2, 3, 4});
  sloped("slope_half", {0, 1, 2, 3}, 0.5F, 0, "E_MASK_VALUES");
  sloped("slope_of_probabilities", {0, 25, 128, 230, 255}, 1.0F / 255, 0, "E_MASK_VALUES");
  add_mask(corpus, "bent_floats", {0, 1.0039, 2.0078, 4}, "W_ROUNDED").gives({0, 1, 2, 4});
  add_mask(corpus, "one_level_of_fractions", {0, 0.03, 0.97, 1}, "E_MASK_VALUES");
}

/// A binary mask that went through JPEG or a resize, and maps of labels that do not look like it.
void add_grey(Corpus& corpus) {
  const std::vector<double> grey{0, 0, 0, 1, 2, 3, 5, 90, 180, 249, 251, 252, 253, 254, 255, 255, 255, 255, 255, 255};
  add_mask(corpus, "grey", grey, "E_MASK_GREY");
  std::vector<double> half, any;
  for (const double value : grey) {
    half.push_back(value >= 128 ? 1 : 0);
    any.push_back(value >= 1 ? 1 : 0);
  }
  add_mask(corpus, "grey_cut", grey, "W_THRESHOLD").with("--threshold", "128").gives(half);
  add_mask(corpus, "grey_cut_for_the_mask", grey, "W_THRESHOLD").with("--threshold", "mask=128").gives(half);
  add_mask(corpus, "grey_cut_at_1", grey, "W_THRESHOLD").with("--threshold", "1").gives(any);
  add_mask(corpus, "grey_label_255", grey).with("--label", "255").gives(grey);
  std::vector<double> atlas(20, 0);
  for (int label = 1; label <= 116; ++label) {
    atlas.insert(atlas.end(), 3, label);
  }
  add_mask(corpus, "atlas", atlas, "W_LABELS").gives(atlas);
  add_mask(corpus, "four_grey_classes", {0, 85, 170, 255, 255}, "W_LABELS").gives({0, 85, 170, 255, 255});
}

}  // namespace

void add_role_cases(Corpus& corpus) {
  add_bent(corpus);
  add_grey(corpus);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  add_mask(corpus, "binary", {0, 1, 1, 0}).gives({0, 1, 1, 0});
  add_mask(corpus, "0_255", {0, 255, 255, 0}, "W_BINARY").gives({0, 255, 255, 0});
  add_mask(corpus, "0_7", {0, 7, 7, 0}, "W_BINARY").gives({0, 7, 7, 0});
  add_mask(corpus, "labels", {0, 1, 2, 3}, "W_LABELS").gives({0, 1, 2, 3});
  add_mask(corpus, "one_label", {0, 1, 2, 3}).with("--label", "2");
  add_mask(corpus, "two_labels", {0, 1, 2, 3}).with("--label", "2,3");
  add_mask(corpus, "label_missing", {0, 1, 2, 3}, "E_LABEL").with("--label", "4");
  add_mask(corpus, "empty", {0, 0, 0}, "W_EMPTY_MASK");
  add_mask(corpus, "full", {1, 1, 1}, "W_FULL_MASK");
  add_mask(corpus, "nearly_whole", {0, 1.00005, 0.99995, 0}).gives({0, 1, 1, 0});
  add_mask(corpus, "half", {0, 0.5, 1}, "E_MASK_VALUES");
  add_mask(corpus, "half_with_threshold", {0, 0.5, 1, 0.25}, "W_THRESHOLD")
      .with("--threshold", "0.5")
      .gives({0, 1, 1, 0});
  add_mask(corpus, "threshold_of_labels", {0, 1, 1, 0}, "W_UNUSED").with("--threshold", "0.5").gives({0, 1, 1, 0});
  add_mask(corpus, "image", {0.25, -7.5, 1200.125}, "E_MASK_VALUES");
  add_mask(corpus, "nan", {0, nan, 1}, "E_MASK_NAN");
  add_mask(corpus, "nan_zero", {0, nan, 1}, "W_NAN_SETTLED").with("--nan", "zero").gives({0, 0, 1});
  add_mask(corpus, "nan_zero_and_threshold", {0, nan, 0.5, 0.25}, "W_THRESHOLD")
      .with("--nan", "zero")
      .with("--threshold", "0.5")
      .gives({0, 0, 1, 0});
  add_mask(corpus, "infinite_zero", {0, -std::numeric_limits<double>::infinity(), 1}, "W_NAN_SETTLED")
      .with("--nan", "mask=zero")
      .gives({0, 0, 1});
  add_mask(corpus, "all_nan", {nan, nan}, "E_ALL_NAN").with("--nan", "zero");
  add_mask(corpus, "nan_with_threshold", {0, nan, 0.5}, "E_MASK_NAN").with("--threshold", "0.5");
  add_mask(corpus, "infinite", {0, std::numeric_limits<double>::infinity(), 1}, "E_MASK_NAN");
  add_mask(corpus, "label_absent", {0, 1, 3}, "W_ABSENT").with("--label", "2").with("--absent", "empty");
  add_mask(corpus, "too_many_labels_cut", counting(300), "W_THRESHOLD").with("--threshold", "150");
  add_mask(corpus, "minus_1", {-1, 0, 1}, "E_IGNORE");
  add_mask(corpus, "minus_1_ignored", {-1, 0, 1}, "W_IGNORED").with("--ignore", "-1");
  add_mask(corpus, "ignore_255", {0, 1, 255}, "E_IGNORE");
  add_mask(corpus, "255_ignored", {0, 1, 255}, "W_IGNORED").with("--ignore", "255");
  add_mask(corpus, "255_not_ignored", {0, 1, 255}, "W_LABELS").with("--ignore", "none");
  add_mask(corpus, "too_many_labels", counting(300), "E_MASK_LABELS");
  add_mask(corpus, "label_40_bits", {0, 1, 1099511627776.0}, "E_MASK_RANGE");
  const Bytes labels = file_of(header({3, 1, 1}, 768, 32)) + bytes_of<std::uint32_t>({0, 16777216, 16777217});
  corpus.add("mask_labels_beyond_float", "mask.nii", labels, "W_LABELS").as("mask").gives({0, 16777216, 16777217});
}

}  // namespace lossscope::corpus
