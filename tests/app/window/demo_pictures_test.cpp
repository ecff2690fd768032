// SPDX-License-Identifier: Apache-2.0
// What the demos speak of is in view: the voxels lie in the visible slices, and their colour differs from the picture
// without the layer. (That the numbers are right: tests/app/engine/demos_test.cpp.)
#include <QAction>
#include <QPushButton>
#include <cmath>
#include <functional>

#include "app/window/compare_grid.h"
#include "app/window/demo_panel.h"
#include "tests/app/window/window_testing.h"
#include "widgets/colour_difference.h"

namespace lossscope {
namespace {

using namespace testing;

/// CIE dE of 1976.
double difference(const QColor& one, const QColor& other) {
  const widgets::Lab a = widgets::lab_of(one.red(), one.green(), one.blue());
  const widgets::Lab b = widgets::lab_of(other.red(), other.green(), other.blue());
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// A voxel of the phantom's lesions and what the prediction makes of it.
struct Place {
  bool mask = false;
  double p = 0;
  std::int64_t i = 0;
  [[nodiscard]] bool small() const { return mask && i < 60; }
  [[nodiscard]] bool large() const { return mask && i >= 60; }
  [[nodiscard]] bool missed() const { return mask && p <= 0.5; }
  [[nodiscard]] bool invented() const { return !mask && p > 0.5; }
  [[nodiscard]] double error() const { return mask ? 1 - p : p; }
};
using Which = std::function<bool(const Place&)>;

/// The colours of a state: with the layer and without it, over the visible voxels.
class Pictures : public WindowTest {
 protected:
  void open(const char* demo) {
    part<QAction>((std::string("demo.") + demo).c_str())->trigger();
    settle();
  }
  void click(const char* name) {
    QTest::mouseClick(part<QPushButton>(name), Qt::LeftButton);
    settle();
  }
  std::vector<widgets::SliceView*> slices() {
    if (window.store().session().look.arrangement != Arrangement::single) {
      return window.views().compareGrid()->slices();
    }
    return {window.views().slices().begin(), window.views().slices().end()};
  }
  QImage grab(widgets::SliceView& slice, bool layer) {
    window.store().look([layer](Session& session) {
      session.look.display.show_contours = false;  // they would hide the rim that many steps speak of
      session.look.display.show_overlay = layer;
    });
    settle();
    return slice.grabPicture();
  }

  /// The middle of the colour differences (CIE dE) that the layer makes at the voxels of a kind, in the panes from
  /// `first` to `last`; fails where fewer than five are in view.
  double shown(const Which& which, std::size_t first = 0, std::size_t last = 2) {
    const Session before = window.store().session();
    std::vector<double> differences;
    const auto all = slices();
    for (std::size_t pane = first; pane <= std::min(last, all.size() - 1); ++pane) {
      const QImage with = grab(*all[pane], true), without = grab(*all[pane], false);
      const bool compared = before.look.arrangement != Arrangement::single;
      const auto view = compared ? static_cast<std::size_t>(before.look.compared_view) : pane;
      collect(*all[pane], window.frame()->views[view], with, without, which, differences);
    }
    window.store().look([&](Session& session) {
      session.look.display.show_contours = before.look.display.show_contours;
      session.look.display.show_overlay = before.look.display.show_overlay;
    });
    settle();
    EXPECT_GE(differences.size(), 5U) << "hardly any of these voxels is in view";
    if (differences.empty()) {
      return 0;
    }
    const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
    std::nth_element(differences.begin(), middle, differences.end());
    return *middle;
  }

  void expect_seen(const char* what, const Which& which) { EXPECT_GE(shown(which), 20) << what; }
  void expect_unseen(const char* what, const Which& which) { EXPECT_LE(shown(which), 8) << what; }

 private:
  void collect(const widgets::SliceView& slice, const ViewResult& view, const QImage& with, const QImage& without,
               const Which& which, std::vector<double>& differences) {
    const CaseData& data = *window.frame()->data;
    const auto& cross = window.store().session().look.crosshair;
    const auto here = view.axes.pixel(data.grid, cross);
    const auto g = data.mask.voxels<std::uint8_t>();
    const auto p = data.prediction.voxels<float>();
    const double ratio = with.devicePixelRatio();
    for (std::int64_t y = 0; y < view.axes.height(data.grid); ++y) {
      for (std::int64_t x = 0; x < view.axes.width(data.grid); ++x) {
        const auto voxel = view.axes.voxel(data.grid, x, y, view.slice);
        const auto at = static_cast<std::size_t>(data.grid.offset(voxel[0], voxel[1], voxel[2]));
        if (x == here[0] || y == here[1] ||
            !which({g[at] != 0, static_cast<double>(p[at]), voxel[0]})) {  // the lines of the crosshair
          continue;
        }
        const QPointF pixel = slice.positionOf(QPointF(static_cast<double>(x), static_cast<double>(y))) * ratio;
        if (with.rect().contains(pixel.toPoint())) {
          differences.push_back(difference(with.pixelColor(pixel.toPoint()), without.pixelColor(pixel.toPoint())));
        }
      }
    }
  }
};

bool small(const Place& place) { return place.small(); }
bool large(const Place& place) { return place.large(); }
bool missed(const Place& place) { return place.missed(); }
bool invented(const Place& place) { return place.invented(); }
bool rim(const Place& place) { return place.large() && place.p > 0.3 && place.p < 0.7; }

TEST_F(Pictures, Imbalance) {
  open("imbalance");
  expect_seen("both lesions have the strongest colour", small);
  expect_seen("both lesions have the strongest colour", large);
  click("demoNext");
  expect_seen("nothing was changed but the loss", small);
  expect_seen("nothing was changed but the loss", large);
  click("demoNext");
  expect_seen("only the small one still costs", small);
  expect_unseen("the large one is found", large);
  click("demoNext");
  expect_seen("the gradient is the same everywhere", small);
  expect_seen("the gradient is the same everywhere", large);
  click("demoAnswer");
  expect_seen("the missed one has all of it", small);
  expect_unseen("the found one has no gradient any more", large);
}

TEST_F(Pictures, Focal) {
  const auto wrong = [](const Place& place) { return place.error() > 0.9; };
  const auto nearly = [](const Place& place) { return place.error() > 0.15 && place.error() < 0.25; };
  open("focal");
  expect_seen("what is wrong", wrong);
  const double before = shown(nearly);
  EXPECT_GE(before, 3) << "the right side of the rim costs something";
  click("demoNext");
  expect_seen("what is wrong keeps its cost", wrong);
  EXPECT_LT(shown(nearly), 0.5 * before) << "what was nearly right has lost its colour";
  click("demoNext");
  expect_seen("the most wrong ones decide", wrong);
  click("demoAnswer");
  expect_unseen("nothing is left of the easy rim", nearly);
  EXPECT_GE(shown([](const Place& place) { return place.error() > 0.6 && place.error() < 0.95; }), 20);
}

TEST_F(Pictures, Tversky) {
  open("tversky");
  expect_seen("a shell of false alarms", invented);
  click("demoAnswer");
  expect_seen("a shell of misses", missed);
  click("demoNext");
  expect_seen("the grown one", invented);
  click("demoAnswer");
  expect_seen("the shrunken one", missed);
  click("demoNext");
  expect_seen("under Dice", missed);
  click("demoAnswer");
  expect_seen("under Jaccard", missed);
}

TEST_F(Pictures, Boundaries) {
  open("boundaries");
  EXPECT_NEAR(shown(missed), shown(invented), 12) << "one colour, on another grey";
  expect_seen("misses", missed);
  expect_seen("false alarms", invented);
  click("demoNext");
  expect_seen("phi at the boundary", [](const Place& place) { return place.missed() || place.invented(); });
  click("demoAnswer");
  expect_seen("misses", missed);
  expect_seen("false alarms", invented);
  click("demoNext");
  click("demoAnswer");
  expect_seen("false alarms", invented);
  click("demoNext");
  const double close = shown(invented);
  EXPECT_GE(close, 12) << "fainter than at 12 mm, but there";
  click("demoAnswer");
  EXPECT_GT(shown(invented), close + 5) << "all have become dearer";
  expect_seen("misses", missed);
}

TEST_F(Pictures, Saturation) {
  open("saturation");
  expect_seen("the missed lesion shines", small);
  expect_seen("as bright as the found one", large);
  click("demoAnswer");
  expect_unseen("less than one thousandth is left", small);
  expect_seen("the unsure rim", rim);
  click("demoNext");
  expect_seen("the missed lesion is as bright as anything", small);
  click("demoNext");
  expect_seen("the rim", rim);
  expect_unseen("too little to be seen beside it", small);
}

TEST_F(Pictures, LogCosh) {
  // Within the mask: outside it Dice pulls with a third of that here, and is as pale in both panes.
  const auto edge = [](const Place& place) { return place.mask && place.p > 0.2 && place.p < 0.8; };
  open("log_cosh");
  const double dice = shown(edge, 0, 0), cosh = shown(edge, 1, 1);
  EXPECT_GE(dice, 20);
  EXPECT_LT(cosh, dice - 3) << "paler, with one range";
  click("demoAnswer");
  EXPECT_NEAR(shown(edge, 1, 1), shown(edge, 0, 0), 3) << "the same picture in a range of its own";
  click("demoNext");
  EXPECT_GE(shown(edge, 0, 0), 20);
  EXPECT_LE(shown(edge, 1, 1), 10) << "it has nearly lost its colour";
}

}  // namespace
}  // namespace lossscope
