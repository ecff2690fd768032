// SPDX-License-Identifier: Apache-2.0
#include "app/io/script_client.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#include "app/helper/script_layout.h"
#include "app/io/helper_answer.h"
#include "app/io/helper_claims.h"
#include "app/io/shared_memory.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;
constexpr const char* kName = "TorchScript";

float* floats(void* memory, std::size_t offset) {
  return reinterpret_cast<float*>(static_cast<std::byte*>(memory) + offset);
}

void fill(const ScriptLayout& layout, void* memory, const Problem& problem) {
  const auto p = problem.prediction.voxels<float>();
  float* out = floats(memory, layout.prediction());
  for (std::size_t i = 0; i < layout.voxels; ++i) {
    out[i] = problem.kind == PredictionKind::logit ? static_cast<float>(1 / (1 + std::exp(-static_cast<double>(p[i]))))
                                                   : p[i];
  }
  const auto g = problem.mask.voxels<std::uint8_t>();
  std::memcpy(floats(memory, layout.mask()), g.data(), g.size());
  const std::uint8_t* counts = problem.counted();
  counts != nullptr ? std::memcpy(floats(memory, layout.counts()), counts, layout.voxels)
                    : std::memset(floats(memory, layout.counts()), 1, layout.voxels);
}

Volume volume_at(const std::shared_ptr<void>& memory, std::size_t offset, const Grid& grid) {
  Volume volume;
  volume.grid = grid;
  volume.type = VoxelType::float32;
  volume.data = std::shared_ptr<void>(memory, floats(memory.get(), offset));
  return volume;
}

std::unique_ptr<ChildProcess> start_prepared() {
  auto helper = std::make_unique<ChildProcess>(helper_program("lossscope-models"));
  helper->send("{\"prepare\": true}\n");
  return helper;
}

void check_end(const HelperAnswer& answer) {
  if (answer.end.silent || answer.end.overtime) {
    throw Refusal("E_SCRIPT_TIMEOUT", kName, "it was not done in the time it may take", "does a loop in it never end?");
  }
  if (!answer.json.is_object()) {
    throw Refusal("E_SCRIPT", kName, "it ended its process (signal " + std::to_string(answer.end.signal) + ")",
                  "try it on a smaller volume, or simplify it");
  }
}

ScriptResult evaluate_with(ChildProcess& helper, const std::string& source, const Problem& problem,
                           std::stop_token stop, const ScriptLimits& limits) {
  const Grid& grid = problem.mask.grid;
  const ScriptLayout layout{static_cast<std::size_t>(grid.voxels())};
  const SharedMemory shared;
  shared.fill(layout.bytes(), [&](void* memory) { fill(layout, memory, problem); });
  const Json script{{"source", source},
                    {"size", grid.size},
                    {"all_count", problem.counts.empty()},
                    {"memory", limits.memory_bytes},
                    {"seconds", limits.seconds}};
  HelperRequest request{.json = {{"evaluate", script}}, .memory = &shared, .stop = std::move(stop)};
  request.limits = {3 * helper_patience(), limits.seconds};  // LibTorch starts slowly on a busy machine
  request.json["evaluate"]["patience"] = request.limits.silence_seconds;
  try {
    const HelperAnswer answer = ask_helper(helper, request);
    check_end(answer);
    const Said said(answer.json);
    if (said.has("refused")) {
      throw refusal_said(said.at("refused"), kName);
    }
    ScriptResult result;
    result.value = answer.json.value("value", Json()).is_null() ? std::nan("") : said.at("value").number();
    const bool is_map = said.at("is_map").truth();
    const std::size_t begin = is_map ? layout.contribution() : layout.gradient();
    const std::shared_ptr<void> maps = shared.take(layout.bytes(), {begin, layout.mask() - begin});
    result.gradient = volume_at(maps, layout.gradient() - begin, grid);
    if (is_map) {
      result.contribution = volume_at(maps, 0, grid);
    }
    return result;
  } catch (const Nonsense& nonsense) {
    throw Refusal("E_SCRIPT", kName, std::string("the answer of its process makes no sense (") + nonsense.what() + ")",
                  "simplify it; only what LibTorch documents is known to work");
  }
}

}  // namespace

ScriptRunner::ScriptRunner() = default;
ScriptRunner::~ScriptRunner() = default;

void ScriptRunner::rest() { spare_.reset(); }

ScriptResult ScriptRunner::evaluate(const std::string& source, const Problem& problem, std::stop_token stop,
                                    const ScriptLimits& limits) {
  const auto helper = spare_ && spare_->runs() ? std::move(spare_) : start_prepared();
  try {
    ScriptResult result = evaluate_with(*helper, source, problem, std::move(stop), limits);
    spare_ = start_prepared();
    return result;
  } catch (...) {  // a person corrects the script and tries again: have a process ready
    spare_ = start_prepared();
    throw;
  }
}

ScriptResult evaluate_script(const std::string& source, const Problem& problem, std::stop_token stop,
                             const ScriptLimits& limits) {
  return evaluate_with(*start_prepared(), source, problem, std::move(stop), limits);
}

}  // namespace lossscope
