// SPDX-License-Identifier: Apache-2.0
#include "app/engine/error_finder.h"

namespace lossscope {

ErrorFinder::ErrorFinder(std::shared_ptr<Turns> turns, QObject* parent) : QObject(parent), turns_(std::move(turns)) {}

void ErrorFinder::showFrame(const FramePtr& frame) {
  if (frame->preliminary) {
    return;
  }
  const MapKind gradient = gradient_map(frame->session.look);
  if (frame->result == result_ && gradient == gradient_) {
    return;
  }
  background_.cancel();
  result_ = frame->result;
  gradient_ = gradient;
  list_.reset();
  Q_EMIT changed();
  compute();
}

void ErrorFinder::clear() {
  background_.cancel();
  result_.reset();
  list_.reset();
  Q_EMIT changed();
}

void ErrorFinder::setWanted(bool wanted) {
  wanted_ = wanted;
  if (!wanted) {
    background_.cancel();
  } else if (!background_.busy()) {
    compute();
  }
}

void ErrorFinder::compute() {
  if (!wanted_ || !result_ || list_) {
    return;
  }
  background_.run([this, result = result_, gradient = gradient_, turns = turns_](std::stop_token stop,
                                                                                 const Background::Deliver& deliver) {
    const Turns::Turn turn = turns->take(stop);
    if (!turn) {
      throw Cancelled();
    }
    auto made = std::make_shared<const ErrorList>(error_list(on_processor(*result, stop), gradient, 0, stop));
    deliver([this, made] {
      list_ = made;
      Q_EMIT changed();
    });
  });
}

}  // namespace lossscope
