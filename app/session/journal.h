// SPDX-License-Identifier: Apache-2.0
// What brings back the session after the program was killed: a file a running window, removed when it ends properly.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/session/history.h"

namespace lossscope {

/// The journal of one running program. Every `record` appends a line with what changed, in one write that outlives the
/// program (not a power cut: there the last half minute may be missing). The file is locked while its program lives, so
/// that several do not take each other's. Where it cannot be written (a read-only home, a full disk), nothing happens.
class Journal {
 public:
  explicit Journal(std::filesystem::path folder);
  ~Journal();  ///< a proper end: the file goes
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// False when the disk did not take it; then `problem` says why.
  bool record(const History& history);
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  bool begin(const History& history);
  void end();

  std::filesystem::path folder_, file_;
  int descriptor_ = -1;
  std::size_t bytes_ = 0;  ///< complete lines
  std::string problem_;
  History recorded_;
};

/// A journal whose program did not end properly. It stays locked, so that only one program offers it, and stays on the
/// disk until it is discarded.
class AbandonedJournal {
 public:
  AbandonedJournal(std::filesystem::path file, int descriptor, History history);
  ~AbandonedJournal();
  AbandonedJournal(AbandonedJournal&& other) noexcept;
  AbandonedJournal& operator=(AbandonedJournal&& other) noexcept;

  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] std::filesystem::file_time_type last_written() const { return last_written_; }
  void discard();

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  std::filesystem::file_time_type last_written_{};
  History history_;
};

/// The newest abandoned journal of a folder that nobody else holds, and that holds a case; it alone is locked. One that
/// cannot be read is renamed (".unreadable" is added) and told in `set_aside`; one without a case is removed. Never
/// waits, whatever lies in the folder.
[[nodiscard]] std::optional<AbandonedJournal> newest_abandoned_journal(
    const std::filesystem::path& folder, std::vector<std::filesystem::path>* set_aside = nullptr);

/// The line of a journal that leads from `before` to `after`; and its reading. Lines after a torn one do not count.
/// The reading is empty when there is not one whole line.
[[nodiscard]] std::string journal_line(const History& before, const History& after);
[[nodiscard]] std::optional<History> read_journal(const std::string& text);

}  // namespace lossscope
