// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frame.h"
#include "widgets/picture.h"
#include "widgets/surface_view.h"

namespace lossscope {

/// Frames as the widgets know them: pictures and colour scales.
[[nodiscard]] widgets::SlicePicture slice_picture(const Frame& frame, Anatomical view);
[[nodiscard]] widgets::ColourScale overlay_scale(const Frame& frame);
/// Colours, title and unit of the layer that `session` chooses, with this range. Contributions and what-ifs of both
/// signs have diverging colours, as gradients have.
[[nodiscard]] widgets::ColourScale layer_scale(const Frame& frame, const Session& session, const ValueRange& range);
/// Other colours for a scale; grey, purple-green and blue-brown hide what lies below.
void choose_colours(widgets::ColourScale& scale, ColourMap colours);
/// The same of one pane of a comparison.
[[nodiscard]] widgets::SlicePicture compared_picture(const Frame& frame, const ComparedPane& pane);
[[nodiscard]] widgets::ColourScale compared_scale(const Frame& frame, const ComparedPane& pane);
/// Strips one of many pictures of one slice of what need not be repeated: title and slice number, and in all but the
/// first letters and scale bar.
void say_once(widgets::SlicePicture& picture, bool first);
/// A scale symmetric about 0 that holds all of a distance map.
[[nodiscard]] widgets::ColourScale distance_scale(const Frame& frame);
/// Where the surface and the outline of a prediction are: 0.5, and of logits 0.
[[nodiscard]] double prediction_level(const CaseData& data);
/// The volume itself, not a copy; `counts` as in Problem.
[[nodiscard]] widgets::VolumePicture volume_picture(const Volume& volume, double level, const Volume& counts);

/// Name of a session's layer as the user reads it.
[[nodiscard]] QString layer_name(const Session& session);
/// A loss's value as it is shown: six decimals, or three significant digits where these would hide it.
[[nodiscard]] QString value_text(double value);
/// Grey window and level that are shown: the session's, or the automatic ones.
[[nodiscard]] double shown_window(const Frame& frame);
[[nodiscard]] double shown_level(const Frame& frame);

}  // namespace lossscope
