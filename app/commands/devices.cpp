// SPDX-License-Identifier: Apache-2.0
// lossscope devices: what can compute here, and why CUDA is or is not available.
#include "app/engine/devices.h"

#include <iomanip>
#include <iostream>
#include <sstream>

#include "app/commands/command.h"

namespace lossscope::commands {
namespace {

std::string gibibytes(std::uint64_t bytes) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / (1 << 30) << " GiB";
  return text.str();
}

void print_devices(const Devices& d) {
  std::cout << "cpu     available: " << d.cpu << ", " << d.threads << " threads, " << d.instruction_set << " kernels\n";
  if (d.cuda.devices.empty()) {
    std::cout << "cuda    not available: " << d.cuda.reason << '\n';
  }
  for (const CudaDevice& gpu : d.cuda.devices) {
    std::cout << "cuda:" << gpu.index << "  available: " << gpu.name << ", compute capability " << gpu.capability
              << ", " << gibibytes(gpu.memory) << '\n';
  }
  std::cout << "files   read in processes of their own, locked up by " << d.isolation << '\n';
}

Json devices_json(const Devices& d) {
  Json gpus = Json::array();
  for (const CudaDevice& gpu : d.cuda.devices) {
    gpus.push_back({{"id", "cuda:" + std::to_string(gpu.index)},
                    {"name", gpu.name},
                    {"capability", gpu.capability},
                    {"memory", gpu.memory}});
  }
  return {{"cpu", {{"available", true}, {"name", d.cpu}, {"threads", d.threads}, {"kernels", d.instruction_set}}},
          {"cuda",
           {{"available", !d.cuda.devices.empty()},
            {"reason", d.cuda.reason},
            {"runtime", d.cuda.runtime},
            {"driver", d.cuda.driver},
            {"devices", gpus}}},
          {"libtorch", d.libtorch},
          {"isolation", d.isolation}};
}

}  // namespace

void add_devices(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("devices", "What can compute here, and why CUDA is or is not available");
  command->add_option("--json", chosen.json, "Write JSON to a file, or to stdout with -")->type_name("OUT");
  command->callback([&chosen] {
    chosen.run = [&chosen](const std::stop_token&) {
      const Devices d = query_devices();
      if (chosen.json.empty()) {
        print_devices(d);
      } else {
        write_json(devices_json(d), chosen.json);
      }
    };
  });
}

}  // namespace lossscope::commands
