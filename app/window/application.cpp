// SPDX-License-Identifier: Apache-2.0
#include "app/window/application.h"

#include <malloc.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "basics/address_space.h"
#include "basics/sanitized.h"

namespace lossscope {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;
constexpr std::size_t kLeast =
    2048 * kMebibyte;  ///< what the window's libraries map before there is a case, and a case
constexpr std::size_t kReserve = 384 * kMebibyte;  ///< for them while volumes are loaded
constexpr int kFailed = 1;

/// Says why the program ends, in a handler: nothing is allocated.
[[noreturn]] void end_for_lack_of_memory() {
  constexpr char kWords[] =
      "lossscope: there was not enough memory, and the program ended. What was done comes back with lossscope "
      "--recover; close other programs or raise the limit (ulimit -v) before.\n";
  (void)!::write(STDERR_FILENO, kWords, sizeof(kWords) - 1);
  std::_Exit(kFailed);
}

[[noreturn]] void on_terminate() {
  try {
    if (const auto error = std::current_exception()) {
      std::rethrow_exception(error);
    }
  } catch (const std::bad_alloc&) {
    end_for_lack_of_memory();
  } catch (...) {  // a fault of ours: it must be seen as one
  }
  std::abort();
}

void on_fault(int) { end_for_lack_of_memory(); }

/// Libraries that draw do not look whether they got memory. Where it is limited, a fault of theirs means that.
void explain_faults() {
  static std::array<char, 65536> stack;
  stack_t other{};
  other.ss_sp = stack.data();
  other.ss_size = stack.size();
  ::sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = on_fault;
  action.sa_flags = SA_ONSTACK;
  ::sigaction(SIGSEGV, &action, nullptr);
  ::sigaction(SIGBUS, &action, nullptr);
}

void live_within_a_limit() {
#if defined(M_ARENA_MAX)
  (void)mallopt(M_ARENA_MAX, 2);  // by itself glibc maps 64 MiB for each thread
#endif
  address_space_reserve = kReserve;
  explain_faults();
}

}  // namespace

std::string too_little_address_space() {
  const auto limit = address_space_limit();
  if (kSanitized || !limit || *limit >= kLeast) {
    return {};
  }
  return "the window needs " + std::to_string(kLeast / kMebibyte) + " MiB of address space, and " +
         std::to_string(*limit / kMebibyte) +
         " MiB are allowed (ulimit -v): raise the limit, or use the subcommands, lossscope --help";
}

Application::Application(int& argc, char** argv) : QApplication(argc, argv) {
  std::set_terminate(on_terminate);
  if (!kSanitized && address_space_limit()) {
    live_within_a_limit();
  }
}

bool Application::notify(QObject* receiver, QEvent* event) {
  try {
    return QApplication::notify(receiver, event);
  } catch (const std::bad_alloc&) {
    if (outOfMemory) {
      outOfMemory();
    }
    return true;
  }
}

}  // namespace lossscope
