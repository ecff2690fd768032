// SPDX-License-Identifier: Apache-2.0
// What makes the window fluent must not show: layers made ready and kept are those of a fresh case, no step is lost,
// and nothing moves while numbers change.
#include <QUndoStack>
#include <QWheelEvent>
#include <map>

#include "app/engine/frame_computer.h"
#include "app/figures/pictures.h"
#include "app/window/compare_grid.h"
#include "tests/app/window/window_testing.h"
#include "widgets/slice_scene.h"

namespace lossscope {
namespace {

using namespace testing;

class Fluency : public WindowTest {
 protected:
  void SetUp() override {
    window.openSample(QStringLiteral("phantom"));
    settle();
    ASSERT_TRUE(window.frame());
  }

  template <class Edit>
  void edit(Edit change) {
    window.store().change(QStringLiteral("edit"), change);
    settle();
  }

  /// Expects a view to show `picture` as a new scene does, which has kept nothing.
  void expectFresh(widgets::SliceView* view, const Frame& frame, const widgets::SlicePicture& picture,
                   const widgets::ColourScale& scale, const char* when) {
    widgets::SliceScene fresh;
    fresh.setColourScale(scale);
    fresh.setWindowLevel(shown_window(frame), shown_level(frame));
    fresh.setOverlayOpacity(frame.session.look.display.opacity);
    fresh.setOverlayVisible(frame.session.look.layer != OverlayLayer::none);
    fresh.setPicture(picture);
    EXPECT_EQ(view->grabPicture(1, false), widgets::scene_picture(fresh, view->size()))
        << view->objectName().toStdString() << " after " << when;
  }

  void expectFreshViews(const char* when) {
    const auto frame = compute_frame(window.store().session(), {}, {}, 1);
    for (std::size_t at = 0; at < 3; ++at) {
      expectFresh(window.views().slices()[at], *frame, slice_picture(*frame, static_cast<Anatomical>(at)),
                  overlay_scale(*frame), when);
    }
  }

  void expectFreshPanes(const char* when) {
    const auto frame = compute_frame(window.store().session(), {}, {}, 1);
    const auto panes = window.views().compareGrid()->slices();
    ASSERT_EQ(panes.size(), frame->compared.size());
    for (std::size_t at = 0; at < panes.size(); ++at) {
      const ComparedPane& pane = frame->compared[at];
      expectFresh(panes[at], *frame, compared_picture(*frame, pane), compared_scale(*frame, pane), when);
    }
  }
};

TEST_F(Fluency, KeptLayersAreThoseOfAFreshCase) {
  expectFreshViews("the start");
  edit([](Session& session) { session.predict_from<FromMask>().degradation.shift[1] = 6; });
  expectFreshViews("a shift of the prediction");
  window.store().undoStack()->undo();
  settle();
  expectFreshViews("undo");
  edit([](Session& session) { session.study.labels.values = {2}; });
  expectFreshViews("another label is the mask");
  edit([](Session& session) { session.look.layer = OverlayLayer::gradient; });
  edit([](Session& session) { session.look.window = session.look.level = 40; });
  expectFreshViews("another layer and window");
  window.store().look([](Session& session) { session.look.crosshair[2] += 3; });
  settle();
  expectFreshViews("three slices on");
  edit([](Session& session) { session.predict_from_nothing(); });
  expectFreshViews("no prediction");
}

TEST_F(Fluency, OutlinesThatWereHiddenAreOfTheCaseThatIsShown) {
  edit([](Session& session) { session.look.display.show_contours = false; });
  edit([](Session& session) { session.predict_from<FromMask>().degradation.dilate = 5; });
  edit([](Session& session) { session.look.display.show_contours = true; });
  expectFreshViews("outlines shown again");
}

TEST_F(Fluency, ComparedLossesShareASliceButNotTheirColours) {
  QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
  settle();
  expectFreshPanes("six losses");
  edit([](Session& session) { session.predict_from<FromMask>().degradation.shift[0] = -5; });
  expectFreshPanes("a shift of the prediction");
  edit([](Session& session) { session.look.compared_view = Anatomical::sagittal; });
  expectFreshPanes("another plane");
  QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
  settle();
  expectFreshViews("six losses");
}

TEST_F(Fluency, StepsFasterThanFramesAllCount) {
  widgets::SliceView* view = window.views().slices()[0];
  const int normal = window.frame()->views[0].axes.normal;
  const auto before = window.store().session().look.crosshair[normal];
  const QPointF middle = QPointF(view->width(), view->height()) / 2;
  for (int step = 0; step < 5; ++step) {  // in one go: the event loop does not run between them
    QWheelEvent event(middle, view->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view, &event);
  }
  settle();
  EXPECT_EQ(window.store().session().look.crosshair[normal], before + 5);
  EXPECT_EQ(window.frame()->views[0].slice, before + 5);
}

TEST_F(Fluency, NothingMovesWhileNumbersChange) {
  const auto places = [this] {
    std::map<const QWidget*, QRect> all;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
      if (widget->isVisible()) {
        all[widget] = QRect(widget->mapTo(&window, QPoint()), widget->size());
      }
    }
    return all;
  };
  const auto before = places();
  const auto expect_unmoved = [&](const char* when) {
    const auto after = places();
    for (const auto& [widget, place] : before) {
      const auto found = after.find(widget);
      const std::string name =
          std::string(widget->metaObject()->className()) + " " + widget->objectName().toStdString();
      ASSERT_NE(found, after.end()) << name << " went away after " << when;
      EXPECT_EQ(found->second, place) << name << " after " << when;
    }
    EXPECT_EQ(after.size(), before.size()) << "something appeared after " << when;
  };
  for (const std::array<std::int64_t, 3>& voxel : {std::array<std::int64_t, 3>{0, 0, 0}, {30, 33, 31}, {9, 40, 20}}) {
    window.store().look([&](Session& session) { session.look.crosshair = voxel; });
    settle();
    expect_unmoved("a move of the crosshair");
  }
  for (const double shift : {-9.5, 0.0, 14.25}) {
    edit([shift](Session& session) { session.predict_from<FromMask>().degradation.shift[0] = shift; });
    expect_unmoved("a shift of the prediction");
  }
  edit([](Session& session) { session.loss.parameters["dice"]["smooth_nr"] = 0.001234; });
  expect_unmoved("another smoothing");
}

}  // namespace
}  // namespace lossscope
