// SPDX-License-Identifier: Apache-2.0
#include "app/io/safe_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "app/io/reader_client.h"

namespace lossscope {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

std::string reason_of(int error) {
  switch (error) {
    case ENOSPC:
      return "the disk is full";
    case EDQUOT:
      return "your share of the disk is used up";
    case EACCES:
    case EPERM:
      return "you may not write there";
    case EROFS:
      return "the disk can only be read";
    case ENOENT:
    case ENOTDIR:
      return "its folder does not exist";
    case EISDIR:
      return "it is a folder";
    case ENAMETOOLONG:
      return "its name is too long";
    case EFBIG:
      return "it would be larger than files may be here (ulimit -f)";
    default:
      return std::generic_category().message(error);
  }
}

std::string remedy_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "Free some space, or choose another folder.";
    case ENOENT:
    case ENOTDIR:
      return "Create the folder, or choose another one.";
    case EISDIR:
    case ENAMETOOLONG:
      return "Choose another name.";
    case EIO:
      return "Check the disk or the network share, or choose another folder.";
    default:
      return "Choose another folder.";
  }
}

/// The file's extension, with that of what is compressed; empty when it is none that a format could have.
std::string extension_of(const fs::path& file) {
  constexpr std::size_t kLongest = 16;
  std::string extension = file.extension().string();
  if (extension == ".gz") {
    extension = file.stem().extension().string() + extension;
  }
  return extension.size() <= kLongest ? extension : std::string();
}

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      throw WriteError(path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
}

/// Makes the rename itself durable. Where a system cannot flush a folder, the file under its name is whole all the
/// same.
void flush_folder(const fs::path& folder) {
  if (const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); descriptor >= 0) {
    (void)::fsync(descriptor);
    ::close(descriptor);
  }
}

}  // namespace

WriteError::WriteError(const std::string& file_, Displayable reason_, Displayable remedy_)
    : std::runtime_error(Displayable(file_) + ": could not be written: " + reason_ + ". " + remedy_),
      file(file_),
      reason(std::move(reason_)),
      remedy(std::move(remedy_)) {}

WriteError::WriteError(const std::string& file_, int error) : WriteError(file_, reason_of(error), remedy_of(error)) {}

SafeFile::SafeFile(const std::string& path) : path_(path), target_(path) {
  std::error_code error;
  if (fs::is_symlink(target_, error)) {
    target_ = fs::weakly_canonical(target_, error);
    if (error) {
      throw WriteError(path, error.value());
    }
  }
  struct stat old {};
  const bool exists = ::stat(target_.c_str(), &old) == 0;
  if (target_.filename().empty() || (exists && S_ISDIR(old.st_mode))) {
    throw WriteError(path, EISDIR);
  }
  if (exists && ::access(target_.c_str(), W_OK) != 0) {  // a read-only file: rename() would replace it all the same
    throw WriteError(path, errno);
  }
  static std::atomic<unsigned> count{0};
  do {
    temporary_ = (folder_of(target_) / (".lossscope-" + std::to_string(::getpid()) + "-" + std::to_string(count++)))
                     .concat(extension_of(target_))
                     .string();
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) {
    throw WriteError(path, errno);
  }
  if (exists) {
    (void)::fchmod(descriptor_, old.st_mode & 0777);
  }
}

SafeFile::~SafeFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void SafeFile::write(std::string_view bytes) { write_all(descriptor_, bytes, path_); }

int SafeFile::no_space() const {
  constexpr std::uintmax_t kBlock = 4096;
  std::error_code error;
  const fs::space_info space = fs::space(folder_of(target_), error);
  return !error && space.available < kBlock ? ENOSPC : 0;
}

void SafeFile::commit() {
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) {  // the two: a file system without it
    throw WriteError(path_, errno);
  }
  if (::close(std::exchange(descriptor_, -1)) != 0 || ::rename(temporary_.c_str(), target_.c_str()) != 0) {
    throw WriteError(path_, errno);
  }
  temporary_.clear();
  flush_folder(folder_of(target_));
}

void write_file(const std::string& path, std::string_view bytes) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) {
      throw WriteError(path, errno);
    }
    try {
      write_all(descriptor, bytes, path);
    } catch (const WriteError&) {
      ::close(descriptor);
      throw;
    }
    ::close(descriptor);
    return;
  }
  SafeFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace lossscope
