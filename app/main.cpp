// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "app/commands/command_line.h"
#include "app/window/run_window.h"

namespace {

/// Qt's xcb and wayland platforms end the program without a display; a plain sentence helps more.
bool can_show_windows() {
  return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr ||
         std::getenv("QT_QPA_PLATFORM") != nullptr;
}

/// Makes blocks of a volume's or a surface's size go back to the system when they are freed. By default glibc raises
/// its threshold after the first such block and keeps the next ones in its heap, where they leave holes.
void return_large_blocks() {
#if defined(M_MMAP_THRESHOLD)
  constexpr int kLarge = 4 << 20;
  (void)mallopt(M_MMAP_THRESHOLD, kLarge);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  return_large_blocks();
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the allowed file size is told as any other that fails
  lossscope::WindowOptions options;
  if (const auto code = lossscope::run_command_line(argc, argv, options)) {
    return *code;
  }
  if (!can_show_windows()) {
    std::cerr << "lossscope: there is no display for the window. Without one, use the subcommands: lossscope --help\n";
    return 2;
  }
  return lossscope::run_traced(options.trace, [&] { return lossscope::run_window(argc, argv, options); });
}
