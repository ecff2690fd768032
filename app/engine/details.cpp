// SPDX-License-Identifier: Apache-2.0
#include "app/engine/details.h"

#include <algorithm>

namespace lossscope {

Details::Details(QObject* parent) : QObject(parent) {
  rest_.setSingleShot(true);
  rest_.setInterval(250);  // ms; later than the metrics, whose memory is free again by then
  connect(&rest_, &QTimer::timeout, this, &Details::compute);
  connect(&distances_, &ProbeDistances::changed, this, &Details::probed);
}

void Details::clear() {
  rest_.stop();
  background_.cancel();
  known_.clear();
  missing_.clear();
  distances_.clear();
  Q_EMIT changed();
}

LossStatisticsPtr Details::of(const LossResultPtr& result) const {
  const auto found = known_.find(result);
  return found == known_.end() ? nullptr : found->second;
}

void Details::want(const FramePtr& frame) {
  if (frame->preliminary) {
    return;
  }
  if (!frame->result) {
    clear();  // a case without a prediction has no details, and must not keep those of the one before
    return;
  }
  distances_.want(*frame);
  std::vector<LossResultPtr> wanted{frame->result};
  for (const ComparedPane& pane : frame->compared) {
    if (pane.result && std::find(wanted.begin(), wanted.end(), pane.result) == wanted.end()) {
      wanted.push_back(pane.result);
    }
  }
  const MapKind gradient = gradient_map(frame->session.look);
  if (gradient != gradient_) {
    gradient_ = gradient;
    known_.clear();
  }
  std::erase_if(
      known_, [&](const auto& entry) { return std::find(wanted.begin(), wanted.end(), entry.first) == wanted.end(); });
  std::erase_if(wanted, [&](const LossResultPtr& result) { return known_.contains(result); });
  if (wanted == missing_ && !wanted.empty()) {
    return;  // it is being computed already
  }
  missing_ = wanted;
  background_.cancel();
  rest_.stop();
  if (!missing_.empty()) {
    rest_.start();
  }
}

void Details::compute() {
  background_.run([this, results = missing_, gradient = gradient_, turns = turns_](std::stop_token stop,
                                                                                   const Background::Deliver& deliver) {
    const Turns::Turn turn = turns->take(stop);
    if (!turn) {
      throw Cancelled();
    }
    for (const LossResultPtr& result : results) {
      auto made =
          std::make_shared<const LossStatistics>(loss_statistics(on_processor(*result, stop), gradient, 0, stop));
      deliver([this, result, made] {
        known_[result] = made;
        std::erase(missing_, result);
        Q_EMIT changed();
      });
    }
  });
}

}  // namespace lossscope
