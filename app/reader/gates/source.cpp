// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>

namespace lossscope::reader {
namespace {

[[noreturn]] void refuse_errno(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      throw Refused("E_PERMISSION", "you may not read it", "change its permissions, or copy it");
    case ELOOP:
      throw Refused("E_LINKS", "its links lead in a circle", "open the file that was meant");
    case ENOENT:
    case ENOTDIR:
      throw Refused("E_MISSING", "it does not exist", "check the path; a link may lead nowhere");
    case ENAMETOOLONG:
      throw Refused("E_MISSING", "its name is too long", "use a shorter path");
    default:
      throw Refused("E_READ", std::string("it cannot be opened: ") + std::strerror(error),
                    "check the disk or the network share");
  }
}

/// Folder, regular file or neither. Asked before the file is opened: opening a FIFO would wait for ever.
bool check_kind(const struct stat& status) {
  if (S_ISDIR(status.st_mode)) {
    return true;
  }
  if (!S_ISREG(status.st_mode)) {
    throw Refused("E_NOT_A_FILE", "it is a device, a pipe or a socket", "choose a file, or a folder of DICOM slices");
  }
  if (status.st_size == 0) {
    throw Refused("E_EMPTY", "it is empty", "copy or download it again");
  }
  return false;
}

}  // namespace

void refuse_cut() {
  throw Refused("E_TRUNC", "the file ends too early: its header promises more", "copy or download it again");
}

void Source::read_all(std::uint64_t offset, std::span<std::byte> out) const {
  if (read(offset, out) != out.size()) {
    refuse_cut();
  }
}

std::string Source::text(std::uint64_t offset, std::size_t n) const {
  const std::uint64_t there = size() - std::min(offset, size());
  std::string result(static_cast<std::size_t>(std::min<std::uint64_t>(n, there)), '\0');
  result.resize(read(offset, std::as_writable_bytes(std::span(result.data(), result.size()))));
  return result;
}

std::size_t MemorySource::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset >= bytes_.size() || out.empty()) {
    return 0;
  }
  const std::size_t n = std::min<std::size_t>(out.size(), bytes_.size() - static_cast<std::size_t>(offset));
  std::memcpy(out.data(), bytes_.data() + offset, n);
  return n;
}

SplitSource::SplitSource(const Source& source, std::vector<Part> parts) : source_(source), parts_(std::move(parts)) {
  for (const Part& part : parts_) {
    begins_.push_back(size_);
    size_ += part.length;
  }
}

std::size_t SplitSource::read(std::uint64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  auto at = static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), offset) - begins_.begin());
  for (at = at == 0 ? 0 : at - 1; at < parts_.size() && done < out.size(); ++at) {
    const std::uint64_t skip = offset + done - begins_[at];
    if (skip >= parts_[at].length) {
      continue;
    }
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(out.size() - done, parts_[at].length - skip));
    const std::size_t got = source_.read(parts_[at].offset + skip, out.subspan(done, n));
    done += got;
    if (got < n) {
      break;
    }
  }
  return done;
}

std::span<const std::byte> SplitSource::view() const {
  throw std::logic_error("SplitSource: its parts do not lie together");
}

bool check_path(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    refuse_errno(errno);
  }
  return check_kind(status);
}

FileSource::FileSource(const std::string& path) {
  if (check_path(path)) {
    throw Refused("E_NOT_A_FILE", "it is a folder", "choose a file");
  }
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file_ < 0) {
    refuse_errno(errno);
  }
  struct stat status {};  // again: the path may lead elsewhere by now
  try {
    if (::fstat(file_, &status) != 0) {
      refuse_errno(errno);
    }
    (void)check_kind(status);
  } catch (...) {
    ::close(file_);
    throw;
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

FileSource::~FileSource() {
  if (mapped_ != nullptr) {
    ::munmap(mapped_, static_cast<std::size_t>(size_));
  }
  ::close(file_);
}

std::span<const std::byte> FileSource::view() const {
  if (mapped_ == nullptr) {
    void* const mapped = ::mmap(nullptr, static_cast<std::size_t>(size_), PROT_READ, MAP_PRIVATE, file_, 0);
    if (mapped == MAP_FAILED) {
      throw std::bad_alloc();
    }
    mapped_ = mapped;
  }
  return {static_cast<const std::byte*>(mapped_), static_cast<std::size_t>(size_)};
}

std::size_t FileSource::read(std::uint64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  while (done < out.size() && offset + done < size_) {
    const auto n = ::pread(file_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      throw Refused("E_READ", std::string("it cannot be read to its end: ") + std::strerror(errno),
                    "check the disk or the network share");
    }
    if (n == 0) {
      break;
    }
    done += static_cast<std::size_t>(n);
  }
  return done;
}

}  // namespace lossscope::reader
