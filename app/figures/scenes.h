// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/engine/frame.h"
#include "widgets/slice_scene.h"
#include "widgets/surface_scene.h"

namespace lossscope {

/// One view of a frame, as the window shows it; `scale` is the frame's own or one that several pictures share.
[[nodiscard]] std::shared_ptr<widgets::SliceScene> slice_scene(const Frame& frame, Anatomical view,
                                                               const widgets::ColourScale& scale);
/// One of several losses on one slice: thin lines, no title and slice number; letters and scale bar where they are
/// `said`.
[[nodiscard]] std::shared_ptr<widgets::SliceScene> compared_scene(const Frame& frame, const ComparedPane& pane,
                                                                  const widgets::ColourScale& scale, bool said);
/// The voxels of a view (in its pixels) that hold the mask, the prediction, and a margin; the whole slice where there
/// is neither, or where they fill most of it.
[[nodiscard]] QRectF case_box(const Frame& frame, Anatomical view);
/// What a view shows at the session's zoom about its crosshair, in the same voxels; null where that is the whole slice.
[[nodiscard]] QRectF zoomed_box(const Frame& frame, Anatomical view);

/// A 3D picture with smooth edges, for paper.
[[nodiscard]] std::shared_ptr<widgets::SurfaceScene> surface_scene(widgets::SurfaceModel model);

}  // namespace lossscope
