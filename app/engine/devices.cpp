// SPDX-License-Identifier: Apache-2.0
#include "app/engine/devices.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

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

/// What `lossscope-models devices`, beside this program, prints; empty when it cannot be run.
std::string ask_models() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto models = self.parent_path() / "lossscope-models";
  if (error || !std::filesystem::exists(models)) {
    return {};
  }
  std::string quoted;
  for (const char c : models.string()) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  std::string answer;
  if (FILE* pipe = ::popen(("'" + quoted + "' devices 2>/dev/null").c_str(), "r")) {
    char buffer[512];
    while (std::fgets(buffer, sizeof(buffer), pipe) != nullptr) {
      answer += buffer;
    }
    ::pclose(pipe);
  }
  return answer;
}

}  // namespace

Devices query_devices() {
  Devices devices;
  devices.cpu = processor_name();
  devices.threads = resolve_threads(0);
  devices.instruction_set = cpu_instruction_set();
  const auto answer = nlohmann::json::parse(ask_models(), nullptr, false);
  if (answer.is_object()) {
    devices.libtorch = answer.value("libtorch", "");
    devices.cuda_reason = answer.value("reason", "");
  } else {
    devices.cuda_reason = "lossscope-models, which asks LibTorch, did not answer";
  }
  if (devices.cuda_reason.empty()) {
    devices.cuda_reason = "LibTorch sees a GPU, but this version of LossScope has no CUDA kernels yet";
  }
  return devices;
}

}  // namespace lossscope
