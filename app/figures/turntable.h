// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include "app/io/reader_client.h"
#include "widgets/surface_model.h"

namespace lossscope {

/// One turn of a 3D picture about what is up on it, as files.
struct Turntable {
  QString folder;        ///< which is there
  int frames = 72;       ///< over 360 degrees; at least 1
  int side = 720;        ///< pixels of the square pictures
  bool pictures = true;  ///< turntable_001.png and so on
  bool movie = false;    ///< turntable.ogv, 24 pictures per second
};

/// Writes it, beginning with the model's own view. Any thread. Returns the files that were written. Throws WriteError
/// and Cancelled; what had been written by then is removed again.
QStringList write_turntable(const widgets::SurfaceModel& model, const Turntable& turntable, const Progress& progress,
                            const std::stop_token& stop);

}  // namespace lossscope
