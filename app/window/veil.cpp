// SPDX-License-Identifier: Apache-2.0
#include "app/window/veil.h"

#include <utility>

namespace lossscope {

Veil::Veil(QObject* parent) : QObject(parent) {
  rest_.setSingleShot(true);
  rest_.setInterval(120);  // ms: numbers do not flicker during a drag, nor where the answer comes at once
  connect(&rest_, &QTimer::timeout, this, [this] { set(next_); });
}

void Veil::need(Need need) {
  next_ = need != Need::none;
  if (need == Need::held) {
    rest_.stop();
    set(true);
  } else if (next_ == on_) {
    rest_.stop();
  } else if (!rest_.isActive() || !next_) {
    rest_.start();
  }
}

void Veil::set(bool on) {
  if (std::exchange(on_, on) != on) {
    Q_EMIT changed(on);
  }
}

}  // namespace lossscope
