// SPDX-License-Identifier: Apache-2.0
#include "tests/gallery/cases.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "app/io/reader_client.h"

namespace lossscope::gallery {
namespace {

using Point = std::array<double, 3>;

constexpr Point kExtent{358.4, 358.4, 300};  // mm
constexpr Point kLesionPlace{42, 18, 8};     // mm from the middle: the patient's left, behind, a little up
constexpr double kLesionRadius = 4;          // mm

/// The same noise on every machine: a hash of the place, -1 to 1.
double noise_at(std::uint64_t at) {
  at += 0x9e3779b97f4a7c15ULL;
  at = (at ^ (at >> 30)) * 0xbf58476d1ce4e5b9ULL;
  at = (at ^ (at >> 27)) * 0x94d049bb133111ebULL;
  at ^= at >> 31;
  return static_cast<double>(at >> 11) / static_cast<double>(1ULL << 52) - 1;
}

double distance(const Point& a, const Point& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

/// About how far a point lies outside of an ellipsoid, mm; negative inside.
double outside(const Point& at, const Point& centre, const Point& axes) {
  const double r =
      std::hypot((at[0] - centre[0]) / axes[0], (at[1] - centre[1]) / axes[1], (at[2] - centre[2]) / axes[2]);
  return (r - 1) * std::min({axes[0], axes[1], axes[2]});
}

/// Millimetres outside of the liver: two lobes with a wavy surface.
double outside_liver(const Point& at) {
  const double waves = 2.5 * std::sin(at[0] / 11) * std::cos(at[1] / 13 + 1) + 2 * std::sin(at[2] / 9 + at[1] / 17);
  const double right = outside(at, {-55, -12, 10}, {72, 74, 70}), left = outside(at, {5, -55, 25}, {62, 32, 34});
  return std::min(right, left) + waves;
}

double ribs_and_spine(const Point& at) {
  const double spine = std::hypot(at[0], at[1] - 78) - 21;
  const double arch = std::hypot(at[0] / 1.38, at[1] + 2) - 100;  // the trunk's own form, a little inside
  const double slope = at[2] + 0.35 * at[1], to_rib = std::abs(slope - 26 * std::round(slope / 26));
  return std::min(spine, std::max(std::abs(arch) - 5, to_rib - 6));
}

/// Hounsfield units without noise.
double tissue(const Point& at) {
  const double trunk = std::hypot(at[0] / 1.36, at[1]) - 122;
  if (trunk > 0) {
    return at[1] > 128 && std::abs(at[0]) < 170 ? -600 : -1000;  // the table, and air
  }
  if (trunk > -12) {
    return -100;  // fat
  }
  if (const double bone = ribs_and_spine(at); bone < 0) {
    return bone > -4 ? 900 : 320;
  }
  if (distance(at, kLesionPlace) < kLesionRadius) {
    return 75;
  }
  if (outside_liver(at) < 0) {
    return 115;
  }
  const double lungs = std::min(outside(at, {-68, 0, 130}, {52, 78, 95}), outside(at, {68, 0, 130}, {50, 78, 95}));
  if (lungs < 0) {
    return -830;
  }
  if (outside(at, {62, -52, 20}, {30, 24, 34}) < 0 && at[1] < -58) {
    return -960;  // the gas in the stomach
  }
  if (outside(at, {88, 38, 22}, {26, 42, 48}) < 0) {
    return 130;  // spleen
  }
  const double kidneys = std::min(outside(at, {-62, 58, -62}, {25, 22, 48}), outside(at, {62, 58, -62}, {25, 22, 48}));
  return kidneys < 0 ? 170 : outside(at, {0, 10, -20}, {118, 92, 170}) < 0 ? 45 : 60;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// What a good network says at `outside` mm from a structure's edge, never quite 0 or 1.
double soft(double outside, double width) { return std::clamp(logistic(-outside / width), 2e-5, 1 - 2e-5); }

}  // namespace

std::array<std::int64_t, 3> lesion_centre(const Grid& grid) {
  std::array<std::int64_t, 3> voxel{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    voxel[axis] = std::llround((kLesionPlace[axis] / kExtent[axis] + 0.5) * static_cast<double>(grid.size[axis]) - 0.5);
  }
  return voxel;
}

MadeCase made_ct(const std::array<std::int64_t, 3>& size) {
  Grid grid{size, {}, {}};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.spacing[axis] = kExtent[axis] / static_cast<double>(size[axis]);
    grid.origin[axis] = (grid.spacing[axis] - kExtent[axis]) / 2;
  }
  MadeCase made{make_volume(grid, VoxelType::float32), make_volume(grid, VoxelType::uint8),
                make_volume(grid, VoxelType::float32)};
  const auto image = made.image.voxels<float>(), prediction = made.prediction.voxels<float>();
  const auto mask = made.mask.voxels<std::uint8_t>();
  std::uint64_t voxel = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i, ++voxel) {
        const Point at = grid.to_world({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
        const double liver = outside_liver(at), grain = noise_at(voxel) + noise_at(~voxel);
        const bool lesion = distance(at, kLesionPlace) < kLesionRadius;
        image[voxel] = static_cast<float>(std::max(-1024.0, std::round(tissue(at) + 14 * grain)));
        mask[voxel] = lesion ? kLesion : liver < 0 ? kLiver : std::uint8_t{0};
        const double wander =
            std::sin(at[0] / 5.3 + 1) * std::cos(at[1] / 6.1) + 0.8 * std::sin(at[2] / 7.7 + at[0] / 9);
        const double missed = lesion ? 0.004 * (1 + 0.5 * grain) : 0;
        prediction[voxel] = static_cast<float>(std::max(soft(liver + wander, 1.1), missed));
      }
    }
  }
  return made;
}

namespace {

/// Pixels from the nearest vessel's wall, negative inside, and how wide that vessel is.
struct VesselMap {
  int width, height;
  std::vector<double> outside, calibre;

