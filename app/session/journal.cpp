// SPDX-License-Identifier: Apache-2.0
#include "app/session/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

namespace lossscope {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kExtension = ".journal", kNew = ".new-";
constexpr std::size_t kLargest = std::size_t{1} << 22;  ///< then it is begun anew

bool lock(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

bool write_whole(int descriptor, const std::string& line) {
  return ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
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
    return false;
  }
  const fs::path file = folder_ / (name.substr(name.size() - 6).append(kExtension));
  const std::string line = journal_line({}, history);
  if (!lock(descriptor) || !write_whole(descriptor, line) || ::rename(name.c_str(), file.c_str()) != 0) {
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

std::vector<AbandonedJournal> abandoned_journals(const fs::path& folder) {
  std::vector<AbandonedJournal> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool unfinished = name.starts_with(kNew);
    if (!unfinished && entry.path().extension() != kExtension) {
      continue;
    }
    const int descriptor = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
      continue;
    }
    if (!lock(descriptor)) {  // locked: its program is still running
      ::close(descriptor);
      continue;
    }
    std::ifstream file(entry.path(), std::ios::binary);
    auto history = read_journal({std::istreambuf_iterator<char>(file), {}});
    if (unfinished || !history || !holds_a_case(history->now)) {
      ::unlink(entry.path().c_str());
      ::close(descriptor);
      continue;
    }
    found.emplace_back(entry.path(), descriptor, std::move(*history));
  }
  std::ranges::sort(found, std::greater<>(), &AbandonedJournal::last_written);
  return found;
}

}  // namespace lossscope
