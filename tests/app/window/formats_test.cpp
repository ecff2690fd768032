// SPDX-License-Identifier: Apache-2.0
// What other programs save, opened in the window: names of segments, the classes of nnU-Net, arrays without a grid.
#include "app/window/message_bar.h"
#include "tests/app/window/window_testing.h"
#include "tests/corpus/numpy_files.h"

namespace lossscope {
namespace {

using namespace testing;

class Formats : public WindowTest {
 protected:
  void write(const char* name, const corpus::Bytes& bytes) {
    write_bytes(folder_.file(name), {bytes.begin(), bytes.end()});
  }
  void open(const QStringList& names) {
    QStringList files;
    for (const QString& name : names) {
      files << QString::fromStdString(folder_.file(name.toStdString()));
    }
    window.openFiles(files);
    settle();
  }
  QStringList labels() {
    QStringList texts;
    auto* menu = part<QComboBox>("label");
    for (int i = 0; i < menu->count(); ++i) {
      texts << menu->itemText(i);
    }
    return texts;
  }
  [[nodiscard]] QString message() { return part<MessageBar>("messageBar")->text(); }

  /// 8 x 6 x 4 voxels of 1 x 1 x 2 mm: 1 in the first half of each row, 2 in one voxel.
  static corpus::Bytes labelled(const std::string& keys) {
    corpus::Bytes voxels;
    for (int i = 0; i < 8 * 6 * 4; ++i) {
      voxels += static_cast<char>(i == 100 ? 2 : (i % 8 < 4 ? 1 : 0));
    }
    return "NRRD0004\ntype: uchar\ndimension: 3\nspace: left-posterior-superior\nsizes: 8 6 4\n"
           "space directions: (1,0,0) (0,1,0) (0,0,2)\nspace origin: (5,6,7)\nencoding: raw\n" +
           keys + "\n" + voxels;
  }

  Folder folder_;
};

TEST_F(Formats, TheLabelMenuHasTheNamesOfSegments) {
  write("case.seg.nrrd", labelled("Segment0_LabelValue:=1\nSegment0_Name:=Liver\nSegment0_Layer:=0\n"
                                  "Segment1_LabelValue:=2\nSegment1_Name:=Tumour\x1b[31m\nSegment1_Layer:=0\n"));
  open({QStringLiteral("case.seg.nrrd")});
  ASSERT_EQ(labels().size(), 4) << labels().join(QLatin1Char('|')).toStdString();
  EXPECT_EQ(labels()[3], QStringLiteral("every label a class"));
  EXPECT_EQ(labels()[1], QStringLiteral("1 Liver  (96 voxels)"));
  EXPECT_TRUE(labels()[2].startsWith(QStringLiteral("2 Tumour"))) << labels()[2].toStdString();
  EXPECT_FALSE(labels()[2].contains(QChar(0x1b)));
}

/// nnU-Net's probabilities: which class is asked, and the grid is the mask's without a question.
TEST_F(Formats, TheClassesOfAnArchiveAreAskedAndItsGridIsTheMasks) {
  write("gt.nrrd", labelled(""));
  std::vector<double> soft;
  for (const bool inside : {false, true}) {
    for (int i = 0; i < 8 * 6 * 4; ++i) {
      soft.push_back((i % 8 < 4) == inside ? 0.75 : 0.25);
    }
  }
  write("pred.npz", corpus::npz({{"probabilities.npy", corpus::npy(corpus::dictionary("<f4", "2, 4, 6, 8"),
                                                                   corpus::bytes_of<float>(soft))}}));
  open({QStringLiteral("gt.nrrd"), QStringLiteral("pred.npz")});
  EXPECT_TRUE(message().contains(QStringLiteral("E_COMPONENTS"))) << message().toStdString();
  QTest::mouseClick(part<QAbstractButton>("choice:component=1"), Qt::LeftButton);
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible()) << message().toStdString();
  ASSERT_TRUE(window.frame());
  EXPECT_EQ(window.frame()->data->grid.spacing, (std::array<double, 3>{1, 1, 2}));
  EXPECT_EQ(window.frame()->data->prediction.voxels<float>()[8], 0.75F);
  const QString assumed = part<QLabel>("assumed")->text();
  EXPECT_TRUE(assumed.contains(QStringLiteral("(component, z, y, x)"))) << assumed.toStdString();
}

TEST_F(Formats, AnArrayOfTheOtherOrderIsOfferedTheMasks) {
  write("gt.nrrd", labelled(""));
  std::vector<double> soft;
  for (int x = 0; x < 8; ++x) {
    for (int y = 0; y < 6; ++y) {
      for (int z = 0; z < 4; ++z) {
        soft.push_back(1 - x / 8.0 - z / 100.0);  // high where the mask is, so that no axis seems to run backwards
      }
    }
  }
  write("pred.npy", corpus::npy(corpus::dictionary("<f4", "8, 6, 4"), corpus::bytes_of<float>(soft)));
  open({QStringLiteral("gt.nrrd"), QStringLiteral("pred.npy")});
  EXPECT_TRUE(message().contains(QStringLiteral("E_GRID"))) << message().toStdString();
  QTest::mouseClick(part<QAbstractButton>("choice:grid=transpose"), Qt::LeftButton);
  settle();
  ASSERT_TRUE(window.frame()) << message().toStdString();
  const Volume& prediction = window.frame()->data->prediction;
  EXPECT_EQ(prediction.grid.size, (std::array<std::int64_t, 3>{8, 6, 4}));
  EXPECT_FLOAT_EQ(prediction.voxels<float>()[3 + 8 * (2 + 6 * 1)], 1 - 3 / 8.0F - 0.01F);
}

}  // namespace
}  // namespace lossscope
