// SPDX-License-Identifier: Apache-2.0
#include "app/figures/report_recipe.h"

#include <algorithm>

#include "basics/displayable.h"
#include "basics/number_text.h"

namespace lossscope {
namespace {

using Words = std::vector<std::string>;

void add(Words& words, std::string flag, std::string value) {
  words.push_back(std::move(flag));
  words.push_back(std::move(value));
}

void add_answers(Words& words, Role role, const InputChoice& input) {
  for (const auto& [question, answer] : input.answers.all()) {
    add(words, "--" + std::string(info(question).id), std::string(to_string(role)) + "=" + answer);
  }
}

void add_study(Words& words, const CaseChoice& study) {
  add(words, "--mask", study.mask.path);
  add_answers(words, Role::mask, study.mask);
  if (!study.labels.values.empty()) {
    add(words, "--label", label_text(study.labels.values, "nonzero"));
  }
  if (study.labels.ignored) {
    add(words, "--ignore", label_text(*study.labels.ignored, "none"));
  }
  if (!study.image.path.empty()) {
    add(words, "--image", study.image.path);
    add_answers(words, Role::image, study.image);
  }
  if (study.spacing == SpacingUse::unit) {
    add(words, "--spacing", "unit");
  }
}

void add_prediction(Words& words, const PredictionChoice& prediction) {
  if (prediction.from<FromMask>() != nullptr) {
    const std::string how = to_string(prediction.degradation());
    add(words, "--predict", how.empty() ? "perfect" : "degrade:" + how);
    return;
  }
  if (const auto* file = prediction.from<FromFile>()) {
    add(words, "--prediction", file->file.path);
    for (const std::string& path : file->file.more_channels) {
      add(words, "--prediction", path);
    }
    add_answers(words, Role::prediction, file->file);
  } else if (const auto* model = prediction.from<FromModel>()) {
    add(words, "--predict", "model:" + model->model.path);
    add(words, "--trust-model", model->model.sha256);
    if (model->model.channel) {
      add(words, "--channel", std::to_string(*model->model.channel));
    }
  }
  if (prediction.meaning != PredictionMeaning::automatic) {
    add(words, "--kind", std::string(to_string(prediction.meaning)));
  }
}

/// A parameter's value as --set takes it, with every digit.
std::string set_text(const ParameterInfo& info, double value) {
  const bool named = !info.choices.empty() || (value == -1 && !info.special.empty());
  return named ? value_text(info, value) : shortest_text(value);
}

void add_losses(Words& words, const std::vector<ConfiguredLoss>& losses, bool with_values) {
  std::string ids;
  for (const ConfiguredLoss& configured : losses) {
    ids.append(ids.empty() ? "" : ",").append(configured.loss->declaration().id);
  }
  add(words, "--loss", ids);
  Words settings;
  for (const ConfiguredLoss& configured : losses) {
    const auto defaults = configured.loss->defaults();
    for (std::size_t at = 0; with_values && at < defaults.size(); ++at) {
      if (const ParameterInfo& info = configured.loss->parameters()[at]; configured.parameters[at] != defaults[at]) {
        settings.push_back(std::string(configured.loss->declaration().id) + "." + std::string(info.id) + "=" +
                           set_text(info, configured.parameters[at]));
      }
    }
  }
  if (!settings.empty()) {
    words.emplace_back("--set");
    words.insert(words.end(), settings.begin(), settings.end());
  }
}

/// A way to look without what no report shows.
Look reported(Look look) {
  const Look fresh;
  look.crosshair = fresh.crosshair;
  look.pinned = fresh.pinned;
  look.fourth = fresh.fourth;
  look.arrangement = fresh.arrangement;
  look.compared = fresh.compared;
  look.compared_view = fresh.compared_view;
  look.shared_range = fresh.shared_range;
  look.playback = fresh.playback;
  look.display.surfaces = fresh.display.surfaces;
  look.display.zoom = fresh.display.zoom;
  look.display.sweep = fresh.display.sweep;
  look.display.tab = fresh.display.tab;
  return look;
}

}  // namespace

std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(",./:=_+-@").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

Recipe report_recipe(const Session& session, const std::vector<ConfiguredLoss>& losses, const QString& name,
                     const QString& session_name) {
  Recipe recipe;
  if (session.seen_prediction().from<FromRun>() != nullptr) {
    return recipe;
  }
  Words words{"lossscope", "report"};
  const Look look = reported(session.look);
  const bool flags_suffice = look == Look() && !session.prediction().threshold;
  if (flags_suffice) {
    add_study(words, session.study);
    add_prediction(words, session.prediction());
  } else {
    Session saved = session;
    saved.look = look;
    recipe.session = QByteArray::fromStdString(to_json(saved));
    add(words, "--session", session_name.toStdString());
    if (const auto* model = session.prediction().from<FromModel>()) {
      add(words, "--trust-model", model->model.sha256);
    }
  }
  add_losses(words, losses, flags_suffice);
  add(words, "-o", name.toStdString());
  for (const std::string& word : words) {
    recipe.command += (recipe.command.isEmpty() ? QString() : QStringLiteral(" ")) +
                      QString::fromStdString(displayable(shell_word(word)));
  }
  return recipe;
}

}  // namespace lossscope
