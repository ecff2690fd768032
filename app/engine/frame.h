// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/engine/case_data.h"
#include "app/engine/class_table.h"
#include "app/engine/loss_result.h"
#include "app/engine/slicing.h"
#include "app/engine/value_range.h"
#include "app/engine/voxel_probe.h"
#include "app/session/session.h"
#include "basics/shared_values.h"

namespace lossscope {

/// What a view shows, in view order (row 0 at the top). Values are empty where there is nothing to show. Frames share
/// the slices that did not change.
struct ViewResult {
  ViewAxes axes;
  std::int64_t slice = 0;
  SharedValues image, overlay, prediction, mask;
  SharedValues distance;  ///< where the signed distance map is shown
  SharedValues counts;    ///< 1, or 0 where a voxel does not count; empty where all do
};

/// One pane of a comparison: a map of a loss on the compared slice, in view order.
struct ComparedPane {
  std::string loss;      ///< its id; empty for the difference of the first two panes
  LossResultPtr result;  ///< null without mask and prediction
  std::string problem;   ///< why there is no result although there is a case
  double norm = 0;       ///< of a difference: the L2 norm over the volume by which the gradient was divided
  SharedValues overlay;  ///< empty where the loss has no such map
  ValueRange range;      ///< of its colours
  std::int64_t non_finite = 0;
  /// Of a sheet of classes (then `result` is null: whose maps they are says the frame's): which one, and where it is.
  std::optional<std::size_t> class_at{};
  SharedValues mask, prediction;
};

/// The map that is meant by "gradient".
[[nodiscard]] MapKind gradient_map(const Look& look);

struct Timing {
  double load = 0, fields = 0, reduce = 0, map = 0;  ///< seconds
};

struct FramePictures;

/// A finished answer to one request.
struct Frame {
  std::uint64_t generation = 0;
  /// True for a quick first answer while a degradation or a parameter is dragged: slices and probe are of the new
  /// prediction or parameters, but `data`, `reduction` and the loss's global sums still of an earlier one. The final
  /// frame follows.
  bool preliminary = false;
  Session session;  ///< the one that was computed, an automatic crosshair resolved
  CaseDataPtr data;
  std::optional<Reduction> reduction;  ///< none without mask and prediction
  LossResultPtr result;                ///< of the chosen loss, for probes and statistics; null without a reduction
  ClassTablePtr classes;               ///< of the chosen loss; null for one structure
  std::array<ViewResult, 3> views;     ///< axial, coronal, sagittal
  std::vector<ComparedPane> compared;  ///< empty while one loss is shown
  ValueRange range;                    ///< of the overlay's colours
  ValueRange surface_range;            ///< of what colours the surfaces, whatever the overlay is
  std::int64_t non_finite = 0;         ///< overlay voxels in the visible slices that are not finite
  std::optional<std::array<std::int64_t, 3>>
      largest;                     ///< voxel of the overlay's largest size in sight; none: all are 0
  VoxelProbe probe;                ///< the crosshair's voxel under the chosen loss
  std::vector<VoxelProbe> probes;  ///< the crosshair's voxel, then the pinned ones, under every shown loss
  Volume distance;                 ///< signed distance map of the mask where the session shows it
  double distance_limit = 1;       ///< the largest distance in it, of either sign
  Timing timing;
  std::shared_ptr<const FramePictures> pictures;  ///< made ready by Engine::finishFramesWith; null where nobody did
  std::string device;         ///< that computed the loss, as a person reads it: "CPU" or the name of a GPU
  std::string device_notice;  ///< why the chosen device did not; empty when it did
};
using FramePtr = std::shared_ptr<const Frame>;

}  // namespace lossscope
