// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <utility>

#include "app/session/session.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kSchema = 1;
constexpr std::string_view kSamplePrefix = "sample:";

template <class Enum>
struct Name {
  Enum value;
  std::string_view name;
};

constexpr Name<OverlayLayer> kLayers[] = {
    {OverlayLayer::none, "none"},         {OverlayLayer::contribution, "contribution"},
    {OverlayLayer::gradient, "gradient"}, {OverlayLayer::prediction, "prediction"},
    {OverlayLayer::distance, "distance"}, {OverlayLayer::counterfactual, "counterfactual"},
    {OverlayLayer::field, "field"}};
constexpr Name<GradientOf> kGradients[] = {{GradientOf::probability, "probability"}, {GradientOf::logit, "logit"}};
constexpr Name<FourthPane> kPanes[] = {{FourthPane::surface, "surface"}, {FourthPane::distance, "distance"}};
constexpr Name<PredictionSource> kSources[] = {{PredictionSource::none, "none"},
                                               {PredictionSource::file, "file"},
                                               {PredictionSource::degraded, "degraded"},
                                               {PredictionSource::model, "model"}};
constexpr Name<SpacingUse> kSpacings[] = {{SpacingUse::file, "file"}, {SpacingUse::unit, "unit"}};

constexpr Name<Anatomical> kViews[] = {
    {Anatomical::axial, "axial"}, {Anatomical::coronal, "coronal"}, {Anatomical::sagittal, "sagittal"}};
constexpr Name<Arrangement> kArrangements[] = {{Arrangement::single, "single"},
                                               {Arrangement::grid, "grid"},
                                               {Arrangement::contact_sheet, "contact-sheet"},
                                               {Arrangement::difference, "difference"}};

template <class Enum, std::size_t N>
std::string name_of(Enum value, const Name<Enum> (&names)[N]) {
  const auto found = std::find_if(std::begin(names), std::end(names), [&](const auto& n) { return n.value == value; });
  return std::string(found->name);
}

/// A member of the file, known by the way to it ("prediction.grid"), so that an error can say where it is.
class Member {
 public:
  Member(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  [[noreturn]] void wrong(const std::string& expected) const {
    throw std::invalid_argument("session: " + (where_.empty() ? "the file" : "'" + where_ + "'") + " must be " +
                                expected);
  }

  /// An object without members that nobody knows: a misspelt one would be lost without a word.
  void expect_object(std::initializer_list<std::string_view> known) const {
    if (!json_.is_object()) {
      wrong("an object");
    }
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        throw std::invalid_argument("session: unknown member '" + child_name(key) + "'");
      }
    }
  }

  /// Calls read(member) when there is one of that name that is not null.
  template <class Read>
  void when(const char* key, const Read& read) const {
    if (const auto found = json_.find(key); found != json_.end() && !found->is_null()) {
      read(Member(*found, child_name(key)));
    }
  }

  void get(const char* key, double& out) const {
    when(key, [&](const Member& m) { out = m.number(); });
  }
  void get(const char* key, bool& out) const {
    when(key, [&](const Member& m) {
      out = m.json_.is_boolean() ? m.json_.get<bool>() : (m.wrong("true or false"), false);
    });
  }
  void get(const char* key, std::string& out) const {
    when(key, [&](const Member& m) { out = m.text(); });
  }
  template <class Enum, std::size_t N>
  void get(const char* key, Enum& out, const Name<Enum> (&names)[N]) const {
    when(key, [&](const Member& m) { out = m.choice(names); });
  }
  template <class T>
  void get(const char* key, std::array<T, 3>& out) const {
    when(key, [&](const Member& m) { out = m.three<T>(); });
  }

  /// Three whole or other numbers.
  template <class T>
  [[nodiscard]] std::array<T, 3> three() const {
    if (!json_.is_array() || json_.size() != 3) {
      wrong("a list of three numbers");
    }
    std::array<T, 3> out{};
    std::size_t at = 0;
    each([&](const Member& element) {
      if constexpr (std::is_integral_v<T>) {
        out[at++] = element.whole();
      } else {
        out[at++] = element.number();
      }
    });
    return out;
  }

  /// Calls read(element) for each element of a list.
  template <class Read>
  void each(const Read& read) const {
    if (!json_.is_array()) {
      wrong("a list");
    }
    for (std::size_t at = 0; at < json_.size(); ++at) {
      read(Member(json_[at], where_ + "[" + std::to_string(at) + "]"));
    }
  }

  [[nodiscard]] double number() const {
    if (!json_.is_number()) {
      wrong("a number");
    }
    return json_.get<double>();
  }
  [[nodiscard]] std::int64_t whole() const {
    if (!json_.is_number_integer() ||
        (json_.is_number_unsigned() && !std::in_range<std::int64_t>(json_.get<std::uint64_t>()))) {
      wrong("a whole number");
    }
    return json_.get<std::int64_t>();
  }
  [[nodiscard]] std::string text() const {
    if (!json_.is_string()) {
      wrong("a text");
    }
    return json_.get<std::string>();
  }
  [[nodiscard]] const Json& json() const { return json_; }
  [[nodiscard]] std::string child_name(const std::string& key) const {
    return where_.empty() ? key : where_ + "." + key;
  }

 private:
  template <class Enum, std::size_t N>
  [[nodiscard]] Enum choice(const Name<Enum> (&names)[N]) const {
    const std::string given = text();
    std::string known;
    for (const auto& name : names) {
      if (name.name == given) {
        return name.value;
      }
      known.append(known.empty() ? "" : ", ").append(name.name);
    }
    wrong("one of " + known + ", not '" + given + "'");
  }

  const Json& json_;
  std::string where_;
};

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
  return json;
}

