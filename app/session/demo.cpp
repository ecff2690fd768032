// SPDX-License-Identifier: Apache-2.0
#include "app/session/demo.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "app/session/demo_state.h"
#include "app/session/inline_math.h"

namespace lossscope {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Reads line by line; every part knows where its text goes.
class Parser {
 public:
  Parser(const std::string& markdown, const std::string& folder, const StateCheck& check,
         std::vector<DemoMistake>* mistakes)
      : lines_(markdown), states_(folder), check_(check), mistakes_(mistakes) {}

  Demo parse() {
    for (std::string line; next(line);) {
      if (line.starts_with("```")) {
        fenced(line);
      } else if (line.starts_with("# ") && demo_.title.empty()) {
        demo_.title = trimmed(line.substr(2));
      } else if (line.starts_with("## ")) {
        begin_step(trimmed(line.substr(3)));
      } else if (trimmed(line) == "### Answer") {
        begin_answer();
      } else if (line.starts_with(">")) {
        need_step("a question");
        append(demo_.steps.back().question, line.substr(line.starts_with("> ") ? 2 : 1));
      } else {
        append(*text_, line);
      }
      read_paragraph(line);
    }
    finish();
    return std::move(demo_);
  }

 private:
  [[noreturn]] void wrong(int line, const std::string& what) const {
    throw std::invalid_argument("line " + std::to_string(line) + ": " + what);
  }

  /// What does not keep the rest from being read.
  void mistake(int line, const std::string& what) const {
    if (mistakes_ == nullptr) {
      wrong(line, what);
    }
    mistakes_->push_back({line, what});
  }

  bool next(std::string& line) {
    if (!std::getline(lines_, line)) {
      return false;
    }
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    ++number_;
    return true;
  }

  void need_step(const std::string& what) const {
    if (demo_.steps.empty()) {
      wrong(number_, what + " must stand below a step (a line that begins with ##)");
    }
  }

  void append(std::string& text, const std::string& line) const { text += line + "\n"; }

  /// Formulas and pictures may run over lines, but not beyond their paragraph; `line` was read just now.
  void read_paragraph(const std::string& line) {
    if (!trimmed(line).empty() && !line.starts_with("```") && !line.starts_with("#")) {
      paragraph_line_ = paragraph_.empty() ? number_ : paragraph_line_;
      paragraph_ += line + "\n";
      return;
    }
    end_paragraph();
  }

  void end_paragraph() {
    const std::string paragraph = std::exchange(paragraph_, {});
    try {
      (void)with_math(QString::fromStdString(paragraph));
    } catch (const std::invalid_argument& error) {
      mistake(paragraph_line_, error.what());
    }
    static const std::regex kPicture(R"(!\[[^\]]*\]\(([^)\s]+)[^)]*\))");
    for (std::sregex_iterator at(paragraph.begin(), paragraph.end(), kPicture), end; at != end; ++at) {
      const auto before = paragraph.begin() + at->position();
      demo_.pictures.push_back(
          {(*at)[1].str(), paragraph_line_ + static_cast<int>(std::count(paragraph.begin(), before, '\n'))});
    }
  }

  void begin_step(std::string title) {
    close_step();
    demo_.steps.push_back({});
    demo_.steps.back().title = std::move(title);
    text_ = &demo_.steps.back().text;
    in_answer_ = false;
    state_line_ = 0;
  }

  void begin_answer() {
    need_step("an answer");
    if (in_answer_) {
      wrong(number_, "the step has an answer already");
    }
    demo_.steps.back().shown = state();
    in_answer_ = true;
    state_line_ = 0;
    text_ = &demo_.steps.back().answer;
  }

  /// A step without an answer is closed by the next one.
  void close_step() {
    if (demo_.steps.empty()) {
      return;
    }
    DemoStep& step = demo_.steps.back();
    if (!in_answer_) {
      step.shown = state();
    } else if (state_line_ > 0) {
      step.answered = state();
    }
    for (std::string* text : {&step.text, &step.question, &step.answer}) {
      *text = trimmed(*text);
    }
  }

  void finish() {
    end_paragraph();
    close_step();
    demo_.summary = trimmed(demo_.summary);
    if (demo_.title.empty()) {
      wrong(1, "a demo begins with its title (a line that begins with #)");
    }
    if (demo_.steps.empty()) {
      wrong(number_, "a demo needs at least one step (a line that begins with ##)");
    }
  }

  /// A ```state block changes the state, any other block is part of the text.
  void fenced(const std::string& opening) {
    const bool is_state = trimmed(opening) == "```state";
    const int begin = number_;
    if (is_state) {
      need_step("a state");
      if (state_line_ > 0) {
        wrong(number_, "there is a state already; write both as one");
      }
    }
    std::string body;
    std::string line;
    bool closed = false;
    while (!closed && next(line)) {
      closed = line.starts_with("```");
      if (!closed) {
        append(body, line);
      }
    }
    if (!closed) {
      wrong(begin, "this block has no end (a line of ```)");
    }
    if (!is_state) {
      append(*text_, opening + "\n" + body + "```");
      return;
    }
    change_state(body, begin);
  }

  void change_state(const std::string& body, int line) {
    try {
      StateChain next = states_;
      next.change(body);
      const DemoPlay play = next.take_play();
      std::vector<Spoken> spoken = next.take_spoken();
      if (check_) {
        check_(next.session(), play);
      }
      states_ = std::move(next);
      play_ = play;
      spoken_ = std::move(spoken);
    } catch (const std::invalid_argument& error) {
      mistake(line + 1 + line_of_error(body, error.what()), error.what());
      is_wrong_ = true;
    }
    state_line_ = line;
  }

  /// The state that the last block has led to; what it sets going belongs to it alone.
  [[nodiscard]] DemoState state() {
    const bool own = !std::exchange(is_wrong_, false);
    return {states_.session(), std::exchange(play_, {}), std::exchange(spoken_, {}), own ? state_line_ : 0};
  }

  std::istringstream lines_;
  Demo demo_;
  std::string* text_ = &demo_.summary;
  StateChain states_;
  DemoPlay play_;  ///< of the step's state
  std::vector<Spoken> spoken_;
  const StateCheck& check_;
  std::vector<DemoMistake>* mistakes_;
  std::string paragraph_;
  int paragraph_line_ = 0;
  int number_ = 0, state_line_ = 0;  ///< 0: the step has no state yet
  bool in_answer_ = false, is_wrong_ = false;
};

}  // namespace

Demo parse_demo(const std::string& markdown, const std::string& id, const std::string& folder, const StateCheck& check,
                std::vector<DemoMistake>* mistakes) {
  Demo demo = Parser(markdown, folder, check, mistakes).parse();
  if (mistakes != nullptr) {  // a paragraph ends after the state below it
    std::ranges::stable_sort(*mistakes, {}, &DemoMistake::line);
  }
  demo.id = id;
  demo.folder = folder;
  return demo;
}

std::string step_markdown(const std::string& title, const Session& before, const Session& session,
                          const std::string& folder) {
  const auto parsed = [&](const Session& of) { return nlohmann::ordered_json::parse(to_json(of, folder)); };
  const auto patch = merge_patch_between(parsed(before), parsed(session));
  return "## " + title + "\nSay here what is seen.\n```state\n" + patch.dump(2) + "\n```\n";
}

}  // namespace lossscope
