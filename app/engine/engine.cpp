// SPDX-License-Identifier: Apache-2.0
#include "app/engine/engine.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <variant>

#include "app/engine/call_later.h"
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
  std::string device = "cpu";
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
  Worker(Engine& owner, int threads, Sources sources, DeviceChoice devices)
      : engine(owner),
        computer(threads, std::move(sources), FrameComputer::kLarge, std::move(devices)),
        thread([this] { run(); }) {}

  /// Replaces what is in the mailbox. What is running is stopped, except for the reading of files that the new letter
  /// wants, too.
  void post(Letter letter) {
    std::stop_source computing, reading;
    bool stop_computing = true, stop_reading = true;
    {
      const std::lock_guard lock(mutex);
      if (running && letter.session) {
        stop_reading = !reads_same_files(*running, *letter.session);
        const Change change = change_between(*running, *letter.session);
        const bool of_use = change == Change::look || (change != Change::more && overdue());
        stop_computing = letter.device != running_device || !of_use;
      }
      mailbox = std::move(letter);
      computing = computation;
      reading = files;
    }
    // Outside the lock: a stop calls back into whoever waits, e.g. for the reader's process.
    if (stop_computing) {
      computing.request_stop();
    }
    if (stop_reading) {
      reading.request_stop();
    }
    wake.notify_one();
  }

  void finish_with(std::function<void(Frame&)> make_ready) {
    const std::lock_guard lock(mutex);
    finish = std::make_shared<std::function<void(Frame&)>>(std::move(make_ready));
  }

  void shown(std::uint64_t generation) {
    {
      const std::lock_guard lock(mutex);
      on_screen = generation;
    }
    wake.notify_one();
  }

  void quit() {
    {
      const std::lock_guard lock(mutex);
      quitting = true;
      mailbox.reset();
    }
    // Once quitting is set the worker takes no other letter, so these are the last computation's sources.
    computation.request_stop();
    files.request_stop();
    wake.notify_one();
    thread.join();
  }

 private:
  /// While requests of a drag come faster than a volume can be degraded or summed, each would stop the one before it
  /// and the value would stand still. So now and then a computation may finish: its frame is outdated and is not shown,
  /// but the next preliminary frame uses its sums.
  [[nodiscard]] bool overdue() const {
    return std::chrono::steady_clock::now() - finished > std::chrono::milliseconds(60);
  }

  void run() {
    ::pthread_setname_np(::pthread_self(), "engine");
    for (;;) {
      Letter letter;
      Stops stops;
      {
        std::unique_lock lock(mutex);
        running.reset();
        wake.wait(lock, [this] { return quitting || mailbox.has_value(); });
        if (quitting) {
          return;
        }
        letter = std::move(*mailbox);
        mailbox.reset();
        running = letter.session;
        running_device = letter.device;
        computation = std::stop_source();
        files = std::stop_source();
        stops = Stops(computation.get_token(), files.get_token());
      }
      send(letter.generation, answer_to(letter, stops));
    }
  }

  /// Every letter that is taken has one answer, whatever happens: whoever waits would wait for ever.
  Answer answer_to(const Letter& letter, const Stops& stops) {
    try {
      computer.choose_device(letter.device);
      return letter.session ? compute(*letter.session, letter.generation, stops) : Answer{Stopped{}};
    } catch (const Cancelled&) {
      return {Stopped{}};
    } catch (const Refusal& refusal) {
      return {refusal};
    } catch (const std::bad_alloc&) {
      return {Failure{Engine::tr("There is not enough memory for this.")}};
    } catch (const std::exception& error) {
      return {Failure{QString::fromUtf8(error.what())}};
    } catch (...) {
      return {Failure{Engine::tr("Something failed that did not say what it was.")}};
    }
  }

  void send(std::uint64_t generation, Answer answer) {
    const auto shared = std::make_shared<const Answer>(std::move(answer));
    call_later(engine, [to = &engine, generation, shared] { to->deliver(generation, *shared); });
  }

  Answer compute(const Session& session, std::uint64_t generation, const Stops& stops) {
    Throttle throttle;
    const Progress report = [&](double share, std::string_view what) {
      if (throttle.passes()) {
        report_progress(share, what);
      }
    };
    const FrameComputer::Preview preview = [&](std::shared_ptr<Frame> frame) {
      send(generation, {finished_frame(std::move(frame), generation)});
      let_paint(generation);
    };
    FramePtr frame = finished_frame(computer.compute(session, report, stops, preview), generation);
    const std::lock_guard lock(mutex);
    finished = std::chrono::steady_clock::now();
    return {std::move(frame)};
  }

  FramePtr finished_frame(std::shared_ptr<Frame> frame, std::uint64_t generation) {
    frame->generation = generation;
    std::shared_ptr<std::function<void(Frame&)>> make_ready;
    {
      const std::lock_guard lock(mutex);
      make_ready = finish;
    }
    if (make_ready) {
      (*make_ready)(*frame);
    }
    return frame;
  }

  /// Waits until the frame is on screen or a new letter has come, at most 50 ms.
  void let_paint(std::uint64_t generation) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, std::chrono::milliseconds(50),
                  [&] { return quitting || mailbox.has_value() || on_screen >= generation; });
  }

  void report_progress(double share, std::string_view what) {
    const QString text = QString::fromStdString(std::string(what));
    call_later(engine, [to = &engine, share, text] {
      if (to->busy_) {
        Q_EMIT to->progress(share, text);
      }
    });
  }

  Engine& engine;
  FrameComputer computer;  ///< of the worker's thread alone
  std::mutex mutex;        ///< guards all from here to `wake`
  std::optional<Letter> mailbox;
  std::optional<Session> running;
  std::string running_device;
  std::stop_source computation, files;  ///< of what is running
  std::chrono::steady_clock::time_point finished{};
  /// Shared, not copied: it keeps what it made from frame to frame.
  std::shared_ptr<std::function<void(Frame&)>> finish;
  std::uint64_t on_screen = 0;  ///< generation
  bool quitting = false;
  std::condition_variable wake;
  std::thread thread;  ///< last: it begins when all else is there
};

