// SPDX-License-Identifier: Apache-2.0
#include "app/helper/channel.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "basics/sanitized.h"

namespace lossscope {
namespace {

bool is_socket(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

/// Closes what was inherited: the window's process may have left displays or files open across exec.
void close_from(unsigned first) {
  if (::close_range(first, ~0U, 0) == 0) {
    return;
  }
  std::vector<int> open;  // a kernel before 5.9
  if (DIR* folder = ::opendir("/proc/self/fd")) {
    while (const dirent* entry = ::readdir(folder)) {
      open.push_back(std::atoi(entry->d_name));
    }
    ::closedir(folder);
  }
  for (const int descriptor : open) {
    if (descriptor >= static_cast<int>(first)) {
      ::close(descriptor);
    }
  }
}

}  // namespace

Channel::Channel() {
  constexpr int kSocket = 3;
  if (!is_socket(STDIN_FILENO) || ::dup2(STDIN_FILENO, kSocket) != kSocket) {
    return;
  }
  socket_ = kSocket;
  close_from(kSocket + 1);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  if (!kSanitized) {  // its reports must stay visible
    ::dup2(nowhere, STDERR_FILENO);
  }
  ::close(nowhere);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  (void)::chdir("/");
}

Channel::~Channel() = default;  // the socket closes when the process ends, and LossScope notices

std::optional<std::string> Channel::line() {
  char buffer[65536];
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  for (;;) {
    if (const auto end = pending_.find('\n'); end != std::string::npos) {
      std::string found = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return found;
    }
    iovec part{buffer, sizeof(buffer)};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    const ssize_t n = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      return std::nullopt;
    }
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
      std::memcpy(&memory_, CMSG_DATA(header), sizeof(int));
    }
    pending_.append(buffer, static_cast<std::size_t>(n));
  }
}

std::optional<nlohmann::json> Channel::receive() {
  const auto text = line();
  auto request = nlohmann::json::parse(text.value_or(""), nullptr, false);
  return request.is_object() ? std::optional(std::move(request)) : std::nullopt;
}

void Channel::say(const nlohmann::json& line) {
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  const std::lock_guard lock(sending_);
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n <= 0 && errno != EINTR) {
      return;  // nobody listens any more
    }
    sent += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
}

void Channel::allocate(std::size_t bytes) {
  say({{"allocate", bytes}});
  if (line() != "allocated") {
    throw std::bad_alloc();
  }
}

}  // namespace lossscope
