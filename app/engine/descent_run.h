// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <vector>

#include "app/session/case_choice.h"
#include "losses/descent/descent.h"
#include "losses/descent/history.h"

namespace lossscope {

/// One loss that a prediction descends under.
struct DescentLane {
  const Loss* loss = nullptr;
  std::vector<double> parameters;  ///< in declaration order
};

/// Up to four descents from the same start, computed step by step on a thread of their own, all lanes at the same step.
/// Every step is kept (as far as the memory allows) to be looked at again. To be called from the thread that owns it.
class DescentRun : public QObject {
  Q_OBJECT
 public:
  static constexpr std::size_t kMaximumLanes = 4;

  explicit DescentRun(int threads = 0, QObject* parent = nullptr);
  ~DescentRun() override;  ///< cancels and joins

  /// Forgets what there was and begins anew at `start`; `advanced(0)` follows. `budget` bytes are for the history of
  /// all lanes together. Throws std::invalid_argument for no lane, more than four, or a mask or prediction that misses.
  void begin(const Problem& start, std::vector<DescentLane> lanes, const DescentSettings& settings,
             std::size_t budget = std::size_t{768} << 20);
  void play(std::int64_t until);  ///< goes on to that step
  void pause();
  void stepOnce() { play(steps() + 1); }
  /// At most so many steps a second while playing; 0: as fast as it goes.
  void setSpeed(double steps_per_second);
  /// Stops computing and lets go of all memory.
  void clear();

  [[nodiscard]] bool playing() const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::int64_t steps() const;  ///< the last finished step of all lanes; -1 before the start is there
  [[nodiscard]] std::vector<DescentLane> lanes() const;
  [[nodiscard]] std::vector<DescentPoint> curve(std::size_t lane) const;  ///< up to steps()
  [[nodiscard]] bool stuck(std::size_t lane) const;                       ///< its loss has no gradient at the start
  /// Voxels of the common start whose logits are others than the prediction's (held_logits).
  [[nodiscard]] std::int64_t held() const;

  /// A step of a lane as a session names it: of this descent, and of none that begins later.
  [[nodiscard]] FromRun place(std::size_t lane, std::int64_t step) const;
  /// The prediction (logits) that a session looks at; empty when it is of a descent that is gone. May be called from
  /// any thread.
  [[nodiscard]] Volume state(const FromRun& place) const;
  /// The prediction of a lane after `step` steps, or the latest one before it that is kept; step -1 and an empty volume
  /// when there is none. Logits. May be called from any thread.
  [[nodiscard]] DescentHistory::State state(std::size_t lane, std::int64_t step) const;
  /// Which step `state` would give.
  [[nodiscard]] std::int64_t kept_step(std::size_t lane, std::int64_t step) const;

 Q_SIGNALS:
  void advanced(std::int64_t step);  ///< all lanes have reached it
  void paused();                     ///< it stands still: after pause(), the last step, or a failure
  void failed(const QString& message);

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace lossscope
