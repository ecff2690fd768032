// SPDX-License-Identifier: Apache-2.0
// A TorchScript model as the source of the prediction: by drop, by session, by the panel; never without trust.
#include <QDialog>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>
#include <QUndoStack>
#include <cmath>

#include "app/window/message_bar.h"
#include "app/window/take_away.h"
#include "tests/app/models/model_files.h"
#include "tests/app/window/window_testing.h"
#include "tests/io/remedies.h"

namespace lossscope {
namespace {

using namespace testing;

class Model : public WindowTest {
 protected:
  Model() {
    const Grid grid{{12, 11, 10}, {1, 1, 1}};
    const Volume image = make_volume(grid, VoxelType::float32), mask = make_volume(grid, VoxelType::uint8);
    for (std::size_t i = 0; i < 1320; ++i) {
      image.voxels<float>()[i] = static_cast<float>(i % 89) / 40 - 1;
      mask.voxels<std::uint8_t>()[i] = i % 3 == 0 ? 1 : 0;
    }
    write_volume(image, folder_.file("head.nii.gz"));
    write_volume(mask, folder_.file("mask.nii.gz"));
    save_model(folder_.file("net.pt"), "def forward(self, x):\n    return torch.sigmoid(x * self.w)\n", 3);
    openCase();
  }
  void openCase() {
    Session session;
    session.study.image.path = folder_.file("head.nii.gz");
    session.study.mask.path = folder_.file("mask.nii.gz");
    window.openCase(session);
    settle();
  }
  [[nodiscard]] QString path(const char* name) { return QString::fromStdString(folder_.file(name)); }
  [[nodiscard]] bool from_model() { return window.store().session().prediction().from<FromModel>() != nullptr; }
  void drop(const char* name) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(folder_.file(name)))});
    QDragEnterEvent enter({600, 400}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    QDropEvent event({600, 400}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &event);
  }
  QDialog* dialog() {
    QDialog* found = nullptr;
    (void)QTest::qWaitFor(
        [&] { return (found = window.findChild<QDialog*>(QStringLiteral("trustDialog"))) != nullptr; }, 20'000);
    EXPECT_TRUE(found != nullptr && found->isVisible());
    return found;
  }
  void click(QDialog* in, const char* button) {
    ASSERT_NE(in, nullptr);
    QTest::mouseClick(in->findChild<QPushButton*>(QString::fromLatin1(button)), Qt::LeftButton);
    QTest::qWait(20);
    settle();
  }
  void expectTheModelsPrediction() {
    ASSERT_TRUE(window.frame());
    const auto p = window.frame()->data->prediction.voxels<float>();
    const auto x = window.frame()->data->image.volume.voxels<float>();
    ASSERT_EQ(p.size(), 1320U);
    for (std::size_t i = 0; i < p.size(); ++i) {
      ASSERT_NEAR(p[i], 1 / (1 + std::exp(-3.0 * static_cast<double>(x[i]))), 1e-6);
    }
    EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
  }

  Folder folder_;
};

TEST_F(Model, ADroppedModelAsksFirstAndCancelIsTheDefault) {
  drop("net.pt");
  QDialog* asked = dialog();
  ASSERT_NE(asked, nullptr);
  EXPECT_TRUE(asked->findChild<QPushButton*>(QStringLiteral("distrust"))->isDefault());
  QString text;
  for (const QLabel* label : asked->findChildren<QLabel*>()) {
    text += label->text() + QLatin1Char('\n');
  }
  EXPECT_TRUE(text.contains(QStringLiteral("is a program")) && text.contains(QStringLiteral("net.pt")))
      << text.toStdString();
  QTest::keyClick(asked, Qt::Key_Return);
  QTRY_VERIFY(window.findChild<QDialog*>(QStringLiteral("trustDialog")) == nullptr);
  EXPECT_FALSE(from_model());
}

TEST_F(Model, OnceTrustedItMakesThePredictionAndUndoGoesBack) {
  const QString before = value();
  drop("net.pt");
  click(dialog(), "trust");
  EXPECT_TRUE(from_model());
  expectTheModelsPrediction();
  EXPECT_TRUE(part<QWidget>("modelRow")->isVisible());
  EXPECT_NE(value(), before);
  EXPECT_TRUE(part<QLabel>("assumed")->text().contains(QStringLiteral("nothing normalised")))
      << part<QLabel>("assumed")->text().toStdString();
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(value(), before);
  drop("net.pt");
  QTRY_VERIFY(from_model());  // not asked twice
  settle();
  expectTheModelsPrediction();
}

