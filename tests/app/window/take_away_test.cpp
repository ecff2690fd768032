// SPDX-License-Identifier: Apache-2.0
// What leaves the window: maps, table and report beside it, with cancel; copy and figures.
#include "app/window/take_away.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QMenuBar>
#include <QProcess>
#include <QProcessEnvironment>
#include <QProgressDialog>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>

#include "app/window/bottom_tabs.h"
#include "app/window/message_bar.h"
#include "app/window/picture_dialog.h"
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
  [[nodiscard]] LoadedCase shown() const { return {window.frame()->session, window.frame()->data}; }
  [[nodiscard]] LoadedVolume read(const char* name) const {
    ReadRequest request;
    request.path = file(name).toStdString();
    return read_volume(request);
  }
  /// Chooses an entry of the menu and answers the file dialog it opens, as a person would; what is told in the end.
  QString choose(const QString& entry, const QString& path) {
    QTimer::singleShot(0, [path] {
      QTRY_VERIFY(qobject_cast<QFileDialog*>(QApplication::activeModalWidget()) != nullptr);
      auto* files = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
      files->selectFile(path);
      QMetaObject::invokeMethod(files, "accept");
    });
    for (QAction* action : window.findChildren<QAction*>()) {
      if (action->text() == entry) {
        action->trigger();
      }
    }
    QString told;
    (void)QTest::qWaitFor(
        [&] {
          told = part<MessageBar>("messageBar")->isVisible() ? part<MessageBar>("messageBar")->text() : QString();
          return !told.isEmpty();
        },
        300'000);
    return told;
  }
  /// Runs a job to its end; what it told.
  QString told(const TakeAway::Work& work) {
    auto* job = new TakeAway(QStringLiteral("working"), work, &window);
    QSignalSpy done(job, &TakeAway::done), failed(job, &TakeAway::failed);
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return done.count() + failed.count() > 0; }, 300'000));  // a sanitizer on a busy machine
    return done.isEmpty() ? failed.value(0).value(0).toString() : done[0][0].toString();
  }
};

TEST_F(Away, MapsAreWrittenWithTheMasksGeometry) {
  const QString news = told(maps_work(shown(), folder.path()));
  EXPECT_TRUE(news.endsWith(QStringLiteral(": 6"))) << news.toStdString();
  const LoadedVolume map = read("dice_contribution.nii.gz");
  EXPECT_EQ(map.grid.size, window.frame()->data->grid.size);
  EXPECT_NEAR(map.values.sum, window.frame()->reduction->value, 1e-5);
}

TEST_F(Away, DuringADescentWhatLeavesIsWhatIsOnScreen) {
  auto* tabs = part<BottomTabs>("bottomTabs");
  tabs->setCurrentWidget(part<QWidget>("tab.descent"));
  settle();
  part<QSpinBox>("descentCount")->setValue(3);
  QTest::mouseClick(part<QAbstractButton>("descentPlay"), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(window.store().session().look.playback && window.store().session().look.playback->step == 3,
                           60'000);
  settle();
  const CaseDataPtr data = window.frame()->data;
  ASSERT_EQ(data->kind, PredictionKind::logit);
  const QString news = choose(QStringLiteral("All &maps as NIfTI ..."), folder.path());
  EXPECT_TRUE(news.endsWith(QStringLiteral(": 6"))) << news.toStdString();
  const LoadedVolume prediction = read("prediction.nii.gz");
  EXPECT_TRUE(std::ranges::equal(prediction.volume.voxels<float>(), data->prediction.voxels<float>()));
  EXPECT_NEAR(read("dice_contribution.nii.gz").values.sum, window.frame()->reduction->value, 1e-5);

  part<MessageBar>("messageBar")->hide();
  EXPECT_TRUE(choose(QStringLiteral("&Table of all losses ..."), file("t.csv")).contains(QStringLiteral("t.csv")));
  QFile table(file("t.csv"));
  ASSERT_TRUE(table.open(QIODevice::ReadOnly));
  const QByteArray rows = table.readAll();
  const qsizetype at = rows.indexOf("\ndice,") + 6;
  EXPECT_NEAR(rows.mid(at, rows.indexOf(',', at) - at).toDouble(), window.frame()->reduction->value, 1e-12);

  part<MessageBar>("messageBar")->hide();
  EXPECT_TRUE(choose(QStringLiteral("&Report ..."), file("r.html")).contains(QStringLiteral("r.html")));
  QFile report(file("r.html"));
  ASSERT_TRUE(report.open(QIODevice::ReadOnly));
  EXPECT_TRUE(report.readAll().contains("after 3 steps of a descent"));
}

TEST_F(Away, TheTableHasEveryLoss) {
  told(table_work(shown(), file("t.csv")));
  QFile table(file("t.csv"));
  ASSERT_TRUE(table.open(QIODevice::ReadOnly));
  const QList<QByteArray> lines = table.readAll().trimmed().split('\n');
  EXPECT_EQ(lines.size(), static_cast<qsizetype>(all_losses().size()) + 1) << "a heading, and each loss";
  EXPECT_EQ(lines[0], "loss,value,tp,fp,fn,tn,boundary");
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [this](const QByteArray& line) {
    return line.startsWith("dice,") &&
           std::abs(line.split(',')[1].toDouble() - window.frame()->reduction->value) < 1e-12;
  }));
}

