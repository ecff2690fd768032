// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QSlider>
#include <QTreeWidget>
#include <cstdlib>

#include "app/window/export_picture.h"
#include "app/window/main_window.h"
#include "app/window/view_area.h"
#include "tests/io/io_testing.h"
#include "tests/widgets/widget_testing.h"

namespace lossscope::testing {

/// A real window that a test drives as a person does: by its widgets.
class WindowTest : public ::testing::Test {
 protected:
  WindowTest() {
    show(window, {1280, 800});
    window.activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&window));  // an inactive window gets no shortcuts
  }

  void settle() {
    QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 60'000);
    QTest::qWait(20);  // lets what the last answer started begin
    QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 60'000);
  }
  void openSample() {
    window.openSample(QStringLiteral("mni-head"));
    settle();
    ASSERT_TRUE(window.frame());
  }
  template <class T>
  T* part(const char* name) {
    T* found = window.findChild<T*>(QString::fromLatin1(name));
    EXPECT_NE(found, nullptr) << name;
    return found;
  }
  /// Keeps a picture of the window in the folder that LOSSSCOPE_PICTURES names, if it names one.
  void keep_picture(const char* name) {
    if (const char* folder = std::getenv("LOSSSCOPE_PICTURES")) {
      QDir().mkpath(QString::fromUtf8(folder));
      EXPECT_EQ(save_picture(window_picture(window, window.views(), 1),
                             QDir(QString::fromUtf8(folder)).filePath(QLatin1String(name) + QLatin1String(".png"))),
                QString());
    }
  }
  QString value() { return part<QLabel>("lossValue")->text(); }
  QImage axial() { return window.views().slices()[0]->grabPicture(); }

  void choose(const char* combo_name, int index) {
    auto* combo = part<QComboBox>(combo_name);
    combo->setCurrentIndex(index);
    Q_EMIT combo->activated(index);
    settle();
  }
  void chooseLoss(const char* name) {
    auto* tree = part<QTreeWidget>("lossTree");
    const auto found = tree->findItems(QString::fromLatin1(name), Qt::MatchExactly | Qt::MatchRecursive);
    ASSERT_EQ(found.size(), 1) << name;
    tree->scrollToItem(found[0]);
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualItemRect(found[0]).center());
    settle();
  }
  /// Drags a slider by `pixels` with the mouse, in steps, and lets go.
  void drag(const char* slider_name, int pixels) {
    auto* slider = part<QSlider>(slider_name);
    const double share = double(slider->value() - slider->minimum()) / (slider->maximum() - slider->minimum());
    const QPoint start(static_cast<int>(6 + share * (slider->width() - 12)), slider->height() / 2);
    QTest::mousePress(slider, Qt::LeftButton, {}, start);
    for (int step = 1; step <= 8; ++step) {
      QTest::mouseMove(slider, start + QPoint(pixels * step / 8, 0));
      QTest::qWait(5);
    }
    QTest::mouseRelease(slider, Qt::LeftButton, {}, start + QPoint(pixels, 0));
    settle();
  }

  MainWindow window{false};
};

}  // namespace lossscope::testing
