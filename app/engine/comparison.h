// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "app/engine/frame.h"
#include "app/engine/range_finder.h"

namespace lossscope {

/// Fills the panes of a frame whose slices are there: what every compared loss shows on the compared slice, and for a
/// difference both gradients, each divided by its L2 norm over the volume, and the first minus the second.
class Comparison {
 public:
  explicit Comparison(int threads = 0) : threads_(threads) {}

  /// Gives the result of a loss. May throw std::invalid_argument, whose text the loss's pane shows.
  using Evaluate = std::function<LossResultPtr(const std::string& loss)>;

  /// Throws Cancelled.
  void fill(Frame& frame, const Evaluate& evaluate, PlaneStore& planes, RangeFinder& ranges,
            const std::stop_token& stop);
  /// The same while a degradation is dragged: norms and ranges are those of the last computation.
  void fill_preliminary(Frame& frame, const Evaluate& evaluate, PlaneStore& planes);

 private:
  struct Norm {
    LossResultPtr result;
    MapKind kind{};
    double value = 0;
  };
  /// The panes of a sheet of classes.
  void fill_classes(Frame& frame, PlaneStore& planes, RangeFinder& ranges, const std::stop_token& stop);
  using NormOf = std::function<double(const LossResultPtr&, MapKind)>;
  void fill_ranges(Frame& frame, RangeFinder& ranges, const std::stop_token& stop) const;
  void fill_panes(Frame& frame, const Evaluate& evaluate, PlaneStore& planes, const NormOf& norm_of) const;

  int threads_;
  std::vector<Norm> norms_;
  LossResultPtr whole_;                    ///< of all classes, whose single ones follow
  std::vector<LossResultPtr> one_by_one_;  ///< kept: their ranges are
};

}  // namespace lossscope
