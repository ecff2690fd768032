// SPDX-License-Identifier: Apache-2.0
// 3D in the window: colours, what is shown, planes, crosshair, views, turntable.
#include <QCheckBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QProgressDialog>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "app/figures/pictures.h"
#include "app/window/surface_pane.h"
#include "app/window/take_away.h"
#include "losses/fields/distance.h"
#include "tests/app/window/window_testing.h"
#include "widgets/surface_colours.h"

namespace lossscope {
namespace {

using namespace testing;
using widgets::Point3;
using widgets::SurfaceModel;

/// The number of packets in an Ogg file of one stream: a lacing value below 255 ends a packet (RFC 3533).
int ogg_packets(const QByteArray& bytes) {
  int packets = 0;
  qsizetype at = 0;
  while (at + 27 <= bytes.size() && bytes.mid(at, 4) == "OggS") {
    const int segments = static_cast<unsigned char>(bytes[at + 26]);
    qsizetype body = 0;
    for (int segment = 0; segment < segments; ++segment) {
      const int lacing = static_cast<unsigned char>(bytes[at + 27 + segment]);
      packets += lacing < 255 ? 1 : 0;
      body += lacing;
    }
    at += 27 + segments + body;
  }
  return at == bytes.size() ? packets : -1;
}

struct Solid : WindowTest {
  QTemporaryDir folder;
  Solid() {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
  [[nodiscard]] widgets::SurfaceView& view() { return *window.views().surfaceView(); }
  [[nodiscard]] const SurfaceModel& model() { return view().model(); }
  [[nodiscard]] const SurfaceLook& look() { return window.store().session().look.display.surfaces; }
  void click(const char* button) {
    QTest::mouseClick(part<QToolButton>(button), Qt::LeftButton);
    settle();
  }
  void press(Qt::Key key, Qt::KeyboardModifiers keys = {}) {
    QTest::keyClick(&window, key, keys);
    settle();
  }
  /// Turns with these choices by way of the dialog.
  void turn(int frames, bool movie) {
    QTimer::singleShot(0, &window, [&] {
      auto* dialog = window.findChild<QDialog*>(QStringLiteral("turntable"));
      ASSERT_NE(dialog, nullptr);
      auto* save = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
      dialog->findChild<QLineEdit*>(QStringLiteral("turntableFolder"))->setText(folder.filePath(QStringLiteral("no")));
      EXPECT_FALSE(save->isEnabled()) << "there is no such folder";
      dialog->findChild<QLineEdit*>(QStringLiteral("turntableFolder"))->setText(folder.path());
      dialog->findChild<QSpinBox*>(QStringLiteral("turntableFrames"))->setValue(frames);
      dialog->findChild<QComboBox*>(QStringLiteral("turntableSide"))->setCurrentIndex(0);
      dialog->findChild<QCheckBox*>(QStringLiteral("turntableMovie"))->setChecked(movie);
      QTest::mouseClick(save, Qt::LeftButton);
    });
    Q_EMIT window.views().turntableRequested();
  }
  [[nodiscard]] QStringList files() const {
    return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
  }
};

TEST_F(Solid, ColoursHaveABarWithUnitsAndCanBeUndone) {
  EXPECT_FALSE(model().scale);
  const QImage plain = view().grabPicture();
  choose("surfaceColour", 1);
  ASSERT_TRUE(model().scale);
  EXPECT_EQ(model().scale->title, layer_name(window.store().session()));
  EXPECT_FALSE(model().scale->unit.isEmpty());
  EXPECT_GT(model().scale->maximum, 0);
  EXPECT_GT(changed_pixels(plain, view().grabPicture()), 500);
  press(Qt::Key_F5);
  EXPECT_EQ(look().colour, SurfaceColour::gradient);
  EXPECT_EQ(model().scale->minimum, -model().scale->maximum);
  press(Qt::Key_Z, Qt::ControlModifier);
  press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(look().colour, SurfaceColour::plain);
  EXPECT_FALSE(model().scale);
  EXPECT_EQ(changed_pixels(plain, view().grabPicture()), 0);
}

TEST_F(Solid, SignedDistanceEndsWhereThePredictionIsFarthest) {
  choose("surfaceColour", 3);
  ASSERT_TRUE(model().scale);
  const CaseData& data = *window.frame()->data;
  const Volume distance = signed_distance(data.mask, data.grid.spacing);
  double farthest = 0;  // distance of a voxel at the prediction's edge: the surface's values are of such voxels
  const auto p = data.prediction.voxels<float>();
  for (std::int64_t k = 1; k + 1 < data.grid.size[2]; ++k) {
    for (std::int64_t j = 1; j + 1 < data.grid.size[1]; ++j) {
      for (std::int64_t i = 1; i + 1 < data.grid.size[0]; ++i) {
        const auto at = [&](std::int64_t x, std::int64_t y, std::int64_t z) {
          return static_cast<std::size_t>(data.grid.offset(x, y, z));
        };
        const bool in = p[at(i, j, k)] > 0.5F;
        if (in && !(p[at(i - 1, j, k)] > 0.5F && p[at(i + 1, j, k)] > 0.5F && p[at(i, j - 1, k)] > 0.5F &&
                    p[at(i, j + 1, k)] > 0.5F && p[at(i, j, k - 1)] > 0.5F && p[at(i, j, k + 1)] > 0.5F)) {
          farthest = std::max(farthest, std::abs(static_cast<double>(distance.voxels<float>()[at(i, j, k)])));
        }
      }
    }
  }
  const double voxel = *std::max_element(data.grid.spacing.begin(), data.grid.spacing.end());
  EXPECT_NEAR(model().scale->maximum, farthest, 2 * voxel);
  EXPECT_EQ(model().scale->unit, QStringLiteral("mm"));
}

/// How many points of a surface lie beside a voxel of that label.
std::int64_t points_beside(const widgets::ShownSurface& surface, const LoadedVolume& labels, int label) {
  const Grid& grid = labels.grid;
  std::int64_t found = 0;
  for (const auto& point : widgets::voxel_points(surface.shape, surface.volume)) {
    bool beside = false;
    for (int at = 0; at < 27; ++at) {
      const std::array<int, 3> step{at % 3 - 1, at / 3 % 3 - 1, at / 9 - 1};
      std::array<std::int64_t, 3> voxel{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        voxel[axis] = std::clamp<std::int64_t>(std::lround(point[axis]) + step[axis], 0, grid.size[axis] - 1);
      }
      const auto offset = static_cast<std::size_t>(grid.offset(voxel[0], voxel[1], voxel[2]));
      beside = beside || labels.volume.voxels<std::uint8_t>()[offset] == label;
    }
    found += beside ? 1 : 0;
  }
  return found;
}

TEST_F(Solid, VoxelsThatDoNotCountHaveNoSurface) {
  const LoadedVolume labels = phantom_labels();
  window.store().change({}, [](Session& session) {
    session.study.labels.values = {1};
    session.predict_from<FromMask>().degradation = {};
  });
  settle();
  EXPECT_GT(points_beside(model().mask, labels, 2), 500) << "the lesions are holes in the brain";
  EXPECT_GT(points_beside(model().prediction, labels, 2), 500);
  window.store().change({}, [](Session& session) { session.study.labels.ignored = std::vector<std::int64_t>{2}; });
  settle();
  for (const widgets::ShownSurface* surface : {&model().mask, &model().prediction}) {
    EXPECT_EQ(points_beside(*surface, labels, 2), 0);
    EXPECT_GT(surface->shape->GetNumberOfPoints(), 10'000) << "the brain is there";
  }
}

TEST_F(Solid, OldColoursStayUntilTheNewOnesAreThere) {
  choose("surfaceColour", 1);
  const auto old = model().prediction.shape;
  const auto scale = model().scale;
  window.store().change({}, [](Session& session) { session.loss.id = "focal"; });
  EXPECT_EQ(model().prediction.shape, old);
  EXPECT_EQ(model().scale, scale);
  settle();
  EXPECT_NE(model().prediction.shape, old);
  EXPECT_NE(model().scale, scale);
  const auto now = model().prediction.shape;
  window.store().look([](Session& session) { session.look.crosshair[0] += 1; });
  settle();
  EXPECT_EQ(model().prediction.shape, now) << "a moved crosshair colours nothing again";
}

TEST_F(Solid, SurfacesAreShownAndHiddenByButtonAndKey) {
  click("surfaceMask");
  EXPECT_FALSE(model().mask.visible);
  press(Qt::Key_F7);
  EXPECT_FALSE(model().prediction.visible);
  EXPECT_FALSE(part<QToolButton>("surfacePrediction")->isChecked());
  press(Qt::Key_Z, Qt::ControlModifier);
  press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(model().mask.visible && model().prediction.visible);
}

TEST_F(Solid, OpacityIsInTheMenuAndReachedByKeys) {
  window.views().surfacePane()->openMenu(window.mapToGlobal(QPoint(100, 100)));
  auto* slider = part<QSlider>("predictionOpacity");
  ASSERT_TRUE(QTest::qWaitFor([&] { return slider->isVisible(); }));
  const double before = look().prediction_opacity;
  QTest::keyClick(slider, Qt::Key_PageUp);
  EXPECT_NEAR(look().prediction_opacity, before + 0.1, 1e-9);
  EXPECT_NEAR(model().prediction.opacity, before + 0.1, 1e-9);
  QApplication::activePopupWidget()->close();
  settle();
}

TEST_F(Solid, PlanesShowTheSlicesThroughTheCrosshair) {
  click("surfaceSlices");
  ASSERT_EQ(model().planes.size(), 3U);
  for (int at = 0; at < 3; ++at) {
    const widgets::ShownPlane& plane = model().planes[static_cast<std::size_t>(at)];
    const widgets::SliceView& slice = *window.views().slices()[static_cast<std::size_t>(at)];
    ASSERT_EQ(plane.picture.size(), QSize(slice.picture().width, slice.picture().height));
    press(Qt::Key_C);  // without contours
    const QImage flat = window.views().slices()[static_cast<std::size_t>(at)]->grabPicture(4, false);
    press(Qt::Key_C);
    for (const QPoint voxel : {QPoint(slice.picture().width / 2, slice.picture().height / 2),
                               QPoint(slice.picture().width / 3, slice.picture().height / 3)}) {
      EXPECT_LE(difference(plane.picture.pixelColor(voxel), pixel(flat, slice.positionOf(voxel))), 2) << at;
    }
  }
  const Grid& grid = window.frame()->data->grid;
  auto voxel = window.store().session().look.crosshair;
  voxel[2] += 5;
  const QImage before = model().planes[0].picture;
  window.store().look([&](Session& session) { session.look.crosshair = voxel; });
  settle();
  const Point3 middle =
      grid.to_world({static_cast<double>(voxel[0]), static_cast<double>(voxel[1]), static_cast<double>(voxel[2])});
  EXPECT_NEAR(model().planes[0].top_left[2], middle[2], 1e-6) << "the axial plane went with the crosshair";
  EXPECT_NE(before, model().planes[0].picture);
  click("surfaceSlices");
  EXPECT_TRUE(model().planes.empty());
}

TEST_F(Solid, AClickOnASurfaceMovesTheCrosshairThere) {
  press(Qt::Key_A, Qt::ShiftModifier);
  const auto before = window.store().session().look.crosshair;
  const Point3 focus = model().camera.focus;
  QTest::mouseClick(&view(), Qt::LeftButton, {}, view().positionOf(focus).toPoint() + QPoint(12, -9));
  settle();
  const auto voxel = window.store().session().look.crosshair;
  EXPECT_NE(voxel, before);
  const CaseData& data = *window.frame()->data;
  const auto at = static_cast<std::size_t>(data.grid.offset(voxel[0], voxel[1], voxel[2]));
  EXPECT_TRUE(data.mask.voxels<std::uint8_t>()[at] == 1 || data.prediction.voxels<float>()[at] > 0.5F);
  const Point3 world = window.frame()->probe.world;
  EXPECT_LT(QLineF(view().positionOf(world), view().positionOf(focus) + QPointF(12, -9)).length(), 5)
      << "under the pointer";
}

TEST_F(Solid, ViewsHaveKeysAndRGoesBack) {
  const auto start = model().camera;
  press(Qt::Key_S, Qt::ShiftModifier);
  EXPECT_NEAR(model().camera.position[2] - model().camera.focus[2],
              std::hypot(start.position[0] - start.focus[0], start.position[1] - start.focus[1],
                         start.position[2] - start.focus[2]),
              1e-6);
  EXPECT_NEAR(model().camera.position[0], model().camera.focus[0], 1e-6);
  press(Qt::Key_R);
  EXPECT_EQ(model().camera, start);
}

TEST_F(Solid, ATurntableIsWrittenAsPicturesAndFilm) {
  press(Qt::Key_A, Qt::ShiftModifier);
  turn(5, true);
  ASSERT_TRUE(QTest::qWaitFor([&] { return files().size() == 6 && !files()[0].startsWith(u'.'); }, 60'000));
  EXPECT_EQ(files()[0], QStringLiteral("turntable.ogv"));
  const QImage first(folder.filePath(QStringLiteral("turntable_001.png")));
  const QImage third(folder.filePath(QStringLiteral("turntable_003.png")));
  EXPECT_EQ(first.size(), QSize(480, 480));
  EXPECT_GT(changed_pixels(first, third), 1000);
  QFile film(folder.filePath(QStringLiteral("turntable.ogv")));
  ASSERT_TRUE(film.open(QIODevice::ReadOnly));
  const QByteArray bytes = film.readAll();
  EXPECT_EQ(bytes.mid(29, 6), "theora");
  EXPECT_EQ(ogg_packets(bytes), 3 + 5) << "three headers and the pictures";
}

TEST_F(Solid, ACancelledTurntableLeavesNothing) {
  Turntable turntable;
  turntable.folder = folder.path();
  turntable.movie = true;
  auto* job = new TakeAway(QStringLiteral("turning"), turntable_work(model(), turntable), &window);
  QSignalSpy gone(job, &QObject::destroyed), done(job, &TakeAway::done);
  ASSERT_TRUE(QTest::qWaitFor([&] { return files().contains(QStringLiteral("turntable_001.png")); }, 60'000));
  Q_EMIT window.findChild<QProgressDialog*>(QStringLiteral("takeAway"))->canceled();
  ASSERT_TRUE(QTest::qWaitFor([&] { return gone.count() > 0; }, 60'000));
  EXPECT_EQ(done.count(), 0);
  EXPECT_TRUE(files().isEmpty()) << files().join(u' ').toStdString();
}

}  // namespace
}  // namespace lossscope
