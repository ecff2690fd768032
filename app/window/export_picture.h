// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <functional>
#include <optional>

#include "app/window/view_area.h"

class QMainWindow;

namespace lossscope {

/// A view as a picture, `scale` times its size on screen, without frame; with the colour bar below it when `bar`.
[[nodiscard]] QImage view_picture(widgets::SceneView& view, const widgets::ColourBar* bar, double scale);
/// The whole window at `scale` times its size: widgets are painted anew, not enlarged, and so are the views.
[[nodiscard]] QImage window_picture(QWidget& window, const ViewArea& area, double scale);
/// Writes a PNG by way of a temporary file that is renamed. Returns what went wrong, empty when nothing did.
[[nodiscard]] QString save_picture(const QImage& picture, const QString& path, double dpi = 96);

/// A picture that only has to be written.
struct PictureExport {
  QString path;
  std::function<QString()> write;  ///< from any thread; returns what went wrong, empty when nothing did
};
/// File > Export picture: asks what, how large and where. None when cancelled.
[[nodiscard]] std::optional<PictureExport> export_picture_dialog(QMainWindow& window, const ViewArea& area,
                                                                 const FramePtr& frame);

}  // namespace lossscope
