// SPDX-License-Identifier: Apache-2.0
// Files into the window, pictures and sessions out of it.
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QUndoStack>

#include <sys/stat.h>

#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

/// Image, mask with two labels, and prediction, 24 x 20 x 16 voxels, anisotropic.
class Files : public WindowTest {
 protected:
  Files() {
    write("head.nii.gz", image_, grid_);
    write("structure.nii.gz", mask_, grid_);
    write("network.nii.gz", prediction_, grid_);
  }
  void write(const std::string& name, float (*profile)(double), const Grid& grid) {
    const Volume volume = make_volume(grid, VoxelType::float32);
    std::size_t at = 0;
    for (std::int64_t k = 0; k < grid.size[2]; ++k) {
      for (std::int64_t j = 0; j < grid.size[1]; ++j) {
        for (std::int64_t i = 0; i < grid.size[0]; ++i) {
          volume.voxels<float>()[at++] = profile(std::hypot(double(i) - 12, double(j) - 10, double(k) - 8));
        }
      }
    }
    write_volume(volume, folder_.file(name));
  }
  QString file(const char* name) { return QString::fromStdString(folder_.file(name)); }
  void drop(const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : files) {
      urls << QUrl::fromLocalFile(path);
    }
    data.setUrls(urls);
    QDragEnterEvent enter({600, 400}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent event({600, 400}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &event);
    settle();
  }
  static Session without_hashes(Session session) {
    for (const Role role : {Role::image, Role::mask, Role::prediction}) {
      if (InputChoice* input = session.input(role)) {
        input->sha256.clear();
      }
    }
    return session;
  }
  [[nodiscard]] QString message() { return part<QWidget>("messageBar")->findChildren<QLabel*>().last()->text(); }

  Folder folder_;
  Grid grid_{{24, 20, 16}, {0.8, 0.9, 2}, {-10, 5, 20}};
  static float image_(double r) { return static_cast<float>(1000 / (1 + r)) - 40; }
  static float mask_(double r) { return r < 3 ? 2 : r < 6 ? 1 : 0; }
  static float prediction_(double r) { return static_cast<float>(1 / (1 + std::exp(r - 6.5))); }
};

TEST_F(Files, TheFirstStartSaysWhatToDo) {
  EXPECT_TRUE(part<QWidget>("emptyState")->isVisible());
  EXPECT_FALSE(window.views().isVisible());
  QTest::mouseClick(part<QAbstractButton>("emptySample"), Qt::LeftButton);
  settle();
  EXPECT_TRUE(window.views().isVisible());
}

TEST_F(Files, ThreeDroppedFilesAreACase) {
  drop({file("network.nii.gz"), file("structure.nii.gz"), file("head.nii.gz")});
  const Session& session = window.store().session();
  EXPECT_EQ(session.study.image.path, folder_.file("head.nii.gz"));
  EXPECT_EQ(session.study.mask.path, folder_.file("structure.nii.gz"));
  EXPECT_EQ(session.path_of(Role::prediction), folder_.file("network.nii.gz"));
  ASSERT_TRUE(window.frame());
  ASSERT_TRUE(window.frame()->reduction);
  EXPECT_EQ(session.look.crosshair, (std::array<std::int64_t, 3>{12, 10, 8})) << "the middle of the mask";
  EXPECT_NE(value(), QStringLiteral("–"));
}

TEST_F(Files, ALabelCanBeChosen) {
  drop({file("structure.nii.gz"), file("network.nii.gz")});
  const QString all = value();
  auto* label = part<QComboBox>("label");
  ASSERT_EQ(label->count(), 3);
  choose("label", 2);
  EXPECT_EQ(window.store().session().study.labels.values, std::vector<std::int64_t>{2});
  EXPECT_NE(value(), all);
}

TEST_F(Files, AMaskAloneGetsAPredictionToLookAt) {
  drop({file("structure.nii.gz")});
  EXPECT_TRUE(window.store().session().prediction().from<FromMask>());
  ASSERT_TRUE(window.frame()->reduction);
  EXPECT_GT(window.frame()->reduction->value, 0);
}

TEST_F(Files, ADamagedFileIsNamedWithReasonAndRemedyAndTheCaseCanComeBack) {
  drop({file("structure.nii.gz"), file("network.nii.gz")});
  const QString before = value();
  auto bytes = read_bytes(folder_.file("head.nii.gz"));
  bytes.resize(bytes.size() / 2);
  write_bytes(folder_.file("cut_image.nii.gz"), bytes);
  drop({file("cut_image.nii.gz")});
  EXPECT_TRUE(part<QWidget>("messageBar")->isVisible());
  const QString text = message();
  EXPECT_TRUE(text.contains(QStringLiteral("cut_image.nii.gz")) && text.contains(QStringLiteral("E_")))
      << text.toStdString();
  window.store().undoStack()->undo();
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
  EXPECT_EQ(value(), before);
}

TEST_F(Files, APipeThatIsCalledASessionDoesNotFreezeTheWindow) {
  drop({file("structure.nii.gz"), file("network.nii.gz")});
  const QString before = value();
  ASSERT_EQ(::mkfifo(folder_.file("pipe.json").c_str(), 0600), 0);
  drop({file("pipe.json")});
  EXPECT_TRUE(message().contains(QStringLiteral("pipe.json: it is a device, a pipe or a socket (E_NOT_A_FILE)")))
      << message().toStdString();
  EXPECT_EQ(value(), before);
}

