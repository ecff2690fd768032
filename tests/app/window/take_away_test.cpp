// SPDX-License-Identifier: Apache-2.0
// What leaves the window: maps, table and report beside it, with cancel; copy and figures.
#include "app/window/take_away.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QMenuBar>
#include <QProgressDialog>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

struct Away : WindowTest {
  QTemporaryDir folder;
  Away() {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
  [[nodiscard]] QString file(const char* name) const { return folder.filePath(QLatin1String(name)); }
  /// Runs a job to its end; what it told.
  QString told(const TakeAway::Work& work) {
    auto* job = new TakeAway(QStringLiteral("working"), work, &window);
    QSignalSpy done(job, &TakeAway::done), failed(job, &TakeAway::failed);
    EXPECT_TRUE(QTest::qWaitFor([&] { return done.count() + failed.count() > 0; }, 60'000));
    return done.isEmpty() ? failed.value(0).value(0).toString() : done[0][0].toString();
  }
};

TEST_F(Away, MapsAreWrittenWithTheMasksGeometry) {
  const QString news = told(maps_work(window.store().session(), folder.path()));
  EXPECT_TRUE(news.startsWith(QLatin1Char('6'))) << news.toStdString();
  ReadRequest request;
  request.path = file("dice_contribution.nii.gz").toStdString();
  const LoadedVolume map = read_volume(request);
  EXPECT_EQ(map.grid.size, window.frame()->data->grid.size);
  EXPECT_NEAR(map.values.sum, window.frame()->reduction->value, 1e-5);
}

TEST_F(Away, TheTableHasEveryLoss) {
  told(table_work(window.store().session(), file("t.csv")));
  QFile table(file("t.csv"));
  ASSERT_TRUE(table.open(QIODevice::ReadOnly));
  const QList<QByteArray> lines = table.readAll().trimmed().split('\n');
  EXPECT_EQ(lines.size(), 16);
  EXPECT_EQ(lines[0], "loss,value,tp,fp,fn,tn,boundary");
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [this](const QByteArray& line) {
    return line.startsWith("dice,") &&
           std::abs(line.split(',')[1].toDouble() - window.frame()->reduction->value) < 1e-12;
  }));
}

TEST_F(Away, AFailureIsToldAndACancelLeavesNothing) {
  EXPECT_TRUE(told(table_work(window.store().session(), file("no/folder/t.csv"))).contains(QLatin1String("t.csv")));
  auto* job = new TakeAway(QStringLiteral("working"), report_work(window.store().session(), file("r.pdf")), &window);
  QSignalSpy gone(job, &QObject::destroyed);
  auto* dialog = window.findChild<QProgressDialog*>(QStringLiteral("takeAway"));
  ASSERT_NE(dialog, nullptr);
  Q_EMIT dialog->canceled();
  EXPECT_TRUE(QTest::qWaitFor([&] { return gone.count() > 0; }, 60'000));
  EXPECT_FALSE(QFile::exists(file("r.pdf")));
}

TEST_F(Away, ACopyIsWhatAPictureShows) {
  QTest::keyClick(&window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
  const QImage copied = QApplication::clipboard()->image();
  ASSERT_FALSE(copied.isNull());
  EXPECT_EQ(copied.width(), 2 * window.views().slices()[0]->width());
}

}  // namespace
}  // namespace lossscope
