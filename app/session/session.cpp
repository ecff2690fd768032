// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/io/channel_files.h"

namespace lossscope {
namespace {

/// Whether nothing was chosen of it yet.
bool is_fresh(const PredictionSource& source) {
  return std::visit([](const auto& chosen) { return chosen == std::decay_t<decltype(chosen)>(); }, source);
}

}  // namespace

bool Look::shows_distance() const {
  const bool in_3d = fourth == FourthPane::surface && display.surfaces.colour == SurfaceColour::distance;
  return layer == OverlayLayer::distance || fourth == FourthPane::distance || in_3d;
}

std::vector<double> LossChoice::values_of(const Loss& loss) const {
  std::vector<double> values = loss.defaults();
  const auto chosen = parameters.find(std::string(loss.declaration().id));
  if (chosen == parameters.end()) {
    return values;
  }
  for (const auto& [parameter, value] : chosen->second) {
    if (const auto at = loss.parameter(parameter)) {
      values[*at] = value;
    }
  }
  return values;
}

PredictionChoice Session::seen_prediction() const {
  PredictionChoice seen = prediction();
  if (look.playback) {
    seen.source = *look.playback;
  }
  return seen;
}

const PredictionChoice* Session::find(std::size_t kind) const {
  const auto found = std::find_if(predictions_.begin(), predictions_.end(), [kind](const PredictionChoice& prediction) {
    return prediction.source.index() == kind;
  });
  return found == predictions_.end() ? nullptr : &*found;
}

void Session::put_in_front(PredictionSource fresh) {
  PredictionChoice next = prediction();
  if (next.source.index() == fresh.index()) {
    return;
  }
  const PredictionChoice* known = find(fresh.index());
  next.source = known == nullptr ? std::move(fresh) : known->source;
  predictions_.front() = {std::move(predictions_.front().source)};
  std::erase_if(predictions_, [&](const PredictionChoice& old) {
    return old.source.index() == next.source.index() || is_fresh(old.source);
  });
  std::sort(predictions_.begin(), predictions_.end(),
            [](const auto& a, const auto& b) { return a.source.index() < b.source.index(); });
  predictions_.insert(predictions_.begin(), std::move(next));
}

InputChoice prediction_of(const std::vector<std::string>& paths) {
  InputChoice file;
  file.more_channels = in_channel_order(paths);
  if (!paths.empty()) {
    file.path = file.more_channels.front();
    file.more_channels.erase(file.more_channels.begin());
  }
  return file;
}

void Session::predict_from(std::size_t kind) {
  const std::array<PredictionSource, 4> fresh{std::monostate(), FromFile(), FromMask(), FromModel()};
  put_in_front(fresh.at(kind));
}

const InputChoice* Session::input(Role role) const {
  if (role == Role::prediction) {
    const auto* file = kept<FromFile>();
    return file == nullptr ? nullptr : &file->file;
  }
  return role == Role::image ? &study.image : &study.mask;
}

InputChoice* Session::input(Role role) {
  if (role == Role::prediction) {
    for (PredictionChoice& known : predictions_) {
      if (auto* file = known.from<FromFile>()) {
        return &file->file;
      }
    }
    return nullptr;
  }
  return role == Role::image ? &study.image : &study.mask;
}

std::string Session::path_of(Role role) const {
  const InputChoice* found = input(role);
  return found == nullptr ? std::string() : found->path;
}

void Session::answer(Role role, Question question, const std::string& answer) {
  check_answer(question, answer);
  if (question == Question::kind) {
    prediction().meaning = parse_meaning(answer);
  } else if (question == Question::label) {
    study.labels.values = parse_labels(answer, "nonzero");
  } else if (question == Question::ignore) {
    study.labels.ignored = parse_labels(answer, "none");
  } else {
    for (const Role each : {Role::image, Role::mask, Role::prediction}) {
      const bool meant = each == role || question == Question::memory;  // halved grids must fit each other
      if (InputChoice* file = input(each); file != nullptr && meant) {
        file->answers.set(question, answer);
      }
    }
  }
}

void Session::remove_input(Role role) {
  if (role != Role::prediction) {
    *input(role) = {};
    return;
  }
  predict_from_nothing();
  std::erase_if(predictions_, [](const PredictionChoice& old) { return old.from<FromFile>() != nullptr; });
}

void Session::exchange_inputs(Role one, Role other) {
  if (one != Role::prediction && other != Role::prediction) {
    std::swap(*input(one), *input(other));
    return;
  }
  InputChoice& partner = *input(one == Role::prediction ? other : one);
  std::swap(partner, predict_from<FromFile>().file);
  partner.more_channels.clear();  // image and mask have one file
  if (input(Role::prediction)->path.empty()) {
    remove_input(Role::prediction);
  }
}

std::vector<std::string> Session::shown_losses() const {
  const std::vector<std::string>& compared = look.compared;
  switch (look.arrangement) {
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
    case Arrangement::class_sheet:
      break;
  }
  return {loss.id};
}

void Session::compare(std::size_t count) {
  std::vector<std::string>& compared = look.compared;
  const auto has = [&compared](const std::string& id) {
    return std::find(compared.begin(), compared.end(), id) != compared.end();
  };
  if (compared.size() < count && !has(loss.id) && loss.id != kScriptLoss) {
    compared.push_back(loss.id);
  }
  // Losses of different families first: their maps differ most.
  for (const char* id : {"dice", "bce", "focal", "tversky", "hausdorff", "dist_map", "combo"}) {
    if (compared.size() < count && !has(id)) {
      compared.emplace_back(id);
    }
  }
  compared.resize(count);
}

Change change_between(const Session& before, const Session& now) {
  const PredictionChoice was = before.seen_prediction(), is = now.seen_prediction();
  if (before.study != now.study || before.look.shows_distance() != now.look.shows_distance()) {
    return Change::more;
  }
  if (before.loss == now.loss) {
    if (was == is) {
      return Change::look;
    }
    PredictionChoice degraded = was;
    degraded.source = is.source;
    const bool both_degraded = was.from<FromMask>() != nullptr && is.from<FromMask>() != nullptr;
    return both_degraded && degraded == is ? Change::degradation : Change::more;
  }
  LossChoice tuned = before.loss;
  tuned.parameters = now.loss.parameters;
  return was == is && tuned == now.loss ? Change::parameters : Change::more;
}

}  // namespace lossscope
