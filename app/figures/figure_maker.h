// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/engine/frame_computer.h"
#include "app/engine/loss_statistics.h"
#include "app/engine/point_values.h"
#include "losses/configured_loss.h"
#include "widgets/figure.h"

namespace lossscope {

enum class FigureView : std::uint8_t {
  axial,
  coronal,
  sagittal,
  surfaces,
  grid,
  contact_sheet,
  difference,
  class_sheet
};
enum class SliceRule : std::uint8_t { crosshair, given, centre, max_loss };

/// What a figure shows of a case.
struct FigureRequest {
  FigureView view = FigureView::axial;
  Anatomical plane = Anatomical::axial;  ///< of what shows several losses
  SliceRule rule = SliceRule::crosshair;
  std::int64_t slice = 0;                              ///< voxel index along the stepped axis, from 0
  std::optional<std::array<std::int64_t, 3>> voxel{};  ///< where the three planes cross, instead of the rule
  std::optional<widgets::ColourMap> colours;
  bool shared_range = false;  ///< one colour range for all pictures of a grid or contact sheet, not one for each
  bool crop = false;          ///< to mask and prediction
  bool whole = false;         ///< the whole slice, however far the session is zoomed in
  std::optional<GradientOf> gradient_of{};  ///< none: the session's
  std::vector<std::string> compared{};      ///< losses of a grid or a difference; none: the maker's
};

/// A case, and the session that it was made of. What leaves the program is made of this; nothing is read again.
struct LoadedCase {
  Session session;
  CaseDataPtr data;
};

/// Makes figures of one case; keeps fields and sums. Not for concurrent calls; any thread may own one.
class FigureMaker {
 public:
  /// `losses` must not be empty; the first is shown where one is.
  FigureMaker(LoadedCase shown, std::vector<ConfiguredLoss> losses, int threads, std::stop_token stop);

  /// Throws Cancelled, and std::invalid_argument for a slice that is not there.
  [[nodiscard]] widgets::Figure make(const FigureRequest& request);
  /// How wide a picture of this figure should be for its height.
  [[nodiscard]] double aspect_of(const FigureRequest& request);

  [[nodiscard]] const CaseData& data() const { return *data_; }
  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] const std::vector<ConfiguredLoss>& losses() const { return losses_; }
  /// What the window would show of a request, `loss` chosen (none: the first).
  [[nodiscard]] std::shared_ptr<Frame> frame(const FigureRequest& request, std::string_view loss = {});
  /// Computed when first asked for; null for no result. Throws Cancelled.
  [[nodiscard]] LossStatisticsPtr statistics(const LossResultPtr& result);
  /// Of each axis the index of the slice with the largest sum of sizes of the contributions to a frame's loss (the
  /// lowest of equal ones). Throws Cancelled.
  [[nodiscard]] std::array<std::int64_t, 3> costliest_slices(const Frame& frame);
  /// The frame's loss, to map any voxel of it; holds as long as the frame.
  [[nodiscard]] static const LossResult& result_of(const Frame& frame);

 private:
  [[nodiscard]] std::array<std::int64_t, 3> voxel_of(const FigureRequest& request);
  [[nodiscard]] widgets::Figure surfaces(const FigureRequest& request);
  [[nodiscard]] static QRectF focus_of(const FigureRequest& request, const Frame& frame);
  [[nodiscard]] RangeValues layer_values(const Frame& frame);

  Session session_;
  CaseDataPtr data_;
  std::vector<ConfiguredLoss> losses_;
  std::stop_token stop_;
  int threads_;
  FrameComputer computer_;
  std::map<LossResultPtr, std::array<std::int64_t, 3>> costliest_;
  std::map<LossResultPtr, LossStatisticsPtr> statistics_;
};

}  // namespace lossscope
