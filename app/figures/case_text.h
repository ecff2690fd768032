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
/// "90, 108, 90", of a picture "369, 317"; each number at least `width` wide.
[[nodiscard]] QString index_text(const CaseData& data, const std::array<std::int64_t, 3>& voxel, int width = 0);
[[nodiscard]] QString index_text(std::optional<int> flat, const std::array<std::int64_t, 3>& voxel, int width = 0);
/// What volumes of structures are said in: of a picture, areas.
struct VolumeUnit {
  QString unit;       ///< "ml", "mm²", "voxels", "pixels"
  double of_one = 1;  ///< such a unit in cubed lengths of the grid, as Metrics count
  bool is_area = false;
};
[[nodiscard]] VolumeUnit volume_unit(const CaseData& data);
/// "181 × 217 × 181, 1 mm", "512 × 512 × 30, 0.7 × 0.7 × 5 mm"; of a picture "565 × 584 pixels".
[[nodiscard]] QString size_text(const LoadedVolume& file);
/// A file's name for a person; the samples have names of their own.
[[nodiscard]] QString input_name(const QString& path);
/// The same of an input of a session, with its folder where another input has the same name: data sets name image,
/// labels and prediction alike.
[[nodiscard]] QString input_name(const Session& session, Role role);
/// "Axial", "Coronal", "Sagittal".
[[nodiscard]] QString plane_name(Anatomical plane);
/// What the colours of a session's layer mean, for a caption; empty without a layer.
[[nodiscard]] QString layer_sentence(const Session& session, const Grid& grid);

}  // namespace lossscope
