// SPDX-License-Identifier: Apache-2.0
#include "losses/json/loss_json.h"

#include <cmath>
#include <string>
#include <vector>

#include "losses/fields/field_info.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

using Json = nlohmann::ordered_json;

Json parameter_json(const ParameterInfo& row) {
  Json json{{"name", row.id},
            {"symbol", row.symbol},
            {"label", row.label},
            {"meaning", row.meaning},
            {"default", row.default_value},
            {"min", row.minimum},
            {"max", row.maximum},
            {"scale", row.scale == Scale::logarithmic ? "log" : "linear"}};
  if (!row.choices.empty()) {
    json["choices"] = std::vector<std::string>(row.choices.begin(), row.choices.end());
    json["scale"] = "choice";
    json["default"] = value_text(row, row.default_value);
  }
  if (!row.special.empty()) {
    json["special"] = row.special;
    if (row.default_value == -1) {
      json["default"] = row.special;
    }
  }
  return json;
}

}  // namespace

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json loss_json(const Loss& loss) {
  const Declaration& about = loss.declaration();
  Json json{{"id", about.id}, {"name", about.name}, {"family", about.family}, {"formula", about.formula}};
  json["summary"] = about.summary;
  json["use_when"] = about.use_when;
  json["avoid_when"] = about.avoid_when;
  json["slips"] = about.slips;
  json["blind"] = about.blind;
  json["zero_when_perfect"] = about.zero_when_perfect;
  json["parameters"] = Json::array();
  for (const ParameterInfo& row : loss.parameters()) {
    json["parameters"].push_back(parameter_json(row));
  }
  json["fields"] = Json::array();
  for (const FieldRequest& request : loss.fields(loss.defaults())) {
    if (json["fields"].empty() || json["fields"].back() != info(request.kind).id) {
      json["fields"].push_back(info(request.kind).id);
    }
  }
  json["citation"] = about.citation;
  json["link"] = about.link;
  json["presets"] = Json::array();
  for (const Preset& preset : about.presets) {
    Json values = Json::object();
    for (const auto& [id, value] : preset.values) {
      values[std::string(id)] = value;
    }
    json["presets"].push_back({{"name", preset.name}, {"values", values}, {"note", preset.note}});
    if (!preset.id.empty()) {
      json["presets"].back()["id"] = preset.id;
    }
  }
  return json;
}

Json parameters_json(const ConfiguredLoss& loss) {
  Json json = Json::object();
  for (std::size_t i = 0; i < loss.parameters.size(); ++i) {
    const ParameterInfo& row = loss.loss->parameters()[i];
    json[std::string(row.id)] =
        has_name(row, loss.parameters[i]) ? Json(value_text(row, loss.parameters[i])) : Json(loss.parameters[i]);
  }
  return json;
}

Json value_json(const ConfiguredLoss& loss, double value) {
  const bool by_preset = loss.preset != nullptr && !loss.preset->id.empty();
  Json json{{"id", by_preset ? std::string(loss.preset->id) : loss_text(*loss.loss, loss.parameters)},
            {"value", number_or_null(value)}};
  if (const auto peer = peer_value(loss, value)) {
    json["peer_value"] = number_or_null(*peer);
  }
  return json;
}

Json parts_json(const ConfiguredLoss& loss, double value, std::span<const double> values) {
  const SumLoss* sum = as_sum(*loss.loss);
  if (sum == nullptr) {
    return nullptr;
  }
  Json json = Json::array();
  const auto parts = sum->parts(loss.parameters);
  for (std::size_t at = 0; at < parts.size(); ++at) {
    json.push_back({{"id", parts[at].loss.declaration().id},
                    {"weight", parts[at].weight},
                    {"value", number_or_null(values[at])},
                    {"share", number_or_null(parts[at].weight * values[at] / value)}});
  }
  return json;
}

Json parts_json(const ConfiguredLoss& loss, const Reduction& reduction) {
  std::vector<double> values;
  for (const Reduction& part : reduction.parts) {
    values.push_back(part.value);
  }
  return parts_json(loss, reduction.value, values);
}

Json class_json(const ClassEvaluation& made, std::size_t which) {
  Json row{{"value", nullptr}, {"weight", 0}};
  if (made.parts.size() > 1) {
    row["value"] = number_or_null(made.shares_of[which]);
    row["weight"] = nullptr;
  }
  for (const ClassTerm& term : made.terms) {
    if (term.which == which && made.parts.size() == 1) {
      row["value"] = number_or_null(term.evaluation.reduction.value);
      row["weight"] = term.weight;
    }
  }
  row["share"] = number_or_null(made.shares_of[which] / made.value);
  return row;
}

Json metrics_json(const Metrics& m) {
  return {{"dice", number_or_null(m.dice)},
          {"jaccard", number_or_null(m.jaccard)},
          {"sensitivity", number_or_null(m.sensitivity)},
          {"specificity", number_or_null(m.specificity)},
          {"precision", number_or_null(m.precision)},
          {"hausdorff", number_or_null(m.hausdorff)},
          {"hausdorff95", number_or_null(m.hausdorff95)},
          {"mean_surface_distance", number_or_null(m.mean_surface_distance)},
          {"volume_mask", m.volume_mask},
          {"volume_prediction", m.volume_prediction}};
}

}  // namespace lossscope
