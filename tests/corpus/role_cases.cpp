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

}  // namespace

void add_role_cases(Corpus& corpus) {
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
  add_mask(corpus, "threshold_of_labels", {0, 1, 1, 0}).with("--threshold", "0.5").gives({0, 1, 1, 0});
  add_mask(corpus, "image", {0.25, -7.5, 1200.125}, "E_MASK_VALUES");
  add_mask(corpus, "nan", {0, nan, 1}, "E_MASK_NAN");
  add_mask(corpus, "nan_with_threshold", {0, nan, 0.5}, "E_MASK_NAN").with("--threshold", "0.5");
  add_mask(corpus, "infinite", {0, std::numeric_limits<double>::infinity(), 1}, "E_MASK_NAN");
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
