// SPDX-License-Identifier: Apache-2.0
#include "app/models/jit_process.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/jit.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <new>
#include <sstream>
#include <thread>

namespace lossscope {
namespace {

using Json = nlohmann::json;

/// The message without LibTorch's own call stack, on one line.
std::string first_lines(const std::string& message) {
  std::istringstream lines(message);
  std::string result;
  int kept = 0;
  for (std::string line; kept < 14 && std::getline(lines, line); ++kept) {
    if (line.starts_with("Exception raised from") || line.starts_with("frame #")) {
      break;
    }
    const auto first = line.find_first_not_of(' ');
    if (first != std::string::npos) {
      result += (result.empty() ? "" : " | ") + line.substr(first);
    }
  }
  return result;
}

}  // namespace

void warm_up() {
  static const bool kDone = [] {
    auto unit = torch::jit::compile("def loss(p, g):\n  return ((p - g) * (p - g)).mean()\n");
    for (int run = 0; run < 3; ++run) {  // the profiling executor compiles at its second run
      const auto p = torch::rand({64, 64, 64}, torch::kFloat64).requires_grad_(true);
      const auto value = unit->run_method("loss", p, torch::rand({64, 64, 64}, torch::kFloat64)).toTensor();
      (void)torch::autograd::grad({value}, {p});
    }
    return true;
  }();
  (void)kDone;
}

SandboxSupport lock_up(const Json& limits) {
  SandboxRules rules;
  rules.memory = limits.at("memory");
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  rules.cpu_seconds = static_cast<unsigned>(std::min(1e8, limits.at("seconds").get<double>() * cores)) + 1;
  return seal(rules);
}

Json refusal(const std::string& code, const std::string& reason, const std::string& remedy) {
  return {{"refused", {{"code", code}, {"reason", reason}, {"remedy", remedy}}}};
}

Json guarded(const std::string& code, const std::string& remedy, const std::function<Json()>& work) {
  const auto out_of_memory = [&] {
    return refusal(code + "_MEMORY", "it needs more memory than it may have",
                   "use a smaller volume, or fewer large intermediate tensors");
  };
  const auto failure = [&](const std::string& message) {  // only the words of the message say that an allocation failed
    return message.find("allocate memory") != std::string::npos ? out_of_memory()
                                                                : refusal(code, first_lines(message), remedy);
  };
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const c10::Error& error) {
    return failure(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return failure(error.what());
  }
}

}  // namespace lossscope
