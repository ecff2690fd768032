// SPDX-License-Identifier: Apache-2.0
// Two dimensions are two dimensions: one view, and no millimetres that no file gives.
#include <QRegularExpression>
#include <QUndoStack>

#include "tests/app/window/window_testing.h"
#include "tests/corpus/numpy_files.h"
#include "widgets/chart_view.h"

namespace lossscope {
namespace {

using namespace testing;

class Flat : public WindowTest {
 protected:
  /// A disc of radius 9 in 40 x 30 pixels, and a prediction of it moved by 2: as arrays, which say no spacing.
  void openArrays() {
    std::vector<double> image, mask, soft;
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        image.push_back(x + 100 * y);
        mask.push_back(std::hypot(x - 18, y - 15) < 9 ? 1 : 0);
        soft.push_back(1 / (1 + std::exp(std::hypot(x - 20, y - 15) - 9)));
      }
    }
    write("image.npy", corpus::bytes_of<float>(image));
    write("mask.npy", corpus::bytes_of<float>(mask));
    write("pred.npy", corpus::bytes_of<float>(soft));
    Session session;
    session.study.image.path = folder_.file("image.npy");
    session.study.mask.path = folder_.file("mask.npy");
    session.predict_from<FromFile>().file.path = folder_.file("pred.npy");
    window.openCase(session);
    settle();
    ASSERT_TRUE(window.frame() && window.frame()->reduction);
  }
  /// The same disc in a NIfTI file of 0.5 x 0.5 mm, which lies along `across`.
  void openSlice(std::size_t across) {
    Grid grid{{40, 40, 40}, {0.5, 0.5, 0.5}};
    grid.size[across] = 1;
    const Volume mask = make_volume(grid, VoxelType::uint8);
    for (int at = 0; at < 1600; ++at) {
      mask.voxels<std::uint8_t>()[at] = std::hypot(at % 40 - 20, at / 40 - 20) < 9 ? 1 : 0;
    }
    const std::string path = folder_.file("slice_" + std::to_string(across) + "_mask.nii.gz");
    write_volume(mask, path);
    Session session;
    session.study.mask.path = path;
    session.predict_from<FromMask>().degradation.dilate = 1;
    window.openCase(session);
    settle();
    ASSERT_TRUE(window.frame() && window.frame()->reduction);
  }
  void write(const char* name, const corpus::Bytes& values) {
    const corpus::Bytes bytes = corpus::npy(corpus::dictionary("<f4", "30, 40"), values);
    write_bytes(folder_.file(name), {bytes.begin(), bytes.end()});
  }
  int visiblePanes() { return static_cast<int>(window.views().visiblePanes().size()); }

  /// Words of the window that say a length, without tool tips of what is not of the case.
  QStringList millimetres() {
    QStringList found;
    static const QRegularExpression kMm(QStringLiteral("\\bmm|\\bml\\b"));
    for (auto* label : window.findChildren<QLabel*>()) {
      if (label->isVisible() && (kMm.match(label->text()).hasMatch() || kMm.match(label->toolTip()).hasMatch())) {
        found << label->objectName() + QStringLiteral(": ") + label->text() + label->toolTip();
      }
    }
    for (auto* number : window.findChildren<QDoubleSpinBox*>()) {
      found << (number->isVisible() && kMm.match(number->suffix()).hasMatch() ? number->objectName() : QString());
    }
    for (auto* chart : window.findChildren<widgets::ChartView*>()) {
      const widgets::Chart& shown = chart->chart();
      for (const QString& unit : {shown.x.unit, shown.y.unit, shown.right.unit}) {
        found << (chart->isVisible() && kMm.match(unit).hasMatch() ? chart->objectName() : QString());
      }
    }
    found.removeAll(QString());
    return found;
  }

  Folder folder_;
};

TEST_F(Flat, APictureHasOneViewAndComesBackToFour) {
  openSample();
  const int of_volume = visiblePanes();
  openArrays();
  EXPECT_EQ(visiblePanes(), 1);
  EXPECT_TRUE(window.views().slices()[0]->isVisible());
  EXPECT_GT(window.views().slices()[0]->width(), window.views().width() * 9 / 10) << "no empty panes beside it";
  EXPECT_FALSE(part<QComboBox>("fourthPane")->isEnabled());
  EXPECT_EQ(window.views().slices()[0]->picture().title, QString()) << "it is no slice of anything";
  QTest::mouseDClick(window.views().slices()[0], Qt::LeftButton, {}, {200, 200});
  EXPECT_EQ(visiblePanes(), 1);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(visiblePanes(), of_volume);
  EXPECT_TRUE(part<QComboBox>("fourthPane")->isEnabled());
}

TEST_F(Flat, LengthsAreInPixelsWhereNoFileGivesAnother) {
  openArrays();
  EXPECT_EQ(window.views().slices()[0]->picture().length_unit, QStringLiteral("pixels"));
  EXPECT_TRUE(part<QLabel>("probe")->text().startsWith(QStringLiteral("pixel (")))
      << part<QLabel>("probe")->text().toStdString();
  EXPECT_TRUE(part<QLabel>("metrics")->text().contains(QStringLiteral("pixels")));
  EXPECT_TRUE(part<QLabel>("metrics")->text().contains(QStringLiteral("Area, mask")));
  int disc = 0;
  for (const std::uint8_t voxel : window.frame()->data->mask.voxels<std::uint8_t>()) {
    disc += voxel;
  }
  EXPECT_TRUE(part<QLabel>("metrics")->text().contains(QStringLiteral(">%1 pixels<").arg(disc)));
  EXPECT_FALSE(part<QComboBox>("spacing")->isEnabled());
  EXPECT_EQ(part<QComboBox>("spacing")->currentText(), QStringLiteral("pixels"));
  for (const char* tab : {"probe", "errors", "histogram", "distance", "curve", "sweep"}) {
    window.store().look([tab](Session& session) { session.look.display.tab = tab; });
    settle();
    EXPECT_EQ(millimetres(), QStringList()) << tab << millimetres().join(u'|').toStdString();
  }
  choose("layer", 4);  // the signed distance
  EXPECT_EQ(window.views().colourBar()->scale().unit, QStringLiteral("pixels"));
  choose("source", 2);  // the degraded mask
  EXPECT_EQ(millimetres(), QStringList()) << millimetres().join(u'|').toStdString();
  EXPECT_EQ(window.findChild<QDoubleSpinBox*>(QStringLiteral("shift.z")), nullptr) << "out of the picture";
}

TEST_F(Flat, ASliceWithASpacingHasMillimetresAndTheViewThatShowsIt) {
  for (std::size_t across = 0; across < 3; ++across) {
    SCOPED_TRACE(across);
    openSlice(across);
    const std::size_t view = 2 - across;  // axial steps along k, coronal along j, sagittal along i
    EXPECT_EQ(visiblePanes(), 1);
    EXPECT_TRUE(window.views().slices()[view]->isVisible());
    EXPECT_EQ(window.views().slices()[view]->picture().length_unit, QStringLiteral("mm"));
    EXPECT_TRUE(part<QLabel>("metrics")->text().contains(QStringLiteral("mm²")));
    EXPECT_TRUE(part<QComboBox>("spacing")->isEnabled());
    choose("arrangement", 1);
    EXPECT_EQ(window.frame()->session.look.compared_view, static_cast<Anatomical>(view));
    EXPECT_FALSE(part<QComboBox>("comparedView")->isVisible());
    choose("arrangement", 0);
  }
}

}  // namespace
}  // namespace lossscope
