// SPDX-License-Identifier: Apache-2.0
#include "widgets/polyline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace lossscope::widgets {
namespace {

double distance(QPointF point, const QLineF& line) {
  const QPointF along = line.p2() - line.p1(), to = point - line.p1();
  const double share = QPointF::dotProduct(to, along) / QPointF::dotProduct(along, along);
  const QPointF off = to - std::clamp(share, 0.0, 1.0) * along;
  return std::hypot(off.x(), off.y());
}

double distance(QPointF point, const QList<QLineF>& lines) {
  double nearest = INFINITY;
  for (const QLineF& line : lines) {
    nearest = std::min(nearest, distance(point, line));
  }
  return nearest;
}

QPainterPath circle(double radius, int points) {
  QPainterPath path(QPointF(radius, 0));
  for (int at = 1; at <= points; ++at) {
    const double angle = 2 * std::numbers::pi * at / points;
    path.lineTo(radius * std::cos(angle), radius * std::sin(angle));
  }
  return path;
}

TEST(Segments, StraightRunsBecomeOneLine) {
  QPainterPath square(QPointF(0.5, 0.5));
  for (const QPointF step : {QPointF(1, 0), QPointF(0, 1), QPointF(-1, 0), QPointF(0, -1)}) {
    for (int at = 0; at < 20; ++at) {
      square.lineTo(square.currentPosition() + step);
    }
  }
  const QList<QLineF> lines = segments_of(square, 0.01);
  const QList<QLineF> sides{
      {0.5, 0.5, 20.5, 0.5}, {20.5, 0.5, 20.5, 20.5}, {20.5, 20.5, 0.5, 20.5}, {0.5, 20.5, 0.5, 0.5}};
  EXPECT_EQ(lines, sides);
}

TEST(Segments, LineThatTurnsBackKeepsItsEnd) {
  QPainterPath path(QPointF(0, 0));
  path.lineTo(10, 0);
  path.lineTo(2, 0);
  EXPECT_EQ(segments_of(path, 0.5), (QList<QLineF>{{0, 0, 10, 0}, {10, 0, 2, 0}}));
}

TEST(Segments, PartsOfAPathAreNotJoined) {
  QPainterPath path(QPointF(0, 0));
  path.lineTo(1, 0);
  path.moveTo(2, 0);
  path.lineTo(3, 0);
  EXPECT_EQ(segments_of(path, 0.5), (QList<QLineF>{{0, 0, 1, 0}, {2, 0, 3, 0}}));
  EXPECT_TRUE(segments_of({}, 0.5).empty());
}

TEST(Segments, SmoothOutlineNeedsFewOfThem) {
  const QPainterPath path = circle(200, 1000);
  // A chord over the angle a departs from the circle by r (1 - cos(a / 2)).
  EXPECT_LT(segments_of(path, 0.08).size(), 120);
}

TEST(Segments, NoPointIsFartherThanTheTolerance) {
  std::mt19937 random(7);
  std::normal_distribution<double> step(0, 1);
  for (int trial = 0; trial < 50; ++trial) {
    QPainterPath path(QPointF(0, 0));
    QPointF heading(1, 0);
    for (int at = 0; at < 300; ++at) {
      heading = 0.9 * heading + 0.2 * QPointF(step(random), step(random));
      path.lineTo(path.currentPosition() + heading);
    }
    const double tolerance = 0.05 * (trial + 1);
    const QList<QLineF> lines = segments_of(path, tolerance);
    ASSERT_LT(lines.size(), 300);
    for (int at = 0; at < path.elementCount(); ++at) {
      ASSERT_LE(distance(path.elementAt(at), lines), tolerance * (1 + 1e-9));
    }
    for (qsizetype at = 1; at < lines.size(); ++at) {
      ASSERT_EQ(lines[at].p1(), lines[at - 1].p2()) << "without gaps";
    }
  }
}

}  // namespace
}  // namespace lossscope::widgets
