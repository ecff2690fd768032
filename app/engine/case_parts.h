// SPDX-License-Identifier: Apache-2.0
// What a case is made of: each part, what it depends on, and how it is made. CaseLoader keeps them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/engine/case_data.h"
#include "app/reader/gates/hints.h"
#include "app/session/session.h"

namespace lossscope {

using LoadedPtr = std::shared_ptr<const LoadedVolume>;
using Assumptions = std::vector<Assumption>;

/// What reading a file depends on.
struct FileKey {
  std::string path;
  Answers answers;
  std::string sha256;    ///< that a session expects
  ReadingHints hints{};  ///< of the other files of the case
  std::vector<std::string> more_channels{};
  bool operator==(const FileKey&) const = default;
};

[[nodiscard]] FileKey key_of(const InputChoice& input);
/// The mask's file as it is read: where it is cut at a threshold, what is ignored is an answer of its own.
[[nodiscard]] InputChoice mask_to_read(const CaseChoice& study);
/// The prediction's file is only read while the prediction comes from it.
[[nodiscard]] FileKey prediction_key(const Session& session);

struct ModelKey {
  ModelChoice model;
  LoadedPtr image;
  bool operator==(const ModelKey&) const = default;
};

struct CaseMask {
  LoadedPtr labels;  ///< on the case's grid
  Volume volume;
  Volume counts;  ///< empty where all voxels count
  std::array<std::int64_t, 3> centre{};
  GridChoice fitting{};  ///< how it was put there
  Assumptions assumptions;
  std::set<Question> decided;
};
using MaskPtr = std::shared_ptr<const CaseMask>;
struct MaskKey {
  LoadedPtr labels;
  LabelChoice choice;
  Grid grid;
  GridChoice fitting{};
  bool operator==(const MaskKey&) const = default;
};

struct CaseImage {
  Volume volume;
  float low = 0, high = 1;
  Assumptions assumptions;
};
using ImagePtr = std::shared_ptr<const CaseImage>;
struct ImageKey {
  LoadedPtr loaded;
  Grid grid;
  GridChoice choice{};
  bool operator==(const ImageKey&) const = default;
};

struct CasePrediction {
  LoadedPtr loaded{};  ///< of a file or a model
  Volume volume{};
  PredictionKind kind = PredictionKind::probability;
  Assumptions assumptions{};
  std::set<Question> decided{};
};
using PredictionPtr = std::shared_ptr<const CasePrediction>;
struct PredictionKey {
  PredictionSource source;
  PredictionMeaning meaning{};
  LoadedPtr loaded;
  Answers answers;  ///< that fit it to the case
  Grid grid;
  LabelChoice labels;
  MaskPtr mask;
  bool operator==(const PredictionKey&) const = default;
};

struct CutPrediction {
  Volume volume;
  PredictionKind kind = PredictionKind::probability;
};
using CutPtr = std::shared_ptr<const CutPrediction>;
struct CutKey {
  PredictionPtr prediction;
  std::optional<double> threshold;
  bool operator==(const CutKey&) const = default;
};

struct CaseKey {
  LoadedPtr image_file, mask_file;
  ImagePtr image;
  MaskPtr mask;
  PredictionPtr prediction;
  CutPtr cut;
  SpacingUse unit{};
  bool operator==(const CaseKey&) const = default;
};

/// A file that is not the one a session was saved with is told, not refused.
void note_change(const FileKey& key, LoadedVolume& volume);

/// The mask that the labels say, on the case's grid; empty without labels. Throws Refusal.
[[nodiscard]] CaseMask make_mask(const MaskKey& key);
/// The image on the case's grid; empty without one. Throws Refusal.
[[nodiscard]] CaseImage make_image(const ImageKey& key);
/// The prediction that `key.loaded` holds, on the case's grid. Throws Refusal.
[[nodiscard]] CasePrediction read_prediction(const PredictionKey& key);
/// The prediction, or what is left of it above a threshold.
[[nodiscard]] CutPrediction make_cut(const CutKey& key);
/// All of them as a case.
[[nodiscard]] CaseData assemble(const CaseKey& parts, const Grid& grid);

}  // namespace lossscope
