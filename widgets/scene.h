// SPDX-License-Identifier: Apache-2.0
// One description of a picture for all places where it is shown: a widget, a PNG without a display, an SVG, a PDF.
#pragma once

#include <QFont>
#include <QImage>
#include <QPainter>

namespace lossscope::widgets {

inline constexpr int kLeastPresented = 24;  ///< pixels of text before an audience

/// What a view shows, on any painter. Sizes are in device-independent pixels (1/96 inch in a figure).
/// Not for concurrent calls on one object; any thread may own one.
class Scene {
 public:
  Scene() = default;
  virtual ~Scene() = default;
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  /// Draws the scene into the rectangle from (0, 0) to `size`, and nothing outside. What is made of voxels is drawn
  /// with `pixels` physical pixels for each of the painter's; text and lines are the painter's own, so that they stay
  /// vectors in an SVG or a PDF.
  virtual void paint(QPainter& painter, QSizeF size, double pixels) = 0;
  /// The height that it needs at a width; 0 where it has no wish.
  [[nodiscard]] virtual double heightFor(double /*width*/) const { return 0; }

  /// How high its text is, in pixels; 0: as usual. Views for an audience have larger text.
  virtual void setTextSize(int pixels) { text_size_ = pixels; }

 protected:
  [[nodiscard]] int textSize() const { return text_size_; }
  [[nodiscard]] QFont textFont() const;  ///< `picture_font` of that size

 private:
  int text_size_ = 0;
};

/// The scene as a picture, `scale` times its size in device-independent pixels. The same bytes for the same scene.
[[nodiscard]] QImage scene_picture(Scene& scene, QSizeF size, double scale = 1);

/// An opaque picture of `size` times `scale` to paint in, filled with `background`.
[[nodiscard]] QImage blank_picture(QSizeF size, double scale, const QColor& background);

/// The font of everything that is written in pictures, the same with and without a display: DejaVu Sans, 9 points.
[[nodiscard]] QFont picture_font();
/// Near black in both themes: grey values and maps are read against it.
[[nodiscard]] QColor scene_background();
/// Whether the painter keeps text and lines as such (SVG, PDF), so that each should be there only once.
[[nodiscard]] bool draws_vectors(const QPainter& painter);

}  // namespace lossscope::widgets
