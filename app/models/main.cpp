// SPDX-License-Identifier: Apache-2.0
// lossscope-models: the only program that links LibTorch. Answers what can compute here, evaluates losses that a person
// wrote, runs TorchScript models, and times ours beside autograd. One request, one answer, then it ends.
#include <torch/cuda.h>
#include <torch/version.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "app/helper/channel.h"
#include "app/models/benchmark.h"
#include "app/models/evaluate_script.h"
#include "app/models/jit_process.h"
#include "app/models/run_model.h"

namespace {

/// Why CUDA cannot be used, in words; empty when it can.
std::string reason_against_cuda() {
  if (torch::cuda::is_available()) {
    return {};
  }
#if !defined(LOSSSCOPE_TORCH_CUDA)
  return "LibTorch " TORCH_VERSION " here is built for the CPU only";
#else
  return std::filesystem::exists("/proc/driver/nvidia/version") ? "the NVIDIA driver offers no usable device"
                                                                : "no NVIDIA driver is loaded";
#endif
}

nlohmann::json devices() {
  nlohmann::json answer{{"libtorch", TORCH_VERSION}, {"cuda", torch::cuda::is_available()}};
  answer["cuda_devices"] = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
  answer["reason"] = reason_against_cuda();
  return answer;
}

nlohmann::json answer_to(const nlohmann::json& request, lossscope::Channel& channel) {
  if (request.contains("evaluate")) {
    return lossscope::evaluate_script(request["evaluate"], channel);
  }
  if (request.contains("bench")) {
    return lossscope::benchmark(request["bench"], [&channel](double share, const std::string& what) {
      channel.say({{"progress", share}, {"what", what}});
    });
  }
  return request.contains("model") ? lossscope::answer_model(request["model"], channel) : devices();
}

}  // namespace

int main() {
  lossscope::Channel channel;
  if (!channel.open()) {
    std::cerr << "lossscope-models is a helper of lossscope, which starts it for scripts, models and devices\n";
    return 2;
  }
  while (const auto request = channel.receive()) {
    if (request->contains("prepare")) {  // it waits, warmed up, for what a person does next
      lossscope::warm_up();
      continue;
    }
    channel.say(answer_to(*request, channel));
    break;
  }
  return 0;
}
