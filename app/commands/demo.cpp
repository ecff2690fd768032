// SPDX-License-Identifier: Apache-2.0
// lossscope demo: demos checked before an audience sees them, and what a state may say.
#include <QString>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>

#include "app/commands/command.h"
#include "app/engine/demos.h"
#include "app/engine/frame_computer.h"
#include "app/engine/state_check.h"
#include "app/figures/spoken_of.h"
#include "app/session/session_members.h"
#include "losses/json/loss_json.h"

namespace lossscope::commands {
namespace {

struct DemoArguments {
  std::vector<std::string> check;
  bool list = false, members = false;
};

/// One state of a demo, computed.
struct CheckedState {
  std::string where;  ///< "2", or "2, answer"
  std::string title;
  int line = 0;
  double value = 0;
  std::string loss;
  std::vector<std::string> problems;
};

class DemoCheck {
 public:
  DemoCheck(const Demo& demo, std::stop_token stop) : demo_(demo), stop_(std::move(stop)) {}

  std::vector<CheckedState> states() {
    for (std::size_t at = 0; at < demo_.steps.size(); ++at) {
      const DemoStep& step = demo_.steps[at];
      const std::string number = std::to_string(at + 1);
      check(step.shown, number, step.title);
      if (step.answered) {
        check(*step.answered, number + ", answer", step.title);
      }
    }
    return std::move(states_);
  }

 private:
  void check(const DemoState& state, const std::string& where, const std::string& title) {
    if (state.line == 0) {
      return;  // it has no block of its own, or one whose mistake is told
    }
    CheckedState checked{where, title, state.line, std::numeric_limits<double>::quiet_NaN(), state.session.loss.id, {}};
    try {
      const auto frame = computer_.compute(state.session, {}, Stops(stop_));
      checked.problems = cannot_show(state, *frame->data);
      std::ranges::copy(not_seen(state.speaks_of, *frame), std::back_inserter(checked.problems));
      if (frame->reduction) {
        checked.value = frame->reduction->value;
      }
      for (const ComparedPane& pane : frame->compared) {
        if (!pane.problem.empty()) {
          checked.problems.push_back(pane.loss + ": " + pane.problem);
        }
      }
    } catch (const Refusal& refusal) {
      checked.problems.emplace_back(refusal.what());
    } catch (const std::invalid_argument& error) {
      checked.problems.emplace_back(error.what());
    }
    states_.push_back(std::move(checked));
  }

  const Demo& demo_;
  std::stop_token stop_;
  FrameComputer computer_;
  std::vector<CheckedState> states_;
};

Json state_json(const CheckedState& state) {
  return {{"step", state.where},
          {"title", state.title},
          {"line", state.line},
          {"loss", state.loss},
          {"value", number_or_null(state.value)},
          {"problems", state.problems}};
}

/// Looks at one demo: tells its mistakes, and without them its states. Returns how many mistakes there are.
std::size_t check_demo(const std::string& file, bool quiet, Json& list, const std::stop_token& stop) {
  std::vector<DemoMistake> mistakes;
  const Demo demo = load_demo(QString::fromStdString(file), &mistakes);
  Json states = Json::array();
  for (const CheckedState& state : DemoCheck(demo, stop).states()) {
    for (const std::string& problem : state.problems) {
      mistakes.push_back({state.line, problem});
    }
    if (!quiet) {
      std::printf("%s: step %s: %s = %.6g  (%s)\n", displayable(file).c_str(), displayable(state.where).c_str(),
                  displayable(state.loss).c_str(), state.value, displayable(state.title).c_str());
    }
    states.push_back(state_json(state));
  }
  std::ranges::stable_sort(mistakes, {}, &DemoMistake::line);
  Json told = Json::array();
  for (const DemoMistake& mistake : mistakes) {
    std::cerr << "lossscope: " << displayable(file) << ": line " << mistake.line << ": " << displayable(mistake.what)
              << '\n';
    told.push_back({{"line", mistake.line}, {"what", mistake.what}});
  }
  list.push_back({{"file", file}, {"title", demo.title}, {"states", states}, {"mistakes", told}});
  return mistakes.size();
}

/// All demos are looked at before the first wrong one ends the program.
void check_demos(const std::vector<std::string>& files, std::string& json, const std::stop_token& stop) {
  Json list = Json::array();
  std::string first;
  std::size_t count = 0;
  for (const std::string& file : files) {
    const std::size_t here = check_demo(file, !json.empty(), list, stop);
    first = count == 0 && here > 0 ? file : first;
    count += here;
  }
  if (!json.empty()) {
    write_json({{"demos", list}}, json);
    json.clear();  // the mistakes are in it: no second answer for the refusal
  }
  if (count > 0) {
    std::cout.flush();
    throw Refusal("E_DEMO", first, std::to_string(count) + (count == 1 ? " mistake" : " mistakes") + " in demos",
                  "correct the lines that are named above");
  }
}

void list_demos() {
  for (const Demo& demo : built_in_demos()) {
    std::cout << demo.id << std::string(demo.id.size() < 14 ? 14 - demo.id.size() : 1, ' ') << demo.title << '\n';
  }
}

void list_members() {
  for (const SessionMember& member : session_members()) {
    std::cout << member.path << "\n    " << member.meaning << '\n';
  }
}

}  // namespace

void add_demo(CLI::App& app, Chosen& chosen) {
  auto* command =
      app.add_subcommand("demo", "Check demos of your own; list what there is (--demo NAME leads through one)");
  auto arguments = std::make_shared<DemoArguments>();
  command->add_option("--check", arguments->check, "Compute every state of demos and tell what is wrong, with its line")
      ->type_name("NAME|FILE.md");
  command->add_flag("--list", arguments->list, "The demos that come with the program");
  command->add_flag("--members", arguments->members, "Every member that a state may have");
  command->add_option("--json", chosen.json, "Write JSON of the check to a file, or to stdout with -")
      ->type_name("OUT");
  command->callback([&chosen, arguments] {
    if (!arguments->list && !arguments->members && arguments->check.empty()) {
      throw UsageError("demo needs --check FILE, --list or --members; lossscope --demo NAME leads through a demo");
    }
    chosen.run = [&chosen, arguments](const std::stop_token& stop) {
      if (arguments->list) {
        list_demos();
      }
      if (arguments->members) {
        list_members();
      }
      if (!arguments->check.empty()) {
        check_demos(arguments->check, chosen.json, stop);
      }
    };
  });
}

}  // namespace lossscope::commands
