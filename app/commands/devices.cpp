// SPDX-License-Identifier: Apache-2.0
// lossscope devices: what can compute here, and why CUDA is or is not available.
#include "app/engine/devices.h"

#include <iostream>

#include "app/commands/command.h"

namespace lossscope::commands {

void add_devices(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("devices", "What can compute here, and why CUDA is or is not available");
  command->add_option("--json", chosen.json, "Write JSON to a file, or to stdout with -")->type_name("OUT");
  command->callback([&chosen] {
    chosen.run = [&chosen](const std::stop_token&) {
      const Devices d = query_devices();
      if (chosen.json.empty()) {
        std::cout << "cpu    available: " << d.cpu << ", " << d.threads << " threads, " << d.instruction_set
                  << " kernels\n"
                  << "cuda   " << (d.cuda ? "available" : "not available: " + d.cuda_reason) << '\n';
        return;
      }
      write_json(
          {{"cpu", {{"available", true}, {"name", d.cpu}, {"threads", d.threads}, {"kernels", d.instruction_set}}},
           {"cuda", {{"available", d.cuda}, {"reason", d.cuda_reason}}},
           {"libtorch", d.libtorch}},
          chosen.json);
    };
  });
}

}  // namespace lossscope::commands
