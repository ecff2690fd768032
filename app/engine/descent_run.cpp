// SPDX-License-Identifier: Apache-2.0
#include "app/engine/descent_run.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <stop_token>
#include <thread>

#include "app/engine/call_later.h"
#include "losses/outputs.h"

namespace lossscope {
namespace {

using Clock = std::chrono::steady_clock;

/// What `begin` asked for, until the worker takes it.
struct Beginning {
  Problem start;
  std::vector<DescentLane> lanes;
  DescentSettings settings;
  std::size_t budget;
  std::uint64_t number;  ///< of this descent
};

}  // namespace

struct DescentRun::Worker {
  /// What other threads may read of one lane.
  struct Seen {
    std::vector<DescentPoint> curve;
    bool stuck = false;
    std::int64_t held = 0;
  };

  Worker(DescentRun& owner, int thread_count) : run(owner), threads(thread_count), thread([this] { work(); }) {}

  ~Worker() {
    change(true, [this] { quitting = true; });
    thread.join();
  }

  /// Changes what is wanted; `cancel`: what is being computed is of no use any more.
  template <class Change>
  void change(bool cancel, const Change& apply) {
    {
      const std::lock_guard lock(mutex);
      apply();
      if (cancel) {
        ++generation;
        computation.request_stop();
      }
    }
    wake.notify_one();
  }

  /// Begins anew; with no lanes this frees what the old ones held.
  void replace(std::vector<DescentLane> wanted, const Problem& start, const DescentSettings& settings,
               std::size_t budget) {
    change(true, [&] {
      lanes = wanted;
      seen.clear();
      steps = until = -1;
      beginning = Beginning{start, std::move(wanted), settings, budget, ++number};
    });
  }

  void work() {
    std::unique_lock lock(mutex);
    for (bool active = false;; active = true) {
      if (active && nothing_to_do()) {
        call_later(run, [this] { Q_EMIT run.paused(); });
      }
      wake.wait(lock, [this] { return !nothing_to_do(); });
      if (quitting) {
        return;
      }
      computation = std::stop_source();
      const Job job{generation, std::exchange(beginning, std::nullopt), computation.get_token()};
      lock.unlock();
      const QString problem = carry_out(job);
      lock.lock();
      if (job.generation == generation && !problem.isEmpty()) {
        until = steps;
        call_later(run, [this, problem] { Q_EMIT run.failed(problem); });
      }
      wait_for_next_step(lock, job.generation);
    }
  }

  struct Job {
    std::uint64_t generation;
    std::optional<Beginning> beginning;  ///< none: a further step
    std::stop_token stop;
  };

  [[nodiscard]] bool nothing_to_do() const { return !quitting && !beginning && until <= steps; }

  /// What went wrong, or empty.
  QString carry_out(const Job& job) {
    try {
      if (job.beginning) {
        begin(*job.beginning, job.stop);
      } else {
        step(job.stop);
      }
      publish(job.generation);
      return {};
    } catch (const Cancelled&) {
      return {};
    } catch (const std::bad_alloc&) {
      return DescentRun::tr("There is not enough memory for these descents: choose fewer losses.");
    } catch (const std::exception& error) {
      return QString::fromUtf8(error.what());
    }
  }

  void begin(const Beginning& fresh, const std::stop_token& stop) {
    descents.clear();
    {
      const std::lock_guard lock(history_mutex);
      histories.assign(fresh.lanes.size(), DescentHistory(fresh.budget / std::max<std::size_t>(1, fresh.lanes.size())));
      history_of = fresh.number;
    }
    for (const DescentLane& lane : fresh.lanes) {
      descents.emplace_back(*lane.loss, lane.parameters, fresh.start, fresh.settings, threads, stop);
    }
    if (fresh.lanes.empty()) {
      free_spare_outputs();
    }
    if (fresh.settings.common_rate) {
      measure_in_common();
    }
    reached = 0;
  }

  /// As far as the lane with the largest gradient moves by the rate.
  void measure_in_common() {
    const auto largest = std::ranges::max_element(descents, {}, &Descent::largest_gradient);
    if (const double unit = largest->largest_gradient(); unit > 0) {
      for (Descent& descent : descents) {
        descent.measure_in(unit);
      }
    }
  }

  void step(const std::stop_token& stop) {
    for (Descent& descent : descents) {
      // After a failure a lane may be a step ahead of the others.
      if (descent.curve().size() <= static_cast<std::size_t>(reached + 1)) {
        descent.step(stop);
      }
    }
    ++reached;
  }

