// SPDX-License-Identifier: Apache-2.0
#include "widgets/orbit_camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lossscope::widgets {
namespace {

constexpr double kRadians = std::numbers::pi / 180;

/// a + factor * b
Point3 plus(const Point3& a, double factor, const Point3& b) {
  return {a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]};
}

Point3 unit(const Point3& a) { return plus({}, 1 / std::max(1e-300, std::sqrt(dot(a, a))), a); }

/// Turned about a unit vector (Rodrigues' formula).
Point3 turned(const Point3& a, const Point3& axis, double degrees) {
  const double c = std::cos(degrees * kRadians), s = std::sin(degrees * kRadians);
  return plus(plus(plus({}, c, a), s, cross(axis, a)), (1 - c) * dot(axis, a), axis);
}

/// Half the height of a view at distance 1.
double half_height() { return std::tan(kViewAngle / 2 * kRadians); }

}  // namespace

Point3 OrbitCamera::sight() const { return unit(plus(pose_.focus, -1, pose_.position)); }

double OrbitCamera::distance() const {
  const Point3 way = plus(pose_.focus, -1, pose_.position);
  return std::sqrt(dot(way, way));
}

Point3 OrbitCamera::up() const { return pose_.up; }

Point3 OrbitCamera::right() const { return cross(sight(), pose_.up); }

void OrbitCamera::stand(const Point3& toward, double distance) {
  pose_.position = plus(pose_.focus, distance, unit(toward));
  const Point3 along = sight();
  pose_.up = unit(plus(pose_.up, -dot(pose_.up, along), along));
}

void OrbitCamera::reset(const Ball& ball, double aspect) {
  constexpr double kFill = 1.12;  // few things fill the ball; the rest is for the colour bar
  pose_.focus = ball.centre;
  pose_.up = {0, 0, 1};
  const double fits = std::max(1e-6, ball.radius) / std::sin(kViewAngle / 2 * kRadians);
  stand({0.8, -1, 0.45}, fits / kFill / std::clamp(aspect, 0.1, 1.0));
}

void OrbitCamera::lookFrom(ViewFrom side) {
  constexpr std::array<Point3, 6> kSides{{{0, -1, 0}, {0, 1, 0}, {1, 0, 0}, {-1, 0, 0}, {0, 0, 1}, {0, 0, -1}}};
  const bool along_z = side == ViewFrom::superior || side == ViewFrom::inferior;
  pose_.up = along_z ? Point3{0, -1, 0} : Point3{0, 0, 1};  // the nose, or the top of the head
  stand(kSides[static_cast<std::size_t>(side)], distance());
}

void OrbitCamera::rotate(double right_degrees, double down) {
  const double far = distance();
  Point3 back = plus({}, -1, sight());
  back = turned(back, pose_.up, -right_degrees);
  const Point3 across = unit(cross(pose_.up, back));
  pose_.up = turned(pose_.up, across, -down);
  stand(turned(back, across, -down), far);
}

void OrbitCamera::turn(double degrees) { rotate(degrees, 0); }

void OrbitCamera::roll(double degrees) { pose_.up = unit(turned(pose_.up, sight(), degrees)); }

void OrbitCamera::pan(QPointF moved, double height) {
  const double mm = 2 * distance() * half_height() / std::max(1.0, height);
  const Point3 by = plus(plus({}, -moved.x() * mm, right()), moved.y() * mm, pose_.up);
  pose_.focus = plus(pose_.focus, 1, by);
  pose_.position = plus(pose_.position, 1, by);
}

void OrbitCamera::zoomBy(double factor) { stand(plus({}, -1, sight()), distance() / factor); }

QPointF OrbitCamera::positionOf(const Point3& world, QSizeF size) const {
  const Point3 way = plus(world, -1, pose_.position);
  const double depth = std::max(1e-9, dot(way, sight()));  // a point behind the camera is placed far outside the view
  const double pixels = size.height() / 2 / half_height() / depth;
  return {size.width() / 2 + pixels * dot(way, right()), size.height() / 2 - pixels * dot(way, pose_.up)};
}

Ray OrbitCamera::rayThrough(QPointF position, QSizeF size) const {
  const double scale = 2 * half_height() / size.height();
  Point3 direction = plus(sight(), scale * (position.x() - size.width() / 2), right());
  direction = plus(direction, scale * (size.height() / 2 - position.y()), pose_.up);
  return {pose_.position, unit(direction)};
}

}  // namespace lossscope::widgets
