// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frame_computer.h"

#include <algorithm>
#include <new>

#include "app/engine/frame_ranges.h"
#include "app/engine/frame_views.h"
#include "app/engine/stopwatch.h"

namespace lossscope {
namespace {

std::array<std::int64_t, 3> clamped_crosshair(const Session& session, const Grid& grid) {
  std::array<std::int64_t, 3> voxel{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    voxel[axis] = std::clamp<std::int64_t>(session.look.crosshair[axis], 0, grid.size[axis] - 1);
  }
  return voxel;
}

/// Puts what is seen into a frame: its slices and what they say.
void take(Slices slices, Frame& frame) {
  frame.views = std::move(slices.views);
  frame.non_finite = slices.non_finite;
  frame.largest = slices.largest;
}

/// The crosshair's voxel under the chosen loss.
VoxelProbe probe_crosshair(const CaseData& data, const Look& look, const LossResultPtr& result,
                           const Volume& distance) {
  if (data.grid.empty()) {
    return {};
  }
  const std::span<const LossResultPtr> losses(&result, result ? 1 : 0);
  return probe_voxel(data, look.crosshair, losses, gradient_map(look), distance);
}

/// The crosshair's voxel and the pinned ones under every loss that is shown.
std::vector<VoxelProbe> probes_of(const Frame& frame) {
  if (frame.data->grid.empty()) {
    return {};
  }
  std::vector<LossResultPtr> losses;
  for (const ComparedPane& pane : frame.compared) {
    if (pane.result) {
      losses.push_back(pane.result);
    }
  }
  if (losses.empty() && frame.result) {
    losses.push_back(frame.result);
  }
  std::vector<std::array<std::int64_t, 3>> voxels{frame.session.look.crosshair};
  voxels.insert(voxels.end(), frame.session.look.pinned.begin(), frame.session.look.pinned.end());
  std::vector<VoxelProbe> probes;
  for (const auto& voxel : voxels) {
    probes.push_back(probe_voxel(*frame.data, voxel, losses, gradient_map(frame.session.look), frame.distance));
  }
  return probes;
}

}  // namespace

std::shared_ptr<Frame> FrameComputer::preliminary(const Session& session) {
  if (!last_ || !last_->reduction || last_->data->classes || session.look.crosshair == kAutomaticCrosshair) {
    return nullptr;
  }
  const Change change = change_between(last_->session, session);
  if (change == Change::degradation) {
    return degraded_slices(session);
  }
  const bool slow = last_->data->grid.voxels() >= large_;
  return slow && change == Change::parameters ? slices_with_old_sums(session) : nullptr;
}

std::shared_ptr<Frame> FrameComputer::slices_with_old_sums(const Session& session) {
  const std::optional<LossResult> preview = loss_.preview(session);
  if (!preview) {
    return nullptr;
  }
  const auto result = std::make_shared<const LossResult>(*preview);
  auto frame = std::make_shared<Frame>(*last_);  // keeps the last value: the one of these slices is not known yet
  frame->preliminary = true;
  frame->session = session;
  take(slices_of({*frame->data, session.look, result.get(), frame->distance}, planes_, last_.get()), *frame);
  frame->probe = probe_crosshair(*frame->data, session.look, result, frame->distance);
  fill_ranges(*frame, result, ranges_, {});
  return frame;
}

std::shared_ptr<Frame> FrameComputer::degraded_slices(const Session& session) {
  const Volume prediction = loader_.preview(session.prediction().from<FromMask>()->degradation,
                                            clamped_crosshair(session, last_->data->grid));
  if (prediction.empty() || prediction.grid != last_->data->grid) {
    return nullptr;
  }
  const std::optional<LossResult> preview = loss_.preview(session.loss.id, session, prediction);
  if (!preview) {
    return nullptr;
  }
  const auto result = std::make_shared<const LossResult>(*preview);
  auto frame = std::make_shared<Frame>(*last_);
  frame->preliminary = true;
  frame->session = session;
  frame->reduction = result->reduction;
  CaseData seen = *last_->data;  // not the frame's: its prediction is filled in three planes only
  seen.prediction = prediction;
  take(slices_of({seen, session.look, result.get(), frame->distance}, planes_, last_.get()), *frame);
  frame->probe = probe_crosshair(seen, session.look, result, frame->distance);
  frame->range.known = frame->surface_range.known = false;  // only the planes of this prediction are there
  const auto evaluate = [&](const std::string& loss) {
    const auto compared = loss_.preview(loss, session, prediction);
    return compared ? std::make_shared<const LossResult>(*compared) : nullptr;
  };
  comparison_.fill_preliminary(*frame, evaluate, planes_);
  planes_.forget(prediction);
  return frame;
}

std::shared_ptr<Frame> FrameComputer::compute(const Session& session, const Progress& progress, const Stops& stops,
                                              const Preview& preview) {
  if (preview) {
    if (auto quick = preliminary(session)) {
      preview(std::move(quick));
    }
  }
  return compute_with([&] { return loader_.load(session, progress, stops); }, session, stops.computing);
}

std::shared_ptr<Frame> FrameComputer::compute(const CaseDataPtr& data, const Session& session,
                                              const std::stop_token& stop) {
  return compute_with([&data] { return data; }, session, stop);
}

std::shared_ptr<Frame> FrameComputer::compute_with(const Load& load, const Session& session,
                                                   const std::stop_token& stop) {
  for (;;) {
    const std::shared_ptr<Driver> driver = devices_.driver_for(session);
    try {
      return compute_on(driver, load, session, stop);
    } catch (const DeviceFailure& failure) {
      devices_.fall_back(session, failure.what());
    } catch (const std::bad_alloc&) {
      if (driver->id() == "cpu") {
        throw;
      }
      devices_.fall_back(session, driver->name() + ": the computer's own memory, not the GPU's, is too short");
    }
  }
}

std::shared_ptr<Frame> FrameComputer::compute_on(const std::shared_ptr<Driver>& driver, const Load& load,
                                                 const Session& session, const std::stop_token& stop) {
  auto frame = std::make_shared<Frame>();
  frame->session = session;
  loss_.use(driver);
  Stopwatch watch;
  frame->data = load();
  frame->timing.load = watch.restart();
  const CaseData& data = *frame->data;
  say_device(*driver, *frame);
  if (session.look.crosshair == kAutomaticCrosshair) {
    frame->session.look.crosshair = data.centre;
  }
  if (const auto flat = flat_view(data.grid)) {
    frame->session.look.compared_view = *flat;  // there is no other slice
  }
  if (!data.classes && frame->session.look.arrangement == Arrangement::class_sheet) {
    frame->session.look.arrangement = Arrangement::single;  // there is one structure
  }
  const std::shared_ptr<const void> of = data.classes ? data.classes : std::shared_ptr<const void>(data.mask.data);
  if (fields_of_ != of) {
    loss_.clear();  // frees the fields of the case before
    fields_of_ = of;
  }
  if (!data.mask.empty() && session.look.shows_distance()) {
    const FieldPtr field = loss_.mask_distance(data, frame->timing, stop);
    frame->distance = field->map;
    frame->distance_limit = field->scalars[0];
  }
  const bool complete = data.complete();
  if (complete) {
    frame->result = loss_.evaluate(session.loss.id, session, data, frame->timing, stop);
    frame->reduction = frame->result->reduction;
  }
  watch.restart();
  const Look& look = frame->session.look;
  take(slices_of({data, look, frame->result.get(), frame->distance}, planes_, last_.get()), *frame);
  frame->probe = probe_crosshair(data, look, frame->result, frame->distance);
  if (data.classes && frame->result) {
    frame->classes = std::make_shared<const ClassTable>(class_table(data, *frame->result, frame->probe.offset));
  }
  fill_ranges(*frame, frame->result, ranges_, stop);
  frame->timing.map = watch.restart();
  const auto evaluate = [&](const std::string& loss) {
    return complete ? loss_.evaluate(loss, session, data, frame->timing, stop) : nullptr;
  };
  comparison_.fill(*frame, evaluate, planes_, ranges_, stop);
  planes_.drop_unused();
  ranges_.drop_unused();
  frame->probes = probes_of(*frame);
  std::vector<std::string> kept = session.shown_losses();
  kept.push_back(session.loss.id);
  loss_.keep_only(kept);
  last_ = std::make_shared<Frame>(*frame);
  return frame;
}

void FrameComputer::say_device(const Driver& driver, Frame& frame) const {
  const bool only_there = frame.data->classes && driver.id() != "cpu";
  frame.device = only_there ? make_cpu_driver()->name() : driver.name();
  frame.device_notice = only_there ? "A GPU does not evaluate classes" : devices_.notice();
}

std::shared_ptr<Frame> compute_frame(const Session& session, const Progress& progress, std::stop_token stop,
                                     int threads) {
  return FrameComputer(threads).compute(session, progress, Stops(std::move(stop)));
}

}  // namespace lossscope
