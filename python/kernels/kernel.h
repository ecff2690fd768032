// SPDX-License-Identifier: Apache-2.0
// A loss as Python holds it, without Python: named and tuned as the command line does it.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "losses/classes/class_settings.h"
#include "losses/configured_loss.h"

namespace lossscope::python {

/// What evaluating a loss says beside its maps.
struct Outcome {
  double value = 0;
  std::string blind;                 ///< why the loss cannot see an error that is there; empty when it can
  std::string parts;                 ///< JSON as the command line's: a list for a sum, else null
  std::optional<double> peer_value;  ///< what the code that a preset is of says for the same, where it says another
};

/// The same over classes.
struct ClassOutcome {
  double value = 0;
  std::string parts, classes;  ///< JSON: as of an Outcome; of each channel value, weight and share
  std::optional<double> peer_value;
};

/// Which maps over classes are made, and where to.
struct ClassMaps {
  std::span<float> contribution;    ///< of all classes together; empty: none
  std::optional<MapKind> gradient;  ///< by what, and where each channel's goes
  std::vector<std::span<float>> of_channels;
};

class Kernel {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;  ///< NAME or ID.NAME, and the value as text

  /// `text` as --loss takes it, e.g. "2*dice+1*bce"; without one, the losses of a preset of a sum, else Dice. `preset`
  /// and `settings` as --preset and --set, those of classes (class_settings.h) included. Throws std::invalid_argument
  /// that names what is valid.
  Kernel(const std::optional<std::string>& text, const std::optional<std::string>& preset, const Settings& settings);

  /// As --loss takes it, weights included.
  [[nodiscard]] std::string text() const;
  /// JSON: every parameter with its value.
  [[nodiscard]] std::string parameters() const;
  /// Value, and the maps `kinds` of the whole volume into `out`, each of the problem's size. `threads` 0 means all; the
  /// same bits for any number. Throws std::invalid_argument for a map of another size, std::bad_alloc, Cancelled.
  [[nodiscard]] Outcome evaluate(const Problem& problem, std::span<const MapKind> kinds,
                                 std::span<const std::span<float>> out, int threads, std::stop_token stop) const;

  /// Whether something was said of classes.
  [[nodiscard]] bool says_classes() const { return !class_settings_.empty(); }
  /// The loss over classes. As evaluate.
  [[nodiscard]] ClassOutcome evaluate_over(const ClassProblem& problem, const ClassMaps& maps, int threads,
                                           const std::stop_token& stop) const;

 private:
  ConfiguredLoss configured_;
  std::vector<ClassSetting> class_settings_;
};

/// "contribution", "gradient_probability", "gradient_logit" or "what_if". Throws std::invalid_argument.
[[nodiscard]] MapKind map_kind(const std::string& name);
/// JSON: all losses, as `lossscope losses --json -` has them.
[[nodiscard]] std::string all_losses_json();
/// JSON: metrics as the command line's. Throws Cancelled.
[[nodiscard]] std::string metrics_of(const Problem& problem, int threads, std::stop_token stop);

}  // namespace lossscope::python
