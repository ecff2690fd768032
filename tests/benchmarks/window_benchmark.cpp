// SPDX-License-Identifier: Apache-2.0
// What a person feels: from an input to the painted window, at three sizes; and how long the window is deaf while a
// large volume loads. Run it as: resources/setup/with-display build/release/bin/window_benchmark [brief] [sample] [256]
// [512]. A frame that takes longer than 16 ms misses a screen of 60 Hz.
#include <sys/resource.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QSlider>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/io/reader_client.h"
#include "app/window/compare_grid.h"
#include "app/window/main_window.h"
#include "app/window/theme.h"
#include "app/window/view_area.h"
#include "tests/benchmarks/frame_cost.h"

namespace lossscope {
namespace {

void wait_until_settled(MainWindow& window) {
  while (!window.settled()) {
    QTest::qWait(5);
  }
  QTest::qWait(50);
}

/// Processor time of the whole program, all threads, in ms.
double processor_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& t) {
    return 1e3 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

struct Times {
  std::vector<double> wall, processor;  ///< ms
};

double share_of(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
}

void report(const char* what, const Times& times) {
  const auto missed = std::count_if(times.wall.begin(), times.wall.end(), [](double ms) { return ms > 16; });
  std::printf("  %-44s p50 %6.1f  p95 %6.1f  worst %6.1f ms   processor p50 %6.1f ms   %2d of %d missed\n", what,
              share_of(times.wall, 0.5), share_of(times.wall, 0.95), share_of(times.wall, 1),
              share_of(times.processor, 0.5), static_cast<int>(missed), static_cast<int>(times.wall.size()));
  std::fflush(stdout);
}

/// Sees that a widget was painted.
class PaintWatch : public QObject {
 public:
  explicit PaintWatch(QWidget* widget) { widget->installEventFilter(this); }
  bool armed = false, painted = false;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    painted = painted || (armed && event->type() == QEvent::Paint);
    return false;
  }
};

/// From `act(n)` until the event loop has painted and shown the first frame that answers it.
template <class Act>
void measure(MainWindow& window, const char* what, Act act) {
  constexpr int kSteps = 40;
  Times times;
  FrameCost cost;
  const auto compared = window.views().compareGrid()->slices();
  PaintWatch watch(compared.empty() ? window.views().slices()[0] : compared[0]);
  QObject::connect(&window, &MainWindow::frameShown, &watch, [&watch] { watch.armed = true; });
  for (int step = 0; step < kSteps; ++step) {
    watch.armed = watch.painted = false;
    cost.begin_frame();
    const double before = processor_ms();
    QElapsedTimer timer;
    timer.start();
    act(step);
    while (!watch.painted) {
      // Without a time limit: with one, Qt would spin instead of sleeping.
      QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    times.wall.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    times.processor.push_back(processor_ms() - before);
    cost.end_frame();
    wait_until_settled(window);
  }
  report(what, times);
  cost.print();
}

void measure_slider(MainWindow& window, const char* name, const char* what) {
  auto* slider = window.findChild<QSlider*>(QString::fromLatin1(name));
  measure(window, what, [slider](int step) {
    slider->setValue(slider->minimum() + (slider->maximum() - slider->minimum()) * (30 + step) / 100);
  });
}

void choose_loss(MainWindow& window, const char* id) {
  window.store().change(QString(), [id](Session& session) { session.loss.id = id; });
  wait_until_settled(window);
}

void measure_moves(MainWindow& window) {
  const auto centre = window.frame()->session.look.crosshair;
  const auto look = [&window](const std::array<std::int64_t, 3>& voxel) {
    window.store().look([&](Session& session) { session.look.crosshair = voxel; });
  };
  measure(window, "one slice further", [&](int step) { look({centre[0], centre[1], centre[2] + 1 + step % 20}); });
  measure(window, "crosshair dragged (three new slices)", [&](int step) {
    look({centre[0] + 1 + step % 20, centre[1] + 1 + step % 20, centre[2] + 1 + step % 20});
  });
  look(centre);
  wait_until_settled(window);
}

/// The window fluent with six losses on one slice.
void measure_grid(MainWindow& window) {
  window.store().change(QString(), [](Session& session) {
    session.look.arrangement = Arrangement::grid;
    session.compare(6);
  });
  wait_until_settled(window);
  std::printf("  six losses on one slice\n");
  measure_moves(window);
  measure_slider(window, "smooth_nr.slider", "Dice smoothing (sums kept)");
  if (window.store().session().prediction().from<FromMask>() != nullptr) {
    measure_slider(window, "shift.x.slider", "shift of the prediction, first picture");
  }
  window.store().change(QString(), [](Session& session) { session.look.arrangement = Arrangement::single; });
  wait_until_settled(window);
}

void print_size(const MainWindow& window) {
  const auto& size = window.frame()->data->grid.size;
  std::printf("%d x %d x %d\n", static_cast<int>(size[0]), static_cast<int>(size[1]), static_cast<int>(size[2]));
}

/// One loss, and what is done most.
void measure_briefly(MainWindow& window) {
  print_size(window);
  choose_loss(window, "dice");
  measure_moves(window);
  measure_slider(window, "smooth_nr.slider", "Dice smoothing (sums kept)");
  choose_loss(window, "focal");
  measure_slider(window, "gamma.slider", "focal gamma (sums anew), first picture");
}

void measure_all(MainWindow& window, bool degraded) {
  print_size(window);
  choose_loss(window, "dice");
  measure_moves(window);
  measure_slider(window, "smooth_nr.slider", "Dice smoothing (sums kept)");
  if (degraded) {
    measure_slider(window, "shift.x.slider", "shift of the prediction, first picture");
    measure_slider(window, "soften.slider", "softness of the prediction, first picture");
  }
  measure_grid(window);
  choose_loss(window, "focal");
  measure_slider(window, "gamma.slider", "focal gamma (sums anew), first picture");
}

/// The longest time that the event loop did not come round until the window has settled.
void measure_pulse(MainWindow& window, const char* what) {
  QElapsedTimer since, total;
  double longest = 0;
  QTimer pulse;
  QObject::connect(&pulse, &QTimer::timeout, [&] {
    longest = std::max(longest, static_cast<double>(since.nsecsElapsed()) / 1e6);
    since.restart();
  });
  since.start();
  total.start();
  pulse.start(2);
  while (!window.settled()) {
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);  // the pulse wakes it
  }
  std::printf("%s: %.2f s, the window deaf for at most %.1f ms\n", what, static_cast<double>(total.elapsed()) / 1e3,
              longest);
}

/// Image, mask and prediction of a ball, as uncompressed NIfTI files.
QStringList write_ball(const QString& folder, const std::array<std::int64_t, 3>& size) {
  const Grid grid{size, {0.7, 0.7, 1}};
  const Volume image = make_volume(grid, VoxelType::float32), mask = make_volume(grid, VoxelType::uint8),
               prediction = make_volume(grid, VoxelType::float32);
  std::size_t at = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
        const auto from_centre = [&](int axis, std::int64_t index) {
          return static_cast<double>(index) / static_cast<double>(size[axis]) - 0.5;
        };
        const double r = std::hypot(from_centre(0, i), from_centre(1, j), from_centre(2, k));
        image.voxels<float>()[at] = static_cast<float>(200 * std::cos(9 * r) + static_cast<double>((i * 7 + j) % 13));
        mask.voxels<std::uint8_t>()[at] = r < 0.3 ? 1 : 0;
        prediction.voxels<float>()[at] = static_cast<float>(1 / (1 + std::exp(60 * (r - 0.31))));
      }
    }
  }
  const auto path = [&folder](const char* name) { return folder + QLatin1Char('/') + QLatin1String(name); };
  const QStringList paths{path("image.nii"), path("mask.nii"), path("prediction.nii")};
  const std::array volumes{&image, &mask, &prediction};
  for (qsizetype file = 0; file < 3; ++file) {
    write_volume(*volumes[static_cast<std::size_t>(file)], paths[file].toStdString());
  }
  return paths;
}

