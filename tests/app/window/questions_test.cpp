// SPDX-License-Identifier: Apache-2.0
// What a file leaves open is asked in the window: the likeliest way first, and a click on it opens the case.
// LOSSSCOPE_PICTURES=FOLDER keeps a picture of each question.
#include <QSignalSpy>
#include <QTableWidget>
#include <fstream>
#include <functional>

#include "app/window/probe_tab.h"
#include "app/window/status_line.h"
#include "tests/app/window/window_testing.h"
#include "tests/corpus/numpy_files.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope {
namespace {

using namespace testing;

const Grid kGrid{{24, 20, 16}, {0.8, 0.9, 2}, {-10, 5, 20}};

double radius(std::int64_t i, std::int64_t j, std::int64_t k) {
  return std::hypot(double(i) - 12, double(j) - 10, double(k) - 8);
}
float labels(double r) { return r < 3 ? 2.0F : r < 6 ? 1.0F : 0.0F; }
float binary(double r) { return r < 6 ? 1.0F : 0.0F; }
float soft(double r) { return static_cast<float>(1 / (1 + std::exp(r - 6.5))); }

class Questions : public WindowTest {
 protected:
  /// Writes what `profile` says of the distance from the middle; `first`: where the file begins on the whole grid.
  std::string write(const std::string& name, const std::function<float(double)>& profile, const Grid& grid = kGrid,
                    const std::array<std::int64_t, 3>& first = {0, 0, 0}) {
    const Volume volume = make_volume(grid, VoxelType::float32);
    std::size_t at = 0;
    for (std::int64_t k = 0; k < grid.size[2]; ++k) {
      for (std::int64_t j = 0; j < grid.size[1]; ++j) {
        for (std::int64_t i = 0; i < grid.size[0]; ++i) {
          volume.voxels<float>()[at++] = profile(radius(i + first[0], j + first[1], k + first[2]));
        }
      }
    }
    std::filesystem::create_directories(std::filesystem::path(folder_.file(name)).parent_path());
    write_volume(volume, folder_.file(name));
    return folder_.file(name);
  }
  /// The grid of a part of the whole.
  static Grid part_of(const std::array<std::int64_t, 3>& first, const std::array<std::int64_t, 3>& size) {
    Grid grid = kGrid;
    grid.size = size;
    grid.origin = kGrid.to_world({double(first[0]), double(first[1]), double(first[2])});
    return grid;
  }
  void open(const std::vector<std::string>& files) {
    QStringList paths;
    for (const std::string& path : files) {
      paths << QString::fromStdString(path);
    }
    window.openFiles(paths);
    settle();
  }
  /// Nothing lies over the bar, neither on the screen nor in a picture of the window.
  void is_on_top(QWidget& bar) {
    const QPoint at = bar.mapTo(&window, QPoint());
    for (const QPoint& corner : {QPoint(3, 3), QPoint(bar.width() - 4, bar.height() - 4)}) {
      const QWidget* seen = window.childAt(at + corner);
      EXPECT_TRUE(seen == &bar || bar.isAncestorOf(seen)) << corner.x();
    }
    const QImage picture = window_picture(window, window.views(), 1).copy(QRect(at, bar.size()));
    EXPECT_EQ(picture, bar.grab().toImage().convertToFormat(picture.format()));
  }
  /// Sees the question and its first way, takes it, and sees a case.
  void take_first(const char* name, const char* code, const char* first) {
    SCOPED_TRACE(name);
    auto* bar = part<QWidget>("messageBar");
    ASSERT_TRUE(bar->isVisible());
    const QString text = bar->findChildren<QLabel*>().last()->text();
    EXPECT_TRUE(text.contains(QLatin1String(code))) << text.toStdString();
    is_on_top(*bar);
    keep_picture(name);
    QAbstractButton* way = nullptr;
    for (auto* button : bar->findChildren<QAbstractButton*>()) {
      if (way == nullptr && button->isVisible() && button->objectName().startsWith(QLatin1String("choice:"))) {
        way = button;
      }
    }
    if (way != nullptr) {
      EXPECT_EQ(way->text(), QLatin1String(first));
      QTest::mouseClick(way, Qt::LeftButton);
    } else {
      EXPECT_EQ(part<QComboBox>("choices")->currentText(), QLatin1String(first));
      QTest::mouseClick(part<QAbstractButton>("useChoice"), Qt::LeftButton);
    }
    settle();
    EXPECT_FALSE(bar->isVisible()) << bar->findChildren<QLabel*>().last()->text().toStdString();
    ASSERT_TRUE(window.frame() && window.frame()->reduction);
  }
  double loss() { return window.frame()->reduction->value; }
  QString assumed() { return part<QLabel>("assumed")->text(); }

