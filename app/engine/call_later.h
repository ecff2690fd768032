// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

class QObject;

namespace lossscope {

/// Runs `call` on the thread of `receiver` once that thread gets to it; not at all when the receiver is gone by then.
/// To be called from any thread, while the receiver lives.
void call_later(QObject& receiver, std::function<void()> call);

}  // namespace lossscope
