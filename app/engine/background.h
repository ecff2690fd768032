// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace lossscope {

/// A thread for results that may arrive after the pictures: ranks, histograms, sweeps. The latest work wins: work that
/// has not begun is replaced, work that runs is asked to stop. All members are to be called from the owner's thread.
class Background : public QObject {
  Q_OBJECT
 public:
  /// Called on the owner's thread, unless newer work (or a cancel) came meanwhile.
  using Deliver = std::function<void(std::function<void()>)>;
  /// Runs on the background thread; hands results over by `deliver`, as often as it likes. May throw Cancelled; what
  /// else it throws arrives as `failed`.
  using Work = std::function<void(std::stop_token stop, const Deliver& deliver)>;

  explicit Background(QObject* parent = nullptr);
  ~Background() override;  ///< cancels and joins

  void run(Work work);
  void cancel();
  [[nodiscard]] bool busy() const { return busy_; }

 Q_SIGNALS:
  void idle();
  void failed(const QString& reason);

 private:
  void loop(const std::stop_token& quit);
  void post(std::uint64_t generation, std::function<void()> call);
  void put(std::optional<Work> work);

  std::uint64_t latest_ = 0;
  bool busy_ = false;
  std::mutex mutex_;  ///< guards all from here to `wake_`
  std::optional<Work> waiting_;
  std::uint64_t generation_ = 0;
  std::stop_source running_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: it begins when all else is there
};

}  // namespace lossscope
