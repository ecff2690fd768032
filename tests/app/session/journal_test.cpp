// SPDX-License-Identifier: Apache-2.0
// A journal brings back the session with its steps, whatever its last line looks like, and never a living program's.
#include "app/session/journal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

namespace fs = std::filesystem;

Session session_with(double opacity) {
  Session session;
  session.study.mask.path = "sample:phantom";
  session.look.display.opacity = opacity;
  return session;
}

History history_of(std::initializer_list<double> opacities, std::size_t index) {
  History history{session_with(0), {}, index, {}};
  for (const double opacity : opacities) {
    history.steps.push_back({"opacity", session_with(opacity)});
  }
  history.now = index == 0 ? history.first : history.steps[index - 1].after;
  return history;
}

/// Histories in the order in which a person makes them: a start, steps, a drag, undo, redo, a step after undo, the
/// oldest forgotten, the crosshair moved.
std::vector<History> life() {
  std::vector<History> all{history_of({}, 0),        history_of({.1}, 1),        history_of({.1, .2}, 2),
                           history_of({.1, .25}, 2), history_of({.1, .25}, 1),   history_of({.1, .25}, 0),
                           history_of({.1, .25}, 1), history_of({.1, .3, .4}, 3)};
  History forgotten = history_of({.3, .4, .5}, 3);
  forgotten.first = session_with(.1);
  all.push_back(forgotten);
  all.push_back(forgotten);
  all.back().now.look.crosshair = {1, 2, 3};
  all.push_back(history_of({.7}, 1));
  return all;
}

TEST(JournalLines, LeadFromAnyHistoryToAnyOther) {
  for (const History& before : life()) {
    for (const History& after : life()) {
      EXPECT_EQ(read_journal(journal_line({}, before) + journal_line(before, after)), after);
    }
  }
}

TEST(JournalLines, OfAStepAreShort) {
  std::vector<History> all = life();
  EXPECT_LT(journal_line(all[1], all[2]).size(), 2 * journal_line({}, history_of({}, 0)).size());
}

TEST(JournalLines, ATornLineCostsOnlyItself) {
  const auto all = life();
  std::string text = journal_line({}, all[0]);
  std::vector<std::size_t> ends{text.size()};
  for (std::size_t at = 1; at < all.size(); ++at) {
    text += journal_line(all[at - 1], all[at]);
    ends.push_back(text.size());
  }
  EXPECT_FALSE(read_journal(""));
  std::vector<std::size_t> cuts = ends;
  for (std::size_t cut = 0; cut < text.size(); cut += 97) {
    cuts.push_back(cut);
    cuts.push_back(ends[cut % ends.size()] - 1);
  }
  for (const std::size_t cut : cuts) {
    const auto whole = std::upper_bound(ends.begin(), ends.end(), cut) - ends.begin();
    const auto read = read_journal(text.substr(0, cut));
    ASSERT_EQ(read.has_value(), whole > 0) << cut;
    if (read) {
      ASSERT_EQ(*read, all[static_cast<std::size_t>(whole - 1)]) << cut;
    }
  }
}

class JournalFile : public ::testing::Test {
 protected:
  [[nodiscard]] std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(path), {}); }
  /// A program that records a life and is killed.
  void live_and_die(const std::vector<History>& all) const {
    const pid_t child = ::fork();
    if (child == 0) {
      Journal journal(path);
      for (const History& history : all) {
        journal.record(history);
      }
      ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
  }
  testing::Folder folder;
  fs::path path = folder.file("journals");
};