  Folder folder_;
};

TEST_F(Questions, APredictionThatLostItsPlace) {
  Grid eye;
  eye.size = kGrid.size;
  const auto mask = write("mask.nii.gz", binary);
  open({mask, write("right_pred.nii.gz", soft)});
  const double right = loss();
  open({mask, write("eye_pred.nii.gz", soft, eye)});
  take_first("grid_placeless", "E_GRID", "Use as it is");
  EXPECT_EQ(loss(), right);
}

/// An array whose first axis is x, as nibabel hands it over: read as NumPy's, x would be z.
TEST_F(Questions, AnArrayWhoseAxesRunTheOtherWay) {
  const Volume mask = make_volume({{20, 20, 20}, {1, 1, 1.5}, {-10, 5, 20}}, VoxelType::uint8);
  std::vector<double> numbers;
  double common = 0, sum = 0;
  for (std::int64_t i = 0; i < 20; ++i) {  // x is the slowest
    for (std::int64_t j = 0; j < 20; ++j) {
      for (std::int64_t k = 0; k < 20; ++k) {
        const double r = std::hypot(double(i) - 6, double(j) - 9, double(k) - 13);
        const std::uint8_t g = r < 5 ? 1 : 0;
        mask.voxels<std::uint8_t>()[static_cast<std::size_t>(mask.grid.offset(i, j, k))] = g;
        numbers.push_back(static_cast<double>(soft(r + 1)));
        common += g * numbers.back();
        sum += g + numbers.back();
      }
    }
  }
  write_volume(mask, folder_.file("mask.nii.gz"));
  const std::string array = folder_.file("p_pred.npy");
  std::ofstream(array, std::ios::binary) << corpus::npy(corpus::dictionary("<f4", "20, 20, 20"),
                                                        corpus::bytes_of<float>(numbers));
  open({folder_.file("mask.nii.gz"), array});
  take_first("grid_turned_array", "E_GRID", "Turn its axes: kji");
  EXPECT_TRUE(assumed().contains(QStringLiteral("p_pred.npy: "))) << assumed().toStdString();
  EXPECT_FALSE(assumed().contains(QString::fromStdString(array))) << "the name alone";
  window.store().look([](Session& s) { s.loss.id = "dice"; });
  settle();
  EXPECT_NEAR(loss(), 1 - (2 * common + 1) / (sum + 1), 1e-6);
}

TEST_F(Questions, AMaskOfNestedRegionsThatMayBeSlices) {
  std::vector<double> numbers;
  for (int i = 0; i < 3 * 576; ++i) {
    numbers.push_back(std::hypot(i % 24 - 10, i / 24 % 24 - 12) < 9 - 3 * (i / 576) ? 1 : 0);
  }
  std::ofstream(folder_.file("mask.npy"), std::ios::binary)
      << corpus::npy(corpus::dictionary("|b1", "3, 24, 24"), corpus::bytes_of<std::uint8_t>(numbers));
  open({folder_.file("mask.npy")});
  take_first("mask_regions", "E_COMPONENTS", "Class 0");
}

TEST_F(Questions, APredictionThatWasCropped) {
  const auto mask = write("mask.nii.gz", binary);
  const std::array<std::int64_t, 3> first{5, 3, 1}, size{14, 14, 14};
  open({mask, write("cropped_pred.nii.gz", soft, part_of(first, size), first)});
  take_first("grid_cropped_prediction", "E_GRID", "Background around it");
  EXPECT_TRUE(assumed().contains(QStringLiteral("14 x 14 x 14"))) << assumed().toStdString();
}

TEST_F(Questions, ACroppedMaskIsNoQuestion) {
  const std::array<std::int64_t, 3> first{5, 3, 1}, size{14, 14, 14};
  const auto prediction = write("whole_pred.nii.gz", soft);
  open({write("whole_mask.nii.gz", binary), prediction});
  const double right = loss();
  open({write("cropped_mask.nii.gz", binary, part_of(first, size), first), prediction});
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
  keep_picture("no_question_cropped_mask");
  EXPECT_NEAR(loss(), right, 1e-12);
  EXPECT_TRUE(assumed().contains(QStringLiteral("background"))) << assumed().toStdString();
}

TEST_F(Questions, PicturesOfTwoSizes) {
  const Grid large{{24, 20, 1}, {1, 1, 1}, {0, 0, 0}}, small{{12, 10, 1}, {1, 1, 1}, {0, 0, 0}};
  open({write(
            "mask.nii.gz", [](double r) { return r < 10 ? 1.0F : 0.0F; }, large),
        write(
            "small_pred.nii.gz", [](double r) { return r < 14 ? 0.9F : 0.1F; }, small)});
  take_first("grid_unknown_part", "E_GRID", "Stretch it");
}

TEST_F(Questions, WhatNumbersMean) {
  const auto mask = write("mask.nii.gz", labels);
  open({mask, write("map_pred.nii.gz", [](double r) { return r < 3 ? 5.0F : r < 6 ? 1.0F : 0.0F; })});
  take_first("kind_labels", "E_RANGE", "Compare as labels");
  open({mask, write("logits_pred.nii.gz", [](double r) { return static_cast<float>(6.25 - r); })});
  take_first("kind_logits", "E_RANGE", "Logits");
  open({mask, write("bytes_pred.nii.gz", [](double r) { return std::round(255 * soft(r)); })});
  take_first("kind_bytes", "E_RANGE", "0 to 255");
}

TEST_F(Questions, OneOrLabelOne) {
  open({write("mask.nii.gz", labels),
        write("other_pred.nii.gz", [](double r) { return r > 9 && r < 10 ? 1.0F : 0.0F; })});
  choose("label", 2);
  take_first("kind_one_or_label_one", "E_KIND", "Compare as labels");
}

TEST_F(Questions, ALabelThatTheMaskDoesNotHave) {
  open({write("mask.nii.gz", labels), write("pred.nii.gz", soft)});
  window.store().change(QStringLiteral("label"), [](Session& session) { session.study.labels.values = {7}; });
  settle();
  auto* bar = part<QWidget>("messageBar");
  ASSERT_TRUE(bar->isVisible());
  take_first("label_absent", "E_LABEL", "There is none");
  EXPECT_TRUE(assumed().contains(QStringLiteral("no voxel of label 7"))) << assumed().toStdString();
}

TEST_F(Questions, MasksThatAreNoLabels) {
  const auto prediction = write("pred.nii.gz", soft);
  open({write("grey_mask.nii.gz",
              [](double r) {
                const double ring = std::round(std::fmod(7 * r, 6));
                return static_cast<float>(r < 5.5   ? 255 - ring
                                          : r < 6.5 ? 20 * std::round(6 * (6.5 - r) + 1)
                                          : r < 9   ? ring
                                                    : 0);
              }),
        prediction});
  take_first("mask_grey", "E_MASK_GREY", "Threshold at 128");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  open({write("spm_mask.nii.gz", [nan](double r) { return r < 6 ? 1.0F : r > 9 ? nan : 0.0F; }), prediction});
  take_first("mask_nan", "E_MASK_NAN", "As background");
  open({write("soft_mask.nii.gz", soft), write("sharp_pred.nii.gz", [](double r) { return r < 6 ? 0.9F : 0.1F; })});
  window.store().change(QStringLiteral("exchange"), [this](Session& session) {
    session.study.mask = {.path = folder_.file("soft_mask.nii.gz")};
    session.predict_from<FromFile>().file = {.path = folder_.file("sharp_pred.nii.gz")};
    session.study.image = {};
  });
  settle();
  take_first("mask_fractions", "E_MASK_VALUES", "Threshold at 0.5");
}

TEST_F(Questions, VoxelsThatDoNotCountOrAreNone) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  open({write("void_mask.nii.gz", [](double r) { return r < 5   ? 1.0F
                                                        : r < 6 ? 255.0F
                                                                : 0.0F; }),
        write("pred.nii.gz", soft)});
  take_first("mask_ignore", "E_IGNORE", "Ignore label 255");
  open({write("mask.nii.gz", binary), write("nan_pred.nii.gz", [nan](double r) { return r > 9 ? nan : soft(r); })});
  take_first("prediction_nan", "E_PREDICTION_NAN", "As p = 0");
}