TEST_F(Away, AFailureIsToldAndACancelLeavesNothing) {
  EXPECT_TRUE(told(table_work(shown(), file("no/folder/t.csv"))).contains(QLatin1String("t.csv")));
  auto* job = new TakeAway(QStringLiteral("working"), report_work(shown(), file("r.pdf")), &window);
  QSignalSpy gone(job, &QObject::destroyed);
  auto* dialog = window.findChild<QProgressDialog*>(QStringLiteral("takeAway"));
  ASSERT_NE(dialog, nullptr);
  Q_EMIT dialog->canceled();
  EXPECT_TRUE(QTest::qWaitFor([&] { return gone.count() > 0; }, 300'000));  // a sanitizer on a busy machine
  EXPECT_FALSE(QFile::exists(file("r.pdf")));
}

TEST_F(Away, ACopyIsWhatAPictureShows) {
  QTest::keyClick(&window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
  const QImage copied = QApplication::clipboard()->image();
  ASSERT_FALSE(copied.isNull());
  EXPECT_EQ(copied.width(), 2 * window.views().slices()[0]->width());
}

/// Answers the picture dialog, then the file dialog, as a person would.
void answer(const QString& what, double millimetres, int dpi, const QString& path) {
  QTimer::singleShot(0, [=] {
    auto* dialog = qobject_cast<PictureDialog*>(QApplication::activeModalWidget());
    ASSERT_NE(dialog, nullptr);
    auto* list = dialog->findChild<QComboBox*>(QStringLiteral("exportWhat"));
    list->setCurrentIndex(list->findText(what));
    dialog->findChild<QComboBox*>(QStringLiteral("exportUnit"))->setCurrentIndex(0);
    dialog->findChild<QDoubleSpinBox*>(QStringLiteral("exportWidth"))->setValue(millimetres);
    dialog->findChild<QSpinBox*>(QStringLiteral("exportDpi"))->setValue(dpi);
    QTimer::singleShot(0, [=] {
      QTRY_VERIFY(qobject_cast<QFileDialog*>(QApplication::activeModalWidget()) != nullptr);
      auto* files = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
      files->selectFile(path);
      QMetaObject::invokeMethod(files, "accept");
    });
    dialog->accept();
  });
}

/// What is copied for PyTorch is run there: it has the value that the tuned loss has here.
TEST_F(Away, ALossIsCopiedAsPyTorchTakesIt) {
  window.store().change(QStringLiteral("sum"), [](Session& session) {
    session.loss.id = "dice+focal";
    session.loss.parameters["dice+focal"] = {
        {"dice.weight", 2}, {"focal.weight", 0.5}, {"focal.gamma", 3}, {"focal.alpha", -1}, {"dice.denominator", 1}};
  });
  settle();
  part<QAction>("menu.copyForPyTorch")->trigger();
  const QString text = QApplication::clipboard()->text();
  EXPECT_TRUE(text.startsWith(QStringLiteral("lossscope.torch.Loss(\"2*dice+0.5*focal\", kind=\"logit\"")))
      << text.toStdString();

  const Grid grid{{4, 3, 2}, {1, 1, 1}, {0, 0, 0}};
  const Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32),
                        PredictionKind::logit};
  for (std::size_t i = 0; i < 24; ++i) {
    problem.mask.voxels<std::uint8_t>()[i] = i % 3 == 0 ? 1 : 0;
    problem.prediction.voxels<float>()[i] = static_cast<float>(i % 7) - 3;
  }
  const Loss& loss = *find_loss("dice+focal");
  const double value = loss.reduce(window.store().session().loss.values_of(loss), problem, {}).value;
  const QString module = qEnvironmentVariable("LOSSSCOPE_BIN") + QStringLiteral("/../python");
  if (!QFile::exists(module + QStringLiteral("/lossscope/torch.py"))) {
    GTEST_SKIP() << "there is no module for Python in this build";
  }
  QProcess python;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("PYTHONPATH"), module);
  python.setProcessEnvironment(environment);
  python.start(QStringLiteral("/usr/bin/python3"),
               {QStringLiteral("-c"),
                QStringLiteral("import torch, lossscope.torch\ni = torch.arange(24).reshape(1, 1, 2, 3, 4)\n"
                               "print(float((%1)((i %% 7 - 3).float(), (i %% 3 == 0).to(torch.uint8))))")
                    .arg(text)
                    .replace(QStringLiteral("%%"), QStringLiteral("%"))});
  ASSERT_TRUE(python.waitForFinished(-1));
  const QString said = QString::fromUtf8(python.readAllStandardOutput());
  EXPECT_NEAR(said.toDouble(), value, 1e-6) << python.readAllStandardError().toStdString();
}