TEST_F(JournalFile, GoesWithAProperEnd) {
  {
    Journal journal(path);
    EXPECT_TRUE(journal.record(history_of({.1}, 1)));
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(JournalFile, NothingOpenIsNothingWritten) {
  Journal journal(path);
  EXPECT_TRUE(journal.record({}));
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(JournalFile, OutlivesAKill) {
  live_and_die(life());
  auto found = newest_abandoned_journal(path);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->history(), life().back());
  EXPECT_FALSE(newest_abandoned_journal(path)) << "two would offer the same";
  found->discard();
  found.reset();
  EXPECT_EQ(files(), 0);
}

TEST_F(JournalFile, OfALivingProgramIsLeftAlone) {
  Journal journal(path);
  EXPECT_TRUE(journal.record(history_of({.1}, 1)));
  EXPECT_FALSE(newest_abandoned_journal(path));
  EXPECT_EQ(files(), 1);
}

TEST_F(JournalFile, IsBegunAnewWhenItIsLarge) {
  Journal journal(path);
  History history = history_of({.1}, 1);
  history.now.loss.script = std::string(100'000, 'x');
  std::uintmax_t largest = 0, now = 0;
  for (int step = 0; step < 120; ++step) {
    history.now.loss.script[0] = static_cast<char>('a' + step % 20);
    ASSERT_TRUE(journal.record(history));
    ASSERT_EQ(files(), 1);
    now = fs::file_size(fs::directory_iterator(path)->path());
    largest = std::max(largest, now);
  }
  EXPECT_LT(largest, 5'000'000U);
  EXPECT_LT(now, largest);
}

TEST_F(JournalFile, WhatCannotBeReadIsSetAsideAndStrangersStay) {
  live_and_die(life());  // one that can, and the oldest
  fs::last_write_time(fs::directory_iterator(path)->path(), fs::file_time_type::clock::now() - std::chrono::years(9));
  testing::write_bytes((path / "a.journal").string(), {'r', 'u', 'b', 'b', 'i', 's', 'h', '\n'});
  testing::write_bytes((path / "letter.txt").string(), {'x'});
  ASSERT_EQ(::mkfifo((path / "pipe.journal").c_str(), 0600), 0);  // opening it to read would wait for ever
  ASSERT_EQ(::mkfifo((path / ".new-pipe").c_str(), 0600), 0);
  testing::write_bytes((path / "huge.journal").string(), {'{'});
  fs::resize_file(path / "huge.journal", std::uintmax_t{1} << 40);  // has no blocks
  ASSERT_EQ(::symlink("/dev/zero", (path / "link.journal").c_str()), 0);
  fs::create_directory(path / "folder.journal");
  std::vector<fs::path> set_aside;
  const auto found = newest_abandoned_journal(path, &set_aside);
  ASSERT_TRUE(found) << "the others must not hide it";
  EXPECT_EQ(found->history(), life().back());
  EXPECT_EQ(set_aside.size(), 5U);
  for (const char* name : {"a", "pipe", "huge", "link", "folder"}) {
    EXPECT_FALSE(fs::exists(fs::symlink_status(path / (std::string(name) + ".journal")))) << name;
    EXPECT_TRUE(fs::exists(fs::symlink_status(path / (std::string(name) + ".journal.unreadable")))) << name;
  }
  EXPECT_TRUE(fs::exists(path / "letter.txt"));
  EXPECT_EQ(testing::read_bytes((path / "a.journal.unreadable").string()).size(), 8U) << "nothing is deleted";
}

TEST_F(JournalFile, OnlyTheOneThatIsTakenIsLocked) {
  live_and_die(life());
  ::usleep(20'000);
  live_and_die({history_of({.3}, 1)});
  const auto newest = newest_abandoned_journal(path);
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->history(), history_of({.3}, 1));
  const auto other = newest_abandoned_journal(path);
  ASSERT_TRUE(other) << "a second window takes the next";
  EXPECT_EQ(other->history(), life().back());
}

TEST_F(JournalFile, WithoutAPlaceNothingHappens) {
  Journal journal("/proc/journals");
  EXPECT_FALSE(journal.record(history_of({.1}, 1)));
  EXPECT_FALSE(journal.problem().empty());
  EXPECT_FALSE(newest_abandoned_journal("/proc/journals"));
}

}  // namespace
}  // namespace lossscope
