// SPDX-License-Identifier: Apache-2.0
#include "widgets/outline_strokes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace lossscope::widgets {
namespace {

enum class Room : std::uint8_t { clear, crowded, none };

/// A short piece of a line: where its middle is, and which way it goes.
struct Piece {
  QPointF middle, direction;
  std::uint64_t cell = 0;
  int outline = 0;  ///< 0 own, 1 other
};

/// Pieces by squares as wide as what is thin, so that what is near lies in the same square or in one beside it.
class Neighbours {
 public:
  Neighbours(Thin thin, QRectF seen) : thin_(thin), square_(std::max(thin.strip, thin.wall)), seen_(seen) {}

  void add(const QList<QLineF>& lines, int outline) {
    for (const QLineF& line : lines) {
      each_piece(line, [&](const Piece& piece, double, double) {
        pieces_.push_back(piece);
        pieces_.back().cell = cell_of(piece.middle);
        pieces_.back().outline = outline;
      });
    }
  }
  void finish() {
    std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.cell < b.cell; });
  }

  /// Calls work(piece, from, to): the piece is that from share `from` to share `to` of the line.
  template <class Work>
  void each_piece(const QLineF& line, const Work& work) const {
    const QRectF box = QRectF(line.p1(), line.p2()).normalized().adjusted(-1, -1, 1, 1);
    const double length = line.length();
    if (!(length > 0) || !box.intersects(seen_)) {
      return;
    }
    const int count = std::max(1, static_cast<int>(std::ceil(length / kPiece)));
    const QPointF direction = (line.p2() - line.p1()) / length;
    for (int at = 0; at < count; ++at) {
      const double from = static_cast<double>(at) / count, to = static_cast<double>(at + 1) / count;
      work(Piece{line.pointAt((from + to) / 2), direction}, from, to);
    }
  }

  /// Whether another outline passes the piece of outline 0, or this one's other wall, which runs back.
  [[nodiscard]] Room room(const Piece& piece) const {
    constexpr double kBack = -0.5;
    Room room = Room::clear;
    for (int row = -1; row <= 1; ++row) {
      // Three squares of a row lie behind each other.
      const QPointF left = piece.middle + QPointF(-square_, row * square_);
      const std::uint64_t first = cell_of(left), last = first + 2;
      auto at = std::lower_bound(pieces_.begin(), pieces_.end(), first,
                                 [](const Piece& a, std::uint64_t cell) { return a.cell < cell; });
      for (; at != pieces_.end() && at->cell <= last; ++at) {
        const QPointF apart = at->middle - piece.middle;
        const double distance = QPointF::dotProduct(apart, apart);
        const bool wall = at->outline == 0 && QPointF::dotProduct(at->direction, piece.direction) < kBack;
        if (wall && distance < thin_.lost * thin_.lost) {
          return Room::none;
        }
        const double reach = wall ? thin_.wall : thin_.strip;
        if ((wall || at->outline == 1) && distance < reach * reach) {
          room = Room::crowded;
        }
      }
    }
    return room;
  }

 private:
  static constexpr double kPiece = 2;  ///< pixels, at most

  [[nodiscard]] std::uint64_t cell_of(QPointF point) const {
    constexpr double kFar = 1 << 20;  // no coordinate on screen is smaller than its negative
    const auto column = static_cast<std::uint64_t>(std::floor(std::max(0.0, point.x() / square_ + kFar)));
    const auto row = static_cast<std::uint64_t>(std::floor(std::max(0.0, point.y() / square_ + kFar)));
    return (row << 32) + column;
  }

  Thin thin_;
  double square_;
  QRectF seen_;
  std::vector<Piece> pieces_;
};

}  // namespace

Strokes strokes_of(const QList<QLineF>& own, const QList<QLineF>& other, Thin thin, QRectF seen) {
  Neighbours neighbours(thin, seen);
  neighbours.add(own, 0);
  neighbours.add(other, 1);
  neighbours.finish();
  Strokes strokes;
  for (const QLineF& line : own) {
    double begin = 0;
    Room before = Room::clear;
    const auto put = [&](double end) {
      if (end > begin && before != Room::none) {
        (before == Room::crowded ? strokes.crowded : strokes.clear)
            .emplace_back(line.pointAt(begin), line.pointAt(end));
      }
      begin = end;
    };
    double reached = 0;
    neighbours.each_piece(line, [&](const Piece& piece, double from, double to) {
      if (const Room room = neighbours.room(piece); room != before) {
        put(from);
        before = room;
      }
      reached = to;
    });
    put(reached);
  }
  return strokes;
}

QList<QLineF> dashed(const QList<QLineF>& lines, double on, double off, double start) {
  QList<QLineF> dashes;
  const double period = on + off;
  double phase = std::fmod(start, period);
  for (const QLineF& line : lines) {
    const double length = line.length();
    for (double at = 0; at < length;) {
      const bool drawn = phase < on;
      const double next = std::min(length, at + (drawn ? on : period) - phase);
      if (drawn) {
        dashes.emplace_back(line.pointAt(at / length), line.pointAt(next / length));
      }
      phase += next - at;
      phase = phase >= period - 1e-9 ? 0 : !drawn || phase < on - 1e-9 ? phase : on;
      at = next;
    }
  }
  return dashes;
}

}  // namespace lossscope::widgets
