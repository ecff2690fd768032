// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>

#include "app/window/view_area.h"

class QMainWindow;

namespace lossscope {

/// A view as a picture, `scale` times its size on screen, without frame; with the colour bar below it when `bar`.
[[nodiscard]] QImage view_picture(widgets::SceneView& view, const widgets::ColourBar* bar, double scale);
/// The whole window at `scale` times its size: widgets are painted anew, not enlarged, and so are the views.
[[nodiscard]] QImage window_picture(QWidget& window, const ViewArea& area, double scale);
/// Writes a PNG by way of a temporary file that is renamed. Returns what went wrong, empty when nothing did.
[[nodiscard]] QString save_picture(const QImage& picture, const QString& path);

/// File > Export picture: asks what, how large and where. Returns the path written, empty when cancelled.
[[nodiscard]] QString export_picture_dialog(QMainWindow& window, const ViewArea& area, const FramePtr& frame);

}  // namespace lossscope
