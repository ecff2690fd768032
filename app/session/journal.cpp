// SPDX-License-Identifier: Apache-2.0
#include "app/session/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace lossscope {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kExtension = ".journal", kNew = ".new-", kAside = ".unreadable";
constexpr std::size_t kLargest = std::size_t{1} << 22;  ///< then it is begun anew

bool lock(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

bool is_file(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

bool write_whole(int descriptor, const std::string& line) {
  errno = ENOSPC;  // what a write that stops half-way means
  return ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

/// O_NONBLOCK: whatever was put there under such a name must not be waited for.
int open_journal(const fs::path& file) {
  return ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
}

/// What a program left that died before its journal had a name; the journal before it is still there.
void remove_unfinished(const fs::path& file) {
  const int descriptor = open_journal(file);
  if (descriptor >= 0 && lock(descriptor) && is_file(descriptor)) {
    ::unlink(file.c_str());
  }
  if (descriptor >= 0) {
    ::close(descriptor);
  }
}

/// The journals of a folder, the newest first.
std::vector<fs::path> journals_of(const fs::path& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(kNew)) {
      remove_unfinished(entry->path());
    } else if (entry->path().extension() == kExtension) {
      std::error_code gone;
      found.emplace_back(fs::last_write_time(entry->path(), gone), entry->path());
    }
  }
  std::ranges::sort(found, std::greater<>());
  std::vector<fs::path> files;
  for (auto& [time, file] : found) {
    files.push_back(std::move(file));
  }
  return files;
}

/// What stands in a journal's file; nothing when it is no plain file, or larger than any journal grows.
std::optional<std::string> text_of(int descriptor) {
  constexpr std::size_t kMost = 16 * kLargest;
  struct stat status {};
  if (!is_file(descriptor) || ::fstat(descriptor, &status) != 0 || static_cast<std::size_t>(status.st_size) > kMost) {
    return std::nullopt;
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  for (ssize_t n = 1; n > 0 && filled < text.size(); filled += static_cast<std::size_t>(std::max<ssize_t>(n, 0))) {
    n = ::pread(descriptor, text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
  }
  text.resize(filled);
  return text;
}

bool holds_a_case(const Session& session) {
  return !session.study.image.path.empty() || !session.study.mask.path.empty() ||
         !session.path_of(Role::prediction).empty();
}

}  // namespace

Journal::Journal(fs::path folder) : folder_(std::move(folder)) {}

Journal::~Journal() { end(); }

void Journal::end() {
  if (descriptor_ >= 0) {
    ::unlink(file_.c_str());
    ::close(std::exchange(descriptor_, -1));
  }
}

/// The file appears under its name only when it is locked and holds a whole line.
bool Journal::begin(const History& history) {
  std::error_code error;
  fs::create_directories(folder_, error);
  std::string name = (folder_ / std::string(kNew).append("XXXXXX")).string();
  const int descriptor = ::mkostemp(name.data(), O_APPEND | O_CLOEXEC);
  if (descriptor < 0) {
    problem_ = std::strerror(errno);
    return false;
  }
  const fs::path file = folder_ / (name.substr(name.size() - 6).append(kExtension));
  const std::string line = journal_line({}, history);
  if (!lock(descriptor) || !write_whole(descriptor, line) || ::rename(name.c_str(), file.c_str()) != 0) {
    problem_ = std::strerror(errno);
    ::unlink(name.c_str());
    ::close(descriptor);
    return false;
  }
  end();  // the one that grew too large
  descriptor_ = descriptor;
  file_ = file;
  bytes_ = line.size();
  recorded_ = history;
  return true;
}

bool Journal::record(const History& history) {
  if (history == recorded_ || (descriptor_ < 0 && !holds_a_case(history.now))) {
    return true;
  }
  if (descriptor_ < 0 || bytes_ > kLargest) {
    return begin(history);
  }
  const std::string line = journal_line(recorded_, history);
  if (!write_whole(descriptor_, line)) {
    problem_ = std::strerror(errno);
    (void)!::ftruncate(descriptor_, static_cast<off_t>(bytes_));  // lines after half a line would not be read
    return false;
  }
  bytes_ += line.size();
  recorded_ = history;
  return true;
}

AbandonedJournal::AbandonedJournal(fs::path file, int descriptor, History history)
    : file_(std::move(file)), descriptor_(descriptor), history_(std::move(history)) {
  std::error_code error;
  last_written_ = fs::last_write_time(file_, error);
}

AbandonedJournal::~AbandonedJournal() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

AbandonedJournal::AbandonedJournal(AbandonedJournal&& other) noexcept
    : file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      last_written_(other.last_written_),
      history_(std::move(other.history_)) {}

AbandonedJournal& AbandonedJournal::operator=(AbandonedJournal&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(last_written_, other.last_written_);
  std::swap(history_, other.history_);
  return *this;
}

void AbandonedJournal::discard() { ::unlink(file_.c_str()); }

std::optional<AbandonedJournal> newest_abandoned_journal(const fs::path& folder, std::vector<fs::path>* set_aside) {
  for (const fs::path& file : journals_of(folder)) {
    const int descriptor = open_journal(file);
    if (descriptor >= 0 && !lock(descriptor)) {  // its program is still running
      ::close(descriptor);
      continue;
    }
    const std::optional<std::string> text = descriptor < 0 ? std::nullopt : text_of(descriptor);
    auto history = text ? read_journal(*text) : std::nullopt;
    if (history && holds_a_case(history->now)) {
      return AbandonedJournal(file, descriptor, std::move(*history));
    }
    if (history) {
      ::unlink(file.c_str());
    } else if (const fs::path aside = file.string() + std::string(kAside); ::rename(file.c_str(), aside.c_str()) == 0) {
      if (set_aside != nullptr) {
        set_aside->push_back(aside);
      }
    }
    if (descriptor >= 0) {
      ::close(descriptor);
    }
  }
  return std::nullopt;
}

}  // namespace lossscope
