// SPDX-License-Identifier: Apache-2.0
// The list of errors, driven by its own widgets.
#include <QHeaderView>
#include <QTableView>

#include "app/window/bottom_tabs.h"
#include "app/window/errors_model.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class ErrorRows : public WindowTest {
 protected:
  void SetUp() override {
    window.openSample(QStringLiteral("phantom"));
    settle();
    window.store().change(QString(), [](Session& session) {
      session.study.labels.values = {2};
      session.predict_from<FromMask>().degradation = parse_degradation("drop=0.5;seed=1;shift=1,0,0");
    });
    settle();
  }
  void press(Qt::Key key, Qt::KeyboardModifiers with = {}) {
    QTest::keyClick(&window, key, with);
    settle();
  }
  QTableView* table() { return part<QTableView>("errorTable"); }
  QString cell(int row, int column) { return table()->model()->index(row, column).data().toString(); }
  /// What the prediction has wrong where the crosshair is: 'm' missed, 'f' false alarm, '-' nothing.
  char wrong_here() {
    const CaseData& data = *window.frame()->data;
    const auto& [i, j, k] = window.store().session().look.crosshair;
    const auto at = static_cast<std::size_t>(data.grid.offset(i, j, k));
    const bool inside = data.mask.voxels<std::uint8_t>()[at] != 0, found = data.prediction.voxels<float>()[at] > 0.5F;
    return inside == found ? '-' : (inside ? 'm' : 'f');
  }
  QString place() {
    const auto& [i, j, k] = window.store().session().look.crosshair;
    return QStringLiteral("%1, %2, %3").arg(i).arg(j).arg(k);
  }
};

TEST_F(ErrorRows, NStepsFromErrorToErrorWhateverTabIsInFront) {
  EXPECT_EQ(window.store().session().look.display.tab, "probe");
  press(Qt::Key_N);
  EXPECT_EQ(window.store().session().look.display.tab, "errors");
  const int rows = table()->model()->rowCount();
  ASSERT_GE(rows, 2);
  std::vector<QString> places;
  for (int row = 0; row < rows; ++row) {
    EXPECT_EQ(table()->currentIndex().row(), row);
    EXPECT_TRUE(cell(row, ErrorsModel::kPlace).startsWith(place())) << row;
    EXPECT_EQ(wrong_here(), cell(row, ErrorsModel::kKind) == QStringLiteral("missed") ? 'm' : 'f') << row;
    places.push_back(place());
    press(Qt::Key_N);
  }
  EXPECT_EQ(place(), places.back()) << "the last error is the end";
  press(Qt::Key_N, Qt::ShiftModifier);
  EXPECT_EQ(place(), places[places.size() - 2]);
}

TEST_F(ErrorRows, AClickGoesThereAndAHeaderSorts) {
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.errors"));
  settle();
  const auto click_row = [&](int row) {
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                      table()->visualRect(table()->model()->index(row, 0)).center());
    settle();
  };
  click_row(1);
  EXPECT_TRUE(cell(1, ErrorsModel::kPlace).startsWith(place()));
  const auto sort_by = [&](int column) {
    auto* header = table()->horizontalHeader();
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      QPoint(header->sectionViewportPosition(column) + 8, header->height() / 2));
    settle();
  };
  sort_by(ErrorsModel::kVoxels);
  std::vector<qlonglong> sizes;
  for (int row = 0; row < table()->model()->rowCount(); ++row) {
    sizes.push_back(cell(row, ErrorsModel::kVoxels).toLongLong());
  }
  const bool up = std::is_sorted(sizes.begin(), sizes.end()), down = std::is_sorted(sizes.rbegin(), sizes.rend());
  EXPECT_TRUE(up || down) << "by number, not by letter";
  sort_by(ErrorsModel::kVoxels);
  EXPECT_EQ(cell(0, ErrorsModel::kVoxels).toLongLong(), up ? sizes.back() : sizes.front()) << "the other way round";
}

TEST_F(ErrorRows, SharesFollowTheLossAndThePrediction) {
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.errors"));
  settle();
  const QString overlap = cell(0, ErrorsModel::kLossShare);
  double sum = 0;
  for (int row = 0; row < table()->model()->rowCount(); ++row) {
    sum += cell(row, ErrorsModel::kLossShare).chopped(2).toDouble();
  }
  EXPECT_NEAR(sum, 100, 1) << "a hard prediction: all of the loss lies in its errors";
  chooseLoss("Focal");
  EXPECT_NE(cell(0, ErrorsModel::kLossShare), overlap);
  window.store().change(QString(), [](Session& session) { session.predict_from<FromMask>().degradation = {}; });
  settle();
  EXPECT_EQ(table()->model()->rowCount(), 0);
  EXPECT_TRUE(part<QLabel>("errorsSay")->text().startsWith(QStringLiteral("No error"))) << "a perfect prediction";
}

TEST_F(ErrorRows, TiesAreOneRowAndEveryClickShowsTheNext) {
  // The two lesions missed whole under a loss in which only their sizes count would differ; a hard prediction of
  // nothing leaves both, and the noise of a threshold leaves equal specks.
  window.store().change(QString(), [](Session& session) {
    session.study.labels.values = {2};
    session.predict_from<FromMask>().degradation = parse_degradation("noise=0.35;seed=3");
    session.prediction().threshold = 0.5;
    session.loss.id = "bce";
  });
  settle();
  part<BottomTabs>("bottomTabs")->setCurrentWidget(part<QWidget>("tab.errors"));
  settle();
  int row = 0;
  while (row < table()->model()->rowCount() && cell(row, ErrorsModel::kCount).toInt() < 2) {
    ++row;
  }
  ASSERT_LT(row, table()->model()->rowCount()) << "single voxels of noise are equal";
  table()->scrollTo(table()->model()->index(row, 0));
  QStringList seen;
  for (int turn = 0; turn < 3; ++turn) {
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                      table()->visualRect(table()->model()->index(row, 0)).center());
    settle();
    EXPECT_NE(wrong_here(), '-');
    seen << place();
  }
  EXPECT_NE(seen[0], seen[1]);
  EXPECT_EQ(table()->currentIndex().row(), row);
}

/// The tab is opened while the case whose errors it lists is still on its way.
TEST_F(ErrorRows, TheListComesToATabThatWasOpenedBeforeItsFrame) {
  window.store().change(QStringLiteral("half is dropped"), [](Session& session) {
    session.study.labels.values.clear();
    session.predict_from<FromMask>().degradation = parse_degradation("drop=0.5;shift=1,0,0");
  });
  window.store().look([](Session& session) { session.look.display.tab = "errors"; });
  settle();
  EXPECT_GT(table()->model()->rowCount(), 0) << part<QLabel>("errorsSay")->text().toStdString();
}

}  // namespace
}  // namespace lossscope
