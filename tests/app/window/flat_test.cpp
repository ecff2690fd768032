// SPDX-License-Identifier: Apache-2.0
// Two dimensions are two dimensions: one view, and no millimetres that no file gives.
#include <QMenu>
#include <QRegularExpression>
#include <QTableView>
#include <QTextBrowser>
#include <QUndoStack>

#include "app/window/guide_dialog.h"
#include "app/window/range_control.h"
#include "app/window/status_line.h"
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

/// All that can be read in the window now: texts, tool tips, tables, charts, and menus that are not open yet.
class Texts {
 public:
  explicit Texts(QWidget& window) {
    for (auto* widget : window.findChildren<QWidget*>()) {
      if (widget->isVisible()) {
        add(*widget);
      }
    }
    for (auto* action : window.findChildren<QAction*>()) {
      const bool of_demo = action->objectName().startsWith(QStringLiteral("demo."));  // it has a case of its own
      if (action->isVisible() && !of_demo) {
        found_ << action->text() << action->toolTip();
      }
    }
  }
  /// Those that speak of what a picture does not have.
  [[nodiscard]] QStringList of_volumes() const {
    return found_.filter(QRegularExpression(QStringLiteral("[Vv]oxel|the volume|whole volume")));
  }
  [[nodiscard]] qsizetype count() const { return found_.size(); }

 private:
  void add(QWidget& widget) {
    found_ << widget.toolTip();
    if (auto* label = qobject_cast<QLabel*>(&widget)) {
      found_ << label->text();
    } else if (auto* button = qobject_cast<QAbstractButton*>(&widget)) {
      found_ << button->text();
    } else if (auto* browser = qobject_cast<QTextBrowser*>(&widget)) {
      found_ << browser->toPlainText();
    } else if (auto* combo = qobject_cast<QComboBox*>(&widget)) {
      for (int at = 0; at < combo->count(); ++at) {
        found_ << combo->itemText(at);
      }
    } else if (auto* tabs = qobject_cast<QTabWidget*>(&widget)) {
      for (int at = 0; at < tabs->count(); ++at) {
        found_ << tabs->tabText(at) << tabs->tabToolTip(at);
      }
    } else if (auto* table = qobject_cast<QTableView*>(&widget)) {
      add(*table->model());
    } else if (auto* chart = qobject_cast<widgets::ChartView*>(&widget)) {
      const widgets::Chart& shown = chart->chart();
      found_ << shown.title << shown.note << shown.x.title << shown.y.title << shown.right.title;
    }
  }
  void add(const QAbstractItemModel& model) {
    for (int column = 0; column < model.columnCount(); ++column) {
      for (const int role : {Qt::DisplayRole, Qt::ToolTipRole}) {
        found_ << model.headerData(column, Qt::Horizontal, role).toString();
        for (int row = 0; row < model.rowCount(); ++row) {
          found_ << model.index(row, column).data(role).toString();
        }
      }
    }
  }
  QStringList found_;
};

TEST_F(Flat, TheWindowSpeaksOfPixels) {
  openArrays();
  for (const char* loss : {"bce", "dice", "hausdorff", "shape_aware"}) {
    window.store().change(QString(), [loss](Session& session) { session.loss.id = loss; });
    for (const char* tab : {"probe", "classes", "errors", "histogram", "distance", "curve", "sweep", "descent"}) {
      window.store().look([tab](Session& session) { session.look.display.tab = tab; });
      settle();
      const Texts texts(window);
      EXPECT_GT(texts.count(), 200);
      EXPECT_EQ(texts.of_volumes(), QStringList())
          << loss << " " << tab << ": " << texts.of_volumes().join(u'|').toStdString();
    }
  }
  QMenu menu;
  window.views().rangeControl()->fillMenu(&menu);
  EXPECT_EQ(Texts(menu).of_volumes(), QStringList()) << Texts(menu).of_volumes().join(u'|').toStdString();
  for (auto* action : window.findChildren<QAction*>()) {
    if (action->shortcut() == QKeySequence(QStringLiteral("Ctrl+L"))) {
      action->trigger();
    }
  }
  auto* guide = part<GuideDialog>("guideDialog");
  QTRY_VERIFY_WITH_TIMEOUT(!guide->busy(), 60'000);
  QTest::qWait(20);
  EXPECT_EQ(Texts(*guide).of_volumes(), QStringList()) << Texts(*guide).of_volumes().join(u'|').toStdString();
  guide->close();
  openSample();
  EXPECT_TRUE(part<QAction>("menu.worst")->text().contains(QStringLiteral("voxel"))) << "a volume has them again";
  EXPECT_TRUE(part<QComboBox>("layer")->toolTip().contains(QStringLiteral("voxel")));
  EXPECT_GT(Texts(window).of_volumes().size(), 3);
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
    static const QRegularExpression kTwo(QStringLiteral("^pixel \\([ 0-9]+,[ 0-9]+\\) +[-0-9.]+ +[-0-9.]+ mm"));
    const QString probe = part<StatusLine>("statusLine")->probeText();
    EXPECT_TRUE(kTwo.match(probe).hasMatch()) << probe.toStdString();
    choose("arrangement", 1);
    EXPECT_EQ(window.frame()->session.look.compared_view, static_cast<Anatomical>(view));
    EXPECT_FALSE(part<QComboBox>("comparedView")->isVisible());
    choose("arrangement", 0);
    for (auto* action : window.findChildren<QAction*>()) {
      if (action->shortcut() == QKeySequence(QStringLiteral("Ctrl+L"))) {
        action->trigger();
      }
    }
    auto* guide = part<GuideDialog>("guideDialog");
    QTRY_VERIFY_WITH_TIMEOUT(!guide->busy(), 60'000);
    const QString advice = part<QTextBrowser>("guideText")->toPlainText();
    EXPECT_FALSE(advice.contains(QStringLiteral("mm³"))) << advice.toStdString();
    EXPECT_FALSE(advice.contains(QStringLiteral("volume"))) << advice.toStdString();
    guide->close();
  }
}

}  // namespace
}  // namespace lossscope
