// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/session/session.h"

namespace lossscope {

/// One step of a demo: a text beside a session state, and perhaps a question to the audience with its answer.
struct DemoStep {
  std::string title;
  std::string text;  ///< Markdown
  Session state;
  std::string question;             ///< Markdown; empty: none
  std::string answer;               ///< Markdown; empty: none
  std::optional<Session> answered;  ///< the state that shows the answer; none: nothing changes
};

/// A guided tour for teaching, written in Markdown (CONTRIBUTING.md says how):
///     # Title            then what it is about
///     ## Step            then its text; a fenced block ```state holds JSON that changes the session so far (a merge
///                        patch, RFC 7386, on the session's own JSON; the first step starts from an empty session)
///     > Question         lines that begin with > are the question to the audience
///     ### Answer         then its text, and perhaps a ```state block on top of the step's
struct Demo {
  std::string id;      ///< the file's name without its ending
  std::string folder;  ///< its pictures lie below it; empty: it has none
  std::string title, summary;
  std::vector<DemoStep> steps;  ///< never empty
};

/// Reads a demo. Paths in its states are relative to `folder`. Throws std::invalid_argument whose text begins with the
/// line that is wrong.
[[nodiscard]] Demo parse_demo(const std::string& markdown, const std::string& id, const std::string& folder = {});

}  // namespace lossscope
