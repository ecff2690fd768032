// SPDX-License-Identifier: Apache-2.0
// The format of a journal: a line of JSON a change, each from the history before it to the one after it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/session/journal.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Session& session) { return Json::parse(to_json(session)); }
Session session_of(const Json& json) { return session_from_json(json.dump()); }

/// How many steps of `before`, from `drop` on, are the first of `after`.
std::size_t common_steps(const History& before, const History& after, std::size_t drop) {
  const auto begin = before.steps.begin() + static_cast<std::ptrdiff_t>(drop);
  const auto [left, right] = std::mismatch(begin, before.steps.end(), after.steps.begin(), after.steps.end());
  return static_cast<std::size_t>(left - begin);
}

/// How many of the oldest steps were forgotten: the fewest that leave a history that goes on as `after` does.
std::size_t dropped_steps(const History& before, const History& after) {
  for (std::size_t drop = 0; drop <= before.steps.size(); ++drop) {
    const Session& first = drop == 0 ? before.first : before.steps[drop - 1].after;
    if (first == after.first && (drop == 0 || common_steps(before, after, drop) > 0)) {
      return drop;
    }
  }
  return 0;
}

/// A member that counts something; the library would convert any number, even one that no integer holds.
std::size_t count_of(const Json& line, const char* member) {
  const Json& count = line.at(member);
  if (!count.is_number_unsigned()) {
    throw std::invalid_argument("journal: a count must be a whole number");
  }
  return count.get<std::size_t>();
}

void apply_line(const Json& line, History& history) {
  const std::size_t drop = count_of(line, "drop"), keep = count_of(line, "keep");
  if (drop > history.steps.size() || keep > history.steps.size() - drop) {
    throw std::invalid_argument("journal: steps are missing");
  }
  if (drop > 0) {
    history.first = history.steps[drop - 1].after;
    history.steps.erase(history.steps.begin(), history.steps.begin() + static_cast<std::ptrdiff_t>(drop));
  }
  if (line.contains("first")) {
    history.first = session_of(line["first"]);
  }
  history.steps.resize(keep);
  for (const Json& step : line.at("steps")) {
    history.steps.push_back({step.at("text"), session_of(step.at("session"))});
  }
  history.index = count_of(line, "index");
  history.now = session_of(line.at("now"));
  if (history.index > history.steps.size()) {
    throw std::invalid_argument("journal: steps are missing");
  }
}

}  // namespace

std::string journal_line(const History& before, const History& after) {
  const std::size_t drop = dropped_steps(before, after);
  const Session& first = drop == 0 ? before.first : before.steps[drop - 1].after;
  const bool goes_on = first == after.first;
  const std::size_t keep = goes_on ? common_steps(before, after, drop) : 0;
  Json line{{"drop", drop}, {"keep", keep}};
  if (!goes_on) {
    line["first"] = json_of(after.first);
  }
  line["steps"] = Json::array();
  for (std::size_t at = keep; at < after.steps.size(); ++at) {
    line["steps"].push_back({{"text", after.steps[at].text}, {"session", json_of(after.steps[at].after)}});
  }
  line["index"] = after.index;
  line["now"] = json_of(after.now);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<History> read_journal(const std::string& text) {
  History history;
  bool any = false;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    History next = history;
    try {
      apply_line(Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                             text.begin() + static_cast<std::ptrdiff_t>(end)),
                 next);
    } catch (const std::exception&) {  // torn: what came before still stands
      break;
    }
    history = std::move(next);
    any = true;
  }
  return any ? std::optional(std::move(history)) : std::nullopt;
}

}  // namespace lossscope
