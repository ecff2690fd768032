// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include "app/engine/frame.h"

namespace lossscope {

/// How the prediction that is looked at came about: "the mask, degraded by shift=3,0,0", the name of its file; empty
/// without one.
[[nodiscard]] QString prediction_text(const Session& session);
/// A session's case in one line: "mask ch2bet.nii.gz · prediction: mask degraded by shift=3,0,0;dilate=2".
[[nodiscard]] QString case_text(const Session& session, const CaseData& data);
/// Of lengths that losses measure: "mm" or "voxels".
[[nodiscard]] QString unit_text(const CaseData& data);
/// A file's name for a person; the samples have names of their own.
[[nodiscard]] QString input_name(const QString& path);
/// The same of an input of a session, with its folder where another input has the same name: data sets name image,
/// labels and prediction alike.
[[nodiscard]] QString input_name(const Session& session, Role role);
/// "Axial", "Coronal", "Sagittal".
[[nodiscard]] QString plane_name(Anatomical plane);
/// What the colours of a session's layer mean, for a caption; empty without a layer.
[[nodiscard]] QString layer_sentence(const Session& session);

}  // namespace lossscope
