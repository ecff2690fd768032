// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>
#include <functional>
#include <string>

namespace lossscope {

/// Why a limited address space (ulimit -v) has no room for the window, in a sentence; empty where it has.
[[nodiscard]] std::string too_little_address_space();

/// The program with a window: one for which the memory is not enough says so, and is not ended by it where that can be
/// avoided.
class Application : public QApplication {
  Q_OBJECT
 public:
  Application(int& argc, char** argv);

  /// Called when an event could not be handled for lack of memory.
  std::function<void()> outOfMemory;

  bool notify(QObject* receiver, QEvent* event) override;
};

}  // namespace lossscope
