// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/engine/frame.h"
#include "app/io/script_client.h"
#include "losses/drivers/driver.h"

namespace lossscope {

/// How often something was really computed; the tests read it.
struct Work {
  int reductions = 0, finishes = 0;
};

/// One loss on one case, with all that is needed to map any voxel.
struct LossResult {
  const Loss* loss = nullptr;
  Problem problem;
  std::vector<double> parameters;
  std::vector<FieldPtr> fields;
  Reduction reduction;
  std::shared_ptr<Driver> driver;  ///< that `loss` belongs to; null for a script
};

/// Evaluates the loss of a session and keeps fields and sums, so that a change that does not enter the sums costs
/// nothing that grows with the volume.
class LossRun {
 public:
  explicit LossRun(int threads = 0) : threads_(threads), driver_(make_cpu_driver()) {}

  /// From now on `driver` computes. Results of another one are forgotten.
  void use(const std::shared_ptr<Driver>& driver);

  /// The loss of `session` on `data`, which must have mask and prediction. Adds its times to `timing`.
  /// Throws Cancelled, and std::invalid_argument for an unknown loss or a parameter out of its range.
  const LossResult& evaluate(const Session& session, const CaseData& data, Timing& timing, std::stop_token stop);

  /// The signed distance map of the case's mask (which it must have), in the units of the session's spacing.
  [[nodiscard]] FieldPtr mask_distance(const Session& session, const CaseData& data, Timing& timing,
                                       std::stop_token stop);

  /// The last result, but for the planes of another prediction of the same mask: its global sums are those of the last
  /// one. Empty before the first evaluation and for another loss or other settings.
  [[nodiscard]] std::optional<LossResult> preview(const Session& session, const Volume& prediction) const;

  /// The last result with other parameters on the sums of the last ones: what a slice shows while the true sums are on
  /// their way. Empty where they are not needed, or where other fields are.
  [[nodiscard]] std::optional<LossResult> preview(const Session& session) const;

  /// Forgets what was computed (another case was loaded).
  void clear();
  [[nodiscard]] const Work& work() const { return work_; }

 private:
  const LossResult& evaluate_script_loss(const Session& session, const CaseData& data, Timing& timing,
                                         std::stop_token stop);
  [[nodiscard]] bool sums_still_hold(const LossResult& next) const;

  int threads_;
  std::shared_ptr<Driver> driver_;
  FieldPtr resident_distance_, distance_;  ///< a driver's field, and the same in this machine's memory
  std::optional<LossResult> last_;
  ScriptRunner scripts_;
  std::string script_;  ///< that `last_` was evaluated with
  Work work_;
};

}  // namespace lossscope
