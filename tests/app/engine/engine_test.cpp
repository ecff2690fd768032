// SPDX-License-Identifier: Apache-2.0
#include "app/engine/engine.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QThread>
#include <QTimer>
#include <algorithm>

#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

/// Everything an engine says, and an event loop to hear it in.
struct Listener : QObject {
  explicit Listener(Engine& engine) {
    connect(&engine, &Engine::frameReady, this, [this](const FramePtr& frame) {
      EXPECT_EQ(QThread::currentThread(), thread());
      frames.push_back(frame);
    });
    connect(&engine, &Engine::refused, this,
            [this](const Refusal& refusal) { refusals.push_back(refusal.code + " " + refusal.file); });
    connect(&engine, &Engine::failed, this, [this](const QString& text) { failures.push_back(text.toStdString()); });
    connect(&engine, &Engine::cancelled, this, [this] { ++cancels; });
    connect(&engine, &Engine::idle, this, [this] { ++idles; });
    connect(&engine, &Engine::progress, this, [this](double share, const QString& what) {
      EXPECT_GE(share, 0);
      EXPECT_LE(share, 1);
      texts.push_back(what.toStdString());
    });
  }

  /// Runs the event loop until `done` holds; false when that takes over 20 s (a hang, not a slow machine).
  template <class Done>
  static bool until(const Done& done) {
    const QDeadlineTimer deadline(20'000);
    while (!done() && !deadline.hasExpired()) {
      QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
      QThread::msleep(1);
    }
    return done();
  }

  std::vector<FramePtr> frames;
  std::vector<std::string> refusals, failures, texts;
  int cancels = 0, idles = 0;
};

TEST(Engine, AnswersOnTheThreadThatAsked) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  EXPECT_FALSE(engine.busy());
  const auto generation = engine.request(MemoryCase::session());
  EXPECT_TRUE(engine.busy());
  EXPECT_TRUE(heard.frames.empty()) << "nothing comes before the event loop runs";
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 0; }));
  ASSERT_EQ(heard.frames.size(), 1U);
  EXPECT_EQ(heard.frames[0]->generation, generation);
  EXPECT_EQ(heard.frames[0]->session, MemoryCase::session());
  EXPECT_TRUE(heard.frames[0]->reduction);
  EXPECT_FALSE(heard.texts.empty());
  EXPECT_FALSE(engine.busy());
}

TEST(Engine, TheLatestOfABurstWinsAndNothingStaleArrives) {
  MemoryCase files;
  Engine engine(2, files.sources());
  Listener heard(engine);
  Session session = MemoryCase::session();
  std::uint64_t latest = 0;
  QObject::connect(&engine, &Engine::frameReady, &heard, [&](const FramePtr& frame) {
    EXPECT_EQ(frame->session.loss.id, session.loss.id) << "a stale frame was delivered";
  });
  int sent = 0;
  QTimer timer;  // some requests at once, the others from the running event loop, while answers arrive
  QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
    if (sent < 200) {
      session.loss.id = session.loss.id == "dice" ? "focal" : "dice";
    }
    for (int at = 0; at < 20 && sent < 200; ++at, ++sent) {
      session.look.crosshair[0] = sent % 24;
      session.predict_from<FromMask>().degradation.dilate = 0.01 * sent;
      latest = engine.request(session);
    }
  });
  timer.start(2);
  ASSERT_TRUE(Listener::until([&] { return sent == 200 && !engine.busy(); }));
  timer.stop();
  ASSERT_FALSE(heard.frames.empty());
  EXPECT_EQ(heard.frames.back()->generation, latest);
  EXPECT_FALSE(heard.frames.back()->preliminary);
  EXPECT_LT(heard.frames.size(), 200U);
  EXPECT_TRUE(std::is_sorted(heard.frames.begin(), heard.frames.end(),
                             [](const auto& a, const auto& b) { return a->generation < b->generation; }));
}

TEST(Engine, ADragFasterThanItsFramesIsStillSeen) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  Session session = MemoryCase::session();
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles == 1; }));
  int moves = 0;
  engine.finishFramesWith([&](Frame&) {  // a new request before each frame is delivered, as in a fast drag
    QMetaObject::invokeMethod(
        &engine,
        [&] {
          if (moves < 10) {
            session.look.crosshair[2] = ++moves;
            engine.request(session);
          }
        },
        Qt::QueuedConnection);
  });
  session.look.crosshair[2] = 0;
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return moves == 10 && !engine.busy(); }));
  EXPECT_EQ(heard.frames.size(), 1U + 11U) << "nothing is seen before the drag rests";
  EXPECT_EQ(heard.idles, 2) << "busy all the time";
  EXPECT_EQ(heard.frames.back()->session, session);
}

