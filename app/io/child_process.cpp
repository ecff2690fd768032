// SPDX-License-Identifier: Apache-2.0
#include "app/io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

extern char** environ;

namespace lossscope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestLine = std::size_t{16} << 20;  ///< an answer with a choice for each of 65535 components

/// This process's environment with other values for some names.
std::vector<char*> environment_with(std::vector<std::string>& others) {
  std::vector<char*> all;
  for (std::string& other : others) {
    all.push_back(other.data());
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry), name = text.substr(0, text.find('='));
    const auto replaced = [name](const std::string& other) { return other.substr(0, other.find('=')) == name; };
    if (std::ranges::none_of(others, replaced)) {
      all.push_back(*entry);
    }
  }
  all.push_back(nullptr);
  return all;
}

pid_t spawn(const std::string& program, int socket, std::vector<std::string> environment) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  std::string name = program;
  char* const arguments[]{name.data(), nullptr};
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environment_with(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? child : 0;
}

/// Adds up the time that a caller has waited, in short slices, so that a pause of this process itself (a laptop's
/// sleep, a debugger, Ctrl-Z) does not count as the child's silence.
class Waiting {
 public:
  double slice() {
    const auto now = Clock::now();
    const double passed = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return std::min(passed, 0.5);
  }

 private:
  Clock::time_point last_ = Clock::now();
};

void wait_for(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// Whether a process that ends is gone within two seconds; its status.
bool ends_soon(pid_t pid, int& status) {
  constexpr int kTries = 400;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const pid_t gone = ::waitpid(pid, &status, WNOHANG);
    if (gone == pid || (gone < 0 && errno != EINTR)) {
      return true;
    }
    constexpr int kHasty = 50;  // an honest helper is gone at once
    std::this_thread::sleep_for(std::chrono::microseconds(attempt < kHasty ? 200 : 5000));
  }
  return false;
}

}  // namespace

std::string helper_program(const std::string& name) {
  std::error_code error;
  const auto beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / name;
  if (!error && std::filesystem::exists(beside, error)) {
    return beside.string();
  }
  if (const char* folder = std::getenv("LOSSSCOPE_BIN")) {
    return (std::filesystem::path(folder) / name).string();
  }
  return name;
}

double helper_patience() {
  constexpr double kUsual = 10;
  const char* chosen = std::getenv("LOSSSCOPE_PATIENCE");
  const double seconds = chosen == nullptr ? kUsual : std::atof(chosen);
  return seconds > 0 ? seconds : kUsual;
}

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& environment) {
  // A socket: unlike a pipe, writing to one whose reader died is an error and not a signal, and it carries descriptors.
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::runtime_error("no channel to a helper process could be opened");
  }
  socket_ = ends[0];
  pid_ = spawn(program, ends[1], environment);
  ::close(ends[1]);
  if (pid_ == 0) {
    ::close(socket_);
    throw std::runtime_error(program + " cannot be started: is LossScope installed completely?");
  }
  const timeval patience{2, 0};  // a stopped child must not block its caller in send()
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

ChildProcess::~ChildProcess() {
  if (pid_ != 0) {
    ::kill(pid_, SIGKILL);
    ChildEnd killed{.cancelled = true};
    reap(killed);
  }
  ::close(socket_);
}

bool ChildProcess::runs() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

void ChildProcess::send(std::string_view text, int descriptor) const {
  while (!text.empty()) {
    iovec part{const_cast<char*>(text.data()), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
    if (descriptor >= 0) {
      message.msg_control = control;
      message.msg_controllen = sizeof(control);
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    }
    const ssize_t n = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
    if (n <= 0 && errno != EINTR) {
      return;
    }
    if (n > 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
      descriptor = -1;
    }
  }
}

ChildEnd ChildProcess::follow(const ChildLimits& limits, const std::stop_token& stop,
                              const std::function<void(const std::string&)>& line) {
  ChildEnd end;
  std::string pending;
  char buffer[65536];
  Waiting waiting;
  double silence = 0, total = 0;
  for (;;) {
    end.cancelled = stop.stop_requested();
    end.silent = silence > limits.silence_seconds;
    end.overtime = limits.total_seconds > 0 && total > limits.total_seconds;
    if (end.cancelled || end.silent || end.overtime) {
      ::kill(pid_, SIGKILL);
      break;
    }
    pollfd readable{socket_, POLLIN, 0};
    const bool heard = ::poll(&readable, 1, 20) > 0;
    const double slice = waiting.slice();
    total += slice;
    silence = heard ? 0 : silence + slice;
    if (!heard) {
      continue;
    }
    const ssize_t n = ::read(socket_, buffer, sizeof(buffer));
    if (n <= 0) {
      break;
    }
    pending.append(buffer, static_cast<std::size_t>(n));
    if (pending.size() > kLongestLine) {  // it babbles: nothing that a helper says is so long
      ::kill(pid_, SIGKILL);
      break;
    }
    for (auto at = pending.find('\n'); at != std::string::npos; at = pending.find('\n')) {
      line(pending.substr(0, at));
      pending.erase(0, at + 1);
    }
  }
  reap(end);
  return end;
}

void ChildProcess::reap(ChildEnd& end) {
  int status = 0;
  const pid_t pid = std::exchange(pid_, 0);
  const bool killed = end.cancelled || end.silent || end.overtime;
  bool gone = ends_soon(pid, status);
  if (!gone && !killed) {  // it closed its end of the channel and lives on: nobody must wait for what it does now
    ::kill(pid, SIGKILL);
    gone = ends_soon(pid, status);
  }
  if (!gone) {
    // It hangs in the kernel, on a disk that is gone. SIGKILL waits for that, too; who asked does not.
    std::thread([pid] { wait_for(pid); }).detach();
    end.signal = SIGKILL;
    return;
  }
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  end.overtime = end.overtime || end.signal == SIGXCPU;
}

}  // namespace lossscope
