// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "app/engine/case_loader.h"
#include "app/engine/comparison.h"
#include "app/engine/device_choice.h"
#include "app/engine/loss_run.h"
#include "app/engine/range_finder.h"

namespace lossscope {

/// From a session to a frame, without a thread: what the engine's worker and the command line call. Keeps what it
/// loaded and computed and does again only what a new session changed.
class FrameComputer {
 public:
  /// From how many voxels on a new sum over the volume takes so long that slices are shown first.
  static constexpr std::int64_t kLarge = 10'000'000;

  explicit FrameComputer(int threads = 0, Sources sources = {}, std::int64_t large = kLarge, DeviceChoice devices = {})
      : loader_(threads, sources),
        loss_(threads, sources.models.scripts),
        ranges_(threads),
        comparison_(threads),
        large_(large),
        devices_(std::move(devices)) {}

  /// "cpu" or "cuda[:N]". Where that device is not there or too small, the processor computes and the frame says why.
  void choose_device(const std::string& id) { devices_.choose(id); }

  using Preview = std::function<void(std::shared_ptr<Frame>)>;

  /// A frame of `session`, its generation 0. While only the degradation changes, or of a large volume a parameter that
  /// enters the sums, `preview` first gets a preliminary frame that took no longer than three slices. Throws Refusal,
  /// Cancelled, std::invalid_argument, std::bad_alloc.
  [[nodiscard]] std::shared_ptr<Frame> compute(const Session& session, const Progress& progress = {},
                                               const Stops& stops = {}, const Preview& preview = {});
  /// The same of a case that is there already: `session` says how it is looked at and under which losses, and no file
  /// is read.
  [[nodiscard]] std::shared_ptr<Frame> compute(const CaseDataPtr& data, const Session& session,
                                               const std::stop_token& stop);
  [[nodiscard]] const Work& work() const { return loss_.work(); }

 private:
  using Load = std::function<CaseDataPtr()>;
  [[nodiscard]] std::shared_ptr<Frame> compute_with(const Load& load, const Session& session,
                                                    const std::stop_token& stop);
  [[nodiscard]] std::shared_ptr<Frame> compute_on(const std::shared_ptr<Driver>& driver, const Load& load,
                                                  const Session& session, const std::stop_token& stop);
  void say_device(const Driver& driver, Frame& frame) const;
  [[nodiscard]] std::shared_ptr<Frame> preliminary(const Session& session);
  [[nodiscard]] std::shared_ptr<Frame> degraded_slices(const Session& session);
  [[nodiscard]] std::shared_ptr<Frame> slices_with_old_sums(const Session& session);

  CaseLoader loader_;
  LossRun loss_;
  RangeFinder ranges_;
  Comparison comparison_;
  PlaneStore planes_;  ///< under the crosshair
  std::int64_t large_;
  DeviceChoice devices_;
  std::shared_ptr<const void> fields_of_;  ///< the mask, or the classes, that the fields were computed from
  std::shared_ptr<const Frame> last_;
};

/// One frame for a front without an engine. Throws as FrameComputer::compute.
[[nodiscard]] std::shared_ptr<Frame> compute_frame(const Session& session, const Progress& progress = {},
                                                   std::stop_token stop = {}, int threads = 0);

}  // namespace lossscope