void measure_ball(MainWindow& window, const std::array<std::int64_t, 3>& size, bool brief) {
  const QTemporaryDir folder;
  const QStringList paths = write_ball(folder.path(), size);
  Session session;
  session.study.image.path = paths[0].toStdString();
  session.study.mask.path = paths[1].toStdString();
  session.predict_from<FromFile>().file.path = paths[2].toStdString();
  window.openCase(session);
  measure_pulse(window, "\nimage, mask and prediction loaded");
  wait_until_settled(window);
  if (brief) {
    return measure_briefly(window);
  }
  measure_all(window, false);
  window.store().change(QString(), [](Session& s) { s.predict_from<FromMask>(); });
  wait_until_settled(window);
  choose_loss(window, "dice");
  measure_slider(window, "shift.x.slider", "shift of the prediction, first picture");
}

/// Traces every event by the class of its receiver, so that no time of the GUI thread stays unexplained.
class TracedApplication : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    const trace::Span span(trace::Category::compose, receiver->metaObject()->className());
    return QApplication::notify(receiver, event);
  }
};

/// The sizes that the arguments name, or all of them: "sample", "256", "512"; "brief" leaves the rarer things out.
int run(int argc, char** argv) {
  QStandardPaths::setTestModeEnabled(true);
  const TracedApplication application(argc, argv);
  QStringList wanted = QCoreApplication::arguments().mid(1);
  const bool brief = wanted.removeAll(QStringLiteral("brief")) > 0;
  const auto wants = [&wanted](const QString& name) { return wanted.isEmpty() || wanted.contains(name); };
  apply_theme(Theme::dark, false);
  MainWindow window(false);
  window.resize(1600, 1000);
  window.show();
  if (wants(QStringLiteral("sample"))) {
    window.openSample(QStringLiteral("mni-head"));
    measure_pulse(window, "the sample head opened");
    wait_until_settled(window);
    brief ? measure_briefly(window) : measure_all(window, true);
  }
  for (const std::array<std::int64_t, 3> size : {std::array<std::int64_t, 3>{256, 256, 256}, {512, 512, 400}}) {
    if (wants(QString::number(size[0]))) {
      measure_ball(window, size, brief);
    }
  }
  return 0;
}

}  // namespace
}  // namespace lossscope

int main(int argc, char** argv) { return lossscope::run(argc, argv); }
