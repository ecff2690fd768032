// SPDX-License-Identifier: Apache-2.0
// What a person feels: from a moved slider to painted pixels, and how long the window is deaf while a large volume
// loads. Run it as: resources/setup/with-display build/release/bin/window_benchmark
#include <QApplication>
#include <QElapsedTimer>
#include <QSlider>
#include <QStandardPaths>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/io/reader_client.h"
#include "app/window/main_window.h"
#include "app/window/theme.h"
#include "app/window/view_area.h"

namespace lossscope {
namespace {

void wait_until_settled(MainWindow& window) {
  while (!window.settled()) {
    QTest::qWait(5);
  }
  QTest::qWait(100);
}

void report(const char* what, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  std::printf("%-58s median %6.1f ms, worst %6.1f ms (%zu)\n", what, ms[ms.size() / 2], ms.back(), ms.size());
}

/// From a slider's new value to the painted frame that belongs to it.
void measure_slider(MainWindow& window, const char* name, const char* what) {
  auto* slider = window.findChild<QSlider*>(QString::fromLatin1(name));
  std::vector<double> ms;
  QElapsedTimer timer;
  for (int step = 0; step < 40; ++step) {
    bool shown = false, painted = false;
    const auto* view = window.views().slices()[0];
    const auto shows = QObject::connect(&window, &MainWindow::frameShown, [&] { shown = true; });
    const auto paints = QObject::connect(view, &QOpenGLWidget::frameSwapped, [&] {
      if (shown && !painted) {
        ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        painted = true;
      }
    });
    timer.start();
    slider->setValue(slider->minimum() + (slider->maximum() - slider->minimum()) * (30 + step) / 100);
    while (!painted) {
      QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    }
    QObject::disconnect(shows);
    QObject::disconnect(paints);
    wait_until_settled(window);
  }
  report(what, ms);
}

/// The longest time that the event loop did not come round while a volume was loaded and evaluated.
void measure_loading(MainWindow& window, const std::string& path) {
  QElapsedTimer since, total;
  std::vector<double> gaps{0};
  QTimer pulse;
  QObject::connect(&pulse, &QTimer::timeout, [&] {
    gaps.push_back(static_cast<double>(since.nsecsElapsed()) / 1e6);
    since.restart();
  });
  since.start();
  total.start();
  pulse.start(2);
  window.openFiles({QString::fromStdString(path)});
  while (!window.settled()) {
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
  }
  pulse.stop();
  std::printf("512 x 512 x 400 mask (%.1f MB) opened in %.1f s\n",
              static_cast<double>(std::filesystem::file_size(path)) / 1e6, static_cast<double>(total.elapsed()) / 1e3);
  report("the window's pulse (2 ms) meanwhile", gaps);
}

std::string large_mask() {
  const Volume mask = make_volume({{512, 512, 400}, {0.7, 0.7, 1}}, VoxelType::uint8);
  std::size_t at = 0;
  for (int k = 0; k < 400; ++k) {
    for (int j = 0; j < 512; ++j) {
      for (int i = 0; i < 512; ++i) {
        mask.voxels<std::uint8_t>()[at++] = std::hypot(i - 256, j - 256, k - 200) < 120 ? 1 : 0;
      }
    }
  }
  const std::string path = (std::filesystem::temp_directory_path() / "lossscope_large_mask.nii.gz").string();
  write_volume(mask, path);
  return path;
}

int run(int argc, char** argv) {
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  apply_theme(Theme::dark, false);
  MainWindow window(false);
  window.resize(1600, 1000);
  window.show();
  QElapsedTimer timer;
  timer.start();
  window.openSample(QStringLiteral("mni-head"));
  wait_until_settled(window);
  std::printf("the sample head opened in %.2f s\n", static_cast<double>(timer.elapsed()) / 1e3);
  measure_slider(window, "smooth_nr.slider", "Dice smoothing to pixels (sums kept)");
  measure_slider(window, "shift.x.slider", "shift of the prediction to pixels (preliminary frame)");
  measure_slider(window, "soften.slider", "softness of the prediction to pixels");
  window.store().change(QString(), [](Session& session) { session.loss = "focal"; });
  wait_until_settled(window);
  measure_slider(window, "gamma.slider", "focal gamma to pixels (sums anew)");
  const std::string path = large_mask();
  measure_loading(window, path);
  std::filesystem::remove(path);
  return 0;
}

}  // namespace
}  // namespace lossscope

int main(int argc, char** argv) { return lossscope::run(argc, argv); }
