// SPDX-License-Identifier: Apache-2.0
// Which case: its inputs, and where its prediction comes from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/io/case.h"
#include "app/io/model_client.h"
#include "app/session/class_choice.h"
#include "losses/predictions/degrade.h"

namespace lossscope {

/// What distances are measured in: the file's millimetres, or voxels.
enum class SpacingUse : std::uint8_t { file, unit };

/// Where a volume comes from: a file, or a generated sample ("sample:phantom"); empty when there is none.
struct InputChoice {
  std::string path;
  Answers answers{};     ///< to what the file leaves open
  std::string sha256{};  ///< of the file when the session was saved; empty: not known
  /// Of a prediction that has one file a channel, those behind the first.
  std::vector<std::string> more_channels{};
  bool operator==(const InputChoice&) const = default;
};

/// Image and mask, what of the mask is the structure, and the unit of lengths.
struct CaseChoice {
  InputChoice image, mask;
  LabelChoice labels;
  std::optional<ClassChoice> classes{};  ///< labels that are classes of their own; none: `labels` is one structure
  SpacingUse spacing = SpacingUse::file;
  bool operator==(const CaseChoice&) const = default;
};

/// A prediction that was written to a file.
struct FromFile {
  InputChoice file;
  bool operator==(const FromFile&) const = default;
};

/// The file of a prediction, or its files, one a channel, in the order of in_channel_order. Throws
/// std::invalid_argument where one is named twice.
[[nodiscard]] InputChoice prediction_of(const std::vector<std::string>& paths);

/// The mask made worse.
struct FromMask {
  Degradation degradation;
  bool operator==(const FromMask&) const = default;
};

/// What a model makes of the image. It is never run without the person's trust in its hash, which is no part of a
/// session.
struct FromModel {
  ModelChoice model;
  bool operator==(const FromModel&) const = default;
};

/// What a descent of this program has reached.
struct FromRun {
  std::size_t lane = 0;  ///< which of the losses that descend
  std::int64_t step = 0;
  std::uint64_t run =
      0;  ///< which descent: one that begins anew is another, and what the old one reached is no part of it
  bool operator==(const FromRun&) const = default;
};

/// Where a prediction comes from. Another source is another alternative here; whoever has to know is found by the
/// compiler.
using PredictionSource = std::variant<std::monostate, FromFile, FromMask, FromModel, FromRun>;

struct PredictionChoice {
  PredictionSource source{};
  PredictionMeaning meaning = PredictionMeaning::automatic;  ///< of the numbers of a file or of a model's output
  std::optional<double> threshold{};  ///< 0..1: it becomes 1 above and 0 elsewhere; none: it stays as it is
  bool operator==(const PredictionChoice&) const = default;

  /// The source when it is of this kind, else null.
  template <class Source>
  [[nodiscard]] const Source* from() const {
    return std::get_if<Source>(&source);
  }
  template <class Source>
  [[nodiscard]] Source* from() {
    return std::get_if<Source>(&source);
  }
  /// How the mask is made worse; as it is (Degradation()) also where the prediction comes from elsewhere.
  [[nodiscard]] Degradation degradation() const {
    const auto* mask = from<FromMask>();
    return mask == nullptr ? Degradation() : mask->degradation;
  }
};

}  // namespace lossscope
