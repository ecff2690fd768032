// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/engine/configured_loss.h"
#include "app/engine/frame_computer.h"
#include "widgets/figure.h"

namespace lossscope {

enum class FigureView : std::uint8_t { axial, coronal, sagittal, surfaces, grid, contact_sheet };
enum class SliceRule : std::uint8_t { crosshair, given, centre, max_loss };

/// What a figure shows of a case.
struct FigureRequest {
  FigureView view = FigureView::axial;
  Anatomical plane = Anatomical::axial;  ///< of a grid or a contact sheet
  SliceRule rule = SliceRule::crosshair;
  std::int64_t slice = 0;  ///< voxel index along the stepped axis, from 0
  std::optional<widgets::ColourMap> colours;
  bool shared_range = false;  ///< one colour range for all pictures of a grid or contact sheet, not one for each
  bool crop = false;          ///< to mask and prediction
};

/// One view of a frame as the window shows it, with title, colour bar and caption; `crop` to mask and prediction.
[[nodiscard]] widgets::Figure slice_figure(const Frame& frame, Anatomical plane, const widgets::ColourScale& scale,
                                           bool crop = false);
/// How wide one picture of it should be for its height.
[[nodiscard]] double slice_aspect(const Frame& frame, Anatomical plane, bool crop = false);

/// Makes figures of one case: loads it once, keeps fields and sums. Not for concurrent calls; any thread may own one.
class FigureMaker {
 public:
  /// `losses` must not be empty; the first is shown where one is. `session` says the case and how it is looked at.
  FigureMaker(Session session, std::vector<ConfiguredLoss> losses, int threads, Progress progress,
              std::stop_token stop, ModelPolicy models = {});

  /// Throws Refusal, Cancelled, and std::invalid_argument for a slice that is not there.
  [[nodiscard]] widgets::Figure make(const FigureRequest& request);
  /// How wide a picture of this figure should be for its height.
  [[nodiscard]] double aspect_of(const FigureRequest& request);

  /// The case; loaded when first needed.
  [[nodiscard]] const CaseData& data();
  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] const std::vector<ConfiguredLoss>& losses() const { return losses_; }
  /// A frame of one loss at the slice that `request` asks for.
  [[nodiscard]] std::shared_ptr<Frame> frame(const ConfiguredLoss& loss, const FigureRequest& request);
  /// What TP, FP, FN and TN (at 0.5) add to the value of a frame's loss.
  [[nodiscard]] std::array<double, 4> outcome_contributions(const ConfiguredLoss& loss, const Frame& frame);
  /// The frame's loss, to map any voxel of it; holds until the next call of any member.
  [[nodiscard]] const LossResult& result_of(const Frame& frame);

 private:
  [[nodiscard]] Session session_for(const ConfiguredLoss& loss) const;
  [[nodiscard]] std::array<std::int64_t, 3> voxel_of(const FigureRequest& request, const ConfiguredLoss& loss);
  [[nodiscard]] widgets::Figure surfaces(const FigureRequest& request);
  [[nodiscard]] widgets::Figure several(const FigureRequest& request);
  [[nodiscard]] std::int64_t costliest_slice(const ConfiguredLoss& loss, Anatomical plane);
  [[nodiscard]] Volume layer_volume(const Frame& frame);

  Session session_;
  std::vector<ConfiguredLoss> losses_;
  Progress progress_;
  std::stop_token stop_;
  int threads_;
  FrameComputer computer_;
};

}  // namespace lossscope