TEST_F(Away, APictureIsAsWideInPrintAsChosen) {
  for (const char* name : {"view.png", "figure.png"}) {
    const bool view = QLatin1String(name).startsWith(QLatin1String("view"));
    answer(view ? QStringLiteral("the axial view") : QStringLiteral("a figure of the axial slice"), 85, 300,
           file(name));
    QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file(name)), 20'000);
    const QImage picture(file(name));
    EXPECT_NEAR(picture.width(), 85 / 25.4 * 300, 1) << name;
    EXPECT_NEAR(picture.dotsPerMeterX(), 300 / 0.0254, 1) << name;
  }
}

TEST_F(Away, AFigureShowsWhatItsViewIsZoomedTo) {
  auto* view = window.views().slices()[0];
  const auto figure = [&](const char* name) {
    answer(QStringLiteral("a figure of the axial slice"), 85, 150, file(name));
    QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
    EXPECT_TRUE(QTest::qWaitFor([&] { return QFile::exists(file(name)); }, 20'000));
    return QImage(file(name));
  };
  const QImage whole = figure("whole.png");
  const QPointF seen(3 * view->picture().width / 8.0, view->picture().height / 2.0);
  view->zoomAbout(3, seen);
  const QImage zoomed = figure("zoomed.png");
  EXPECT_FALSE(whole == zoomed);
  view->setView(3, {});
  EXPECT_FALSE(zoomed == figure("panned.png"));
  view->resetView();
  EXPECT_TRUE(whole == figure("again.png"));
}

TEST_F(Away, ASmallPictureIsWhole) {
  answer(QStringLiteral("the window"), 60, 96, file("small.png"));
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file("small.png")), 20'000);
  const QImage small(file("small.png"));
  const QImage large = window_picture(window, window.views(), 1).scaled(small.size(), {}, Qt::SmoothTransformation);
  qint64 away = 0;
  for (int y = 0; y < small.height(); ++y) {
    for (int x = 0; x < small.width(); ++x) {
      away += std::abs(qGray(small.pixel(x, y)) - qGray(large.pixel(x, y)));
    }
  }
  EXPECT_LT(static_cast<double>(away) / small.width() / small.height(), 12) << "shrunk, not cut off";
}

TEST_F(Away, AVectorFigureAndTheContactSheetCanBeTaken) {
  answer(QStringLiteral("a figure of the axial slice"), 170, 300, file("figure.svg"));
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file("figure.svg")), 20'000);
  QTest::keyClick(&window, Qt::Key_9, Qt::ControlModifier);
  settle();
  answer(QStringLiteral("the contact sheet"), 170, 150, file("sheet.png"));
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file("sheet.png")), 20'000);
  EXPECT_NEAR(QImage(file("sheet.png")).width(), 170 / 25.4 * 150, 1);
  answer(QStringLiteral("a figure of the contact sheet"), 170, 150, file("sheet.pdf"));
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file("sheet.pdf")), 20'000);
}

TEST_F(Away, ThePictureDialogConvertsRefusesAndRemembers) {
  const std::vector<PictureTarget> targets{
      {QStringLiteral("a square"), false, false, [](double width, bool, bool) { return width; }}};
  {
    PictureDialog dialog(targets, &window);
    auto* unit = dialog.findChild<QComboBox*>(QStringLiteral("exportUnit"));
    auto* width = dialog.findChild<QDoubleSpinBox*>(QStringLiteral("exportWidth"));
    unit->setCurrentIndex(0);
    dialog.findChild<QSpinBox*>(QStringLiteral("exportDpi"))->setValue(254);
    width->setValue(100);
    EXPECT_EQ(dialog.pixels(), QSize(1000, 1000));
    EXPECT_TRUE(dialog.findChild<QLabel*>(QStringLiteral("exportSize"))->text().contains(QLatin1String("1000")));
    width->setValue(2000);
    EXPECT_FALSE(dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save)->isEnabled());
    width->setValue(100);
    unit->setCurrentIndex(1);
    EXPECT_EQ(width->value(), 1000) << "as wide as before";
    width->setValue(640);
    dialog.accept();
  }
  PictureDialog again(targets, &window);
  EXPECT_EQ(again.choice().width, 640);
  EXPECT_EQ(again.choice().dpi, 254);
}

}  // namespace
}  // namespace lossscope
