// SPDX-License-Identifier: Apache-2.0
#include "app/figures/figure_maker.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "app/engine/frame_views.h"
#include "app/engine/map_statistics.h"
#include "app/figures/case_text.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "app/figures/text.h"
#include "widgets/chart.h"

namespace lossscope {
namespace {

using widgets::ColourScale;
using widgets::Figure;
using widgets::FigurePanel;
using widgets::FigureShare;

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
      break;
  }
  return request.plane;
}

ColourScale scale_of(const Frame& frame, const FigureRequest& request) {
  ColourScale scale = overlay_scale(frame);
  scale.map = request.colours.value_or(scale.map);
  return scale;
}

QString value_of(const Frame& frame) {
  return frame.reduction ? widgets::chart_number(frame.reduction->value, 5) : QString();
}

QString slice_text(const Frame& frame, Anatomical plane) {
  const ViewResult& view = frame.views[static_cast<std::size_t>(plane)];
  return QStringLiteral("%1 slice %2 of %3 (%4 = %5)")
      .arg(plane_name(plane))
      .arg(view.slice + 1)
      .arg(frame.data->grid.size[view.axes.normal])
      .arg(QLatin1Char("ijk"[view.axes.normal]))
      .arg(view.slice);
}

QString range_text(const Frame& frame) {
  return frame.session.range.locked ? QStringLiteral("The colour range is set by hand.")
                                    : QStringLiteral("The colour range follows the three slices through this point.");
}

bool has_layer(const Session& session) { return session.show_overlay && session.layer != OverlayLayer::none; }

QString loss_name(const Frame& frame) {
  const Loss* loss = find_loss(frame.session.loss);
  return loss == nullptr ? QString::fromStdString(frame.session.loss) : text(loss->declaration().name);
}

/// Parts of a whole, by what the prediction makes of a voxel; by size where some of them are negative.
std::vector<FigureShare> shares_of(const std::array<double, 4>& parts) {
  using widgets::Outcome;
  const std::array outcomes{std::pair(Outcome::true_positive, QStringLiteral("TP")),
                            std::pair(Outcome::false_positive, QStringLiteral("FP")),
                            std::pair(Outcome::false_negative, QStringLiteral("FN")),
                            std::pair(Outcome::true_negative, QStringLiteral("TN"))};
  double sum = 0;
  for (const double part : parts) {
    sum += std::abs(part);
  }
  std::vector<FigureShare> shares;
  for (std::size_t at = 0; at < parts.size() && sum > 0; ++at) {
    shares.push_back({outcomes[at].second, widgets::outcome_colour(outcomes[at].first), std::abs(parts[at]) / sum});
  }
  return shares;
}

QString share_text(const std::vector<FigureShare>& shares) {
  QStringList words;
  for (const FigureShare& share : shares) {
    words << QStringLiteral("%1 %2 %").arg(share.name).arg(std::lround(100 * share.share));
  }
  return words.join(QStringLiteral("  "));
}

/// A range that holds those of all frames.
void share_range(std::vector<ColourScale>& scales) {
  double low = 0, high = 0;
  for (const ColourScale& scale : scales) {
    low = std::min(low, scale.minimum);
    high = std::max(high, scale.maximum);
  }
  for (ColourScale& scale : scales) {
    scale.minimum = low;
    scale.maximum = high;
  }
}

}  // namespace

Figure slice_figure(const Frame& frame, Anatomical plane, const ColourScale& scale, bool crop) {
  Figure figure;
  FigurePanel panel;
  auto scene = slice_scene(frame, plane, scale);
  if (crop) {
    scene->focusOn(case_box(frame, plane));
  }
  panel.scene = scene;
  figure.panels.push_back(std::move(panel));
  figure.title = loss_name(frame) + QStringLiteral(": ") + value_of(frame);
  figure.subtitle = case_text(frame.session, *frame.data);
  figure.legend = frame.session.show_contours;
  figure.caption << slice_text(frame, plane) + QStringLiteral(". ") + layer_sentence(frame.session);
  if (has_layer(frame.session)) {
    figure.caption.back() += QLatin1Char(' ') + range_text(frame);
    figure.scale = scale;
    figure.non_finite = frame.non_finite;
  }
  return figure;
}

double slice_aspect(const Frame& frame, Anatomical plane, bool crop) {
  const widgets::SlicePicture picture = slice_picture(frame, plane);
  const QRectF box = crop ? case_box(frame, plane) : QRectF(0, 0, picture.width, picture.height);
  return std::clamp(box.width() * picture.pixel_width / (box.height() * picture.pixel_height), 0.7, 1.6);
}

