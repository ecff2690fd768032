// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/session/case_choice.h"
#include "app/session/look.h"

namespace lossscope {

/// Id of the loss that a person writes in TorchScript.
inline constexpr std::string_view kScriptLoss = "torchscript";

/// Which loss, and how tuned.
struct LossChoice {
  std::string id = "dice";  ///< of the registry, or kScriptLoss
  std::string script;       ///< TorchScript source of the loss kScriptLoss
  /// Loss id -> parameter id -> value; absent: default. Of all losses, not of the chosen one alone.
  std::map<std::string, std::map<std::string, double>> parameters;
  bool operator==(const LossChoice&) const = default;

  /// The values of a loss's parameters in declaration order.
  [[nodiscard]] std::vector<double> values_of(const Loss& loss) const;
};

/// Everything that is open and chosen: a value. What is on screen follows from it alone. Two sessions are compared by
/// `==` of their parts, and by `change_between` where it matters what is another.
class Session {
 public:
  CaseChoice study;
  LossChoice loss;
  Look look;

  bool operator==(const Session&) const = default;

  /// The prediction that was chosen.
  [[nodiscard]] const PredictionChoice& prediction() const { return predictions_.front(); }
  [[nodiscard]] PredictionChoice& prediction() { return predictions_.front(); }
  /// The prediction that is looked at: the chosen one, or what a descent made of it.
  [[nodiscard]] PredictionChoice seen_prediction() const;
  /// Takes the prediction from this kind of source: as it was when it was last chosen, or a fresh one to be filled in.
  /// What was chosen before is kept (`kept`); meaning and threshold go on.
  template <class Source>
  Source& predict_from() {
    put_in_front(Source());
    return std::get<Source>(predictions_.front().source);
  }
  void predict_from_nothing() { put_in_front(std::monostate()); }
  /// The same for the kind of source at that place of PredictionSource.
  void predict_from(std::size_t kind);
  /// The source of that kind, chosen now or before; null when there was none.
  template <class Source>
  [[nodiscard]] const Source* kept() const {
    const PredictionChoice* found = find(PredictionSource(Source()).index());
    return found == nullptr ? nullptr : found->from<Source>();
  }

  /// The file of that role; null when there can be none, for no prediction is from a file.
  [[nodiscard]] const InputChoice* input(Role role) const;
  [[nodiscard]] InputChoice* input(Role role);
  /// Path of the file of that role; empty when there is none.
  [[nodiscard]] std::string path_of(Role role) const;

  /// Takes an answer to what the input of that role leaves open, or (kind, label, ignore, memory) to what the case
  /// does. Throws std::invalid_argument that says what would be valid.
  void answer(Role role, Question question, const std::string& answer);
  /// Takes an input out of the case; a prediction from a file goes with its file.
  void remove_input(Role role);
  /// Exchanges two inputs; whoever becomes the prediction is used as such.
  void exchange_inputs(Role one, Role other);

  /// The losses that are shown now: the chosen one, or those that are compared.
  [[nodiscard]] std::vector<std::string> shown_losses() const;
  /// Compares `count` (2 to kMaxCompared) losses: those compared so far, then others of the registry.
  void compare(std::size_t count);

 private:
  [[nodiscard]] const PredictionChoice* find(std::size_t kind) const;
  void put_in_front(PredictionSource fresh);

  /// Never empty: the chosen one, then those that can be gone back to, one of each kind in the variant's order.
  std::vector<PredictionChoice> predictions_ = std::vector<PredictionChoice>(1);
};

/// What is another between two sessions for whoever computes volumes, fields and sums.
enum class Change : std::uint8_t {
  look,         ///< at most where and how one looks: the same volumes, fields and sums are needed
  degradation,  ///< and how the mask is made worse
  parameters,   ///< and parameters of losses
  more
};
[[nodiscard]] Change change_between(const Session& before, const Session& now);

/// JSON text of a session (schema 1, inputs relative to `folder` where they lie below it), and back.
/// from_json throws std::invalid_argument that says which member is wrong.
[[nodiscard]] std::string to_json(const Session& session, const std::string& folder = {});
[[nodiscard]] Session session_from_json(const std::string& text, const std::string& folder = {});

}  // namespace lossscope