void read_input(const Member& member, const std::string& folder, InputChoice& input) {
  member.expect_object({"path", "answers", "grid", "component", "sha256"});
  member.get("path", input.path);
  member.get("sha256", input.sha256);
  input.path = absolute_path(input.path, folder);
  // As version 0.1 wrote them, before a file had answers.
  member.when("component", [&](const Member& m) { input.answers.set(Question::component, std::to_string(m.whole())); });
  member.when("grid", [&](const Member& m) {
    if (m.text() != "refuse") {
      input.answers.set(Question::grid, m.text() == "ignore-header" ? "ignore" : "resample");
    }
  });
  member.when("answers", [&](const Member& answers) {
    for (const QuestionInfo& row : questions()) {
      answers.when(std::string(row.id).c_str(), [&](const Member& m) {
        try {
          input.answers.set(row.question, m.text());
        } catch (const std::invalid_argument& error) {
          m.wrong(std::string("an answer (") + error.what() + ")");
        }
      });
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

Json compare_json(const Session& session) {
  return {{"arrangement", name_of(session.arrangement, kArrangements)},
          {"losses", session.compared},
          {"view", name_of(session.compared_view, kViews)},
          {"shared_range", session.shared_range}};
}

void read_compare(const Member& member, Session& session) {
  member.expect_object({"arrangement", "losses", "view", "shared_range"});
  member.get("arrangement", session.arrangement, kArrangements);
  member.get("view", session.compared_view, kViews);
  member.get("shared_range", session.shared_range);
  member.when("losses", [&](const Member& losses) {
    session.compared.clear();
    losses.each([&](const Member& loss) { session.compared.push_back(loss.text()); });
    if (session.compared.size() < 2 || session.compared.size() > kMaxCompared) {
      losses.wrong("a list of 2 to " + std::to_string(kMaxCompared) + " losses");
    }
  });
}

void read_sweep(const Member& member, SweepChoice& sweep) {
  member.expect_object({"along", "from", "to", "steps"});
  member.get("along", sweep.along);
  member.get("from", sweep.from);
  member.get("to", sweep.to);
  member.when("steps", [&](const Member& m) {
    const std::int64_t steps = m.whole();
    if (steps < 2 || steps > SweepChoice::kMaxSteps) {
      m.wrong("a number of steps from 2 to " + std::to_string(SweepChoice::kMaxSteps));
    }
    sweep.steps = static_cast<int>(steps);
  });
}

Json view_json(const Session& session) {
  return {{"layer", name_of(session.layer, kLayers)},
          {"gradient_of", name_of(session.gradient_of, kGradients)},
          {"opacity", session.opacity},
          {"show_overlay", session.show_overlay},
          {"show_contours", session.show_contours},
          {"range",
           {{"locked", session.range.locked}, {"minimum", session.range.minimum}, {"maximum", session.range.maximum}}},
          {"crosshair", session.crosshair},
          {"window", session.window},
          {"level", session.level},
          {"radiological", session.radiological},
          {"fourth", name_of(session.fourth, kPanes)},
          {"compare", compare_json(session)},
          {"pinned", session.pinned},
          {"sweep",
           {{"along", session.sweep.along},
            {"from", session.sweep.from},
            {"to", session.sweep.to},
            {"steps", session.sweep.steps}}},
          {"tab", session.tab}};
}

void read_view(const Member& view, Session& session) {
  view.expect_object({"layer", "gradient_of", "opacity", "show_overlay", "show_contours", "range", "crosshair",
                      "window", "level", "radiological", "fourth", "compare", "pinned", "sweep", "tab"});
  view.get("layer", session.layer, kLayers);
  view.get("gradient_of", session.gradient_of, kGradients);
  view.get("opacity", session.opacity);
  view.get("show_overlay", session.show_overlay);
  view.get("show_contours", session.show_contours);
  view.when("range", [&](const Member& range) {
    range.expect_object({"locked", "minimum", "maximum"});
    range.get("locked", session.range.locked);
    range.get("minimum", session.range.minimum);
    range.get("maximum", session.range.maximum);
  });
  view.get("crosshair", session.crosshair);
  view.get("window", session.window);
  view.get("level", session.level);
  view.get("radiological", session.radiological);
  view.get("fourth", session.fourth, kPanes);
  view.when("compare", [&](const Member& compare) { read_compare(compare, session); });
  view.when("pinned", [&](const Member& pinned) {
    session.pinned.clear();
    pinned.each([&](const Member& voxel) { session.pinned.push_back(voxel.three<std::int64_t>()); });
  });
  view.when("sweep", [&](const Member& sweep) { read_sweep(sweep, session.sweep); });
  view.get("tab", session.tab);
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
      session.parameters[loss][id] = Member(value, of_loss.child_name(id)).number();
    }
  }
}

void read_prediction(const Member& member, const std::string& folder, Session& session) {
  member.expect_object({"source", "meaning", "file", "degrade", "model"});
  member.get("source", session.source, kSources);
  member.when("meaning", [&](const Member& m) {
    try {
      session.meaning = m.text() == "automatic" ? PredictionMeaning::automatic : parse_meaning(m.text());
    } catch (const std::invalid_argument& error) {
      m.wrong(std::string("a meaning (") + error.what() + ")");
    }
  });
  member.when("file", [&](const Member& m) { read_input(m, folder, session.prediction); });
  member.when("model", [&](const Member& m) { read_model(m, folder, session.model); });
  member.when("degrade", [&](const Member& m) {
    try {
      session.degradation = parse_degradation(m.text());
    } catch (const std::invalid_argument& error) {
      m.wrong(std::string("a degradation (") + error.what() + ")");
    }
  });
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
  json["image"] = input_json(session.image, folder);
  json["mask"] = input_json(session.mask, folder);
  json["label"] = label_json(session.label.values, "nonzero");
  if (session.label.ignored) {
    json["ignore"] = label_json(*session.label.ignored, "none");
  }
  json["prediction"] = {{"source", name_of(session.source, kSources)},
                        {"meaning", to_string(session.meaning)},
                        {"file", input_json(session.prediction, folder)},
                        {"degrade", to_string(session.degradation)}};
  if (!session.model.path.empty()) {
    json["prediction"]["model"] = model_json(session.model, folder);
  }
  json["loss"] = session.loss;
  if (!session.script.empty()) {
    json["script"] = session.script;
  }
  json["parameters"] = session.parameters.empty() ? Json::object() : Json(session.parameters);
  json["spacing"] = name_of(session.spacing, kSpacings);
  json["view"] = view_json(session);
  // A path that is no UTF-8 is kept readable rather than losing the whole session.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Session session_from_json(const std::string& text, const std::string& folder) {
  const Json json = parse_text(text);
  const Member file(json, "");
  file.expect_object({"lossscope_session", "image", "mask", "label", "ignore", "prediction", "loss", "script",
                      "parameters", "spacing", "view"});
  if (!json.contains("lossscope_session") || json["lossscope_session"] != kSchema) {
    throw std::invalid_argument("session: 'lossscope_session' must be " + std::to_string(kSchema) +
                                "; this is no session file, or one of a newer version");
  }
  Session session;
  file.when("image", [&](const Member& m) { read_input(m, folder, session.image); });
  file.when("mask", [&](const Member& m) { read_input(m, folder, session.mask); });
  file.when("label", [&](const Member& m) { session.label.values = read_labels(m, "nonzero"); });
  file.when("ignore", [&](const Member& m) { session.label.ignored = read_labels(m, "none"); });
  file.when("prediction", [&](const Member& m) { read_prediction(m, folder, session); });
  file.get("loss", session.loss);
  file.get("script", session.script);
  file.when("parameters", [&](const Member& m) { read_parameters(m, session); });
  file.get("spacing", session.spacing, kSpacings);
  file.when("view", [&](const Member& m) { read_view(m, session); });
  return session;
}

}  // namespace lossscope
