// SPDX-License-Identifier: Apache-2.0
#include "app/io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

extern char** environ;

namespace lossscope {
namespace {

using Clock = std::chrono::steady_clock;

/// Both ends of a socket: unlike a pipe, writing to one whose reader died is an error and not a signal.
struct Channel {
  int ends[2]{-1, -1};
  Channel() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      throw std::runtime_error("no channel to a helper process could be opened");
    }
  }
  ~Channel() {
    close_end(0);
    close_end(1);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  void close_end(int i) {
    if (ends[i] >= 0) {
      ::close(ends[i]);
      ends[i] = -1;
    }
  }
};

pid_t start(const std::string& program, std::vector<std::string> arguments, int channel, int descriptor) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, channel, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (descriptor >= 0) {
    posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor);  // the same number: loses close-on-exec
  }
  pid_t child = 0;
  arguments.insert(arguments.begin(), program);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  const int error = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error(program + " cannot be started: is LossScope installed completely?");
  }
  return child;
}

/// Reads lines until the other end closes, or the child must die. True when it must.
bool read_lines(int channel, int silence_seconds, const std::stop_token& stop, ChildEnd& end,
                const std::function<void(const std::string&)>& line) {
  std::string pending;
  auto heard = Clock::now();
  char buffer[65536];
  for (;;) {
    if (stop.stop_requested()) {
      return end.cancelled = true;
    }
    if (Clock::now() - heard > std::chrono::seconds(silence_seconds)) {
      return end.timed_out = true;
    }
    pollfd waiting{channel, POLLIN, 0};
    if (::poll(&waiting, 1, 50) <= 0) {
      continue;
    }
    const ssize_t n = ::read(channel, buffer, sizeof(buffer));
    if (n <= 0) {
      return false;
    }
    heard = Clock::now();
    pending.append(buffer, static_cast<std::size_t>(n));
    for (auto at = pending.find('\n'); at != std::string::npos; at = pending.find('\n')) {
      line(pending.substr(0, at));
      pending.erase(0, at + 1);
    }
  }
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

ChildEnd run_child(const std::string& program, const std::vector<std::string>& arguments, const std::string& input,
                   int descriptor, int silence_seconds, const std::stop_token& stop,
                   const std::function<void(const std::string&)>& line) {
  Channel channel;
  const pid_t child = start(program, arguments, channel.ends[1], descriptor);
  channel.close_end(1);
  ChildEnd end;
  bool kill_it = true;
  try {
    (void)::send(channel.ends[0], input.data(), input.size(), MSG_NOSIGNAL);
    ::shutdown(channel.ends[0], SHUT_WR);
    kill_it = read_lines(channel.ends[0], silence_seconds, stop, end, line);
  } catch (...) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    throw;
  }
  if (kill_it) {
    ::kill(child, SIGKILL);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return end;
}

}  // namespace lossscope