TEST_F(Questions, AMapThatIsZeroNearlyEverywhere) {
  const auto mask = write("mask.nii.gz", binary);
  const Grid fine{{480, 480, 160}, {0.04, 0.0375, 0.2}, {-10, 5, 20}};
  write(
      "sparse_pred.nii.gz", [](double r) { return r < 1 ? 0.5F : 0.0F; }, fine);
  open({mask});
  window.store().change(QStringLiteral("prediction"), [this](Session& session) {
    session.predict_from<FromFile>().file = {.path = folder_.file("sparse_pred.nii.gz")};
  });
  settle();
  auto* bar = part<QWidget>("messageBar");
  ASSERT_TRUE(bar->isVisible());
  keep_picture("memory_sparse");
  auto* way = bar->findChild<QAbstractButton*>(QStringLiteral("choice:memory=accept"));
  ASSERT_NE(way, nullptr);
  EXPECT_EQ(way->text(), QStringLiteral("Open all 147 MB"));
  QTest::mouseClick(way, Qt::LeftButton);
  settle();
  ASSERT_TRUE(bar->isVisible()) << "its grid is another question";
  EXPECT_TRUE(bar->findChildren<QLabel*>().last()->text().contains(QLatin1String("E_GRID")));
}

TEST_F(Questions, VoxelsThatDoNotCountAreStripedAndSaidToBe) {
  const auto ring = [](double r) { return r < 5 ? 1.0F : r < 7 ? 255.0F : 0.0F; };
  const auto prediction = write("pred.nii.gz", soft);
  open({write("mask.nii.gz", binary), prediction});
  EXPECT_FALSE(part<QLabel>("legend")->text().contains(QStringLiteral("not counted")));
  open({write("void_mask.nii.gz", ring), prediction});
  take_first("mask_ignored", "E_IGNORE", "Ignore label 255");
  EXPECT_TRUE(part<QLabel>("legend")->text().contains(QStringLiteral("not counted")));
  double sum = 0, counted = 0;
  for (std::int64_t at = 0; at < kGrid.voxels(); ++at) {
    const double r = radius(at % 24, at / 24 % 20, at / 480);
    if (ring(r) != 255) {
      const double p = static_cast<double>(soft(r));
      sum -= std::log(ring(r) == 1 ? p : 1 - p);
      counted += 1;
    }
  }
  window.store().look([](Session& s) {
    s.loss.id = "bce";
    s.look.display.tab = "probe";
    s.look.crosshair = {18, 10, 8};
  });
  settle();
  EXPECT_NEAR(loss(), sum / counted, 1e-6 * loss());
  const auto* table = part<QTableWidget>("probeTable");
  EXPECT_EQ(table->item(0, ProbeTab::kContribution)->text(), QStringLiteral("not counted"));
  EXPECT_EQ(table->item(0, ProbeTab::kRank)->text(), QStringLiteral("–")) << "it has no rank";
  keep_picture("not_counted");

  auto* axial = window.views().slices()[0];
  const ViewAxes& axes = window.frame()->views[0].axes;
  const auto seen = [&](const std::array<std::int64_t, 3>& voxel) {
    const auto [x, y] = axes.pixel(kGrid, voxel);
    return pixel(axial->grabPicture(), axial->positionOf({double(x), double(y)}));
  };
  const auto stripe = [&](const std::array<std::int64_t, 3>& voxel) {
    const auto [x, y] = axes.pixel(kGrid, voxel);
    return widgets::uncounted_colour(static_cast<int>(x), static_cast<int>(y));
  };
  for (const std::array<std::int64_t, 3>& voxel : {std::array<std::int64_t, 3>{12, 4, 8}, {12, 16, 8}, {6, 11, 8}}) {
    const QColor grey = seen(voxel);
    EXPECT_NEAR(grey.red(), grey.blue(), 2) << "no colour of a map";
    EXPECT_LT(std::abs(grey.red() - stripe(voxel).red() * 205 / 255), 60);
  }
  QTest::mouseMove(
      axial, axial->positionOf({double(axes.pixel(kGrid, {12, 4, 8})[0]), double(axes.pixel(kGrid, {12, 4, 8})[1])})
                 .toPoint());
  const auto* status = window.findChild<StatusLine*>();
  QTRY_VERIFY(status->probeText().contains(QStringLiteral("not counted")));
}

