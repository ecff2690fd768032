// SPDX-License-Identifier: Apache-2.0
#include "widgets/polyline.h"

#include <cmath>

namespace lossscope::widgets {
namespace {

double cross_of_points(QPointF a, QPointF b) { return a.x() * b.y() - a.y() * b.x(); }

/// The directions in which a line from one point passes every point so far within the tolerance: the cone algorithm of
/// Sklansky and Gonzalez, Fast polygonal approximation of digitized curves, Pattern Recognition 12 (1980).
class Cone {
 public:
  explicit Cone(double tolerance) : tolerance_(tolerance) {}

  void restart() { open_ = true, reach_ = 0; }

  /// Whether a line to `to` (from the cone's point) still serves all points so far; if so, it is one of them from now
  /// on.
  bool takes(QPointF to) {
    const double length = std::hypot(to.x(), to.y());
    if (length < reach_ || (!open_ && (cross_of_points(low_, to) < 0 || cross_of_points(to, high_) < 0))) {
      return false;
    }
    reach_ = length;
    if (length > tolerance_) {
      const double sine = tolerance_ / length, cosine = std::sqrt(1 - sine * sine);
      const QPointF low(cosine * to.x() + sine * to.y(), cosine * to.y() - sine * to.x());
      const QPointF high(cosine * to.x() - sine * to.y(), cosine * to.y() + sine * to.x());
      low_ = open_ || cross_of_points(low_, low) > 0 ? low : low_;
      high_ = open_ || cross_of_points(high, high_) > 0 ? high : high_;
      open_ = false;
    }
    return true;
  }

 private:
  double tolerance_;
  bool open_ = true;  ///< no point yet limits the direction
  double reach_ = 0;  ///< distance of the farthest point: a line that turns back would leave it out
  QPointF low_, high_;
};

}  // namespace

QList<QLineF> segments_of(const QPainterPath& path, double tolerance) {
  QList<QLineF> segments;
  QPointF from, last;
  Cone cone(tolerance);
  const auto end_line = [&] {
    if (last != from) {
      segments.emplace_back(from, last);
    }
  };
  for (int at = 0; at < path.elementCount(); ++at) {
    const QPainterPath::Element point = path.elementAt(at);
    const bool begins = point.isMoveTo();
    if (begins || !cone.takes(point - from)) {
      end_line();
      from = begins ? QPointF(point) : last;
      cone.restart();
      if (!begins) {
        cone.takes(point - from);
      }
    }
    last = point;
  }
  end_line();
  return segments;
}

}  // namespace lossscope::widgets
