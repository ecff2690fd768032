// SPDX-License-Identifier: Apache-2.0
#include "app/session/demo.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Reads line by line; every part knows where its text goes.
class Parser {
 public:
  Parser(const std::string& markdown, std::string folder) : lines_(markdown), folder_(std::move(folder)) {
    state_ = Json::parse(to_json(Session{}, folder_));
  }

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
    }
    finish();
    return std::move(demo_);
  }

 private:
  [[noreturn]] void wrong(int line, const std::string& what) const {
    throw std::invalid_argument("line " + std::to_string(line) + ": " + what);
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

  void begin_step(std::string title) {
    close_step();
    demo_.steps.push_back({});
    demo_.steps.back().title = std::move(title);
    text_ = &demo_.steps.back().text;
    has_state_ = in_answer_ = false;
  }

  void begin_answer() {
    need_step("an answer");
    if (in_answer_) {
      wrong(number_, "the step has an answer already");
    }
    demo_.steps.back().state = session();
    in_answer_ = true;
    has_state_ = false;
    text_ = &demo_.steps.back().answer;
  }

  /// A step without an answer is closed by the next one.
  void close_step() {
    if (demo_.steps.empty()) {
      return;
    }
    DemoStep& step = demo_.steps.back();
    if (!in_answer_) {
      step.state = session();
    } else if (has_state_) {
      step.answered = session();
    }
    for (std::string* text : {&step.text, &step.question, &step.answer}) {
      *text = trimmed(*text);
    }
  }

  void finish() {
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
      if (has_state_) {
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
      state_.merge_patch(Json::parse(body));
      (void)session();
    } catch (const Json::parse_error& error) {
      wrong(line, std::string("the state is not JSON: ") + error.what());
    } catch (const std::invalid_argument& error) {
      wrong(line, error.what());
    }
    has_state_ = true;
  }

  [[nodiscard]] Session session() const { return session_from_json(state_.dump(), folder_); }

  std::istringstream lines_;
  std::string folder_;
  Demo demo_;
  std::string* text_ = &demo_.summary;
  Json state_;
  int number_ = 0;
  bool in_answer_ = false, has_state_ = false;
};

}  // namespace

Demo parse_demo(const std::string& markdown, const std::string& id, const std::string& folder) {
  Demo demo = Parser(markdown, folder).parse();
  demo.id = id;
  demo.folder = folder;
  return demo;
}

}  // namespace lossscope
