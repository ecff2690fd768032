// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "app/io/reader_client.h"

namespace lossscope {

/// A TorchScript model that makes the prediction from the image. A model is a program: it is run only when the person
/// who sits here trusts its SHA-256, wherever the path came from.
struct ModelChoice {
  std::string path;
  std::string sha256;            ///< of the file that was meant; another file under that path is refused
  std::optional<int> channel{};  ///< of its output, counted from 0; needed when there are several
  bool operator==(const ModelChoice&) const = default;
};

/// What a model file says about itself; nothing of it has run.
struct ModelInfo {
  std::string path, sha256;
  int version = 0;         ///< of the file format
  Displayable class_name;  ///< e.g. "__torch__.UNet"
  Displayable signature;   ///< of its forward; empty when the file does not say
  std::int64_t bytes = 0;
};

struct ModelLimits {
  std::size_t memory_bytes = 0;  ///< beside image and output; 0: three quarters of the machine's
  double seconds = 600;          ///< for loading, trying and running together
};

/// Reads a model file through its gate (app/reader/loading.md, policy 12), in lossscope-models, without running any of
/// it. Throws Refusal (E_MODEL_FORMAT, E_MODEL_ZIP, E_MODEL_STATE_DICT, E_MODEL_VERSION, and those of any file) and
/// Cancelled.
[[nodiscard]] ModelInfo inspect_model(const std::string& path, std::stop_token stop = {});

/// Whether the person trusts the model of that SHA-256.
using ModelTrust = std::function<bool(const std::string& sha256)>;

/// Which models and scripts may run, and how much they may use.
struct ModelPolicy {
  ModelTrust trust{};  ///< none: no model is trusted
  ModelLimits limits{};
  /// The same of losses in TorchScript, by the hash of their source (script_hash). None: all may run, for whoever asks
  /// wrote them.
  ModelTrust scripts{};
};

/// What `model` makes of an image: a volume on its grid, as from a file. The model gets the image's values as they are,
/// float32 of shape (1, 1, k, j, i). It runs in a process of its own that opens no file and no socket, starts nothing,
/// and is killed when it exceeds the limits or `stop` asks for it. Throws Refusal: E_MODEL_TRUST before anything runs,
/// E_MODEL_CHANGED, E_MODEL, E_MODEL_MEMORY, E_MODEL_TIMEOUT, E_MODEL_CRASH, E_MODEL_STORAGE, E_MODEL_OUTPUT,
/// E_MODEL_NAN, E_MODEL_CHANNEL, and those of inspect_model; and Cancelled.
[[nodiscard]] LoadedVolume run_model(const ModelChoice& model, const LoadedVolume& image, const ModelPolicy& policy,
                                     const Progress& progress = {}, std::stop_token stop = {});

}  // namespace lossscope
