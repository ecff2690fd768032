// SPDX-License-Identifier: Apache-2.0
// The reader dies or stops in the middle of a load: the window stays live, says so, and loads the next file.
#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "app/window/message_bar.h"
#include "tests/app/window/window_testing.h"
#include "tests/io/helper_testing.h"

namespace lossscope {
namespace {

using namespace testing;

/// How long the event loop stood still at most.
class Stall {
 public:
  Stall() {
    QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] { longest_ = std::max(longest_, since_.restart()); });
    since_.start();
    timer_.start(5);
  }
  [[nodiscard]] qint64 longest() const { return longest_; }

 private:
  QTimer timer_;
  QElapsedTimer since_;
  qint64 longest_ = 0;
};

class Reader : public WindowTest {
 protected:
  Reader() {
    const auto write = [this](const char* name, std::int64_t edge) {
      const Volume volume = make_volume({{edge, edge, edge}, {1, 1, 1}}, VoxelType::float32);
      std::size_t at = 0;
      for (float& value : volume.voxels<float>()) {
        value = static_cast<float>((at++ * 2654435761U) % 1000);
      }
      write_volume(volume, folder_.file(name));
    };
    write("large.nii", 200);
    write("next.nii.gz", 24);
  }
  void open(const char* name) {
    Session session;
    session.study.image.path = folder_.file(name);
    window.openCase(session);
  }
  /// Opens the large file and does something to the first reader that appears.
  void openAnd(int signal) {
    open("large.nii");
    QTRY_VERIFY_WITH_TIMEOUT(!running_helpers("lossscope-reader").empty(), 10'000);
    for (const pid_t reader : running_helpers("lossscope-reader")) {
      ::kill(reader, signal);
    }
    settle();
  }
  void expectMessage(const char* code) {
    EXPECT_TRUE(part<QWidget>("messageBar")->isVisible());
    const QString text = part<MessageBar>("messageBar")->text();
    EXPECT_TRUE(text.contains(QStringLiteral("large.nii")) && text.contains(QString::fromLatin1(code)))
        << text.toStdString();
  }
  void expectTheNextFileLoads() {
    open("next.nii.gz");
    settle();
    ASSERT_TRUE(window.frame());
    EXPECT_EQ(window.frame()->data->grid.size[0], 24);
    EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
    EXPECT_TRUE(running_helpers("lossscope-reader").empty());
  }

  Folder folder_;
};

TEST_F(Reader, KilledInTheMiddleOfALoad) {
  const Stall stall;
  openAnd(SIGKILL);
  expectMessage("E_READER_CRASH");
  std::printf("event loop stood still for at most %lld ms\n", static_cast<long long>(stall.longest()));
  expectTheNextFileLoads();
}

TEST_F(Reader, StoppedInTheMiddleOfALoad) {
  const Environment patience("LOSSSCOPE_PATIENCE", "1.5");
  const Stall stall;
  openAnd(SIGSTOP);
  expectMessage("E_READER_TIMEOUT");
  std::printf("event loop stood still for at most %lld ms\n", static_cast<long long>(stall.longest()));
  expectTheNextFileLoads();
}

TEST_F(Reader, EscapeCancelsAndTheProcessIsGone) {
  open("large.nii");
  QTRY_VERIFY_WITH_TIMEOUT(!running_helpers("lossscope-reader").empty(), 10'000);
  QElapsedTimer timer;
  timer.start();
  QTest::keyClick(&window, Qt::Key_Escape);
  QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 10'000);
  std::printf("cancelled after %lld ms\n", static_cast<long long>(timer.elapsed()));
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("Cancelled")));
  expectTheNextFileLoads();
}

}  // namespace
}  // namespace lossscope
