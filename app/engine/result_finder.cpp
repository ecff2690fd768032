// SPDX-License-Identifier: Apache-2.0
#include "app/engine/result_finder.h"

namespace lossscope {

ResultFinder::ResultFinder(std::shared_ptr<Turns> turns, Make make, QObject* parent)
    : QObject(parent), turns_(std::move(turns)), make_(std::move(make)) {}

void ResultFinder::showFrame(const FramePtr& frame) {
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
  found_.reset();
  Q_EMIT changed();
  compute();
}

void ResultFinder::clear() {
  background_.cancel();
  result_.reset();
  found_.reset();
  last_.reset();
  Q_EMIT changed();
}

void ResultFinder::setWanted(bool wanted) {
  wanted_ = wanted;
  if (!wanted) {
    background_.cancel();
  } else if (!background_.busy()) {
    compute();
  }
}

void ResultFinder::compute() {
  if (!wanted_ || !result_ || found_) {
    return;
  }
  background_.run([this, make = make_, result = result_, gradient = gradient_, before = last_, turns = turns_](
                      std::stop_token stop, const Background::Deliver& deliver) {
    const Turns::Turn turn = turns->take(stop);
    if (!turn) {
      throw Cancelled();
    }
    auto made = make(result, gradient, before, stop);
    deliver([this, made] {
      found_ = last_ = made;
      Q_EMIT changed();
    });
  });
}

}  // namespace lossscope
