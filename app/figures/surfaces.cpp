// SPDX-License-Identifier: Apache-2.0
#include "app/figures/surfaces.h"

#include <algorithm>
#include <cmath>

#include "app/engine/frame_ranges.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "basics/trace.h"
#include "widgets/surface_colours.h"
#include "widgets/surface_maker.h"

namespace lossscope {
namespace {

using widgets::VolumePicture;

bool is_same_volume(const VolumePicture& a, const VolumePicture& b) {
  return a.owner == b.owner && a.level == b.level && a.counts == b.counts;
}

void show_plain(CaseSurface& surface, const VolumePicture& volume, const CaseSurface& before) {
  const bool same = before.shape && is_same_volume(before.volume, volume);
  surface.volume = volume;
  surface.shape = same ? before.shape : widgets::make_surface(volume);
  surface.shown = surface.shape;
}

RangeValues values_of(const SurfaceWish& wish, const std::stop_token& stop) {
  return wish.colour == SurfaceColour::distance
             ? volume_values(wish.distance)
             : map_values(std::make_shared<const LossResult>(on_processor(*wish.result, stop)), wish.map);
}

/// 1 where all are 0.
double largest_size(const std::array<std::vector<float>, 2>& values) {
  double largest = 0;
  for (const auto& of_surface : values) {
    for (const float value : of_surface) {
      largest = std::isfinite(value) ? std::max(largest, std::abs(static_cast<double>(value))) : largest;
    }
  }
  return largest > 0 ? largest : 1;
}

void colour_them(CaseSurfaces& made, const SurfaceWish& wish, int threads, const std::stop_token& stop) {
  const trace::Span span(trace::Category::map, "colour surfaces");
  const RangeValues source = values_of(wish, stop);
  const std::array<CaseSurface*, 2> surfaces{&made.mask, &made.prediction};
  std::array<std::vector<float>, 2> values;
  for (std::size_t at = 0; at < surfaces.size(); ++at) {
    values[at] = surface_values(*surfaces[at], wish.grid, source, threads, stop);
    made.non_finite += std::count_if(values[at].begin(), values[at].end(), [](float v) { return !std::isfinite(v); });
  }
  widgets::ColourScale scale = wish.scale;
  if (wish.fits) {
    scale.maximum = largest_size(values);
    scale.minimum = -scale.maximum;
  }
  for (std::size_t at = 0; at < surfaces.size(); ++at) {
    colour_surface(*surfaces[at], values[at], scale);
  }
  made.scale = scale;
}

/// A continuous pixel of a slice in space.
widgets::Point3 world_of(const Grid& grid, const ViewResult& view, double x, double y) {
  const ViewAxes& axes = view.axes;
  std::array<double, 3> index{};
  index[axes.normal] = static_cast<double>(view.slice);
  index[axes.column] = axes.mirror_column ? static_cast<double>(axes.width(grid)) - 1 - x : x;
  index[axes.row] = axes.mirror_row ? static_cast<double>(axes.height(grid)) - 1 - y : y;
  return grid.to_world(index);
}

}  // namespace

bool SurfaceWish::operator==(const SurfaceWish& other) const {
  return is_same_volume(mask, other.mask) && is_same_volume(prediction, other.prediction) && colour == other.colour &&
         result == other.result && map == other.map && distance.data == other.distance.data && scale == other.scale &&
         fits == other.fits;
}

SurfaceWish surface_wish(const Frame& frame) {
  const CaseData& data = *frame.data;
  SurfaceWish wish;
  wish.grid = data.grid;
  wish.mask = volume_picture(data.mask, 0.5, data.counts);
  wish.prediction = volume_picture(data.prediction, prediction_level(data), data.counts);
  const SurfaceColour colour = frame.session.look.display.surfaces.colour;
  const bool known = colour == SurfaceColour::distance ? !frame.distance.empty() : frame.result != nullptr;
  if (colour == SurfaceColour::plain || !known) {
    return wish;
  }
  wish.colour = colour;
  Session session = frame.session;
  session.look.layer = surface_layer(colour).value_or(OverlayLayer::none);
  wish.scale = layer_scale(frame, session, frame.surface_range);
  if (colour == SurfaceColour::distance) {
    wish.fits = !(frame.session.look.range.locked && frame.session.look.layer == OverlayLayer::distance);
    wish.distance = frame.distance;
  } else {
    wish.result = frame.result;
    wish.map = colour == SurfaceColour::gradient ? gradient_map(session.look) : MapKind::contribution;
  }
  return wish;
}

std::vector<float> surface_values(const CaseSurface& surface, const Grid& grid, const RangeValues& values, int threads,
                                  const std::stop_token& stop) {
  return values_around(grid, widgets::voxel_points(surface.shape, surface.volume), values, threads, stop);
}

void colour_surface(CaseSurface& surface, std::span<const float> values, const widgets::ColourScale& scale) {
  surface.shown = widgets::coloured(surface.shape, values, scale);
}

CaseSurfaces make_surfaces(const SurfaceWish& wish, const CaseSurfaces& before, int threads,
                           const std::stop_token& stop) {
  CaseSurfaces made;
  show_plain(made.mask, wish.mask, before.mask);
  show_plain(made.prediction, wish.prediction, before.prediction);
  if (wish.colour != SurfaceColour::plain) {
    colour_them(made, wish, threads, stop);
  }
  return made;
}

std::vector<widgets::ShownPlane> slice_planes(const Frame& frame) {
  const Grid& grid = frame.data->grid;
  std::vector<widgets::ShownPlane> planes;
  for (const Anatomical plane : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
    const ViewResult& view = frame.views[static_cast<std::size_t>(plane)];
    const double right = static_cast<double>(view.axes.width(grid)) - 0.5;
    const double bottom = static_cast<double>(view.axes.height(grid)) - 0.5;
    planes.push_back({slice_scene(frame, plane, overlay_scale(frame))->voxels(), world_of(grid, view, -0.5, -0.5),
                      world_of(grid, view, right, -0.5), world_of(grid, view, -0.5, bottom)});
  }
  return planes;
}

std::array<std::array<widgets::Point3, 2>, 3> crosshair_lines(const Grid& grid,
                                                              const std::array<std::int64_t, 3>& voxel) {
  std::array<std::array<widgets::Point3, 2>, 3> lines{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::array<double, 3> index{static_cast<double>(voxel[0]), static_cast<double>(voxel[1]),
                                static_cast<double>(voxel[2])};
    index[axis] = -0.5;
    lines[axis][0] = grid.to_world(index);
    index[axis] = static_cast<double>(grid.size[axis]) - 0.5;
    lines[axis][1] = grid.to_world(index);
  }
  return lines;
}

}  // namespace lossscope
