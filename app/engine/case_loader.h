// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "app/engine/frame.h"

namespace lossscope {

/// Reads one input of a case: a file, or one of the samples below.
using InputReader = std::function<LoadedVolume(const InputChoice&, Role, const Progress&, std::stop_token)>;

/// The reader of the program: files through lossscope-reader, "sample:phantom" generated, "sample:mni-head" from the
/// installed sample. Throws Refusal and Cancelled.
[[nodiscard]] LoadedVolume read_input(const InputChoice& input, Role role, const Progress& progress,
                                      std::stop_token stop);

/// Turns a session's inputs into a case and keeps every step, so that only what a new session changed is done again.
class CaseLoader {
 public:
  explicit CaseLoader(int threads = 0, InputReader reader = read_input);
  ~CaseLoader();

  /// The case of `session`; the same pointer as before when nothing of it changed. `progress` is called while files
  /// are read. Throws Refusal, Cancelled, std::bad_alloc.
  [[nodiscard]] std::shared_ptr<const CaseData> load(const Session& session, const Progress& progress,
                                                     std::stop_token stop);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The case of a session, for a front without an engine. Throws as CaseLoader::load.
[[nodiscard]] std::shared_ptr<const CaseData> load_case(const Session& session, const Progress& progress = {},
                                                        std::stop_token stop = {}, int threads = 0);

}  // namespace lossscope
