// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/session/session_member.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kSchema = 1;
constexpr std::string_view kSamplePrefix = "sample:";

/// By their place in PredictionSource. What a descent went through is not saved.
enum class SourceKind : std::size_t { none, file, degraded, model };
constexpr Name<SourceKind> kSources[] = {{SourceKind::none, "none"},
                                         {SourceKind::file, "file"},
                                         {SourceKind::degraded, "degraded"},
                                         {SourceKind::model, "model"}};
constexpr Name<SpacingUse> kSpacings[] = {{SpacingUse::file, "file"}, {SpacingUse::unit, "unit"}};

std::string relative_path(const std::string& path, const std::string& folder) {
  if (path.empty() || folder.empty() || path.starts_with(kSamplePrefix)) {
    return path;
  }
  const std::filesystem::path relative = std::filesystem::path(path).lexically_relative(folder);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return below ? relative.generic_string() : path;
}

std::string absolute_path(const std::string& path, const std::string& folder) {
  if (path.empty() || folder.empty() || path.starts_with(kSamplePrefix)) {
    return path;
  }
  const auto absolute = (std::filesystem::path(folder) / path).lexically_normal();
  // A folder (of DICOM slices) has no slash at its end, so that it is the same path however it was written.
  return (absolute.has_filename() || absolute == absolute.root_path() ? absolute : absolute.parent_path()).string();
}

Json input_json(const InputChoice& input, const std::string& folder) {
  Json json{{"path", relative_path(input.path, folder)}};
  for (const auto& [question, answer] : input.answers.all()) {
    json["answers"][std::string(info(question).id)] = answer;
  }
  if (!input.sha256.empty()) {
    json["sha256"] = input.sha256;
  }
  for (const std::string& path : input.more_channels) {
    json["more_channels"].push_back(relative_path(path, folder));
  }
  return json;
}

void read_answer(const Member& member, Question question, const std::string& answer, InputChoice& input) {
  try {
    input.answers.set(question, answer);
  } catch (const std::invalid_argument& error) {
    member.wrong(std::string("an answer (") + error.what() + ")");
  }
}

void read_input(const Member& member, const std::string& folder, InputChoice& input) {
  member.expect_object({"path", "answers", "grid", "component", "sha256", "more_channels"});
  member.get("path", input.path);
  member.get("sha256", input.sha256);
  input.path = absolute_path(input.path, folder);
  member.when("more_channels", [&](const Member& m) {
    if (!m.json().is_array()) {
      m.wrong("a list of paths");
    }
    for (const Json& path : m.json()) {
      input.more_channels.push_back(absolute_path(Member(path, m.child_name("[]")).text(), folder));
    }
  });
  // As version 0.1 wrote them, before a file had answers.
  member.when("component",
              [&](const Member& m) { read_answer(m, Question::component, std::to_string(m.whole()), input); });
  member.when("grid", [&](const Member& m) {
    if (m.text() != "refuse") {
      read_answer(m, Question::grid, m.text() == "ignore-header" ? "ignore" : m.text(), input);
    }
  });
  member.when("answers", [&](const Member& answers) {
    for (const QuestionInfo& row : questions()) {
      answers.when(std::string(row.id).c_str(),
                   [&](const Member& m) { read_answer(m, row.question, m.text(), input); });
    }
    for (const auto& [key, value] : answers.json().items()) {
      const auto known = [&id = key](const QuestionInfo& row) { return row.id == id; };  // clang 14 takes no binding
      if (std::none_of(questions().begin(), questions().end(), known)) {
        throw std::invalid_argument("session: unknown member '" + answers.child_name(key) + "'");
      }
    }
  });
}

Json model_json(const ModelChoice& model, const std::string& folder) {
  Json json{{"path", relative_path(model.path, folder)}, {"sha256", model.sha256}};
  if (model.channel) {
    json["channel"] = *model.channel;
  }
  return json;
}

void read_model(const Member& member, const std::string& folder, ModelChoice& model) {
  member.expect_object({"path", "sha256", "channel"});
  member.get("path", model.path);
  model.path = absolute_path(model.path, folder);
  member.get("sha256", model.sha256);
  member.when("channel", [&](const Member& m) {
    const std::int64_t channel = m.whole();
    if (channel < 0 || channel > 0x7FFF) {
      m.wrong("a channel, counted from 0");
    }
    model.channel = static_cast<int>(channel);
  });
}

void read_parameters(const Member& member, Session& session) {
  if (!member.json().is_object()) {
    member.wrong("an object");
  }
  for (const auto& [loss, values] : member.json().items()) {
    const Member of_loss(values, member.child_name(loss));
    if (!values.is_object()) {
      of_loss.wrong("an object");
    }
    for (const auto& [id, value] : values.items()) {
      session.loss.parameters[loss][id] = Member(value, of_loss.child_name(id)).number();
    }
  }
}

/// Those that are not in front are read first, for whatever is chosen last is in front.
void read_sources(const Member& member, const std::string& folder, Session& session) {
  SourceKind front = SourceKind::none;
  member.get("source", front, kSources);
  InputChoice file;
  ModelChoice model;
  Degradation degradation;
  member.when("file", [&](const Member& m) { read_input(m, folder, file); });
  member.when("model", [&](const Member& m) { read_model(m, folder, model); });
  member.when("degrade", [&](const Member& m) {
    try {
      degradation = parse_degradation(m.text());
    } catch (const std::invalid_argument& error) {
      m.wrong(std::string("a degradation (") + error.what() + ")");
    }
  });
  session.predict_from<FromFile>().file = std::move(file);
  session.predict_from<FromMask>().degradation = degradation;
  session.predict_from<FromModel>().model = std::move(model);
  session.predict_from(static_cast<std::size_t>(front));
}