/// Looking elsewhere while a question is open, or after it was sent away, asks nothing again.
TEST_F(Questions, IsAskedOnceHoweverOneLooks) {
  open({write("mask.nii.gz", binary), write("prediction.nii.gz", soft)});
  ASSERT_TRUE(window.frame());
  const std::string doubtful = write("doubtful_pred.nii.gz", [](double r) { return 100 * soft(r); });
  QSignalSpy refused(&window, &MainWindow::refused);
  window.store().change(QStringLiteral("open"),
                        [&](Session& s) { s.predict_from<FromFile>().file = {.path = doubtful}; });
  settle();
  ASSERT_EQ(refused.count(), 1);
  auto* bar = part<QWidget>("messageBar");
  ASSERT_TRUE(bar->isVisible());
  const auto look_around = [&] {
    for (const int key : {Qt::Key_Left, Qt::Key_Up, Qt::Key_2, Qt::Key_1}) {
      QTest::keyClick(window.views().slices()[0], static_cast<Qt::Key>(key));
      settle();
    }
  };
  look_around();
  EXPECT_TRUE(bar->isVisible()) << "it is open still";
  QTest::mouseClick(part<QAbstractButton>("dismiss"), Qt::LeftButton);
  look_around();
  EXPECT_FALSE(bar->isVisible());
  EXPECT_EQ(refused.count(), 1);
  open({doubtful});
  EXPECT_EQ(refused.count(), 2) << "who opens it anew is asked anew";
}

