// SPDX-License-Identifier: Apache-2.0
#include "app/engine/engine.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <variant>

#include "app/engine/frame_computer.h"

namespace lossscope {
namespace {

struct Stopped {};
struct Failure {
  QString message;
};

/// What is in the mailbox: a session to compute, or (none) the wish to stop.
struct Letter {
  std::uint64_t generation = 0;
  std::optional<Session> session;
};

/// Lets progress through at most every 40 ms, so that a fast reader does not flood the event loop.
class Throttle {
 public:
  bool passes() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(40)) {
      return false;
    }
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace

struct Engine::Answer {
  std::variant<FramePtr, Refusal, Failure, Stopped> what;
};

struct Engine::Worker {
  Worker(Engine& owner, int threads, InputReader reader)
      : engine(owner), computer(threads, std::move(reader)), thread([this] { run(); }) {}

  /// Replaces what is in the mailbox and stops what is running.
  void post(Letter letter) {
    std::stop_source running;
    {
      const std::lock_guard lock(mutex);
      mailbox = std::move(letter);
      running = stop;
    }
    running.request_stop();  // outside the lock: it calls back into whoever waits, e.g. for the reader's process
    wake.notify_one();
  }

  void quit() {
    {
      const std::lock_guard lock(mutex);
      quitting = true;
      mailbox.reset();
    }
    // Once quitting is set the worker takes no other letter, so this is the last computation's source.
    stop.request_stop();
    wake.notify_one();
    thread.join();
  }

  void run() {
    for (;;) {
      Letter letter;
      std::stop_token token;
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [this] { return quitting || mailbox.has_value(); });
        if (quitting) {
          return;
        }
        letter = std::move(*mailbox);
        mailbox.reset();
        stop = std::stop_source();
        token = stop.get_token();
      }
      answer(letter, token);
    }
  }

  void answer(const Letter& letter, const std::stop_token& token) {
    const std::uint64_t generation = letter.generation;
    auto result =
        std::make_shared<Answer>(letter.session ? compute(*letter.session, generation, token) : Answer{Stopped{}});
    QMetaObject::invokeMethod(
        &engine, [to = &engine, generation, result] { to->deliver(generation, *result); }, Qt::QueuedConnection);
  }

  Answer compute(const Session& session, std::uint64_t generation, const std::stop_token& token) {
    Throttle throttle;
    const Progress report = [&](double share, std::string_view what) {
      if (throttle.passes()) {
        report_progress(generation, share, what);
      }
    };
    try {
      auto frame = computer.compute(session, report, token);
      frame->generation = generation;
      return {FramePtr(std::move(frame))};
    } catch (const Cancelled&) {
      return {Stopped{}};
    } catch (const Refusal& refusal) {
      return {refusal};
    } catch (const std::bad_alloc&) {
      return {Failure{Engine::tr("There is not enough memory for this.")}};
    } catch (const std::exception& error) {
      return {Failure{QString::fromUtf8(error.what())}};
    }
  }

  void report_progress(std::uint64_t generation, double share, std::string_view what) {
    const QString text = QString::fromUtf8(what.data(), static_cast<qsizetype>(what.size()));
    QMetaObject::invokeMethod(
        &engine,
        [to = &engine, generation, share, text] {
          if (generation == to->latest_) {
            Q_EMIT to->progress(share, text);
          }
        },
        Qt::QueuedConnection);
  }

  Engine& engine;
  FrameComputer computer;  ///< of the worker's thread alone
  std::mutex mutex;        ///< guards the three below
  std::optional<Letter> mailbox;
  std::stop_source stop;  ///< of what is running
  bool quitting = false;
  std::condition_variable wake;
  std::thread thread;  ///< last: it begins when all else is there
};

Engine::Engine(int threads, QObject* parent) : Engine(threads, read_input, parent) {}

Engine::Engine(int threads, InputReader reader, QObject* parent)
    : QObject(parent), worker_(std::make_unique<Worker>(*this, threads, std::move(reader))) {}

Engine::~Engine() { worker_->quit(); }

std::uint64_t Engine::request(const Session& session) {
  busy_ = true;
  worker_->post({++latest_, session});
  return latest_;
}

void Engine::cancel() {
  if (busy_) {
    worker_->post({++latest_, std::nullopt});
  }
}

bool Engine::busy() const { return busy_; }

void Engine::deliver(std::uint64_t generation, const Answer& answer) {
  if (generation != latest_) {
    return;  // stale: a later request is on its way
  }
  busy_ = false;
  if (const auto* frame = std::get_if<FramePtr>(&answer.what)) {
    Q_EMIT frameReady(*frame);
  } else if (const auto* refusal = std::get_if<Refusal>(&answer.what)) {
    Q_EMIT refused(QString::fromStdString(refusal->code), QString::fromStdString(displayable(refusal->file)),
                   QString::fromStdString(refusal->reason), QString::fromStdString(refusal->remedy));
  } else if (const auto* failure = std::get_if<Failure>(&answer.what)) {
    Q_EMIT failed(failure->message);
  } else {
    Q_EMIT cancelled();
  }
  if (!busy_) {  // whoever was told may have asked for more
    Q_EMIT idle();
  }
}

}  // namespace lossscope
