// SPDX-License-Identifier: Apache-2.0
// A window that was killed comes back with its steps, on request only, in a window or from the command line.
#include "app/window/recovery.h"

#include <QPushButton>

#include "tests/app/window/window_testing.h"

namespace lossscope::testing {
namespace {

namespace fs = std::filesystem;

class RecoveryTest : public WindowTest {
 protected:
  /// Works for `steps` steps, looks at a voxel, and leaves the journal as a kill would: nobody holds it any more.
  History work_and_die(int steps) {
    MainWindow other{false};
    const Recovery recovery(other, path);
    other.openSample(QStringLiteral("phantom"));
    for (int step = 1; step < steps; ++step) {
      other.store().change(QStringLiteral("opacity"),
                           [step](Session& session) { session.look.display.opacity = 1.0 / step; });
    }
    other.store().look([](Session& session) { session.look.crosshair = {3, 4, 5}; });
    QTest::qWait(700);
    fs::create_directories(path);
    for (const auto& entry : fs::directory_iterator(path)) {
      fs::copy_file(entry.path(), fs::path(entry.path()).replace_extension(".copy"));
    }
    return other.store().history(100);
  }
  void die() {
    for (const auto& entry : fs::directory_iterator(path)) {
      fs::rename(entry.path(), fs::path(entry.path()).replace_extension(".journal"));
    }
  }
  [[nodiscard]] std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(path), {}); }

  Folder folder;
  fs::path path = folder.file("journals");
};

TEST_F(RecoveryTest, RestoreBringsBackTheSessionAndItsSteps) {
  const History before = work_and_die(60);
  die();
  Recovery recovery(window, path);
  recovery.offer();
  EXPECT_EQ(window.store().undoStack()->count(), 0) << "offered, not done";
  QTest::mouseClick(part<QPushButton>("restoreSession"), Qt::LeftButton);
  settle();
  EXPECT_EQ(window.store().history(100), before);
  EXPECT_EQ(window.store().session().look.crosshair, (std::array<std::int64_t, 3>{3, 4, 5}));
  EXPECT_FALSE(part<QLabel>("lossValue")->text().isEmpty());
  QUndoStack& stack = *window.store().undoStack();
  for (int step = 0; step < 55; ++step) {
    stack.undo();
  }
  EXPECT_EQ(window.store().session().look.display.opacity, before.steps[4].after.look.display.opacity);
  for (int step = 0; step < 55; ++step) {
    stack.redo();
  }
  EXPECT_EQ(window.store().session(), before.now);
  EXPECT_EQ(window.findChild<QWidget*>(QStringLiteral("recoveryBar")), nullptr) << "answered";
  EXPECT_EQ(files(), 1) << "the new window's own journal";
}

TEST_F(RecoveryTest, DiscardForgetsItAndAnUnansweredOfferStays) {
  work_and_die(3);
  die();
  {
    MainWindow other{false};
    Recovery recovery(other, path);
    recovery.offer();
    EXPECT_FALSE(newest_abandoned_journal(path)) << "two windows would offer the same session";
  }
  EXPECT_EQ(files(), 1);
  Recovery recovery(window, path);
  recovery.offer();
  QTest::mouseClick(part<QPushButton>("discardSession"), Qt::LeftButton);
  EXPECT_EQ(files(), 0);
}

TEST_F(RecoveryTest, WorkSinceTheStartStaysUndoable) {
  const History before = work_and_die(3);
  die();
  Recovery recovery(window, path);
  openSample();
  const Session mine = window.store().session();
  EXPECT_TRUE(recovery.restore());
  EXPECT_EQ(window.store().session().study.mask, before.now.study.mask);
  window.store().undoStack()->undo();
  EXPECT_EQ(window.store().session().study.mask, mine.study.mask);
}

TEST_F(RecoveryTest, AHomeThatCannotBeWrittenSaysThatRecoveryIsOff) {
  for (const char* home : {"/proc/journals", "/dev/full/journals"}) {
    MainWindow other{false};
    const Recovery recovery(other, home);
    EXPECT_EQ(other.findChild<QWidget*>(QStringLiteral("recoveryOff")), nullptr) << "nothing was to be written yet";
    other.openSample(QStringLiteral("phantom"));
    auto* bar = other.findChild<QWidget*>(QStringLiteral("recoveryOff"));
    ASSERT_NE(bar, nullptr);
    const QString said = bar->findChildren<QLabel*>().last()->text();
    EXPECT_TRUE(said.contains(QString::fromLatin1(home))) << said.toStdString();
    other.store().change(QStringLiteral("opacity"), [](Session& session) { session.look.display.opacity = 0.2; });
    EXPECT_EQ(other.findChildren<QWidget*>(QStringLiteral("recoveryOff")).size(), 1) << "told once";
  }
}

TEST_F(RecoveryTest, AJournalThatCannotBeReadIsToldWithWhereItIs) {
  fs::create_directories(path);
  write_bytes((path / "a.journal").string(), {'x'});
  Recovery recovery(window, path);
  recovery.offer();
  auto* bar = part<QWidget>("recoverySetAside");
  EXPECT_TRUE(bar->findChildren<QLabel*>().last()->text().contains(QStringLiteral("a.journal.unreadable")));
  EXPECT_EQ(window.findChild<QWidget*>(QStringLiteral("recoveryBar")), nullptr);
}

TEST_F(RecoveryTest, ADragIsRecordedWithinASecond) {
  const Recovery recovery(window, path);
  openSample();
  drag("opacity", -40);
  QTest::qWait(700);
  fs::create_directories(path);
  fs::copy_file(fs::directory_iterator(path)->path(), path / "copy.journal");
  const auto found = newest_abandoned_journal(path);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->history().now, window.store().session());
  EXPECT_EQ(found->history().steps.back().after.look.display.opacity, window.store().session().look.display.opacity);
}

}  // namespace
}  // namespace lossscope::testing