FigureMaker::FigureMaker(Session session, std::vector<ConfiguredLoss> losses, int threads, Progress progress,
                         std::stop_token stop, ModelPolicy models)
    : session_(std::move(session)),
      losses_(std::move(losses)),
      progress_(std::move(progress)),
      stop_(std::move(stop)),
      threads_(threads),
      computer_(threads, read_input, FrameComputer::kLarge, {}, std::move(models)) {}

Session FigureMaker::session_for(const ConfiguredLoss& configured) const {
  Session session = session_;
  session.loss = configured.loss->declaration().id;
  auto& values = session.parameters[session.loss];
  values.clear();
  for (std::size_t at = 0; at < configured.parameters.size(); ++at) {
    values[std::string(configured.loss->parameters()[at].id)] = configured.parameters[at];
  }
  return session;
}

const CaseData& FigureMaker::data() {
  return *computer_.compute(session_for(losses_.front()), progress_, Stops(stop_))->data;
}

const LossResult& FigureMaker::result_of(const Frame& frame) {
  if (!frame.result) {
    throw std::invalid_argument("a loss needs a mask and a prediction");
  }
  return *frame.result;
}

std::array<double, 4> FigureMaker::outcome_contributions(const ConfiguredLoss& loss, const Frame& frame) {
  const LossResult& result = result_of(frame);
  return map_statistics(loss, result.problem, result.fields, result.reduction, MapKind::gradient_probability, threads_,
                        stop_)
      .by_region;
}

std::int64_t FigureMaker::costliest_slice(const ConfiguredLoss& loss, Anatomical plane) {
  const auto frame = computer_.compute(session_for(loss), progress_, Stops(stop_));
  const LossResult& result = result_of(*frame);
  const Grid& grid = frame->data->grid;
  const ViewAxes& axes = frame->views[static_cast<std::size_t>(plane)].axes;
  std::vector<float> values(axes.width(grid) * axes.height(grid));
  const std::span<float> out(values);
  constexpr MapKind kKind = MapKind::contribution;
  std::int64_t best = 0;
  double largest = -1;
  for (std::int64_t slice = 0; slice < grid.size[axes.normal]; ++slice) {
    if (stop_.stop_requested()) {
      throw Cancelled();
    }
    result.loss->map_plane(result.parameters, result.problem, result.fields, result.reduction, {axes.normal, slice},
                           {&kKind, 1}, {&out, 1});
    double sum = 0;
    for (const float value : values) {
      sum += std::abs(static_cast<double>(value));
    }
    if (sum > largest) {
      largest = sum;
      best = slice;
    }
  }
  return best;
}