TEST_F(Questions, FilesOfOneNameAreShownWithTheirFolders) {
  const auto image = write("imagesTr/case_10.nii.gz", [](double r) { return static_cast<float>(1000 / (1 + r)) - 40; });
  const auto mask = write("labelsTr/case_10.nii.gz", binary);
  const auto prediction = write("predictions/case_10.nii.gz", [](double r) { return r < 7 ? 1.0F : 0.0F; });
  open({prediction, mask, image});
  const Session& session = window.store().session();
  EXPECT_EQ(session.path_of(Role::mask), mask);
  EXPECT_EQ(session.path_of(Role::prediction), prediction);
  keep_picture("folders");
  for (const char* row : {"imageInput", "maskInput", "predictionInput"}) {
    bool shown = false;
    for (auto* label : part<QWidget>(row)->findChildren<QLabel*>()) {
      shown = shown || label->text().endsWith(QStringLiteral("/case_10.nii.gz"));
    }
    EXPECT_TRUE(shown) << row;
  }
  EXPECT_TRUE(assumed().contains(QStringLiteral("mask labelsTr/case_10.nii.gz"))) << assumed().toStdString();
  openSample();
  EXPECT_FALSE(assumed().contains(QStringLiteral("labelsTr"))) << "of another case";
}

TEST_F(Questions, OrientationAndComponents) {
  NiftiBytes contradictory;
  contradictory.size({24, 20, 16}).spacing(0.8F, 0.9F, 2).type(2, 8);
  contradictory.sform({0.8F, 0, 0, -10, 0, 0.9F, 0, 5, 0, 0, 2, 20}).qform(0, 0, 0, {30, 5, 20});
  std::vector<std::uint8_t> voxels;
  for (std::int64_t at = 0; at < 24 * 20 * 16; ++at) {
    voxels.push_back(static_cast<std::uint8_t>(binary(radius(at % 24, at / 24 % 20, at / 480))));
  }
  write_bytes(folder_.file("two_forms_mask.nii"), contradictory.voxels(voxels).bytes());
  open({folder_.file("two_forms_mask.nii")});
  take_first("orientation", "E_ORIENTATION", "Use the sform");
  NiftiBytes channels;
  channels.size({24, 20, 16, 2})
      .spacing(0.8F, 0.9F, 2)
      .type(16, 32)
      .sform({0.8F, 0, 0, -10, 0, 0.9F, 0, 5, 0, 0, 2, 20});
  std::vector<float> softmax;
  for (const bool inside : {false, true}) {
    for (std::int64_t at = 0; at < 24 * 20 * 16; ++at) {
      const float p = soft(radius(at % 24, at / 24 % 20, at / 480));
      softmax.push_back(inside ? p : 1 - p);
    }
  }
  write_bytes(folder_.file("softmax_pred.nii"), channels.voxels(softmax).bytes());
  open({folder_.file("softmax_pred.nii")});
  take_first("component", "E_COMPONENTS", "Class 0");
}

}  // namespace
}  // namespace lossscope
