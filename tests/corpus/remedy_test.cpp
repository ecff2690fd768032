// SPDX-License-Identifier: Apache-2.0
// What a refusal advises without a flag works, too: a file that was made anew as the remedy says opens.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "tests/corpus/parallel.h"
#include "tests/corpus/run_case.h"
#include "tests/io/io_testing.h"

namespace lossscope::corpus {
namespace {

using Json = nlohmann::json;

/// Code and remedy of a refused case, and whether it offers ways by flags, which advice_test takes.
struct Told {
  std::string code, remedy;
  bool has_ways = false;
};

Told told_by(const Case& made, const std::string& root) {
  (void)make_files(made, root);
  const ProgramRun run = run_lossscope(arguments_of(made, root), root + "/" + made.name + ".told", made.memory);
  const Json json = Json::parse(run.out, nullptr, false);
  const Json refused = json.is_object() ? json.value("refused", Json::object()) : Json::object();
  return {refused.value("code", ""), refused.value("remedy", ""), !refused.value("choices", Json::array()).empty()};
}

std::string ending_of(const std::string& file) { return std::filesystem::path(file).extension(); }

/// "copy or download it again", "export the series again": the file as it should have been. Whether a remedy says that,
/// and a sound file of its kind opens.
bool is_made_again(const std::string& remedy, const std::string& file, const std::set<std::string>& sound) {
  static const std::regex kAgain("(copy|download|export|save|compress)\\b[^:;]* again");
  return std::regex_search(remedy, kAgain) && sound.contains(ending_of(file));
}

TEST(Remedies, AFileMadeAsTheRemedySaysOpens) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  const Corpus corpus = whole_corpus();
  EXPECT_GE(corpus.remedies.size(), 20U);
  std::vector<std::string> wrong(corpus.remedies.size());
  in_parallel(corpus.remedies.size(), [&](std::size_t i) {
    const Remedy& remedy = corpus.remedies[i];
    const auto refused = std::ranges::find(corpus.cases, remedy.refused, &Case::name);
    if (refused == corpus.cases.end() || !refused->is_refused()) {
      wrong[i] = "no refused case has this name";
      return;
    }
    const std::string own = root + "/" + std::to_string(i);
    std::filesystem::create_directory(own);
    const Told told = told_by(*refused, own);
    if (told.remedy.find(remedy.says) == std::string::npos) {
      wrong[i] = "its remedy does not say '" + remedy.says + "' but: " + told.remedy;
      return;
    }
    ProgramRun run;
    wrong[i] = check_case(remedy.done, own, run);
  });
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    EXPECT_EQ(wrong[i], "") << corpus.remedies[i].refused << ": " << corpus.remedies[i].says;
  }
}

TEST(Remedies, EveryRefusalOfTheCorpusHasOneThatIsExecuted) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  const Corpus corpus = whole_corpus();
  std::set<std::string> sound;
  for (const Case& made : corpus.cases) {  // each of them is opened by another test
    if (!made.is_refused() && !made.is_evaluation) {
      sound.insert(ending_of(made.file));
    }
  }
  std::vector<Case> cases = corpus.cases;
  std::erase_if(cases, [](const Case& made) { return !made.is_refused() || (made.not_as_root && ::geteuid() == 0); });
  std::vector<Told> told(cases.size());
  in_parallel(cases.size(), [&](std::size_t i) { told[i] = told_by(cases[i], root); });
  std::set<std::string> acts;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string& remedy = told[i].remedy;
    if (told[i].has_ways || is_made_again(remedy, cases[i].file, sound)) {
      continue;
    }
    const bool executed = std::ranges::any_of(
        corpus.remedies, [&](const Remedy& each) { return remedy.find(each.says) != std::string::npos; });
    EXPECT_TRUE(executed) << cases[i].name << ": " << told[i].code << ": nobody executes: " << remedy;
    acts.insert(remedy);
  }
  std::printf("%zu remedies that are neither a flag nor the same file again\n", acts.size());
}

}  // namespace
}  // namespace lossscope::corpus
