// SPDX-License-Identifier: Apache-2.0
#include "app/session/demo_state.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>

#include "app/session/session_member.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;

/// JSON in which no member stands twice: the parser would keep the last one without a word.
Json parse_unique(const std::string& body) {
  std::vector<std::set<std::string>> open;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second) {
      throw std::invalid_argument("'" + value.get<std::string>() + "' stands twice");
    }
    return true;
  };
  try {
    return Json::parse(body, watch);
  } catch (const Json::exception& error) {
    throw std::invalid_argument(std::string("the state is not JSON: ") + error.what());
  }
}

/// Members that a session writes only when it has them, so that a state may take them away at any time.
bool is_optional(const std::string& where) {
  static const std::set<std::string> kOptional{"ignore",           "script",  "prediction.threshold",
                                               "prediction.model", "classes", "view.class"};
  return kOptional.contains(where);
}

/// A null takes a member away; one that was never there was misspelt, or meant otherwise.
void check_nulls(const Json& patch, const Json& state, const std::string& where) {
  for (const auto& [key, value] : patch.items()) {
    const std::string name = where.empty() ? key : where + "." + key;
    const auto there = state.is_object() ? state.find(key) : state.end();
    const bool known = state.is_object() && there != state.end();
    if (value.is_null() && !known && !is_optional(name)) {
      throw std::invalid_argument("'" + name + "' is taken away by null, but it is not there");
    }
    if (value.is_object()) {
      check_nulls(value, known ? *there : Json::object(), name);
    }
  }
}

int count_within(const Member& member, const char* key, int lowest, int highest, int standard) {
  int count = standard;
  member.when(key, [&](const Member& m) {
    const std::int64_t value = m.whole();
    if (value < lowest || value > highest) {
      m.wrong("a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    }
    count = static_cast<int>(value);
  });
  return count;
}

constexpr Name<bool> kOptimisers[] = {{false, "gradient descent"}, {true, "Adam"}};
constexpr Name<bool> kRates[] = {{false, "own"}, {true, "common"}};
constexpr Name<bool> kStarts[] = {{false, "as it is"}, {true, "held"}};

DescentPlay read_descent(const Member& member) {
  member.expect_object({"losses", "steps", "optimiser", "rate", "rates", "start"});
  DescentPlay play;
  member.when("losses", [&](const Member& losses) {
    losses.each([&](const Member& loss) { play.losses.push_back(loss.text()); });
  });
  if (play.losses.empty() || play.losses.size() > 4) {
    throw std::invalid_argument("'" + member.child_name("losses") + "' must be a list of one to four losses");
  }
  play.steps = count_within(member, "steps", 1, 1000, play.steps);
  member.get("optimiser", play.adam, kOptimisers);
  member.get("rates", play.common_rate, kRates);
  member.get("start", play.held, kStarts);
  member.when("rate", [&](const Member& m) {
    if (!(m.number() > 0 && m.number() <= 20)) {
      m.wrong("a number above 0, at most 20");
    }
    play.rate = m.number();
  });
  return play;
}

DemoPlay read_play(const Json& json) {
  const Member member(json, "play");
  member.expect_object({"sweep", "descent"});
  DemoPlay play;
  member.get("sweep", play.sweep);
  member.when("descent", [&](const Member& m) { play.descent = read_descent(m); });
  return play;
}

std::vector<Spoken> read_spoken(const Json& json) {
  std::vector<Spoken> spoken;
  Member(json, "speaks_of").each([&](const Member& member) {
    const std::string word = member.text();
    const auto found = std::ranges::find(kSpoken, word, &SpokenName::name);
    if (found == std::end(kSpoken)) {
      std::string known;
      for (const SpokenName& name : kSpoken) {
        known.append(known.empty() ? "" : ", ").append(name.name);
      }
      member.wrong("one of " + known + ", not '" + word + "'");
    }
    spoken.push_back(found->kind);
  });
  return spoken;
}

}  // namespace

StateChain::StateChain(std::string folder)
    : folder_(std::move(folder)), state_(Json::parse(to_json(Session{}, folder_))) {}

void StateChain::change(const std::string& body) {
  Json patch = parse_unique(body);
  if (!patch.is_object()) {
    throw std::invalid_argument("a state must be an object: { ... }");
  }
  if (const auto play = patch.find("play"); play != patch.end()) {
    play_ = read_play(*play);
    patch.erase("play");
  }
  if (const auto spoken = patch.find("speaks_of"); spoken != patch.end()) {
    spoken_ = read_spoken(*spoken);
    patch.erase("speaks_of");
  }
  check_nulls(patch, state_, {});
  Json changed = state_;
  changed.merge_patch(patch);
  (void)session_from_json(changed.dump(), folder_);
  state_ = std::move(changed);
}

Session StateChain::session() const { return session_from_json(state_.dump(), folder_); }

DemoPlay StateChain::take_play() { return std::exchange(play_, {}); }

std::vector<Spoken> StateChain::take_spoken() { return std::exchange(spoken_, {}); }

nlohmann::ordered_json merge_patch_between(const Json& from, const Json& to) {
  Json patch = Json::object();
  for (const auto& [key, value] : to.items()) {
    const auto before = from.find(key);
    if (before == from.end()) {
      patch[key] = value;
    } else if (before->is_object() && value.is_object()) {
      if (Json inner = merge_patch_between(*before, value); !inner.empty()) {
        patch[key] = std::move(inner);
      }
    } else if (*before != value) {
      patch[key] = value;
    }
  }
  for (const auto& [key, value] : from.items()) {
    if (!to.contains(key)) {
      patch[key] = nullptr;
    }
  }
  return patch;
}

int line_of_error(const std::string& body, const std::string& error) {
  if (const auto at = error.find("parse error at line "); at != std::string::npos) {
    return std::max(0, std::atoi(error.c_str() + at + 20) - 1);
  }
  const auto begin = error.find('\'');
  const auto end = begin == std::string::npos ? begin : error.find('\'', begin + 1);
  if (end == std::string::npos) {
    return 0;
  }
  std::string name = error.substr(begin + 1, end - begin - 1);  // the member's whole way: view.compare.losses[1]
  name = name.substr(0, name.find('['));
  std::size_t at = 0;
  for (std::size_t part = 0; part != std::string::npos && part < name.size();) {
    const auto dot = name.find('.', part);
    const auto found = body.find("\"" + name.substr(part, dot == std::string::npos ? dot : dot - part) + "\"", at);
    at = found == std::string::npos ? at : found;
    part = dot == std::string::npos ? dot : dot + 1;
  }
  return static_cast<int>(std::count(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}  // namespace lossscope
