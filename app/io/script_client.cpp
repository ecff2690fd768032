// SPDX-License-Identifier: Apache-2.0
#include "app/io/script_client.h"

#include <cmath>
#include <cstddef>
#include <cstring>
#include <nlohmann/json.hpp>

#include "app/io/helper_answer.h"
#include "app/io/shared_memory.h"
#include "app/models/script_layout.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;
constexpr int kSilenceSeconds = 120;
constexpr const char* kName = "TorchScript";

float* floats(const std::shared_ptr<void>& memory, std::size_t offset) {
  return reinterpret_cast<float*>(static_cast<std::byte*>(memory.get()) + offset);
}

void fill(const ScriptLayout& layout, const std::shared_ptr<void>& memory, const Problem& problem) {
  const auto p = problem.prediction.voxels<float>();
  float* out = floats(memory, layout.prediction());
  for (std::size_t i = 0; i < layout.voxels; ++i) {
    out[i] = problem.kind == PredictionKind::logit ? static_cast<float>(1 / (1 + std::exp(-static_cast<double>(p[i]))))
                                                   : p[i];
  }
  const auto g = problem.mask.voxels<std::uint8_t>();
  std::memcpy(floats(memory, layout.mask()), g.data(), g.size());
}

Volume volume_at(const std::shared_ptr<void>& memory, std::size_t offset, const Grid& grid) {
  Volume volume;
  volume.grid = grid;
  volume.type = VoxelType::float32;
  volume.data = std::shared_ptr<void>(memory, floats(memory, offset));
  return volume;
}

Json ask(const Json& request, int descriptor, const std::stop_token& stop) {
  auto [answer, end] = ask_helper("lossscope-models", {"evaluate"}, request, descriptor, kSilenceSeconds, stop);
  if (end.timed_out) {
    throw Refusal("E_SCRIPT_TIMEOUT", kName, "it was not done after two minutes", "does a loop in it never end?");
  }
  if (!answer.is_object()) {
    throw Refusal("E_SCRIPT", kName, "it ended its process (signal " + std::to_string(end.signal) + ")",
                  "try it on a smaller volume, or simplify it");
  }
  if (answer.contains("refused")) {
    const Json& r = answer["refused"];
    throw Refusal(r.at("code"), kName, r.at("reason"), r.at("remedy"));
  }
  return answer;
}

}  // namespace

ScriptResult evaluate_script(const std::string& source, const Problem& problem, std::stop_token stop,
                             std::size_t memory_bytes) {
  const Grid& grid = problem.mask.grid;
  const ScriptLayout layout{static_cast<std::size_t>(grid.voxels())};
  const SharedMemory shared;
  shared.resize(layout.bytes());
  const std::shared_ptr<void> memory = shared.adopt(layout.bytes());
  fill(layout, memory, problem);
  const Json answer =
      ask({{"source", source}, {"size", grid.size}, {"descriptor", shared.descriptor()}, {"memory", memory_bytes}},
          shared.descriptor(), stop);
  ScriptResult result;
  result.value = answer.at("value").is_number() ? answer.at("value").get<double>() : std::nan("");
  result.gradient = volume_at(memory, layout.gradient(), grid);
  if (answer.at("is_map").get<bool>()) {
    result.contribution = volume_at(memory, layout.contribution(), grid);
  }
  return result;
}

}  // namespace lossscope
