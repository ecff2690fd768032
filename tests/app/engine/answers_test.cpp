// SPDX-License-Identifier: Apache-2.0
// Every request has an answer: whatever a reader does, however requests and cancels follow each other, the engine comes
// to rest, and what it said last is about the last request.
#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QThread>
#include <new>
#include <random>

#include "app/engine/engine.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

/// Ways to fail that a reader, a driver or a library has.
enum class Way { none, refuses, cancels_unasked, no_memory, throws, throws_no_exception, waits_to_be_stopped };

/// A reader that does as it is told, and otherwise reads.
class Moody {
 public:
  explicit Moody(MemoryCase& files) : read_(files.reader()) {}

  FileReader reader() {
    return [this](const InputChoice& input, const ReadingHints& hints, Role role, const Progress& progress,
                  const std::stop_token& stop) {
      switch (way.load()) {
        case Way::refuses:
          throw Refusal("E_TEST", input.path, "it is not liked", "nothing");
        case Way::cancels_unasked:
          throw Cancelled();
        case Way::no_memory:
          throw std::bad_alloc();
        case Way::throws:
          throw std::runtime_error("a fault");
        case Way::throws_no_exception:
          throw 7;  // NOLINT: as a library may
        case Way::waits_to_be_stopped:
          while (!stop.stop_requested() && !let_go) {
            QThread::msleep(1);
          }
          throw Cancelled();
        case Way::none:
          break;
      }
      return read_(input, hints, role, progress, stop);
    };
  }

  std::atomic<Way> way{Way::none};
  std::atomic<bool> let_go{false};

 private:
  FileReader read_;
};

struct Heard : QObject {
  explicit Heard(Engine& engine) {
    connect(&engine, &Engine::frameReady, this, [this](const FramePtr& frame) {
      last = frame->preliminary ? last : frame->generation;
      ++answers;
    });
    connect(&engine, &Engine::refused, this, [this] { ++answers; });
    connect(&engine, &Engine::failed, this, [this] { ++answers; });
    connect(&engine, &Engine::cancelled, this, [this] { ++answers; });
    connect(&engine, &Engine::idle, this, [this] { ++idles; });
  }
  std::uint64_t last = 0;
  int answers = 0, idles = 0;
};

/// False when the engine is not at rest within a minute: a hang, not a slow machine.
bool comes_to_rest(const Engine& engine) {
  const QDeadlineTimer deadline(60'000);
  while (engine.busy() && !deadline.hasExpired()) {
    QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    QThread::usleep(200);
  }
  QCoreApplication::processEvents();
  return !engine.busy();
}

TEST(Answers, EveryWayToFailIsAnswered) {
  for (const Way way : {Way::refuses, Way::cancels_unasked, Way::no_memory, Way::throws, Way::throws_no_exception}) {
    MemoryCase files;
    Moody moody(files);
    Engine engine(1, {.files = moody.reader()});
    const Heard heard(engine);
    moody.way = way;
    engine.request(MemoryCase::session());
    ASSERT_TRUE(comes_to_rest(engine)) << static_cast<int>(way);
    EXPECT_EQ(heard.answers, 1) << static_cast<int>(way);
    EXPECT_EQ(heard.idles, 1) << static_cast<int>(way);
    moody.way = Way::none;
    const auto generation = engine.request(MemoryCase::session());
    ASSERT_TRUE(comes_to_rest(engine)) << "after " << static_cast<int>(way);
    EXPECT_EQ(heard.last, generation) << "it works on after " << static_cast<int>(way);
  }
}

TEST(Answers, WhatMakesAFrameReadyMayFail) {
  MemoryCase files;
  Engine engine(1, {.files = files.reader()});
  const Heard heard(engine);
  engine.finishFramesWith([](Frame&) { throw std::bad_alloc(); });
  engine.request(MemoryCase::session());
  ASSERT_TRUE(comes_to_rest(engine));
  EXPECT_EQ(heard.answers, 1);
}

/// Requests, cancels and moods in thousands of orders, with the event loop turning or not in between.
TEST(Answers, AnyOrderOfRequestsAndCancelsComesToRest) {
  MemoryCase files;
  Moody moody(files);
  Engine engine(1, {.files = moody.reader()});
  const Heard heard(engine);
  std::mt19937 random(20261129);
  const auto pick = [&](int of) { return std::uniform_int_distribution<int>(0, of - 1)(random); };
  Session session = MemoryCase::session();
  std::uint64_t latest = 0;
  for (int burst = 0; burst < 300; ++burst) {
    for (int step = pick(12) + 1; step > 0; --step) {
      moody.way = static_cast<Way>(pick(7));
      switch (pick(6)) {
        case 0:
          engine.cancel();
          break;
        case 1:
          session.look.crosshair = {pick(4), pick(4), pick(4)};
          break;
        case 2:
          session.predict_from<FromMask>().degradation.shift = {static_cast<double>(pick(3)), 0, 0};
          break;
        case 3:
          session.study.labels.values = {pick(3)};
          break;
        case 4:
          session.study.mask.sha256 = pick(2) == 0 ? "a" : "";  // reads the file again
          break;
        default:
          QCoreApplication::processEvents();
          break;
      }
      if (pick(3) != 0) {
        latest = engine.request(session);
      }
    }
    moody.way = Way::none;
    moody.let_go = true;
    ASSERT_TRUE(comes_to_rest(engine)) << "burst " << burst << ": a request has no answer";
    moody.let_go = false;
    const int before = heard.answers;
    latest = engine.request(session);
    ASSERT_TRUE(comes_to_rest(engine)) << "burst " << burst;
    EXPECT_GT(heard.answers, before) << "burst " << burst;
    EXPECT_TRUE(heard.last <= latest);
  }
}

}  // namespace
}  // namespace lossscope
