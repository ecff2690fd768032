// SPDX-License-Identifier: Apache-2.0
#include "app/figures/report_places.h"

#include <QStringList>

#include "app/engine/case_data.h"
#include "app/engine/voxel_place.h"
#include "app/figures/case_text.h"
#include "app/figures/pictures.h"
#include "app/figures/report_words.h"
#include "app/figures/slice_figures.h"

namespace lossscope {

void ReportPlaces::find_whole_error() { whole_ = largest_whole_error(metrics_problem(maker_.data())); }

std::shared_ptr<Frame> ReportPlaces::frame_of(const ConfiguredLoss& loss) const {
  return maker_.frame(sheet_, loss.loss->declaration().id);
}

std::vector<Anatomical> ReportPlaces::planes() const {
  if (const auto flat = flat_view(maker_.data().grid)) {
    return {*flat};
  }
  return {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal};
}

std::shared_ptr<Frame> ReportPlaces::frame_through(const ConfiguredLoss& loss, const Voxel& voxel) const {
  FigureRequest request = sheet_;
  request.voxel = voxel;
  return maker_.frame(request, loss.loss->declaration().id);
}

QString ReportPlaces::words(const Voxel& voxel) const {
  QStringList each;
  for (const Anatomical plane : planes()) {
    const int normal = view_axes(maker_.data().grid, plane, maker_.session().look.radiological).normal;
    each << QStringLiteral("%1 %2 = %3")
                .arg(plane_name(plane).toLower())
                .arg(QLatin1Char("ijk"[normal]))
                .arg(voxel[static_cast<std::size_t>(normal)]);
  }
  return each.join(QStringLiteral(", "));
}

std::optional<WorstVoxel> ReportPlaces::worst_of(const Frame& shown) const {
  const LossStatisticsPtr statistics = maker_.statistics(shown.result);
  const bool known = shown.session.look.layer == OverlayLayer::contribution && statistics;
  return known && !statistics->worst.empty() ? std::optional(statistics->worst.front()) : std::nullopt;
}

double ReportPlaces::shown_at(const Frame& frame, const Voxel& voxel) const {
  const ViewResult& axial = frame.views[0];
  const auto [x, y] = axial.axes.pixel(maker_.data().grid, voxel);
  return axial.overlay.empty() ? 0
                               : axial.overlay[static_cast<std::size_t>(y * axial.axes.width(maker_.data().grid) + x)];
}

SharedSlice ReportPlaces::shared_slice() const {
  const ConfiguredLoss& first = maker_.losses().front();
  const Voxel slices = maker_.costliest_slices(*frame_of(first));
  const auto shown = frame_through(first, slices);
  const auto worst = worst_of(*shown);
  if (flat() || !worst) {
    return {};
  }
  const auto normal = static_cast<std::size_t>(shown->views[static_cast<std::size_t>(sheet_.plane)].axes.normal);
  if (static_cast<double>(worst->contribution) > kMuchMore * largest_in(*shown, {sheet_.plane})) {
    return {voxel_place(maker_.data().grid.size, worst->offset),
            QStringLiteral("The slice goes through the voxel that costs most under %1.")};
  }
  if (whole_ && (slices[normal] < whole_->low[normal] || slices[normal] > whole_->high[normal]) &&
      kMuchMore * shown_at(*frame_through(first, whole_->voxel), whole_->voxel) >
          static_cast<double>(worst->contribution)) {
    return {whole_->voxel,
            QStringLiteral("The slice goes through the largest structure that is wrong as a whole; none of its "
                           "voxels costs much less than the worst under %1.")};
  }
  return {};
}

}  // namespace lossscope
