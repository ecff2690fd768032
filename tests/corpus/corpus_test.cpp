// SPDX-License-Identifier: Apache-2.0
// Nothing that a file contains may crash, freeze or mislead: every case through the real programs.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "basics/sanitized.h"
#include "tests/corpus/parallel.h"
#include "tests/corpus/run_case.h"
#include "tests/io/io_testing.h"

namespace lossscope::corpus {
namespace {

std::size_t bytes_of(const Case& made) {
  std::size_t sum = 0;
  for (const auto& [name, content] : made.files) {
    sum += content.size();
  }
  return sum;
}

TEST(Corpus, HasAtLeast150CasesOfDifferentNames) {
  std::set<std::string> names;
  for (const Case& made : whole_corpus().cases) {
    EXPECT_TRUE(names.insert(made.name).second) << made.name;
  }
  EXPECT_GE(names.size(), 150U);
}

TEST(Corpus, EveryCaseLoadsWarnsOrIsRefusedAsItMust) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  std::vector<Case> cases = whole_corpus().cases;
  std::erase_if(cases, [](const Case& made) { return made.not_as_root && ::geteuid() == 0; });
  std::vector<ProgramRun> runs(cases.size());
  std::vector<std::string> wrong(cases.size());
  in_parallel(cases.size(), [&](std::size_t i) {
    try {
      wrong[i] = check_case(cases[i], root, runs[i]);
    } catch (const std::exception& error) {
      wrong[i] = error.what();
    }
  });
  std::vector<double> seconds;
  long peak = 0, base = 0;
  std::string greediest;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(wrong[i], "") << cases[i].name << " (" << (cases[i].code.empty() ? "load" : cases[i].code) << ")";
    EXPECT_LT(runs[i].seconds, 30) << cases[i].name;
    if (cases[i].is_refused()) {
      seconds.push_back(runs[i].seconds);
      if (runs[i].peak_kilobytes > peak) {
        peak = runs[i].peak_kilobytes;
        greediest = cases[i].name;
      }
    }
    base = cases[i].name == "nifti_good" ? runs[i].peak_kilobytes : base;
  }
  for (std::size_t i = 0; i < cases.size() && !kSanitized; ++i) {
    const bool accepted = std::ranges::find(cases[i].flags, "accept") != cases[i].flags.end();
    if (bytes_of(cases[i]) < std::size_t{1} << 20 && !accepted) {
      EXPECT_LT(runs[i].peak_kilobytes, 300 * 1024) << cases[i].name << " is small, and takes so many kilobytes";
    }
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf(
      "%zu cases, %zu refused; refusal: median %.2f s, p99 %.2f s, worst %.2f s; peak %.0f MiB over the base of "
      "%.0f MiB\n",
      cases.size(), seconds.size(), seconds[seconds.size() / 2], seconds[seconds.size() * 99 / 100], seconds.back(),
      static_cast<double>(peak - base) / 1024, static_cast<double>(base) / 1024);
  EXPECT_LT(peak - base, 512 * 1024) << "kilobytes that the refusal of " << greediest << " takes";
}

std::vector<float> voxels_of(const LoadedVolume& loaded) {
  const auto voxels = loaded.volume.voxels<float>();
  return {voxels.begin(), voxels.end()};
}

/// A prefix of a sound file is refused, or (when only what follows the voxels is missing) read as the whole is. By
/// default every eleventh length and the last 40; all of them with LOSSSCOPE_EVERY_PREFIX=1.
TEST(Corpus, NoPrefixOfASoundFileIsMisread) {
  const testing::Folder folder;
  const std::size_t step = std::getenv("LOSSSCOPE_EVERY_PREFIX") == nullptr ? 11 : 1;
  std::atomic<std::size_t> refused{0}, loaded{0};
  for (const auto& [name, whole] : sound_files()) {
    const std::string sound = folder.file(name);
    testing::write_bytes(sound, {whole.begin(), whole.end()});
    const std::vector<float> expected = voxels_of(testing::read(sound));
    std::vector<std::size_t> lengths;
    for (std::size_t n = 1; n<whole.size(); n += whole.size() - n> 40 ? step : 1) {
      lengths.push_back(n);
    }
    in_parallel(lengths.size(), [&, &whole = whole, &name = name](std::size_t i) {
      const std::string path = folder.file(std::to_string(lengths[i]) + name);
      testing::write_bytes(path, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(lengths[i])});
      try {
        EXPECT_EQ(voxels_of(testing::read(path)), expected) << name << " cut to " << lengths[i];
        ++loaded;
      } catch (const Refusal& refusal) {
        EXPECT_NE(refusal.code, "E_READER_CRASH") << name << " cut to " << lengths[i];
        EXPECT_NE(refusal.code, "E_READER_TIMEOUT") << name << " cut to " << lengths[i];
        ++refused;
      }
    });
  }
  std::printf("%zu prefixes refused, %zu read as the whole\n", refused.load(), loaded.load());
  EXPECT_GT(refused.load(), 100U);
}

}  // namespace
}  // namespace lossscope::corpus
