// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/engine/class_run.h"
#include "app/engine/frame.h"
#include "app/engine/loss_result.h"
#include "app/io/model_client.h"
#include "app/io/script_client.h"
#include "losses/drivers/driver.h"

namespace lossscope {

/// How often something was really computed; the tests read it.
struct Work {
  int reductions = 0, finishes = 0;
};

/// Evaluates losses and keeps fields and sums of each, so that a change that does not enter the sums costs nothing that
/// grows with the volume.
class LossRun {
 public:
  /// `scripts`: which losses in TorchScript may run (ModelPolicy::scripts).
  explicit LossRun(int threads = 0, ModelTrust scripts = {})
      : threads_(threads), may_run_(std::move(scripts)), driver_(make_cpu_driver()), classes_(threads) {}

  /// From now on `driver` computes. Results of another one are forgotten.
  void use(const std::shared_ptr<Driver>& driver);

  /// `loss` with the parameters of `session` on `data`, which must have mask and prediction; of a case with
  /// classes over them, on the processor. Adds its times to `timing`. Throws Cancelled, Refusal (E_SCRIPT...,
  /// E_SCRIPT_TRUST before a script runs, E_SCRIPT_CLASSES), and std::invalid_argument
  /// for an unknown loss or a parameter out of its range.
  LossResultPtr evaluate(const std::string& loss, const Session& session, const CaseData& data, Timing& timing,
                         std::stop_token stop);
  /// Forgets the results of all other losses.
  void keep_only(const std::vector<std::string>& losses);

  /// The signed distance map of the case's mask (which it must have), in the case's unit.
  [[nodiscard]] FieldPtr mask_distance(const CaseData& data, Timing& timing, std::stop_token stop);

  /// The last result of `loss`, to be used with planes of another prediction of the same mask; its global sums are
  /// still those of the last prediction. Empty before its first evaluation and for other settings.
  [[nodiscard]] std::optional<LossResult> preview(const std::string& loss, const Session& session,
                                                  const Volume& prediction) const;

  /// The last result with the new parameters but the old sums, for slices to show while the new sums are computed.
  /// Empty where the parameters need no new sums, or need other fields.
  [[nodiscard]] std::optional<LossResult> preview(const Session& session) const;

  /// Forgets what was computed (another case was loaded).
  void clear();
  [[nodiscard]] const Work& work() const { return work_; }

 private:
  LossResultPtr evaluate_classes_loss(const std::string& id, const Session& session, const CaseData& data,
                                      Timing& timing, const std::stop_token& stop);
  LossResultPtr evaluate_script_loss(const Session& session, const CaseData& data, Timing& timing,
                                     std::stop_token stop);

  int threads_;
  ModelTrust may_run_;
  std::shared_ptr<Driver> driver_;
  FieldPtr resident_distance_, distance_;      ///< a driver's field, and the same in this machine's memory
  std::map<std::string, LossResultPtr> last_;  ///< by the loss's id
  ClassRun classes_;
  ScriptRunner scripts_;
  std::string script_;  ///< that kScriptLoss was evaluated with
  Work work_;
};

}  // namespace lossscope
