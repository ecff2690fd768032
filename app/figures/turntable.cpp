// SPDX-License-Identifier: Apache-2.0
#include "app/figures/turntable.h"

#include <QDir>
#include <QFile>
#include <algorithm>
#include <optional>

#include "app/figures/movie.h"
#include "app/figures/scenes.h"
#include "app/io/safe_file.h"
#include "losses/evaluate.h"
#include "widgets/paper.h"

namespace lossscope {
namespace {

constexpr int kRate = 24;              // pictures per second, as in the cinema
constexpr double kSideOnScreen = 480;  // pixels: at this side letters and lines are as large as in the window

std::string local(const QString& path) { return QFile::encodeName(path).toStdString(); }

/// Written files, removed again unless keep() was called.
class Written {
 public:
  ~Written() {
    for (const QString& file : files_) {
      QFile::remove(file);
    }
  }
  void add(const QString& file) { files_ << file; }
  [[nodiscard]] QStringList keep() { return std::exchange(files_, {}); }

 private:
  QStringList files_;
};

}  // namespace

QStringList write_turntable(const widgets::SurfaceModel& model, const Turntable& turntable, const Progress& progress,
                            const std::stop_token& stop) {
  const auto scene = surface_scene(model.apart());
  const double scale = turntable.side / kSideOnScreen;
  const QSizeF side(kSideOnScreen, kSideOnScreen);
  const QDir folder(turntable.folder);
  const QString film = folder.filePath(QStringLiteral("turntable.ogv"));
  Written written;
  std::optional<Movie> movie;
  if (turntable.movie) {
    movie.emplace(local(film), kRate);
  }
  const int digits = std::max(3, static_cast<int>(QString::number(turntable.frames).size()));
  widgets::OrbitCamera camera;
  for (int frame = 0; frame < turntable.frames; ++frame) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    progress(static_cast<double>(frame) / turntable.frames,
             "Picture " + std::to_string(frame + 1) + " of " + std::to_string(turntable.frames));
    camera.setPose(model.camera);
    camera.turn(360.0 * frame / turntable.frames);
    scene->setCamera(camera.pose());
    const QImage picture = widgets::scene_picture(*scene, side, scale);
    if (turntable.pictures) {
      const QString file =
          folder.filePath(QStringLiteral("turntable_%1.png").arg(frame + 1, digits, 10, QLatin1Char('0')));
      const QByteArray bytes = widgets::png_bytes(side, scale, [&](QPainter& painter) {
        painter.drawImage(QRectF({0, 0}, side), picture);
      });
      write_file(local(file), {bytes.constData(), static_cast<std::size_t>(bytes.size())});
      written.add(file);
    }
    if (movie) {
      movie->add(picture);
    }
  }
  if (movie) {
    movie->finish();
    written.add(film);
  }
  return written.keep();
}

}  // namespace lossscope
