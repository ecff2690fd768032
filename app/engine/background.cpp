// SPDX-License-Identifier: Apache-2.0
#include "app/engine/background.h"

#include <new>
#include <utility>

#include "app/engine/call_later.h"
#include "losses/evaluate.h"

namespace lossscope {

Background::Background(QObject* parent)
    : QObject(parent), thread_([this](const std::stop_token& quit) { loop(quit); }) {}

Background::~Background() {
  put(std::nullopt);
  thread_.request_stop();
  thread_.join();
}

void Background::put(std::optional<Work> work) {
  std::stop_source running;
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(work);
    generation_ = ++latest_;
    running = running_;
  }
  running.request_stop();
  wake_.notify_one();
}

void Background::run(Work work) {
  busy_ = true;
  put(std::move(work));
}

void Background::cancel() {
  put(std::nullopt);
  if (std::exchange(busy_, false)) {
    Q_EMIT idle();
  }
}

void Background::post(std::uint64_t generation, std::function<void()> call) {
  call_later(*this, [this, generation, call = std::move(call)] {
    if (generation == latest_) {
      call();
    }
  });
}

void Background::loop(const std::stop_token& quit) {
  for (;;) {
    Work work;
    std::uint64_t generation = 0;
    std::stop_token stop;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, quit, [this] { return waiting_.has_value(); })) {
        return;
      }
      work = std::move(*waiting_);
      waiting_.reset();
      generation = generation_;
      running_ = std::stop_source();
      stop = running_.get_token();
    }
    QString reason;
    try {
      work(stop, [this, generation](std::function<void()> call) { post(generation, std::move(call)); });
    } catch (const Cancelled&) {  // nobody waits for it any more
    } catch (const std::bad_alloc&) {
      reason = tr("There is not enough memory for this.");
    } catch (const std::exception& error) {
      reason = QString::fromUtf8(error.what());
    }
    work = nullptr;  // frees what it holds, which may be a whole volume
    post(generation, [this, reason] {
      busy_ = false;
      if (!reason.isEmpty()) {
        Q_EMIT failed(reason);
      }
      Q_EMIT idle();
    });
  }
}

}  // namespace lossscope