std::array<std::int64_t, 3> FigureMaker::voxel_of(const FigureRequest& request, const ConfiguredLoss& loss) {
  const CaseData& shown = data();
  std::array<std::int64_t, 3> voxel = session_.crosshair == kAutomaticCrosshair ? shown.centre : session_.crosshair;
  const Anatomical plane = plane_of(request);
  const int normal = view_axes(shown.grid, plane, session_.radiological).normal;
  switch (request.rule) {
    case SliceRule::crosshair:
      break;
    case SliceRule::centre:
      voxel = shown.centre;
      break;
    case SliceRule::max_loss:
      voxel[normal] = costliest_slice(loss, plane);
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

std::shared_ptr<Frame> FigureMaker::frame(const ConfiguredLoss& loss, const FigureRequest& request) {
  Session session = session_for(loss);
  session.crosshair = voxel_of(request, losses_.front());
  return computer_.compute(session, progress_, Stops(stop_));
}

Volume FigureMaker::layer_volume(const Frame& frame) {
  if (const auto kind = map_of(frame.session)) {
    const LossResult& result = result_of(frame);
    Volume map = make_volume(frame.data->grid, VoxelType::float32);
    const std::span<float> out[]{map.voxels<float>()};
    result.loss->map_volume(result.parameters, result.problem, result.fields, result.reduction, {&*kind, 1}, out,
                            threads_, stop_);
    return map;
  }
  switch (frame.session.layer) {
    case OverlayLayer::prediction:
      return frame.data->prediction;
    case OverlayLayer::distance:
      return frame.distance;
    case OverlayLayer::field: {
      const LossResult& result = result_of(frame);
      return result.fields.empty() ? Volume{} : result.fields.front()->map;
    }
    case OverlayLayer::none:
    case OverlayLayer::contribution:
    case OverlayLayer::gradient:
    case OverlayLayer::counterfactual:
      break;
  }
  return {};
}

Figure FigureMaker::surfaces(const FigureRequest& request) {
  using Which = widgets::SurfaceScene::Which;
  const auto shown = frame(losses_.front(), request);
  const Volume values = has_layer(session_) ? layer_volume(*shown) : Volume{};
  Figure figure;
  figure.title = loss_name(*shown) + QStringLiteral(": ") + value_of(*shown);
  figure.subtitle = case_text(shown->session, *shown->data);
  if (values.empty()) {
    FigurePanel panel;
    panel.scene = surface_scene(*shown->data);
    figure.panels.push_back(std::move(panel));
    figure.legend = true;
    figure.caption << QStringLiteral("Surfaces of mask (solid) and prediction (translucent).");
    return figure;
  }
  const ColourScale scale = scale_of(*shown, request);
  std::shared_ptr<widgets::SurfaceScene> first;
  for (const auto& [which, name] :
       {std::pair(Which::mask, QStringLiteral("Mask")), std::pair(Which::prediction, QStringLiteral("Prediction"))}) {
    FigurePanel panel;
    panel.title = name;
    const auto scene = coloured_surface_scene(*shown->data, which, values, scale);
    if (first) {
      scene->lookAs(*first);  // or they could not be compared
    } else {
      first = scene;
    }
    panel.scene = scene;
    figure.panels.push_back(std::move(panel));
  }
  figure.columns = 2;
  figure.scale = scale;
  figure.caption << QStringLiteral(
                        "Surfaces of mask and prediction, coloured by the value of largest size within a voxel "
                        "of each point; grey: nothing there. ") +
                        layer_sentence(shown->session);
  return figure;
}

Figure FigureMaker::several(const FigureRequest& request) {
  const Anatomical plane = plane_of(request);
  std::vector<std::shared_ptr<Frame>> frames;
  std::vector<ColourScale> scales;
  for (const ConfiguredLoss& loss : losses_) {
    frames.push_back(frame(loss, request));
    scales.push_back(scale_of(*frames.back(), request));
  }
  const bool shared = request.shared_range || session_.range.locked;
  if (shared) {
    share_range(scales);
  }
  Figure figure;
  const Frame& first = *frames.front();
  const QRectF box = case_box(first, plane);
  for (std::size_t at = 0; at < frames.size(); ++at) {
    FigurePanel panel;
    auto scene = small_slice_scene(*frames[at], plane, scales[at], at == 0);
    if (request.crop) {
      scene->focusOn(box);
    }
    panel.scene = scene;
    panel.title = loss_name(*frames[at]);
    panel.value = value_of(*frames[at]);
    if (request.view == FigureView::contact_sheet) {
      panel.shares = shares_of(outcome_contributions(losses_[at], *frames[at]));
      panel.note = share_text(panel.shares);
    }
    if (!shared && has_layer(session_)) {
      panel.scale = scales[at];
      panel.scale->title.clear();
      panel.scale->unit.clear();
    }
    figure.panels.push_back(std::move(panel));
  }
  figure.columns = widgets::figure_columns(figure.panels.size());
  figure.title = QStringLiteral("%1 under %2 losses").arg(slice_text(first, plane)).arg(frames.size());
  figure.subtitle = case_text(first.session, *first.data);
  figure.legend = session_.show_contours;
  if (has_layer(session_) && shared) {
    figure.scale = scales.front();
  }
  figure.caption << layer_sentence(first.session) +
                        (shared
                             ? QStringLiteral(" All pictures share one colour range.")
                             : QStringLiteral(" Each picture has its own colour range: compare where, not how much."));
  if (request.view == FigureView::contact_sheet) {
    figure.caption << QStringLiteral(
        "Bars: the share of the loss in true positives (TP), false positives (FP), false "
        "negatives (FN) and true negatives (TN) of the prediction thresholded at 0.5.");
  }
  return figure;
}

Figure FigureMaker::make(const FigureRequest& request) {
  switch (request.view) {
    case FigureView::surfaces:
      return surfaces(request);
    case FigureView::grid:
    case FigureView::contact_sheet:
      return several(request);
    case FigureView::axial:
    case FigureView::coronal:
    case FigureView::sagittal:
      break;
  }
  const auto shown = frame(losses_.front(), request);
  return slice_figure(*shown, plane_of(request), scale_of(*shown, request), request.crop);
}

double FigureMaker::aspect_of(const FigureRequest& request) {
  if (request.view == FigureView::surfaces) {
    return has_layer(session_) ? 1.0 : 1.3;
  }
  return slice_aspect(*frame(losses_.front(), request), plane_of(request), request.crop);
}

}  // namespace lossscope
