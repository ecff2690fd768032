// SPDX-License-Identifier: Apache-2.0
#include "app/io/script_client.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "app/io/child_process.h"
#include "app/io/shared_memory.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;
constexpr int kSilenceSeconds = 120;
constexpr const char* kName = "TorchScript";

/// Shared bytes: predictions, contributions and gradients (float each), then the mask (uint8).
struct Layout {
  std::size_t voxels;
  [[nodiscard]] std::size_t bytes() const { return 13 * voxels; }
  [[nodiscard]] float* floats(const std::shared_ptr<void>& memory, std::size_t which) const {
    return static_cast<float*>(memory.get()) + which * voxels;
  }
};

void fill(const Layout& layout, const std::shared_ptr<void>& memory, const Problem& problem) {
  const auto p = problem.prediction.voxels<float>();
  float* out = layout.floats(memory, 0);
  for (std::size_t i = 0; i < layout.voxels; ++i) {
    out[i] = problem.kind == PredictionKind::logit ? static_cast<float>(1 / (1 + std::exp(-static_cast<double>(p[i]))))
                                                   : p[i];
  }
  const auto g = problem.mask.voxels<std::uint8_t>();
  std::memcpy(layout.floats(memory, 3), g.data(), g.size());
}

Volume volume_at(const Layout& layout, const std::shared_ptr<void>& memory, std::size_t which, const Grid& grid) {
  Volume volume;
  volume.grid = grid;
  volume.type = VoxelType::float32;
  volume.data = std::shared_ptr<void>(memory, layout.floats(memory, which));
  return volume;
}

Json ask(const Json& request, int descriptor, const std::stop_token& stop) {
  Json answer;
  const auto on_line = [&](const std::string& line) {
    Json json = Json::parse(line, nullptr, false);
    if (json.is_object()) {
      answer = std::move(json);
    }
  };
  const std::string input = request.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const ChildEnd end =
      run_child(helper_program("lossscope-models"), {"evaluate"}, input, descriptor, kSilenceSeconds, stop, on_line);
  if (end.cancelled) {
    throw Cancelled();
  }
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
  const Layout layout{static_cast<std::size_t>(grid.voxels())};
  const SharedMemory shared;
  shared.resize(layout.bytes());
  const std::shared_ptr<void> memory = shared.adopt(layout.bytes());
  fill(layout, memory, problem);
  const Json answer =
      ask({{"source", source}, {"size", grid.size}, {"descriptor", shared.descriptor()}, {"memory", memory_bytes}},
          shared.descriptor(), stop);
  ScriptResult result;
  result.value = answer.at("value").is_number() ? answer.at("value").get<double>() : std::nan("");
  result.gradient = volume_at(layout, memory, 2, grid);
  if (answer.at("is_map").get<bool>()) {
    result.contribution = volume_at(layout, memory, 1, grid);
  }
  return result;
}

}  // namespace lossscope
