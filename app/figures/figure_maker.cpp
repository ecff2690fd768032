// SPDX-License-Identifier: Apache-2.0
#include "app/figures/figure_maker.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "app/engine/frame_views.h"
#include "app/figures/case_text.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "app/figures/slice_figures.h"
#include "app/figures/surfaces.h"

namespace lossscope {
namespace {

using widgets::ColourScale;
using widgets::Figure;
using widgets::FigurePanel;

/// The anatomical plane of a figure.
Anatomical plane_of(const FigureRequest& request) {
  switch (request.view) {
    case FigureView::axial:
      return Anatomical::axial;
    case FigureView::coronal:
      return Anatomical::coronal;
    case FigureView::sagittal:
      return Anatomical::sagittal;
    case FigureView::surfaces:
    case FigureView::grid:
    case FigureView::contact_sheet:
    case FigureView::difference:
    case FigureView::class_sheet:
      break;
  }
  return request.plane;
}

ColourScale figure_scale(const Frame& frame, const FigureRequest& request) {
  ColourScale scale = overlay_scale(frame);
  if (request.colours) {
    choose_colours(scale, *request.colours);
  }
  return scale;
}

Arrangement arrangement_of(FigureView view) {
  switch (view) {
    case FigureView::grid:
      return Arrangement::grid;
    case FigureView::contact_sheet:
      return Arrangement::contact_sheet;
    case FigureView::difference:
      return Arrangement::difference;
    case FigureView::class_sheet:
      return Arrangement::class_sheet;
    case FigureView::axial:
    case FigureView::coronal:
    case FigureView::sagittal:
    case FigureView::surfaces:
      break;
  }
  return Arrangement::single;
}

}  // namespace

FigureMaker::FigureMaker(LoadedCase shown, std::vector<ConfiguredLoss> losses, int threads, std::stop_token stop)
    : session_(std::move(shown.session)),
      data_(std::move(shown.data)),
      losses_(std::move(losses)),
      stop_(std::move(stop)),
      threads_(threads),
      computer_(threads) {
  session_.look.compared.clear();
  for (const ConfiguredLoss& configured : losses_) {
    const std::string id(configured.loss->declaration().id);
    session_.look.compared.push_back(id);
    auto& values = session_.loss.parameters[id];
    values.clear();
    for (std::size_t at = 0; at < configured.parameters.size(); ++at) {
      values[std::string(configured.loss->parameters()[at].id)] = configured.parameters[at];
    }
  }
  session_.loss.id = session_.look.compared.front();
  session_.look.arrangement = Arrangement::single;
}

const LossResult& FigureMaker::result_of(const Frame& frame) {
  if (!frame.result) {
    throw std::invalid_argument("a loss needs a mask and a prediction");
  }
  return *frame.result;
}

LossStatisticsPtr FigureMaker::statistics(const LossResultPtr& result) {
  if (!result) {
    return nullptr;
  }
  LossStatisticsPtr& known = statistics_[result];
  if (!known) {
    known =
        std::make_shared<const LossStatistics>(loss_statistics(*result, gradient_map(session_.look), threads_, stop_));
  }
  return known;
}

std::array<std::int64_t, 3> FigureMaker::costliest_slices(const Frame& frame) {
  if (const auto known = costliest_.find(frame.result); known != costliest_.end()) {
    return known->second;
  }
  const LossResult& result = result_of(frame);
  const auto& [width, height, depth] = frame.data->grid.size;
  std::array<std::vector<double>, 3> sums{std::vector<double>(static_cast<std::size_t>(width)),
                                          std::vector<double>(static_cast<std::size_t>(height)),
                                          std::vector<double>(static_cast<std::size_t>(depth))};
  std::vector<float> plane(sums[0].size() * sums[1].size());
  const std::span<float> out(plane);
  constexpr MapKind kKind = MapKind::contribution;
  for (std::size_t k = 0; k < sums[2].size(); ++k) {
    if (stop_.stop_requested()) {
      throw Cancelled();
    }
    result.loss->map_plane(result.parameters, result.problem, result.fields, result.reduction,
                           {2, static_cast<std::int64_t>(k)}, {&kKind, 1}, {&out, 1});
    auto value = plane.begin();
    for (double& row : sums[1]) {
      for (double& column : sums[0]) {
        const double size = std::isfinite(*value) ? std::abs(static_cast<double>(*value)) : 0;
        ++value;
        column += size;
        row += size;
        sums[2][k] += size;
      }
    }
  }
  std::array<std::int64_t, 3> best{};
  for (std::size_t axis = 0; axis < best.size(); ++axis) {
    best[axis] = std::distance(sums[axis].begin(), std::max_element(sums[axis].begin(), sums[axis].end()));
  }
  return costliest_[frame.result] = best;
}

std::array<std::int64_t, 3> FigureMaker::voxel_of(const FigureRequest& request) {
  if (request.voxel) {
    return *request.voxel;
  }
  const CaseData& shown = data();
  std::array<std::int64_t, 3> voxel =
      session_.look.crosshair == kAutomaticCrosshair ? shown.centre : session_.look.crosshair;
  const Anatomical plane = plane_of(request);
  const int normal = view_axes(shown.grid, plane, session_.look.radiological).normal;
  switch (request.rule) {
    case SliceRule::crosshair:
      break;
    case SliceRule::centre:
      voxel = shown.centre;
      break;
    case SliceRule::max_loss:
      voxel[normal] = costliest_slices(*computer_.compute(data_, session_, stop_))[normal];
      break;
    case SliceRule::given:
      if (request.slice < 0 || request.slice >= shown.grid.size[normal]) {
        throw std::invalid_argument("slice " + std::to_string(request.slice) + " is not there: there are 0 to " +
                                    std::to_string(shown.grid.size[normal] - 1));
      }
      voxel[normal] = request.slice;
      break;
  }
  return voxel;
}

std::shared_ptr<Frame> FigureMaker::frame(const FigureRequest& request, std::string_view loss) {
  Session session = session_;
  session.look.crosshair = voxel_of(request);
  session.loss.id = loss.empty() ? session.loss.id : loss;
  session.look.arrangement = arrangement_of(request.view);
  session.look.compared = request.compared.empty() ? session.look.compared : request.compared;
  session.look.compared_view = plane_of(request);
  session.look.gradient_of = request.gradient_of.value_or(session.look.gradient_of);
  session.look.shared_range = request.shared_range;
  return computer_.compute(data_, session, stop_);
}

RangeValues FigureMaker::layer_values(const Frame& frame) {
  if (const auto kind = map_of(frame.session.look)) {
    (void)result_of(frame);  // throws where there is none
    return map_values(frame.result, *kind);
  }
  switch (frame.session.look.layer) {
    case OverlayLayer::prediction:
      return volume_values(frame.data->prediction);
    case OverlayLayer::distance:
      return volume_values(frame.distance);
    case OverlayLayer::field: {
      const LossResult& result = result_of(frame);
      return result.fields.empty() ? RangeValues{} : volume_values(result.fields.front()->map);
    }
    case OverlayLayer::none:
    case OverlayLayer::errors:  // a surface lies between voxels, which are right or wrong
    case OverlayLayer::contribution:
    case OverlayLayer::gradient:
    case OverlayLayer::counterfactual:
      break;
  }
  return {};
}

Figure FigureMaker::surfaces(const FigureRequest& request) {
  const auto shown = frame(request);
  SurfaceWish wish = surface_wish(*shown);
  wish.colour = SurfaceColour::plain;  // the layer says what colours them here
  CaseSurfaces made = make_surfaces(wish, {}, threads_, stop_);
  widgets::SurfaceModel both;
  both.mask = {made.mask.shape, made.mask.volume};
  both.prediction = {made.prediction.shape, made.prediction.volume, true, SurfaceLook{}.prediction_opacity};
  widgets::OrbitCamera camera;
  camera.reset(both.ball(), 1);
  both.camera = camera.pose();  // one camera for all pictures, so that they can be compared
  Figure figure;
  figure.title = value_title(*shown);
  figure.subtitle = case_text(shown->session, *shown->data);
  const RangeValues values = has_layer(session_) ? layer_values(*shown) : RangeValues{};
  if (!values) {
    both.title = QStringLiteral("Surfaces");
    FigurePanel panel;
    panel.scene = surface_scene(std::move(both));
    figure.panels.push_back(std::move(panel));
    figure.legend = true;
    figure.caption << QStringLiteral("Surfaces of mask (solid) and prediction (translucent).");
    return figure;
  }
  ColourScale scale = figure_scale(*shown, request);
  const std::array at_points{surface_values(made.mask, wish.grid, values, threads_, stop_),
                             surface_values(made.prediction, wish.grid, values, threads_, stop_)};
  const std::array surfaces{std::pair(&made.mask, QStringLiteral("Mask")),
                            std::pair(&made.prediction, QStringLiteral("Prediction"))};
  for (std::size_t at = 0; at < surfaces.size(); ++at) {
    const auto& [surface, name] = surfaces[at];
    colour_surface(*surface, at_points[at], scale);
    widgets::SurfaceModel one;
    one.mask = {surface->shown, surface->volume};
    one.camera = both.camera;
    FigurePanel panel;
    panel.scene = surface_scene(std::move(one));
    panel.title = name;
    figure.panels.push_back(std::move(panel));
  }
  figure.columns = 2;
  figure.scale = scale;
  figure.caption << QStringLiteral(
                        "Surfaces of mask and prediction, coloured by the value of largest size within a voxel "
                        "of each point; grey: nothing there. ") +
                        layer_sentence(shown->session, shown->data->grid);
  return figure;
}

QRectF FigureMaker::focus_of(const FigureRequest& request, const Frame& frame) {
  const Anatomical plane = plane_of(request);
  return request.crop ? case_box(frame, plane) : request.whole ? QRectF() : zoomed_box(frame, plane);
}

Figure FigureMaker::make(const FigureRequest& request) {
  switch (request.view) {
    case FigureView::surfaces:
      return surfaces(request);
    case FigureView::grid:
    case FigureView::difference:
    case FigureView::contact_sheet:
    case FigureView::class_sheet:
    case FigureView::axial:
    case FigureView::coronal:
    case FigureView::sagittal:
      break;
  }
  const auto shown = frame(request);
  const QRectF focus = focus_of(request, *shown);
  if (request.view == FigureView::contact_sheet || request.view == FigureView::class_sheet) {
    return sheet_figure(
        *shown, [this](const LossResultPtr& result) { return statistics(result); }, focus, request.colours);
  }
  return request.view == FigureView::grid || request.view == FigureView::difference
             ? compared_figure(*shown, focus, request.colours)
             : slice_figure(*shown, plane_of(request), figure_scale(*shown, request), focus);
}

double FigureMaker::aspect_of(const FigureRequest& request) {
  if (request.view == FigureView::surfaces) {
    return has_layer(session_) ? 1.0 : 1.3;
  }
  const auto shown = frame(request);
  return slice_aspect(*shown, plane_of(request), focus_of(request, *shown));
}

}  // namespace lossscope
