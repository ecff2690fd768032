// SPDX-License-Identifier: Apache-2.0
// A prediction of whole numbers beside a mask with labels: a map of labels, or one structure.
#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

/// An organ (1) with a lesion (2) in it, and another organ (3).
const std::vector<double> kLabels{1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0};

Bytes label_volume(const std::vector<double>& values) {
  return file_of(header({static_cast<int>(values.size()), 1, 1}, 2, 8)) + bytes_of<std::uint8_t>(values);
}

double count(const std::vector<double>& values, double label) {
  return static_cast<double>(std::count(values.begin(), values.end(), label));
}

/// Soft Dice with smoothing 1 of two sets by their sizes.
double label_dice(double common, double mask, double prediction) {
  return 1 - (2 * common + 1) / (mask + prediction + 1);
}

std::vector<double> mapped_labels(const std::map<double, double>& to) {
  std::vector<double> values = kLabels;
  for (double& value : values) {
    value = to.contains(value) ? to.at(value) : value;
  }
  return values;
}

Case& add_label_map(Corpus& corpus, const std::string& name, const std::vector<double>& prediction,
                    const std::string& label, const std::string& code, const std::vector<double>& mask = kLabels) {
  Case& made = corpus.add("labels_" + name, "prediction.nii", label_volume(prediction), code)
                   .beside("mask.nii", label_volume(mask));
  made.is_evaluation = true;
  made.as("prediction").with("--mask", "@mask.nii").with("--prediction", "@prediction.nii").with("--loss", "dice");
  return label.empty() ? made : made.with("--label", label);
}

}  // namespace

void add_label_map_cases(Corpus& corpus) {
  const double lesion = count(kLabels, 2), organ = count(kLabels, 1), all = organ + lesion + count(kLabels, 3);
  const auto no_lesion = mapped_labels({{2, 1}, {3, 0}}), lesion_alone = mapped_labels({{1, 0}, {2, 1}, {3, 0}});
  const auto lesion_lost = mapped_labels({{2, 1}}), only_3 = mapped_labels({{1, 0}, {2, 0}});
  // What the numbers can only mean.
  add_label_map(corpus, "map", kLabels, "2", "W_KIND").costs(0);
  add_label_map(corpus, "map_nonzero", kLabels, "nonzero", "W_KIND").costs(0);
  add_label_map(corpus, "map_without_lesion", lesion_lost, "2", "W_KIND").costs(label_dice(0, lesion, 0));
  add_label_map(corpus, "map_of_0_and_3", only_3, "2", "W_KIND").costs(label_dice(0, lesion, 0));
  add_label_map(corpus, "lesion_missed", no_lesion, "2", "W_KIND").costs(label_dice(0, lesion, 0));
  add_label_map(corpus, "lesion_alone", lesion_alone, "2", "W_KIND").costs(0);
  // Said.
  add_label_map(corpus, "lesion_missed_said", no_lesion, "2", "")
      .with("--kind", "label")
      .costs(label_dice(0, lesion, 0));
  add_label_map(corpus, "lesion_missed_probability", no_lesion, "2", "")
      .with("--kind", "probability")
      .costs(label_dice(lesion, lesion, organ + lesion));
  // Either way the same.
  add_label_map(corpus, "binary_nonzero", no_lesion, "", "W_LABELS")
      .costs(label_dice(organ + lesion, all, organ + lesion));
  add_label_map(corpus, "binary_label_1", no_lesion, "1", "").costs(label_dice(organ, organ, organ + lesion));
  add_label_map(corpus, "binary_labels_1_and_2", no_lesion, "1,2", "").costs(0);
  // Left open: the ones cover neither.
  std::vector<double> elsewhere(kLabels.size(), 0);
  elsewhere.back() = 1;
  add_label_map(corpus, "elsewhere", elsewhere, "2", "E_KIND");
  add_label_map(corpus, "elsewhere_label", elsewhere, "2", "").with("--kind", "label").costs(label_dice(0, lesion, 0));
  add_label_map(corpus, "elsewhere_probability", elsewhere, "2", "")
      .with("--kind", "probability")
      .costs(label_dice(0, lesion, 1));
  // Labels that the mask does not have, beside one that both have; and none that both have.
  add_label_map(corpus, "unknown_label", mapped_labels({{1, 5}}), "2", "W_KIND").costs(0);
  const auto strange = mapped_labels({{1, 5}, {2, 6}, {3, 7}});
  add_label_map(corpus, "unknown_labels", strange, "2", "E_RANGE");
  add_label_map(corpus, "unknown_labels_said", strange, "", "W_LABELS").with("--kind", "label").costs(0);
  // A class that this mask does not have tells nothing as long as the chosen one is there; else the files may number
  // their labels in different ways.
  const auto more = mapped_labels({{3, 7}});
  add_label_map(corpus, "class_beyond_the_mask", more, "2", "W_KIND").costs(0);
  add_label_map(corpus, "other_numbers", mapped_labels({{2, 7}}), "2", "E_RANGE");
  // 0 and the largest number of a scale.
  const auto bytes = mapped_labels({{1, 0}, {2, 255}, {3, 0}}), percent = mapped_labels({{1, 0}, {2, 100}, {3, 0}});
  const auto lesion_mask = mapped_labels({{1, 0}, {2, 1}, {3, 0}});
  add_label_map(corpus, "0_and_255", bytes, "", "W_SCALED", lesion_mask).costs(0);
  add_label_map(corpus, "0_and_100", percent, "", "W_SCALED", lesion_mask).costs(0);
  add_label_map(corpus, "0_and_255_beside_label", bytes, "2", "E_RANGE");
  // A binary mask of another value than 1.
  const auto mask_of_2 = mapped_labels({{1, 0}, {3, 0}});
  add_label_map(corpus, "binary_beside_2", lesion_alone, "", "W_BINARY", mask_of_2).costs(0);
  add_label_map(corpus, "binary_beside_chosen_2", lesion_alone, "2", "W_KIND", mask_of_2).costs(0);
  // A case without the structure.
  add_label_map(corpus, "absent_in_mask", no_lesion, "2", "E_LABEL", no_lesion);
  add_label_map(corpus, "absent_in_mask_said", no_lesion, "2", "W_ABSENT", no_lesion)
      .with("--absent", "empty")
      .with("--kind", "label")
      .costs(0);
}

}  // namespace lossscope::corpus
