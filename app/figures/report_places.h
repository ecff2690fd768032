// SPDX-License-Identifier: Apache-2.0
// Where a report looks: the planes and voxels at which a loss lies.
#pragma once

#include <QString>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "app/engine/loss_statistics.h"
#include "app/engine/whole_error.h"
#include "app/figures/figure_maker.h"

namespace lossscope {

/// A contribution counts as much more than another from so many times it on.
inline constexpr double kMuchMore = 1.25;

/// The slice of the figures of several losses.
struct SharedSlice {
  std::optional<std::array<std::int64_t, 3>> voxel;  ///< it goes through; none: that with the largest share
  QString why;                                       ///< a sentence with %1 for the first loss
};

/// Finds the places of one case; keeps `maker`, whose frames it asks for and as which it throws.
class ReportPlaces {
 public:
  using Voxel = std::array<std::int64_t, 3>;
  /// `sheet`: what the report's sheet of all losses asks for, so that no loss is evaluated twice.
  ReportPlaces(FigureMaker& maker, FigureRequest sheet) : maker_(maker), sheet_(std::move(sheet)) {}

  /// Looks for the largest structure that is wrong as a whole.
  void find_whole_error();
  [[nodiscard]] const std::optional<WholeError>& whole_error() const { return whole_; }

  /// The planes in which a case is seen: of a picture one.
  [[nodiscard]] std::vector<Anatomical> planes() const;
  [[nodiscard]] bool flat() const { return planes().size() == 1; }
  /// A frame with one loss in the three planes.
  [[nodiscard]] std::shared_ptr<Frame> frame_of(const ConfiguredLoss& loss) const;
  /// The planes through a voxel under one loss.
  [[nodiscard]] std::shared_ptr<Frame> frame_through(const ConfiguredLoss& loss, const Voxel& voxel) const;
  /// "axial k = 12, coronal j = 8, sagittal i = 30"
  [[nodiscard]] QString words(const Voxel& voxel) const;
  /// The voxel that costs most, where contributions are shown.
  [[nodiscard]] std::optional<WorstVoxel> worst_of(const Frame& shown) const;
  /// What one voxel adds to the loss of a frame through it.
  [[nodiscard]] double shown_at(const Frame& frame, const Voxel& voxel) const;
  /// The slice with the largest share of the first loss; or the one through its most costly voxel, where many faint
  /// voxels make up that share; or the one through a structure that is wrong as a whole, where many cost the same.
  [[nodiscard]] SharedSlice shared_slice() const;

 private:
  FigureMaker& maker_;
  FigureRequest sheet_;
  std::optional<WholeError> whole_;
};

}  // namespace lossscope