  VesselMap(int w, int h)
      : width(w), height(h), outside(static_cast<std::size_t>(w * h), 1e3), calibre(outside.size(), 1) {}

  void disc(double x, double y, double calibre_here) {
    const int reach = static_cast<int>(calibre_here) + 8;
    for (int row = std::max(0, static_cast<int>(y) - reach); row < std::min(height, static_cast<int>(y) + reach);
         ++row) {
      for (int column = std::max(0, static_cast<int>(x) - reach); column < std::min(width, static_cast<int>(x) + reach);
           ++column) {
        const double wall = std::hypot(column - x, row - y) - calibre_here / 2;
        const auto at = static_cast<std::size_t>(row * width + column);
        if (wall < outside[at]) {
          outside[at] = wall;
          calibre[at] = calibre_here;
        }
      }
    }
  }

  /// A vessel that winds, thins and branches.
  void grow(double x, double y, double angle, double calibre_here, std::uint64_t& seed) {
    double bend = 0;
    for (int step = 0; calibre_here > 0.9 && std::hypot(x - width / 2.0, y - height / 2.0) < 0.46 * width; ++step) {
      disc(x, y, calibre_here);
      bend = 0.9 * bend + 0.006 * noise_at(seed++);
      angle += bend;
      x += 0.7 * std::cos(angle);
      y += 0.7 * std::sin(angle);
      calibre_here *= 0.9988;
      if (step > 40 && noise_at(seed++) > 0.982) {
        const double side = noise_at(seed++) > 0 ? 1 : -1;
        grow(x, y, angle + side * (0.6 + 0.25 * noise_at(seed++)), calibre_here * 0.7, seed);
        calibre_here *= 0.9;
      }
    }
  }
};

}  // namespace

MadeCase made_retina() {
  constexpr int kWidth = 565, kHeight = 584;
  constexpr double kDiscX = 420, kDiscY = 290;
  VesselMap vessels(kWidth, kHeight);
  std::uint64_t seed = 2026;
  for (int branch = 0; branch < 8; ++branch) {
    const double angle = (branch + 0.3 * noise_at(seed++)) * std::numbers::pi / 4;
    vessels.grow(kDiscX + 8 * std::cos(angle), kDiscY + 8 * std::sin(angle), angle, branch % 2 == 0 ? 8 : 6, seed);
  }
  const Grid grid{{kWidth, kHeight, 1}, {1, 1, 1}, {0, 0, 0}};
  MadeCase made{make_volume(grid, VoxelType::float32), make_volume(grid, VoxelType::uint8),
                make_volume(grid, VoxelType::float32)};
  for (std::size_t at = 0; at < vessels.outside.size(); ++at) {
    const double x = static_cast<double>(at % kWidth), y = static_cast<double>(at / kWidth), wall = vessels.outside[at];
    const bool seen = std::hypot(x - kWidth / 2.0, y - kHeight / 2.0) < 0.47 * kWidth;
    const double bright = 120 + 70 * std::exp(-std::pow(std::hypot(x - kDiscX, y - kDiscY) / 34, 4)) -
                          0.1 * std::hypot(x - kWidth / 2.0, y - kHeight / 2.0);
    const double dark = 55 * logistic(-1.6 * wall) * std::min(1.0, 0.35 + vessels.calibre[at] / 8);
    made.image.voxels<float>()[at] = static_cast<float>(seen ? std::round(bright - dark + 4 * noise_at(at)) : 0);
    made.mask.voxels<std::uint8_t>()[at] = seen && wall < 0 ? 1 : 0;
    const double sure = vessels.calibre[at] < 2.2 ? 0.4 : 1;
    const double p = sure * soft(wall + 0.6 * std::sin(x / 9) * std::cos(y / 7), 0.55);
    made.prediction.voxels<float>()[at] = static_cast<float>(seen ? std::max(p, 2e-5) : 2e-5);
  }
  return made;
}

void write_case(const MadeCase& made, const std::string& folder) {
  write_volume(made.image, folder + "/image.nii");
  write_volume(made.mask, folder + "/mask.nii");
  write_volume(made.prediction, folder + "/prediction.nii");
}

}  // namespace lossscope::gallery