Engine::Engine(int threads, Sources sources, DeviceChoice devices, QObject* parent)
    : QObject(parent), worker_(std::make_unique<Worker>(*this, threads, std::move(sources), std::move(devices))) {}

Engine::~Engine() { worker_->quit(); }

std::uint64_t Engine::request(const Session& session) {
  busy_ = true;
  wanted_ = session;
  worker_->post({++latest_, session, device_});
  return latest_;
}

void Engine::finishFramesWith(std::function<void(Frame&)> finish) { worker_->finish_with(std::move(finish)); }

void Engine::shown(std::uint64_t generation) { worker_->shown(generation); }

void Engine::cancel() {
  if (busy_) {
    wanted_.reset();
    worker_->post({++latest_, std::nullopt, device_});
  }
}

void Engine::chooseDevice(const std::string& id) { device_ = id; }

bool Engine::busy() const { return busy_; }

/// Whether an outdated frame is still worth showing until the latest one comes: during a drag it is.
bool Engine::leadsToLatest(const Frame& frame) const {
  return wanted_ && change_between(frame.session, *wanted_) != Change::more;
}

void Engine::deliver(std::uint64_t generation, const Answer& answer) {
  const auto* frame = std::get_if<FramePtr>(&answer.what);
  const bool overtaken = generation != latest_;
  if (overtaken && (!frame || !leadsToLatest(**frame))) {
    return;  // stale: a later request is on its way
  }
  busy_ = overtaken || (frame && (*frame)->preliminary);
  if (frame) {
    Q_EMIT frameReady(*frame);
  } else if (const auto* refusal = std::get_if<Refusal>(&answer.what)) {
    Q_EMIT refused(*refusal);
  } else if (const auto* failure = std::get_if<Failure>(&answer.what)) {
    Q_EMIT failed(failure->message);
  } else {
    Q_EMIT cancelled();
  }
  if (!busy_) {  // a listener may have made a new request
    Q_EMIT idle();
  }
}

}  // namespace lossscope
