// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include "app/engine/case_data.h"
#include "app/engine/sources.h"
#include "app/session/session.h"

namespace lossscope {

/// What may end a computation early. Reading has a token of its own: a newer request that wants the same files must
/// not make them be read again.
struct Stops {
  std::stop_token computing, reading;
  Stops() = default;
  Stops(std::stop_token both) : computing(both), reading(std::move(both)) {}  // NOLINT: converts on purpose
  Stops(std::stop_token compute, std::stop_token read) : computing(std::move(compute)), reading(std::move(read)) {}
};

/// Whether all that `before` reads (and has made by a model) is also read for `now`.
[[nodiscard]] bool reads_same_files(const Session& before, const Session& now);

/// Turns a session's inputs into a case and keeps every step, so that only what a new session changed is done again.
class CaseLoader {
 public:
  explicit CaseLoader(int threads = 0, Sources sources = {});
  ~CaseLoader();

  /// The case of `session`, with classes that of the class it looks at; the same pointer as before when nothing of it
  /// changed. `progress` is called while files
  /// are read. Throws Refusal, Cancelled, std::bad_alloc.
  [[nodiscard]] CaseDataPtr load(const Session& session, const Progress& progress, const Stops& stops);
  /// What the classes of a case are told apart by: its mask, and of a prediction from a file every channel.
  struct ClassFiles {
    std::shared_ptr<const LoadedVolume> mask;  ///< null without one
    std::vector<std::shared_ptr<const LoadedVolume>> channels;
  };
  /// Reads each file once; the mask is kept for load_channel, the channels are the caller's. Throws as load.
  [[nodiscard]] ClassFiles read_classes(const Session& session, const Progress& progress, const Stops& stops);
  /// The case of a session without classes, with `channel` for what would be read of its prediction's file; null: none
  /// was read. Throws as load.
  [[nodiscard]] CaseDataPtr load_channel(const Session& session, std::shared_ptr<const LoadedVolume> channel,
                                         const Progress& progress, const Stops& stops);
  /// The prediction of a degraded mask on the three planes through `voxel` alone, in a volume of the case's grid that
  /// holds nothing else of use and is overwritten by the next call. The case must have been loaded with a degraded
  /// mask; empty when this would need a new distance map, which takes as long as the whole volume.
  [[nodiscard]] Volume preview(const Degradation& degradation, const std::array<std::int64_t, 3>& voxel);

 private:
  [[nodiscard]] CaseDataPtr load_class(const Session& session, const Progress& progress, const Stops& stops);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The case of a session, for a front without an engine. Throws as CaseLoader::load.
[[nodiscard]] CaseDataPtr load_case(const Session& session, const Progress& progress = {}, std::stop_token stop = {},
                                    int threads = 0, Sources sources = {});

}  // namespace lossscope
