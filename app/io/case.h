// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/io/reader_client.h"

namespace lossscope {

/// Which voxels of a label volume are the mask: all that are not 0, or those of one label.
struct LabelChoice {
  std::optional<std::int64_t> value;  ///< none: every non-zero voxel
  bool operator==(const LabelChoice&) const = default;
};
/// "nonzero" or a whole number. Throws std::invalid_argument.
[[nodiscard]] LabelChoice parse_label(const std::string& text);

/// uint8 {0, 1} mask of the chosen voxels; shares the buffer of labels that are this mask already. Throws Refusal
/// (E_LABEL, with the labels there are) when the chosen label does not occur; adds an assumption when several labels
/// were merged into one.
[[nodiscard]] Volume binary_mask(const LoadedVolume& labels, const LabelChoice& choice,
                                 std::vector<Assumption>& assumptions);

/// How the numbers of a prediction file are meant.
enum class PredictionMeaning : std::uint8_t { automatic, probability, logit, label, u8 };
[[nodiscard]] PredictionMeaning parse_meaning(const std::string& text);

/// float32 probabilities (or logits: `is_logit`) from a loaded prediction, whose buffer is shared where its voxels are
/// those numbers already. Values outside [0, 1] by more than 1e-4
/// are refused (E_RANGE) unless the meaning was chosen; smaller excursions are clamped and counted.
[[nodiscard]] Volume prediction_values(const LoadedVolume& prediction, PredictionMeaning meaning,
                                       const LabelChoice& label, bool& is_logit, std::vector<Assumption>& assumptions);

/// How well a second grid fits the grid of the case (loading.md, policy 6).
enum class Fit : std::uint8_t { same, adopted, needs_choice, no };
[[nodiscard]] std::string_view to_string(Fit fit);
struct FitReport {
  Fit fit = Fit::same;
  double deviation_voxels = 0;  ///< corner deviation
  std::string text;             ///< what differs, in words
};
[[nodiscard]] FitReport compare_grids(const Grid& reference, const Grid& other);

/// What to do with a volume whose grid needs a choice.
enum class GridChoice : std::uint8_t { refuse, ignore_header, resample };

/// `loaded` on the grid `reference`: adopted, taken as is, or resampled (nearest for masks, linear otherwise), as
/// chosen; every step is an assumption. Throws Refusal E_GRID when the choice is needed and `refuse` was given, or when
/// the grids do not overlap.
[[nodiscard]] Volume fit_to(const Grid& reference, const LoadedVolume& loaded, Role role, GridChoice choice,
                            std::vector<Assumption>& assumptions);

/// Files of the sample case, or nothing when `mricron-data` is not installed.
struct SamplePaths {
  std::string image, mask, labels;
};
[[nodiscard]] std::optional<SamplePaths> mni_head();
/// A generated head-like phantom (image float32 and labels uint8, 1 x 1 x 1.5 mm) for where the sample is absent.
[[nodiscard]] LoadedVolume phantom_image();
[[nodiscard]] LoadedVolume phantom_labels();

}  // namespace lossscope
