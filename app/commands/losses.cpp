// SPDX-License-Identifier: Apache-2.0
// lossscope losses: what there is.
#include <iostream>

#include "app/commands/command.h"
#include "app/commands/loss_arguments.h"
#include "losses/fields/field_info.h"

namespace lossscope::commands {
namespace {

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
    if (json["fields"].empty() || json["fields"].back() != lossscope::info(request.kind).id) {
      json["fields"].push_back(lossscope::info(request.kind).id);
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

void print_table() {
  for (const Loss* loss : all_losses()) {
    const Declaration& about = loss->declaration();
    std::cout << about.id << std::string(about.id.size() < 16 ? 16 - about.id.size() : 1, ' ') << about.name << " ("
              << about.family << ")\n";
    for (const ParameterInfo& row : loss->parameters()) {
      std::cout << "    " << row.id << " = " << value_text(row, row.default_value) << "   " << row.meaning << '\n';
    }
  }
}

}  // namespace

void add_losses(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("losses", "List the losses, their parameters, presets and citations");
  command->add_option("--json", chosen.json, "Write JSON to a file, or to stdout with -")->type_name("OUT");
  command->callback([&chosen] {
    chosen.run = [&chosen](const std::stop_token&) {
      if (chosen.json.empty()) {
        print_table();
        return;
      }
      Json list = Json::array();
      for (const Loss* loss : all_losses()) {
        list.push_back(loss_json(*loss));
      }
      write_json(list, chosen.json);
    };
  });
}

}  // namespace lossscope::commands