TEST(Engine, AFrameIsFinishedOnTheWorkersThread) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  std::vector<bool> preliminary;
  engine.finishFramesWith([&, number = 0](Frame& frame) mutable {
    EXPECT_NE(QThread::currentThread(), engine.thread());
    preliminary.push_back(frame.preliminary);
    frame.device_notice = std::to_string(++number);
  });
  Session session = MemoryCase::session();
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles == 1; }));
  session.predict_from<FromMask>().degradation.dilate = 1;
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles == 2; }));
  EXPECT_EQ(preliminary, (std::vector<bool>{false, true, false}));
  ASSERT_EQ(heard.frames.size(), 3U);
  for (std::size_t at = 0; at < 3; ++at) {
    EXPECT_EQ(heard.frames[at]->device_notice, std::to_string(at + 1)) << "it keeps what it remembers";
  }
}

TEST(Engine, ADragIsAnsweredTwiceAndBusyUntilTheSecond) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  Session session = MemoryCase::session();
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles == 1; }));

  std::vector<bool> busy;
  QObject::connect(&engine, &Engine::frameReady, &heard, [&] { busy.push_back(engine.busy()); });
  session.predict_from<FromMask>().degradation.dilate = 1;
  const auto generation = engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles == 2; }));
  ASSERT_EQ(heard.frames.size(), 3U);
  EXPECT_TRUE(heard.frames[1]->preliminary);
  EXPECT_FALSE(heard.frames[2]->preliminary);
  EXPECT_EQ(heard.frames[1]->generation, generation);
  EXPECT_EQ(heard.frames[2]->generation, generation);
  EXPECT_EQ(busy, (std::vector<bool>{true, false}));
}

TEST(Engine, CancelStopsWhatRuns) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  engine.cancel();
  Session session = MemoryCase::session();
  session.study.mask.path = "slow";
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return files.slow_begun() > 0; }));
  engine.cancel();
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 0; })) << "the reader would have slept 30 s";
  EXPECT_EQ(heard.cancels, 1);
  EXPECT_TRUE(heard.frames.empty());
  engine.request(MemoryCase::session());
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 1; }));
  EXPECT_EQ(heard.frames.size(), 1U) << "works on after a cancel";
}

TEST(Engine, AnotherFileStopsReadingTheFirst) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  Session session = MemoryCase::session();
  session.study.image.path = "slow";
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return files.slow_begun() > 0; }));
  const auto latest = engine.request(MemoryCase::session());
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 0; }));
  ASSERT_EQ(heard.frames.size(), 1U);
  EXPECT_EQ(heard.frames[0]->generation, latest);
  EXPECT_EQ(heard.cancels, 0) << "replaced, not cancelled";
}

TEST(Engine, ARequestForTheSameFilesLetsThemBeRead) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  Session session = MemoryCase::session();
  session.study.image.path = "gated";
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return files.reads() == 1; }));
  for (int at = 0; at < 10; ++at) {
    session.look.crosshair[2] = at;
    engine.request(session);
  }
  files.open_gate();
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 0; }));
  EXPECT_EQ(files.reads(), 2) << "image and mask, once each";
  EXPECT_EQ(heard.frames.back()->session, session);
}

TEST(Engine, ARefusalNamesTheFileAndTheEngineGoesOn) {
  MemoryCase files;
  Engine engine(1, files.sources());
  Listener heard(engine);
  Session session = MemoryCase::session();
  session.study.mask.path = "missing";
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 0; }));
  EXPECT_EQ(heard.refusals, std::vector<std::string>{"E_ABSENT missing"});
  EXPECT_TRUE(heard.frames.empty());

  session = MemoryCase::session();
  session.loss.id = "nice";
  engine.request(session);
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 1; }));
  ASSERT_EQ(heard.failures.size(), 1U);
  EXPECT_NE(heard.failures[0].find("nice"), std::string::npos);

  engine.request(MemoryCase::session());
  ASSERT_TRUE(Listener::until([&] { return heard.idles > 2; }));
  EXPECT_EQ(heard.frames.size(), 1U);
}

TEST(Engine, EndsWhileItWorks) {
  MemoryCase files;
  auto engine = std::make_unique<Engine>(1, files.sources());
  Session session = MemoryCase::session();
  session.study.image.path = "slow";
  engine->request(session);
  ASSERT_TRUE(Listener::until([&] { return files.slow_begun() > 0; }));
  engine.reset();  // joins at once, although the reader would sleep for 30 s
  QCoreApplication::processEvents();
}

}  // namespace
}  // namespace lossscope

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
