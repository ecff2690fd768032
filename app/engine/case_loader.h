// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "app/engine/frame.h"

namespace lossscope {

/// Reads one input of a case: a file, one of the samples below, or (Playback::path) a prediction of a descent.
using InputReader = std::function<LoadedVolume(const InputChoice&, Role, const Progress&, std::stop_token)>;

/// The reader of the program: files through lossscope-reader, "sample:phantom" generated, "sample:mni-head" from the
/// installed sample. Throws Refusal and Cancelled.
[[nodiscard]] LoadedVolume read_input(const InputChoice& input, Role role, const Progress& progress,
                                      std::stop_token stop);

/// What may end a computation early. Reading has a token of its own, so that a newer request for the same files stops
/// the computation but not the reading.
struct Stops {
  std::stop_token computing, reading;
  Stops() = default;
  Stops(std::stop_token both) : computing(both), reading(std::move(both)) {}  // NOLINT: converts on purpose
  Stops(std::stop_token compute, std::stop_token read) : computing(std::move(compute)), reading(std::move(read)) {}
};

/// Turns a session's inputs into a case and keeps every step, so that only what a new session changed is done again.
class CaseLoader {
 public:
  explicit CaseLoader(int threads = 0, InputReader reader = read_input, ModelPolicy models = {});
  ~CaseLoader();

  /// The case of `session`; the same pointer as before when nothing of it changed. `progress` is called while files
  /// are read. Throws Refusal, Cancelled, std::bad_alloc.
  [[nodiscard]] std::shared_ptr<const CaseData> load(const Session& session, const Progress& progress,
                                                     const Stops& stops);
  /// The prediction of a degraded mask on the three planes through `voxel` alone, in a volume of the case's grid that
  /// holds nothing else of use and is overwritten by the next call. The case must have been loaded with a degraded
  /// mask; empty when this would need a new distance map, which takes as long as the whole volume.
  [[nodiscard]] Volume preview(const Degradation& degradation, const std::array<std::int64_t, 3>& voxel);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The case of a session, for a front without an engine. Throws as CaseLoader::load.
[[nodiscard]] std::shared_ptr<const CaseData> load_case(const Session& session, const Progress& progress = {},
                                                        std::stop_token stop = {}, int threads = 0,
                                                        ModelPolicy models = {});

}  // namespace lossscope