void read_prediction(const Member& member, const std::string& folder, Session& session) {
  member.expect_object({"source", "meaning", "file", "degrade", "threshold", "model"});
  read_sources(member, folder, session);
  PredictionChoice& prediction = session.prediction();
  member.when("meaning", [&](const Member& m) {
    try {
      prediction.meaning = m.text() == "automatic" ? PredictionMeaning::automatic : parse_meaning(m.text());
    } catch (const std::invalid_argument& error) {
      m.wrong(std::string("a meaning (") + error.what() + ")");
    }
  });
  member.when("threshold", [&](const Member& m) {
    const double threshold = m.number();
    if (!(threshold >= 0 && threshold <= 1)) {
      m.wrong("a probability from 0 to 1");
    }
    prediction.threshold = threshold;
  });
}

Json prediction_json(const Session& session, const std::string& folder) {
  const PredictionChoice& prediction = session.prediction();
  const auto* file = session.kept<FromFile>();
  const auto* mask = session.kept<FromMask>();
  Json json{{"source", name_of(static_cast<SourceKind>(prediction.source.index()), kSources)},
            {"meaning", to_string(prediction.meaning)},
            {"file", input_json(file == nullptr ? InputChoice() : file->file, folder)},
            {"degrade", to_string(mask == nullptr ? Degradation() : mask->degradation)}};
  if (prediction.threshold) {
    json["threshold"] = *prediction.threshold;
  }
  if (const auto* model = session.kept<FromModel>(); model != nullptr && model->model != ModelChoice()) {
    json["model"] = model_json(model->model, folder);
  }
  return json;
}

/// "nonzero" (or "none"), a whole number, or a list of them.
std::vector<std::int64_t> read_labels(const Member& member, std::string_view none) {
  if (member.json().is_number()) {
    return {member.whole()};
  }
  if (member.json().is_array()) {
    std::vector<std::int64_t> labels;
    for (const Json& element : member.json()) {
      labels.push_back(Member(element, member.child_name("[]")).whole());
    }
    return labels;
  }
  if (!member.json().is_string() || member.text() != none) {
    member.wrong("\"" + std::string(none) + "\", a whole number or a list of them");
  }
  return {};
}

Json label_json(const std::vector<std::int64_t>& labels, const char* none) {
  return labels.empty() ? Json(none) : (labels.size() == 1 ? Json(labels.front()) : Json(labels));
}

Json parse_text(const std::string& text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {  // bad syntax, or a number that no double holds
    throw std::invalid_argument(std::string("session: not JSON: ") + error.what());
  }
}

}  // namespace

std::string to_json(const Session& session, const std::string& folder) {
  Json json;
  json["lossscope_session"] = kSchema;
  json["image"] = input_json(session.study.image, folder);
  json["mask"] = input_json(session.study.mask, folder);
  json["label"] = label_json(session.study.labels.values, "nonzero");
  if (session.study.labels.ignored) {
    json["ignore"] = label_json(*session.study.labels.ignored, "none");
  }
  if (session.study.classes) {
    json["classes"] = classes_json(*session.study.classes);
  }
  json["prediction"] = prediction_json(session, folder);
  json["loss"] = session.loss.id;
  if (!session.loss.script.empty()) {
    json["script"] = session.loss.script;
  }
  json["parameters"] = session.loss.parameters.empty() ? Json::object() : Json(session.loss.parameters);
  json["spacing"] = name_of(session.study.spacing, kSpacings);
  json["view"] = view_json(session.look);
  // A path that is no UTF-8 is kept readable rather than losing the whole session.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Session session_from_json(const std::string& text, const std::string& folder) {
  const Json json = parse_text(text);
  const Member file(json, "");
  file.expect_object({"lossscope_session", "image", "mask", "label", "ignore", "classes", "prediction", "loss",
                      "script", "parameters", "spacing", "view"});
  if (!json.contains("lossscope_session") || json["lossscope_session"] != kSchema) {
    throw std::invalid_argument("session: 'lossscope_session' must be " + std::to_string(kSchema) +
                                "; this is no session file, or one of a newer version");
  }
  Session session;
  file.when("image", [&](const Member& m) { read_input(m, folder, session.study.image); });
  file.when("mask", [&](const Member& m) { read_input(m, folder, session.study.mask); });
  file.when("label", [&](const Member& m) { session.study.labels.values = read_labels(m, "nonzero"); });
  file.when("ignore", [&](const Member& m) { session.study.labels.ignored = read_labels(m, "none"); });
  file.when("classes", [&](const Member& m) { read_classes(m, session.study.classes); });
  file.when("prediction", [&](const Member& m) { read_prediction(m, folder, session); });
  file.get("loss", session.loss.id);
  file.get("script", session.loss.script);
  file.when("parameters", [&](const Member& m) { read_parameters(m, session); });
  file.get("spacing", session.study.spacing, kSpacings);
  file.when("view", [&](const Member& m) { read_view(m, session.look); });
  return session;
}

}  // namespace lossscope