TEST_F(Model, WhatLeavesTheWindowIsOfThePredictionOnScreen) {
  drop("net.pt");
  click(dialog(), "trust");
  settle();
  for (const char* gone : {"net.pt", "head.nii.gz", "mask.nii.gz"}) {  // nothing is read or run again
    ASSERT_TRUE(QFile::remove(QString::fromStdString(folder_.file(gone))));
  }
  const LoadedCase shown{window.frame()->session, window.frame()->data};
  for (const auto& [work, name] :
       {std::pair(table_work(shown, path("t.csv")), "t.csv"), std::pair(report_work(shown, path("r.html")), "r.html"),
        std::pair(maps_work(shown, path(".")), "prediction.nii.gz")}) {
    auto* job = new TakeAway(QStringLiteral("working"), work, &window);
    QSignalSpy done(job, &TakeAway::done), failed(job, &TakeAway::failed);
    EXPECT_TRUE(QTest::qWaitFor([&] { return done.count() + failed.count() > 0; }, 300'000));
    EXPECT_TRUE(failed.isEmpty()) << failed.value(0).value(0).toString().toStdString();
    EXPECT_TRUE(QFile::exists(path(name))) << name;
  }
  QFile report(path("r.html"));
  ASSERT_TRUE(report.open(QIODevice::ReadOnly));
  EXPECT_TRUE(report.readAll().contains("the image, by the model net.pt"));
}

TEST_F(Model, ASessionOfOthersAsksAgain) {
  Session session = window.store().session();
  session.predict_from<FromModel>().model = {folder_.file("net.pt"), std::string(64, '0')};
  window.openCase(session);
  QTRY_VERIFY_WITH_TIMEOUT(part<MessageBar>("messageBar")->text().contains(QStringLiteral("E_MODEL_TRUST")), 20'000);
  click(dialog(), "trust");
  expectTheModelsPrediction();
}

TEST_F(Model, AModelThatLoopsIsCancelledAndTheCaseGoesOn) {
  save_model(folder_.file("net.pt"),
             "def forward(self, x):\n    y = x\n    while bool(y.sum() < 1e30):\n        y = y * 1.0\n    return y\n");
  drop("net.pt");
  QDialog* asked = dialog();
  ASSERT_NE(asked, nullptr);
  QTest::mouseClick(asked->findChild<QPushButton*>(QStringLiteral("trust")), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(part<QToolButton>("cancel")->isVisible(), 10'000);
  QTest::qWait(500);
  QTest::mouseClick(part<QToolButton>("cancel"), Qt::LeftButton);
  settle();
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("Cancelled")));
  window.store().undoStack()->undo();
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
}

TEST_F(Model, WithoutAnImageTheImageIsToBeOpenedFirst) {
  Session session;
  session.study.mask.path = folder_.file("mask.nii.gz");
  window.openCase(session);
  settle();
  const auto told = [&]() -> Told {
    const QString said =
        part<MessageBar>("messageBar")->isVisible() ? part<MessageBar>("messageBar")->text() : QString();
    const bool is_it = said.contains(QStringLiteral("E_MODEL_IMAGE"));
    return {is_it ? "E_MODEL_IMAGE" : said.toStdString(), said.toStdString()};
  };
  drop("net.pt");
  QTRY_VERIFY_WITH_TIMEOUT(!told().code.empty(), 20'000);
  const Told refused = told();
  openCase();
  drop("net.pt");
  click(dialog(), "trust");
  expectTheModelsPrediction();
  EXPECT_TRUE(remedy_works("E_MODEL_IMAGE", "the image first", refused, told()));
}

TEST_F(Model, AStateDictIsToldApart) {
  write_bytes(folder_.file("weights.pth"), {'\x80', '\x02', '}', 'q', '\0', '.'});
  drop("weights.pth");
  settle();
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("E_MODEL_STATE_DICT")))
      << part<MessageBar>("messageBar")->text().toStdString();
}

TEST_F(Model, OneOfSeveralChannelsIsChosenInThePanel) {
  save_model(folder_.file("net.pt"), "def forward(self, x):\n    return torch.sigmoid(torch.cat([x, x * self.w], 1))\n",
             3);
  drop("net.pt");
  click(dialog(), "trust");
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("E_MODEL_CHANNEL")));
  part<QSpinBox>("modelChannel")->setValue(1);
  settle();
  expectTheModelsPrediction();
}

}  // namespace
}  // namespace lossscope
