// SPDX-License-Identifier: Apache-2.0
#include "app/io/model_client.h"

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/helper/sandbox.h"
#include "app/io/helper_answer.h"
#include "app/io/helper_claims.h"
#include "app/io/shared_memory.h"
#include "basics/file_name.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

/// Asks the models' helper, and hands the "model" of its answer to `take`. Throws Refusal and Cancelled.
void ask_models(const std::string& path, Json json, const SharedMemory* memory, const Progress& progress,
                const std::stop_token& stop, const ModelLimits& limits,
                const std::function<void(const Said& model)>& take) {
  json["path"] = std::filesystem::absolute(path).string();
  json["memory"] = limits.memory_bytes == 0 ? most_of_the_memory() : limits.memory_bytes;
  json["seconds"] = limits.seconds;
  HelperRequest request{.json = {{"model", json}}, .memory = memory, .stop = stop};
  request.limits = {3 * helper_patience(), limits.seconds};  // LibTorch starts slowly on a busy machine
  request.json["model"]["patience"] = request.limits.silence_seconds;
  request.progress = progress;
  try {
    const auto [answer, end] = ask_helper("lossscope-models", request);
    if (end.silent || end.overtime) {
      throw Refusal("E_MODEL_TIMEOUT", path, "it was not done in the time it may take, and was ended",
                    "does a loop in it never end? Otherwise take a smaller volume");
    }
    if (!answer.is_object()) {
      throw Refusal("E_MODEL_CRASH", path, "it ended its process (signal " + std::to_string(end.signal) + ")",
                    "the file is probably damaged: export it again");
    }
    const Said said(answer);
    if (said.has("refused")) {
      throw refusal_said(said.at("refused"), path);
    }
    take(said.at("model"));
  } catch (const Nonsense& nonsense) {
    throw Refusal("E_MODEL_CRASH", path,
                  std::string("the answer of its process makes no sense (") + nonsense.what() + ")",
                  "the file is damaged, or made to break it: get it anew from where it comes from");
  }
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
  ModelInfo info;
  ask_models(path, Json::object(), nullptr, {}, stop, {0, kSeconds},
             [&](const Said& model) { info = model_said(model, path); });
  return info;
}

LoadedVolume run_model(const ModelChoice& model, const LoadedVolume& image, const ModelPolicy& policy,
                       const Progress& progress, std::stop_token stop) {
  check_trust(model, policy.trust);
  const std::size_t bytes = static_cast<std::size_t>(image.volume.grid.voxels()) * sizeof(float);
  const SharedMemory shared;
  shared.fill(2 * bytes, [&](void* memory) { std::memcpy(memory, image.volume.data.get(), bytes); });
  const Json request{{"trusted", model.sha256},
                     {"size", image.volume.grid.size},
                     {"channel", model.channel ? Json(*model.channel) : Json(nullptr)}};
  LoadedVolume made;
  bool isolated = false;
  ask_models(model.path, request, &shared, progress, stop, policy.limits, [&](const Said& answer) {
    made.sha256 = hash_said(answer.at("sha256"));
    made.values = values_said(answer.at("values"));
    isolated = answer.at("isolated").truth();
    made.volume.data = shared.take(2 * bytes, {bytes, bytes});
  });
  made.path = model.path;
  made.format = "TorchScript";
  made.stored_type = "float32";
  made.grid = image.volume.grid;
  made.has_orientation = image.has_orientation;
  made.volume.grid = made.grid;
  made.volume.type = VoxelType::float32;
  const std::string name = shown_name(model.path);
  made.assumptions.push_back({"W_MODEL_INPUT", name + ": it got the image's values as they are, nothing normalised, as "
                                                      "float32 of shape (1, 1, k, j, i)"});
  if (!isolated) {
    made.assumptions.push_back({"W_ISOLATION", name +
                                                   ": this kernel offers neither Landlock nor seccomp; the model ran "
                                                   "in a process of its own that could open no file, but was not "
                                                   "kept from the network"});
  }
  return made;
}

}  // namespace lossscope
