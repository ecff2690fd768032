// SPDX-License-Identifier: Apache-2.0
#include "app/io/model_client.h"

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/helper/sandbox.h"
#include "app/io/helper_answer.h"
#include "app/io/shared_memory.h"
#include "losses/evaluate.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

/// Asks the models' helper; the "model" of its answer. Throws Refusal and Cancelled.
Json ask(const std::string& path, Json json, const SharedMemory* memory, const Progress& progress,
         const std::stop_token& stop, const ModelLimits& limits) {
  json["path"] = std::filesystem::absolute(path).string();
  json["memory"] = limits.memory_bytes == 0 ? most_of_the_memory() : limits.memory_bytes;
  json["seconds"] = limits.seconds;
  HelperRequest request{.json = {{"model", json}}, .memory = memory, .stop = stop};
  request.limits = {3 * helper_patience(), limits.seconds};  // LibTorch starts slowly on a busy machine
  request.progress = [&](const Json& step) {
    if (progress) {
      progress(step["progress"], step["what"].get<std::string>());
    }
  };
  const auto [answer, end] = ask_helper("lossscope-models", request);
  if (end.silent || end.overtime) {
    throw Refusal("E_MODEL_TIMEOUT", path, "it was not done in the time it may take, and was ended",
                  "does a loop in it never end? Otherwise take a smaller volume");
  }
  if (!answer.is_object()) {
    throw Refusal("E_MODEL_CRASH", path, "it ended its process (signal " + std::to_string(end.signal) + ")",
                  "the file is probably damaged: export it again");
  }
  if (answer.contains("refused")) {
    const Json& r = answer["refused"];
    throw Refusal(r.at("code"), path, r.at("reason"), r.at("remedy"));
  }
  return answer.at("model");
}

void check_trust(const ModelChoice& model, const ModelTrust& trust) {
  if (model.sha256.empty() || !trust || !trust(model.sha256)) {
    throw Refusal(
        "E_MODEL_TRUST", model.path,
        "a TorchScript model is a program, and this one (SHA-256 " +
            (model.sha256.empty() ? std::string("not given") : model.sha256) + ") is not trusted",
        "if you trust its origin, say so: --trust-model with its SHA-256, as lossscope info --as model tells");
  }
}

}  // namespace

ModelInfo inspect_model(const std::string& path, std::stop_token stop) {
  constexpr double kSeconds = 60;
  const Json model = ask(path, Json::object(), nullptr, {}, stop, {0, kSeconds});
  return {path,
          model.at("sha256"),
          model.at("version"),
          model.at("class"),
          model.at("signature"),
          model.at("bytes").get<std::int64_t>()};
}

LoadedVolume run_model(const ModelChoice& model, const LoadedVolume& image, const ModelPolicy& policy,
                       const Progress& progress, std::stop_token stop) {
  check_trust(model, policy.trust);
  const auto voxels = static_cast<std::size_t>(image.volume.grid.voxels());
  const SharedMemory shared;
  shared.resize(2 * voxels * sizeof(float));
  const std::shared_ptr<void> memory = shared.adopt(2 * voxels * sizeof(float));
  std::memcpy(memory.get(), image.volume.voxels<float>().data(), voxels * sizeof(float));
  const Json request{{"trusted", model.sha256},
                     {"size", image.volume.grid.size},
                     {"channel", model.channel ? Json(*model.channel) : Json(nullptr)}};
  const Json answer = ask(model.path, request, &shared, progress, stop, policy.limits);

  LoadedVolume made;
  made.path = model.path;
  made.format = "TorchScript";
  made.stored_type = "float32";
  made.sha256 = answer.at("sha256");
  made.grid = image.volume.grid;
  made.has_orientation = image.has_orientation;
  const Json& values = answer.at("values");
  made.values = {values.at("min"), values.at("max"), values.at("sum"), 0, 0};
  made.volume.grid = made.grid;
  made.volume.type = VoxelType::float32;
  made.volume.data = std::shared_ptr<void>(memory, static_cast<std::byte*>(memory.get()) + voxels * sizeof(float));
  const std::string name = displayable(std::filesystem::path(model.path).filename().string());
  made.assumptions.push_back({"W_MODEL_INPUT", name + ": it got the image's values as they are, nothing normalised, as "
                                                      "float32 of shape (1, 1, k, j, i)"});
  if (!answer.at("isolated").get<bool>()) {
    made.assumptions.push_back({"W_ISOLATION", name +
                                                   ": this kernel offers neither Landlock nor seccomp; the model ran "
                                                   "in a process of its own that could open no file, but was not "
                                                   "kept from the network"});
  }
  return made;
}

}  // namespace lossscope