TEST_F(Files, AnotherGridIsAChoiceNeverSilent) {
  Grid other = grid_;
  other.origin[0] += 0.4;
  write("shifted_pred.nii.gz", prediction_, other);
  drop({file("structure.nii.gz"), file("shifted_pred.nii.gz")});
  auto* resample = part<QAbstractButton>("choice:grid=resample");
  ASSERT_TRUE(resample->isVisible());
  EXPECT_TRUE(part<QAbstractButton>("choice:grid=ignore")->isVisible());
  EXPECT_TRUE(message().contains(QStringLiteral("E_GRID"))) << message().toStdString();
  QTest::mouseClick(resample, Qt::LeftButton);
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
  ASSERT_TRUE(window.frame() && window.frame()->reduction);
  const double resampled = window.frame()->reduction->value;
  EXPECT_TRUE(part<QLabel>("assumed")->text().contains(QStringLiteral("resampled")))
      << part<QLabel>("assumed")->text().toStdString();
  window.store().undoStack()->undo();
  settle();
  QTest::mouseClick(part<QAbstractButton>("choice:grid=ignore"), Qt::LeftButton);
  settle();
  EXPECT_NE(window.frame()->reduction->value, resampled);
}

TEST_F(Files, ASessionBringsEverythingBack) {
  drop({file("head.nii.gz"), file("structure.nii.gz"), file("network.nii.gz")});
  chooseLoss("Focal");
  drag("gamma.slider", 30);
  choose("layer", 2);
  const Session before = window.store().session();
  const QString shown = value();
  const QImage picture = axial();
  ASSERT_TRUE(window.saveSession(file("case.json")));
  const auto text = read_bytes(folder_.file("case.json"));
  const std::string folder = std::filesystem::path(folder_.file("x")).parent_path().string();
  EXPECT_EQ(without_hashes(session_from_json({text.begin(), text.end()}, folder)), before);
  window.store().replace({});
  settle();
  EXPECT_TRUE(part<QWidget>("emptyState")->isVisible());
  window.openFiles({file("case.json")});
  settle();
  EXPECT_EQ(without_hashes(window.store().session()), before);
  EXPECT_EQ(value(), shown);
  EXPECT_EQ(changed_pixels(picture, axial()), 0);
}

TEST_F(Files, ASessionTellsWhichOfItsFilesHasChanged) {
  const auto told = [this] {
    std::vector<std::string> texts;
    for (const Assumption& assumption : window.frame()->data->assumptions) {
      if (assumption.code == "W_CHANGED") {
        texts.push_back(assumption.text);
      }
    }
    return texts;
  };
  drop({file("head.nii.gz"), file("structure.nii.gz"), file("network.nii.gz")});
  ASSERT_TRUE(window.saveSession(file("case.json")));
  window.openFiles({file("case.json")});
  settle();
  EXPECT_TRUE(told().empty());
  write(
      "structure.nii.gz", [](double r) { return r < 5 ? 1.0F : 0.0F; }, grid_);
  openSample();  // in between, so that the files are read again
  window.openFiles({file("case.json")});
  settle();
  ASSERT_EQ(told().size(), 1U);
  EXPECT_TRUE(told()[0].starts_with("structure.nii.gz: "));
  ASSERT_TRUE(window.saveSession(file("case.json")));
  openSample();
  window.openFiles({file("case.json")});
  settle();
  EXPECT_TRUE(told().empty()) << "saved again, it is the file";
}

TEST_F(Files, PicturesAreWrittenAtAnySizeAndReadBack) {
  drop({file("head.nii.gz"), file("structure.nii.gz")});
  auto* view = window.views().slices()[0];
  for (const int scale : {1, 2, 4}) {
    const QString path = file("view.png");
    ASSERT_EQ(save_picture(view_picture(*view, nullptr, scale), path), QString());
    const QImage back(path);
    EXPECT_EQ(back.size(), view->size() * scale);
    const QPointF at = view->positionOf({5, 5}) * scale;
    EXPECT_EQ(back.pixelColor(at.toPoint()), view->grabPicture(scale).pixelColor(at.toPoint()));
  }
  ASSERT_EQ(save_picture(window_picture(window, window.views(), 2), file("window.png")), QString());
  const QImage whole(file("window.png"));
  EXPECT_EQ(whole.size(), window.size() * 2);
  const QPointF middle = view->mapTo(&window, view->positionOf({12, 10}).toPoint());
  EXPECT_LT(difference(whole.pixelColor((middle * 2).toPoint()),
                       view->grabPicture(2).pixelColor((view->positionOf({12, 10}) * 2).toPoint())),
            60)
      << "the views are part of the window's picture";
  EXPECT_FALSE(save_picture(whole, file("no/folder/at.png")).isEmpty());
}

TEST_F(Files, TheViewWithItsBarHasTheBarBelow) {
  drop({file("structure.nii.gz")});
  auto* view = window.views().slices()[0];
  const QImage with = view_picture(*view, window.views().colourBar(), 1);
  EXPECT_EQ(with.width(), view->width());
  EXPECT_GT(with.height(), view->height() + 20);
}

}  // namespace
}  // namespace lossscope
