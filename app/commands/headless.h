// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSizeF>
#include <memory>
#include <string>

#include "app/figures/figure_file.h"

class QGuiApplication;

namespace lossscope::commands {

/// Qt's fonts and painters without a display, for as long as it lives. Throws std::runtime_error when no font is
/// installed.
class Headless {
 public:
  Headless();
  ~Headless();

 private:
  std::unique_ptr<QGuiApplication> application_;
};

/// Which kind of picture a file's name asks for. Throws UsageError.
[[nodiscard]] PictureFormat format_of(const std::string& path);

/// Size and resolution of a picture: pixels of a PNG; an SVG or PDF is as large as this PNG would be printed.
struct Paper {
  QSizeF size;  ///< pixels at 96 per inch
  double scale = 1;
};
/// `size` is "WxH" in pixels or empty for `usual` (pixels at 96 per inch). Throws UsageError.
[[nodiscard]] Paper paper_of(const std::string& size, double dpi, QSizeF usual);
/// A width in print, "85mm", "8.5cm" or "3.35in", in pixels at 96 per inch. Throws UsageError for another unit, and for
/// what is less than 30 mm, more than 2 m or more than 16384 pixels at `dpi`.
[[nodiscard]] double width_of(const std::string& text, double dpi);
/// Writes a figure as its name says. Throws UsageError and WriteError.
void write_figure(const std::string& path, const widgets::Figure& figure, const Paper& paper);

}  // namespace lossscope::commands
