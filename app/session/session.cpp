// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace lossscope {

std::string Playback::path() const { return "descent:" + std::to_string(lane) + "/" + std::to_string(step); }

std::optional<Playback> Playback::of(const std::string& path) {
  Playback playback;
  long long step = 0;
  if (std::sscanf(path.c_str(), "descent:%zu/%lld", &playback.lane, &step) != 2) {
    return std::nullopt;
  }
  playback.step = step;
  return playback;
}

bool Session::same_case(const Session& other) const {
  const auto parts = [](const Session& s) {
    return std::tie(s.image, s.mask, s.prediction, s.label, s.source, s.model, s.meaning, s.degradation, s.threshold);
  };
  return parts(*this) == parts(other);
}

InputChoice& Session::input(Role role) { return role == Role::image ? image : role == Role::mask ? mask : prediction; }

void Session::answer(Role role, Question question, const std::string& answer) {
  check_answer(question, answer);
  if (question == Question::kind) {
    meaning = parse_meaning(answer);
  } else if (question == Question::label) {
    label.values = parse_labels(answer, "nonzero");
  } else if (question == Question::ignore) {
    label.ignored = parse_labels(answer, "none");
  } else if (question == Question::memory) {  // all inputs alike: halved grids must fit each other
    for (InputChoice* every : {&image, &mask, &prediction}) {
      every->answers.set(question, answer);
    }
  } else {
    input(role).answers.set(question, answer);
  }
}

void Session::remove_input(Role role) {
  input(role) = {};
  if (role == Role::prediction) {
    source = PredictionSource::none;
  }
}

void Session::exchange_inputs(Role one, Role other) {
  std::swap(input(one), input(other));
  if (one == Role::prediction || other == Role::prediction) {
    source = prediction.path.empty() ? PredictionSource::none : PredictionSource::file;
  }
}

std::vector<std::string> Session::shown_losses() const {
  switch (arrangement) {
    case Arrangement::grid:
      return compared;
    case Arrangement::difference:
      return {compared.begin(), compared.begin() + std::min<std::ptrdiff_t>(2, std::ssize(compared))};
    case Arrangement::contact_sheet: {
      std::vector<std::string> all;
      for (const Loss* each : all_losses()) {
        all.emplace_back(each->declaration().id);
      }
      return all;
    }
    case Arrangement::single:
      break;
  }
  return {loss};
}

void Session::compare(std::size_t count) {
  const auto has = [this](const std::string& id) {
    return std::find(compared.begin(), compared.end(), id) != compared.end();
  };
  if (compared.size() < count && !has(loss) && loss != kScriptLoss) {
    compared.push_back(loss);
  }
  // Losses of different families first: their maps differ most.
  for (const char* id : {"dice", "bce", "focal", "tversky", "hausdorff", "dist_map", "combo"}) {
    if (compared.size() < count && !has(id)) {
      compared.emplace_back(id);
    }
  }
  compared.resize(count);
}

std::vector<double> Session::parameter_values(const Loss& of) const {
  std::vector<double> values = of.defaults();
  const auto chosen = parameters.find(std::string(of.declaration().id));
  if (chosen == parameters.end()) {
    return values;
  }
  for (const auto& [id, value] : chosen->second) {
    if (const auto at = of.parameter(id)) {
      values[*at] = value;
    }
  }
  return values;
}

}  // namespace lossscope
