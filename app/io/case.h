// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/io/fit.h"
#include "app/io/reader_client.h"

namespace lossscope {

/// Which voxels of a label volume are the mask: all that are not 0, or those of some labels.
struct LabelChoice {
  std::vector<std::int64_t> values;  ///< none: every label but 0 and the ignored ones
  /// Labels of voxels that do not count (losses.md section 6). Not said: ask when the mask has a label that often means
  /// this.
  std::optional<std::vector<std::int64_t>> ignored{};
  bool may_be_absent = false;  ///< a chosen label that does not occur has no voxels; otherwise it is refused
  /// The structure is one class of several: its labels are those of the mask as it was read, also where a threshold
  /// made them, and the prediction is the channel of that class alone.
  bool is_class = false;
  bool operator==(const LabelChoice&) const = default;

  [[nodiscard]] bool contains(std::int64_t label) const;  ///< of the structure
  [[nodiscard]] bool ignores(std::int64_t label) const;
};
/// `choice` with what the answers of the mask's file say of it.
[[nodiscard]] LabelChoice with_answers(LabelChoice choice, const Answers& answers);
/// The answers that a mask is read with: of one that is cut at a threshold also which labels do not count.
[[nodiscard]] Answers with_ignored(Answers answers, const LabelChoice& choice);
/// What `choice` means in a mask as it was read: one that was cut at a threshold has labels of its own. Throws Refusal
/// E_LABEL where labels were chosen in a mask that was cut.
[[nodiscard]] LabelChoice choice_in(const LoadedVolume& labels, const LabelChoice& choice);
/// Which of the answers label, ignore and absent decide something in this mask; both as after choice_in.
[[nodiscard]] std::set<Question> decided_by(const LoadedVolume& labels, const LabelChoice& choice);
/// Whole numbers with commas between them, each once; none for `none` ("nonzero", "none"). Throws
/// std::invalid_argument.
[[nodiscard]] std::vector<std::int64_t> parse_labels(const std::string& text, std::string_view none);
/// The text that parse_labels reads.
[[nodiscard]] std::string label_text(const std::vector<std::int64_t>& labels, std::string_view none);

/// uint8 {0, 1} mask of the chosen voxels, 0 where they do not count; shares the buffer of labels that are this mask
/// already, unless labels are ignored. Throws Refusal
/// (E_LABEL, with the labels there are, when a chosen label does not occur; E_MASK_GREY when the values look like grey;
/// E_IGNORE when a label often means "ignore" and nobody said whether it does); adds an assumption when several labels
/// were merged into one, or voxels ignored.
[[nodiscard]] Volume binary_mask(const LoadedVolume& labels, const LabelChoice& choice,
                                 std::vector<Assumption>& assumptions);

/// uint8: 1, and 0 for the voxels of ignored labels, which do not count. Empty where there is none.
[[nodiscard]] Volume counted_voxels(const LoadedVolume& labels, const LabelChoice& choice);

/// The checks of binary_mask, and what it would assume, without making the mask.
void check_label_choice(const LoadedVolume& labels, const LabelChoice& choice, std::vector<Assumption>& assumptions);

/// How the numbers of a prediction file are meant.
enum class PredictionMeaning : std::uint8_t {
  automatic,
  probability,
  logit,
  label,
  u8,       ///< 0..255
  percent,  ///< 0..100
  u16,      ///< 0..65535
  clamp,    ///< probabilities, whatever lies outside [0, 1] cut off
  rescale   ///< minimum to 0, maximum to 1
};
[[nodiscard]] PredictionMeaning parse_meaning(const std::string& text);
[[nodiscard]] std::string_view to_string(PredictionMeaning meaning);

/// What voxels of a prediction that are NaN or infinite count as. A loss over them has no value.
enum class NanChoice : std::uint8_t {
  refuse,
  zero,  ///< p = 0
  agree  ///< p = mask: as if they were right
};
/// The answer to Question::nan; refuse when there is none.
[[nodiscard]] NanChoice nan_choice(const Answers& answers);

/// How a prediction is to be taken.
struct PredictionReading {
  PredictionMeaning meaning = PredictionMeaning::automatic;
  std::vector<std::int64_t> labels;  ///< for PredictionMeaning::label: those of the structure; none: all but 0
  NanChoice nan = NanChoice::refuse;
  Volume mask;    ///< uint8, for NanChoice::agree
  Volume counts;  ///< as in Problem: what a voxel that does not count holds may be NaN
  /// The mask's labels on the prediction's grid: what whole numbers may mean follows from them, too. May be null.
  const LoadedVolume* labels_of_mask = nullptr;
};
/// float32 probabilities or logits.
struct PredictionValues {
  Volume volume;
  bool is_logit = false;
  std::set<Question> decided{};  ///< which of the answers kind and nan changed or checked a voxel
};
/// A logit whose probability is 1 in float (negated: 0); what NaN of a prediction in logits becomes.
inline constexpr float kSureLogit = 100;

/// The numbers of a loaded prediction as probabilities or logits. Labels of more than 32 bits cannot be compared
/// (E_LABEL_RANGE). Values outside [0, 1] by more than 1e-4 are refused
/// (E_RANGE) unless the meaning was chosen; smaller excursions are clamped and counted; voxels that count and are not
/// finite are refused (E_PREDICTION_NAN) unless it was chosen what they count as.
[[nodiscard]] PredictionValues prediction_values(const LoadedVolume& prediction, const PredictionReading& reading,
                                                 std::vector<Assumption>& assumptions);

/// The number of a prediction file that means p = 0, as far as the meaning was chosen.
[[nodiscard]] double background_of(const LoadedVolume& prediction, PredictionMeaning meaning);

/// Files of the sample case, or nothing when `mricron-data` is not installed.
struct SamplePaths {
  std::string image, mask, labels;
};
[[nodiscard]] std::optional<SamplePaths> mni_head();
/// A generated head-like phantom (image float32 and labels uint8, 1 x 1 x 1.5 mm) for where the sample is absent.
[[nodiscard]] LoadedVolume phantom_image();
[[nodiscard]] LoadedVolume phantom_labels();

}  // namespace lossscope
