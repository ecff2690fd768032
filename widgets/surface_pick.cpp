// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_pick.h"

#include <vtkMatrix4x4.h>
#include <vtkNew.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/surface_maker.h"

namespace lossscope::widgets {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

struct Hit {
  double distance = kNever;  ///< mm along the ray
  Point3 world{};
};

Point3 along(const Ray& ray, double distance) {
  Point3 point{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    point[axis] = ray.origin[axis] + distance * ray.direction[axis];
  }
  return point;
}

Point3 moved(vtkMatrix4x4* matrix, const Point3& point, double one) {
  const std::array<double, 4> in{point[0], point[1], point[2], one};
  std::array<double, 4> out{};
  matrix->MultiplyPoint(in.data(), out.data());
  return {out[0], out[1], out[2]};
}

bool above(const VolumePicture& volume, const std::array<int, 3>& voxel) {
  const std::ptrdiff_t at = volume.offset(voxel);
  const void* voxels = volume.owner.get();
  return (volume.is_float ? static_cast<double>(static_cast<const float*>(voxels)[at])
                          : static_cast<const unsigned char*>(voxels)[at]) > volume.level;
}

/// The nearest voxel above the level that counts among the eight around a point (voxel indices).
std::optional<std::array<int, 3>> voxel_around(const VolumePicture& volume, const Point3& index) {
  std::optional<std::array<int, 3>> best;
  double nearest = kNever;
  for (int corner = 0; corner < 8; ++corner) {
    std::array<int, 3> voxel{};
    double away = 0;
    bool inside = true;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      voxel[axis] = static_cast<int>(std::floor(index[axis])) + (corner >> axis & 1);
      inside = inside && voxel[axis] >= 0 && voxel[axis] < volume.size[axis];
      away += std::abs(voxel[axis] - index[axis]);
    }
    if (inside && away < nearest && above(volume, voxel) && volume.counts_at(voxel)) {
      nearest = away;
      best = voxel;
    }
  }
  return best;
}

/// The part of a ray within a box of voxels; empty (first > last) when it passes by.
std::array<double, 2> within(const VolumePicture& volume, const Ray& ray) {
  double first = 0, last = kNever;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double low = (-1 - ray.origin[axis]) / ray.direction[axis];
    const double high = (volume.size[axis] - ray.origin[axis]) / ray.direction[axis];
    if (!std::isfinite(low) || !std::isfinite(high)) {  // parallel to these faces: within them, or never
      last = ray.origin[axis] > -1 && ray.origin[axis] < volume.size[axis] ? last : -1;
      continue;
    }
    first = std::max(first, std::min(low, high));
    last = std::min(last, std::max(low, high));
  }
  return {first, last};
}

Hit hit(const ShownSurface& surface, const Ray& ray) {
  const VolumePicture& volume = surface.volume;
  if (!surface.seen() || !volume.owner) {
    return {};
  }
  const auto place = placement(volume);
  vtkNew<vtkMatrix4x4> back;
  vtkMatrix4x4::Invert(place, back);
  Ray in_voxels{moved(back, ray.origin, 1), moved(back, ray.direction, 0)};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    in_voxels.origin[axis] /= volume.spacing[axis];
    in_voxels.direction[axis] /= volume.spacing[axis];
  }
  const double step = *std::min_element(volume.spacing.begin(), volume.spacing.end()) / 4;
  const auto [first, last] = within(volume, in_voxels);
  for (double distance = first; distance <= last; distance += step) {
    if (const auto voxel = voxel_around(volume, along(in_voxels, distance))) {
      Point3 mm{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        mm[axis] = (*voxel)[axis] * volume.spacing[axis];
      }
      return {distance, moved(place, mm, 1)};
    }
  }
  return {};
}

Point3 difference(const Point3& a, const Point3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

Hit hit(const ShownPlane& plane, const Ray& ray) {
  const Point3 across = difference(plane.top_right, plane.top_left),
               down = difference(plane.bottom_left, plane.top_left);
  const Point3 normal = cross(across, down);
  const double distance = dot(difference(plane.top_left, ray.origin), normal) / dot(ray.direction, normal);
  if (!(distance > 0) || !std::isfinite(distance)) {
    return {};
  }
  const Point3 point = along(ray, distance), from = difference(point, plane.top_left);
  const double x = dot(from, across) / dot(across, across), y = dot(from, down) / dot(down, down);
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? Hit{distance, point} : Hit{};
}

}  // namespace

std::optional<Point3> pick(const SurfaceModel& model, const Ray& ray) {
  Hit nearest;
  const auto consider = [&nearest](const Hit& other) {
    if (other.distance < nearest.distance) {
      nearest = other;
    }
  };
  consider(hit(model.mask, ray));
  consider(hit(model.prediction, ray));
  for (const ShownPlane& plane : model.planes) {
    consider(hit(plane, ray));
  }
  return nearest.distance < kNever ? std::optional(nearest.world) : std::nullopt;
}

}  // namespace lossscope::widgets
