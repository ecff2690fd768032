// SPDX-License-Identifier: Apache-2.0
// lossscope losses: what there is.
#include <iostream>

#include "app/commands/command.h"
#include "app/commands/loss_arguments.h"
#include "losses/json/loss_json.h"

namespace lossscope::commands {
namespace {

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
