// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "basics/displayable.h"

namespace lossscope {

/// An output could not be written: which, why, and what to do. Command line: exit code 5.
struct WriteError : std::runtime_error {
  WriteError(const std::string& file, Displayable reason, Displayable remedy);
  /// Of a system call that failed with `error`.
  WriteError(const std::string& file, int error);
  std::string file;  ///< as the system knows it, not displayable
  Displayable reason, remedy;
};

/// A file that replaces the one at `path` as a whole or not at all: what is written goes to a temporary file beside it,
/// which `commit` flushes to the disk and renames. Whatever goes wrong before, the old file stays as it was and the
/// temporary one goes. A link is followed. All members throw WriteError.
class SafeFile {
 public:
  explicit SafeFile(const std::string& path);
  ~SafeFile();
  SafeFile(const SafeFile&) = delete;
  SafeFile& operator=(const SafeFile&) = delete;

  void write(std::string_view bytes);
  /// The temporary file, for a helper program that writes it; it ends in the same extension.
  [[nodiscard]] const std::string& temporary() const { return temporary_; }
  /// ENOSPC when the disk has no room left, else 0: a helper program that failed cannot always say it.
  [[nodiscard]] int no_space() const;
  void commit();

 private:
  std::string path_;
  std::filesystem::path target_;
  std::string temporary_;
  int descriptor_ = -1;
};

/// Writes a whole file by way of SafeFile. A device or a pipe holds nothing that could be lost: it is written directly.
/// Throws WriteError.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace lossscope
