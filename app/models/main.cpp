// SPDX-License-Identifier: Apache-2.0
// lossscope-models: the only program that links LibTorch. Answers what can compute here, evaluates losses that a
// person wrote, and times ours beside autograd, each as one line of JSON.
#include <torch/cuda.h>
#include <torch/version.h>

#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "app/models/benchmark.h"
#include "app/models/evaluate_script.h"

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

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "devices") == 0) {
    std::cout << devices().dump() << '\n';
    return 0;
  }
  if (argc == 2 && std::strcmp(argv[1], "evaluate") == 0) {
    std::string line;
    std::getline(std::cin, line);
    std::cout << lossscope::evaluate_script(nlohmann::json::parse(line)).dump() << std::endl;
    return 0;
  }
  if (argc == 2 && std::strcmp(argv[1], "bench") == 0) {
    std::string line;
    std::getline(std::cin, line);
    const auto progress = [](double share, const std::string& what) {
      std::cout << nlohmann::json{{"progress", share}, {"what", what}}.dump() << std::endl;
    };
    std::cout << lossscope::benchmark(nlohmann::json::parse(line), progress).dump() << std::endl;
    return 0;
  }
  std::cerr << "lossscope-models is a helper of lossscope; it answers: devices, evaluate, bench\n";
  return 2;
}
