// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QUndoStack>

#include "app/session/session_undo.h"

namespace lossscope {
namespace {

/// A session on an undo stack, changed the way the window does it.
struct Desk {
  Session shown;
  QUndoStack stack;

  void set_opacity(double value, const std::string& parameter = "opacity", std::uint64_t drag = 0) {
    Session after = shown;
    after.look.display.opacity = value;
    stack.push(new ChangeSession(
        shown, after, QStringLiteral("Opacity"), [this](const Session& s) { shown = s; }, parameter, drag));
  }
};

TEST(ChangeSession, IsDoneUndoneAndDoneAgain) {
  Desk desk;
  desk.set_opacity(0.1);
  EXPECT_EQ(desk.shown.look.display.opacity, 0.1);
  EXPECT_EQ(desk.stack.undoText(), QStringLiteral("Opacity"));
  desk.stack.undo();
  EXPECT_EQ(desk.shown.look.display.opacity, Session{}.look.display.opacity);
  desk.stack.redo();
  EXPECT_EQ(desk.shown.look.display.opacity, 0.1);
}

TEST(ChangeSession, ADragIsOneStep) {
  Desk desk;
  for (const double value : {0.5, 0.4, 0.3}) {
    desk.set_opacity(value, "opacity", 7);
  }
  EXPECT_EQ(desk.stack.count(), 1);
  EXPECT_EQ(desk.shown.look.display.opacity, 0.3);
  desk.stack.undo();
  EXPECT_EQ(desk.shown.look.display.opacity, Session{}.look.display.opacity);
  desk.stack.redo();
  EXPECT_EQ(desk.shown.look.display.opacity, 0.3);
}

TEST(ChangeSession, OtherDragsParametersAndClicksAreStepsOfTheirOwn) {
  Desk desk;
  desk.set_opacity(0.5, "opacity", 7);
  desk.set_opacity(0.4, "opacity", 8);
  desk.set_opacity(0.3, "level", 8);
  desk.set_opacity(0.2);
  desk.set_opacity(0.1);
  EXPECT_EQ(desk.stack.count(), 5);
}

TEST(ChangeSession, ADragBackToItsStartLeavesNothing) {
  Desk desk;
  desk.set_opacity(0.1, "opacity", 3);
  desk.set_opacity(Session{}.look.display.opacity, "opacity", 3);
  EXPECT_EQ(desk.stack.count(), 0);
  EXPECT_EQ(desk.shown, Session{});
}

}  // namespace
}  // namespace lossscope
