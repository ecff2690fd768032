// SPDX-License-Identifier: Apache-2.0
// A journal brings back the session with its steps, whatever its last line looks like, and never a living program's.
#include "app/session/journal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

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
  auto found = abandoned_journals(path);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].history(), life().back());
  EXPECT_TRUE(abandoned_journals(path).empty()) << "two would offer the same";
  found[0].discard();
  found.clear();
  EXPECT_EQ(files(), 0);
}

TEST_F(JournalFile, OfALivingProgramIsLeftAlone) {
  Journal journal(path);
  EXPECT_TRUE(journal.record(history_of({.1}, 1)));
  EXPECT_TRUE(abandoned_journals(path).empty());
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

TEST_F(JournalFile, RubbishIsRemovedAndStrangersStay) {
  fs::create_directories(path);
  testing::write_bytes((path / "a.journal").string(), {'r', 'u', 'b', 'b', 'i', 's', 'h', '\n'});
  testing::write_bytes((path / "letter.txt").string(), {'x'});
  EXPECT_TRUE(abandoned_journals(path).empty());
  EXPECT_EQ(files(), 1);
}

TEST_F(JournalFile, WithoutAPlaceNothingHappens) {
  Journal journal("/proc/journals");
  EXPECT_FALSE(journal.record(history_of({.1}, 1)));
  EXPECT_TRUE(abandoned_journals("/proc/journals").empty());
}

}  // namespace
}  // namespace lossscope
