// SPDX-License-Identifier: Apache-2.0
// What a refusal advises works: every way out that it offers and every flag that it names is taken.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <regex>
#include <set>

#include "tests/corpus/parallel.h"
#include "tests/corpus/run_case.h"
#include "tests/io/io_testing.h"

namespace lossscope::corpus {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

Json refusal_of(const ProgramRun& run) {
  const Json json = Json::parse(run.out, nullptr, false);
  return json.is_object() ? json.value("refused", Json::object()) : Json::object();
}

/// "--grid resample" as two arguments, "--array 'a b'" as a shell would.
Arguments split(const std::string& flag) {
  const auto space = flag.find(' ');
  std::string word;
  bool quoted = false;
  for (std::size_t at = space + 1; at < flag.size(); ++at) {
    if (flag[at] == '\'') {
      quoted = !quoted;
    } else if (flag[at] == '\\' && !quoted) {
      word += flag[++at];
    } else {
      EXPECT_TRUE(quoted || flag[at] != ' ') << flag << " is more than one word";
      word += flag[at];
    }
  }
  return {flag.substr(0, space), word};
}

/// The flags that the words of a remedy name with a value of their own: not "--component N".
std::set<std::string> flags_in(const std::string& remedy) {
  static const std::regex kFlag("--([a-z-]+) (-?[a-zA-Z0-9][a-zA-Z0-9.,-]*)");
  std::set<std::string> flags;
  for (std::sregex_iterator at(remedy.begin(), remedy.end(), kFlag), end; at != end; ++at) {
    std::string value = (*at)[2];
    while (value.ends_with('.') || value.ends_with(',')) {
      value.pop_back();
    }
    const std::string name = (*at)[1];
    if (value == "N" || value == "NAME") {  // whose values the choices have
      continue;
    }
    const auto rows = questions();
    if (std::ranges::any_of(rows, [&](const QuestionInfo& row) { return row.id == name; })) {  // not another program's
      flags.insert("--" + name + " " + value);
    }
  }
  return flags;
}

/// Everything that a refusal offers or names.
std::set<std::string> ways_of(const Json& refused) {
  std::set<std::string> ways = flags_in(refused.value("remedy", ""));
  for (const Json& choice : refused.value("choices", Json::array())) {
    ways.insert(choice.value("flag", ""));
  }
  return ways;
}

/// What a file still is after it was answered for: a series that lacks slices, pixels that are damaged.
const std::set<std::string> kOfTheFileItself{"E_DICOM_SPACING", "E_DICOM_PIXELS"};

/// The same is not asked twice; with other ways it is another question.
std::string question_of(const Json& refused) {
  return refused.value("code", "") + refused.value("choices", Json::array()).dump();
}

/// What is wrong with a way: it must end well, or lead to another question that has ways of its own.
std::string follow(const Case& made, const std::string& root, Arguments arguments, const std::string& way,
                   std::set<std::string> asked, const std::string& trace) {
  const Arguments flag = split(way);
  if (const auto said = std::ranges::find(arguments, flag[0]); said != arguments.end()) {
    arguments.erase(said, said + 2);  // labels that are said twice are both meant
  }
  arguments.insert(arguments.end(), flag.begin(), flag.end());
  const ProgramRun run = run_lossscope(arguments, trace, made.memory);
  if (run.code == 0) {
    const bool idle = run.err.find("(W_UNUSED): " + flag[0]) != std::string::npos;
    return idle ? made.name + ": " + way + " is offered and changes nothing: " + run.err : std::string();
  }
  const Json refused = refusal_of(run);
  const std::string code = refused.value("code", "");
  if (run.code != 3 || !asked.insert(question_of(refused)).second) {
    return made.name + ": " + way + " ends with " + std::to_string(run.code) + " " + code + ": " + run.err;
  }
  const std::set<std::string> next = ways_of(refused);
  if (next.empty() && kOfTheFileItself.contains(code)) {
    return {};
  }
  if (next.empty()) {
    return made.name + ": " + way + " leads to " + code + " without a way out: " + run.err;
  }
  for (const std::string& each : next) {
    if (const std::string wrong = follow(made, root, arguments, each, asked, trace); !wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

TEST(Advice, EveryWayOutOfEveryRefusalLeadsOn) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  std::vector<Case> cases = whole_corpus().cases;
  std::erase_if(cases, [](const Case& made) { return !made.is_refused() || (made.not_as_root && ::geteuid() == 0); });
  std::vector<std::string> wrong(cases.size());
  std::atomic<int> taken{0};
  std::vector<std::set<std::string>> codes(cases.size());
  in_parallel(cases.size(), [&](std::size_t i) {
    const Case& made = cases[i];
    (void)make_files(made, root);
    const std::string trace = root + "/" + made.name + ".advice";
    const Arguments arguments = arguments_of(made, root);
    const Json refused = refusal_of(run_lossscope(arguments, trace, made.memory));
    for (const std::string& way : ways_of(refused)) {
      const std::string ends = follow(made, root, arguments, way, {question_of(refused)}, trace);
      wrong[i] += ends.empty() ? "" : ends + "\n";
      ++taken;
      codes[i].insert(made.code);
    }
  });
  std::set<std::string> all;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(wrong[i], "");
    all.insert(codes[i].begin(), codes[i].end());
  }
  std::printf("%d ways out of %zu kinds of refusal taken\n", taken.load(), all.size());
  for (const char* code :
       {"E_BOMB", "E_COMPONENTS", "E_GRID", "E_IGNORE", "E_KIND", "E_LABEL", "E_LARGE", "E_MASK_GREY", "E_MASK_LABELS",
        "E_MASK_NAN", "E_MASK_VALUES", "E_MEMORY", "E_ORIENTATION", "E_ORTHO", "E_PREDICTION_NAN", "E_RANGE",
        "E_DICOM_SERIES", "E_DICOM_SPACING", "E_DICOM_DUPLICATES"}) {
    EXPECT_TRUE(all.contains(code)) << "no case of the corpus offers a way out of " << code;
  }
}

/// The loss behind a way out, with the first way of everything that is asked after it; what went wrong in `wrong`.
double loss_behind(const Case& made, const std::string& root, std::string way, std::string& wrong) {
  Arguments arguments = arguments_of(made, root);
  const std::string trace = root + "/" + made.name + ".way";
  for (int step = 0; step < 6; ++step) {
    const ProgramRun run = run_lossscope(arguments, trace, made.memory);
    if (run.code == 0) {
      const Json value = Json::parse(run.out)["losses"][0]["value"];
      return value.is_number() ? value.get<double>() : std::nan("");
    }
    const Json choices = refusal_of(run).value("choices", Json::array());
    const auto offered = std::ranges::find_if(
        choices, [&](const Json& choice) { return way.empty() || choice.value("flag", "") == way; });
    if (offered == choices.end()) {
      wrong = "offered: " + choices.dump() + " by " + run.err;
      break;
    }
    for (std::string& word : split(offered->value("flag", ""))) {
      arguments.push_back(std::move(word));
    }
    way.clear();
  }
  return std::nan("");
}

TEST(Advice, TheRightWayIsOfferedAndGivesTheRightNumber) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  std::vector<Case> cases = whole_corpus().cases;
  std::erase_if(cases, [](const Case& made) { return made.ways.empty(); });
  EXPECT_GE(cases.size(), 20U);
  in_parallel(cases.size(), [&](std::size_t i) { (void)make_files(cases[i], root); });
  for (const Case& made : cases) {
    for (const auto& [way, value] : made.ways) {
      std::string wrong;
      const double loss = loss_behind(made, root, way, wrong);
      EXPECT_NEAR(loss, value, 1e-6) << made.name << " " << way << "; " << wrong;
    }
  }
}

}  // namespace
}  // namespace lossscope::corpus
