// SPDX-License-Identifier: Apache-2.0
#include "app/engine/devices.h"

#include <fstream>
#include <stdexcept>

#include "app/helper/sandbox.h"
#include "app/io/helper_answer.h"
#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "unknown processor";
}

/// What `lossscope-models devices` answers; null when it does not.
nlohmann::json ask_models() {
  try {
    return ask_helper("lossscope-models", {.json = {{"devices", true}}, .limits = {.silence_seconds = 60}}).json;
  } catch (const std::runtime_error&) {  // it cannot be started
    return nullptr;
  }
}

}  // namespace

Devices query_devices() {
  Devices devices;
  devices.cpu = processor_name();
  devices.threads = resolve_threads(0);
  devices.instruction_set = cpu_instruction_set();
  devices.isolation = to_string(sandbox_support());
  const nlohmann::json answer = ask_models();
  const auto said = answer.is_object() ? answer.find("libtorch") : answer.end();
  devices.libtorch = said != answer.end() && said->is_string() ? said->get<std::string>() : "";
  devices.cuda = query_cuda();
  return devices;
}

}  // namespace lossscope
