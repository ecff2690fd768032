// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QSizeF>

#include "widgets/point3.h"

namespace lossscope::widgets {

/// Where a camera stands, what it looks at, and which way is up (a unit vector across the line of sight).
struct CameraPose {
  Point3 position{0, -1, 0}, focus{}, up{0, 0, 1};
  bool operator==(const CameraPose&) const = default;
};

/// The angle that the height of a view spans, in degrees.
inline constexpr double kViewAngle = 30;

/// The side of the patient that the camera stands on.
enum class ViewFrom { anterior, posterior, left, right, superior, inferior };

/// A half-line from `origin` along the unit vector `direction`.
struct Ray {
  Point3 origin{}, direction{};
};

/// A sphere that holds what is to be seen.
struct Ball {
  Point3 centre{};
  double radius = 0;
};

/// A camera that turns about what it looks at, as in VTK's trackball style and 3D Slicer.
class OrbitCamera {
 public:
  [[nodiscard]] const CameraPose& pose() const { return pose_; }
  void setPose(const CameraPose& pose) { pose_ = pose; }

  /// From the front, the left and above, all of the ball in sight; `aspect` is the view's width over its height.
  void reset(const Ball& ball, double aspect);
  void lookFrom(ViewFrom side);            ///< keeps focus and distance
  void rotate(double right, double down);  ///< degrees; as if the pointer turned the object
  void turn(double degrees);               ///< about the up direction, as a turntable does
  void roll(double degrees);               ///< about the line of sight; the object turns counter-clockwise
  void pan(QPointF moved, double height);  ///< pixels of a view that is `height` high
  void zoomBy(double factor);              ///< > 1 comes closer

  /// Unit vectors to the right and up on the screen.
  [[nodiscard]] Point3 right() const;
  [[nodiscard]] Point3 up() const;
  /// Where a point lies in a view of `size`, and the ray of the points that lie there.
  [[nodiscard]] QPointF positionOf(const Point3& world, QSizeF size) const;
  [[nodiscard]] Ray rayThrough(QPointF position, QSizeF size) const;

 private:
  [[nodiscard]] Point3 sight() const;  ///< unit vector from the camera to the focus
  [[nodiscard]] double distance() const;
  void stand(const Point3& toward, double distance);

  CameraPose pose_;
};

}  // namespace lossscope::widgets
