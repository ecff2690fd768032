// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frame_computer.h"

#include "app/engine/frame_views.h"
#include "app/engine/stopwatch.h"

namespace lossscope {
namespace {

bool shows_distance(const Session& session) {
  return session.layer == OverlayLayer::distance || session.fourth == FourthPane::distance;
}

}  // namespace

std::shared_ptr<Frame> FrameComputer::compute(const Session& session, const Progress& progress, std::stop_token stop) {
  auto frame = std::make_shared<Frame>();
  frame->session = session;
  Stopwatch watch;
  frame->data = loader_.load(session, progress, stop);
  frame->timing.load = watch.restart();
  const CaseData& data = *frame->data;
  if (mask_ != data.mask.data) {
    loss_.clear();  // or the fields of closed cases would fill the memory
    mask_ = data.mask.data;
  }
  if (!data.mask.empty() && shows_distance(session)) {
    frame->distance = loss_.mask_distance(session, data, frame->timing, stop);
  }
  const LossResult* result = nullptr;
  if (!data.mask.empty() && !data.prediction.empty()) {
    result = &loss_.evaluate(session, data, frame->timing, stop);
    frame->reduction = result->reduction;
  }
  watch.restart();
  fill_views(*frame, result);
  frame->timing.map = watch.restart();
  return frame;
}

std::shared_ptr<Frame> compute_frame(const Session& session, const Progress& progress, std::stop_token stop,
                                     int threads) {
  return FrameComputer(threads).compute(session, progress, std::move(stop));
}

}  // namespace lossscope