  /// Makes what all lanes have reached readable for other threads.
  void publish(std::uint64_t of) {
    {
      const std::lock_guard lock(history_mutex);
      for (std::size_t lane = 0; lane < descents.size(); ++lane) {
        histories[lane].keep(reached, descents[lane].current().prediction);
      }
    }
    const std::lock_guard lock(mutex);
    if (of != generation || descents.empty()) {
      return;
    }
    steps = reached;
    seen.resize(descents.size());
    for (std::size_t lane = 0; lane < descents.size(); ++lane) {
      seen[lane].curve.push_back(descents[lane].curve()[static_cast<std::size_t>(reached)]);
      seen[lane].stuck = descents[lane].stuck();
      seen[lane].held = descents[lane].held();
    }
    call_later(run, [this, step = reached, of] {
      if (of == generation) {  // read on the owner's thread, the only one that changes it
        Q_EMIT run.advanced(step);
      }
    });
  }

  void wait_for_next_step(std::unique_lock<std::mutex>& lock, std::uint64_t of) {
    if (speed > 0 && until > steps) {
      const auto pause = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / speed));
      wake.wait_until(lock, last_step + pause, [&] { return quitting || of != generation || until <= steps; });
    }
    last_step = Clock::now();
  }

  DescentRun& run;
  int threads;
  std::vector<Descent> descents;  ///< only the worker's thread uses these two
  std::int64_t reached = -1;

  mutable std::mutex history_mutex;  ///< a lock of its own: storing a state takes longer than a click may wait
  std::vector<DescentHistory> histories;
  std::uint64_t history_of = 0;

  mutable std::mutex mutex;  ///< guards all from here to `wake`
  std::optional<Beginning> beginning;
  std::uint64_t generation = 0, number = 0;
  std::int64_t until = -1, steps = -1;
  double speed = 0;
  Clock::time_point last_step{};
  std::vector<DescentLane> lanes;
  std::vector<Seen> seen;
  std::stop_source computation;
  bool quitting = false;
  std::condition_variable wake;
  std::thread thread;  ///< last: it begins when all else is there
};

DescentRun::DescentRun(int threads, QObject* parent)
    : QObject(parent), worker_(std::make_unique<Worker>(*this, threads)) {}

DescentRun::~DescentRun() = default;

void DescentRun::begin(const Problem& start, std::vector<DescentLane> lanes, const DescentSettings& settings,
                       std::size_t budget) {
  if (lanes.empty() || lanes.size() > kMaximumLanes) {
    throw std::invalid_argument("a descent takes one to four losses");
  }
  if (start.mask.empty() || start.prediction.empty()) {
    throw std::invalid_argument("a descent needs a mask and a prediction to start from");
  }
  worker_->replace(std::move(lanes), start, settings, budget);
}

void DescentRun::play(std::int64_t until) {
  worker_->change(false, [&] { worker_->until = until; });
}

void DescentRun::pause() {
  worker_->change(false, [&] { worker_->until = worker_->steps; });
}

void DescentRun::setSpeed(double steps_per_second) {
  worker_->change(false, [&] { worker_->speed = steps_per_second; });
}

void DescentRun::clear() { worker_->replace({}, {}, {}, 0); }

bool DescentRun::playing() const {
  const std::lock_guard lock(worker_->mutex);
  return worker_->until > worker_->steps;
}

bool DescentRun::empty() const {
  const std::lock_guard lock(worker_->mutex);
  return worker_->lanes.empty();
}

std::int64_t DescentRun::steps() const {
  const std::lock_guard lock(worker_->mutex);
  return worker_->steps;
}

std::vector<DescentLane> DescentRun::lanes() const {
  const std::lock_guard lock(worker_->mutex);
  return worker_->lanes;
}

std::vector<DescentPoint> DescentRun::curve(std::size_t lane) const {
  const std::lock_guard lock(worker_->mutex);
  return lane < worker_->seen.size() ? worker_->seen[lane].curve : std::vector<DescentPoint>();
}

bool DescentRun::stuck(std::size_t lane) const {
  const std::lock_guard lock(worker_->mutex);
  return lane < worker_->seen.size() && worker_->seen[lane].stuck;
}

std::int64_t DescentRun::held() const {
  const std::lock_guard lock(worker_->mutex);
  return worker_->seen.empty() ? 0 : worker_->seen.front().held;
}

std::int64_t DescentRun::kept_step(std::size_t lane, std::int64_t step) const {
  const std::lock_guard lock(worker_->history_mutex);
  return lane < worker_->histories.size() ? worker_->histories[lane].kept(step) : -1;
}

FromRun DescentRun::place(std::size_t lane, std::int64_t step) const {
  const std::lock_guard lock(worker_->mutex);
  return {lane, step, worker_->number};
}

Volume DescentRun::state(const FromRun& place) const {
  const std::lock_guard lock(worker_->history_mutex);
  const bool there = place.run == worker_->history_of && place.lane < worker_->histories.size();
  return there ? worker_->histories[place.lane].at(place.step).logits : Volume();
}

DescentHistory::State DescentRun::state(std::size_t lane, std::int64_t step) const {
  const std::lock_guard lock(worker_->history_mutex);
  return lane < worker_->histories.size() ? worker_->histories[lane].at(step) : DescentHistory::State{};
}

}  // namespace lossscope
