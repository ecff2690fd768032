// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/session/session.h"

namespace lossscope {

/// A descent that a step of a demo sets going.
struct DescentPlay {
  std::vector<std::string> losses;  ///< one to four ids
  int steps = 60;                   ///< 1 to 1000
  bool adam = false;
  std::optional<double> rate;  ///< above 0; none: the optimiser's usual one
  bool common_rate = false;    ///< one rate for all losses
  bool held = false;           ///< the start's probabilities are held within 0.01 to 0.99
  bool operator==(const DescentPlay&) const = default;
};

/// What a step of a demo sets going once its state is on screen: no part of the session.
struct DemoPlay {
  bool sweep = false;  ///< the sweep that the state describes
  std::optional<DescentPlay> descent;
  bool operator==(const DemoPlay&) const = default;
};

/// Voxels that a step's text is about.
enum class Spoken : std::uint8_t { missed, false_alarms, structure, edge };
struct SpokenName {
  Spoken kind;
  std::string_view name;  ///< in the file
};
inline constexpr SpokenName kSpoken[] = {{Spoken::missed, "missed"},
                                         {Spoken::false_alarms, "false alarms"},
                                         {Spoken::structure, "structure"},
                                         {Spoken::edge, "edge"}};

/// A state of a demo and the line of the file where its block begins; 0: it is the state before.
struct DemoState {
  Session session;
  DemoPlay play;
  std::vector<Spoken> speaks_of;  ///< what must be seen of it; a check looks
  int line = 0;
};

/// One step of a demo: a text beside a session state, and perhaps a question to the audience with its answer.
struct DemoStep {
  std::string title;
  std::string text;  ///< Markdown
  DemoState shown;
  std::string question;               ///< Markdown; empty: none
  std::string answer;                 ///< Markdown; empty: none
  std::optional<DemoState> answered;  ///< the state that shows the answer; none: nothing changes
};

/// A picture that the text of a demo shows: ![alt](path).
struct DemoPicture {
  std::string path;  ///< as it stands there: relative to the demo's folder, or "formula:ID" for a loss's formula
  int line = 0;
};

/// A guided tour for teaching, written in Markdown (resources/manual/demos.md says how):
///     # Title            then what it is about
///     ## Step            then its text; a fenced block ```state holds JSON that changes the session so far (a merge
///                        patch, RFC 7386, on the session's own JSON; the first step starts from an empty session).
///                        Its member "play" sets something going and belongs to this step alone;
///                        so does "speaks_of", a list of what must be seen
///     > Question         lines that begin with > are the question to the audience
///     ### Answer         then its text, and perhaps a ```state block on top of the step's
struct Demo {
  std::string id;      ///< the file's name without its ending
  std::string folder;  ///< its pictures lie below it; empty: it has none
  std::string title, summary;
  std::vector<DemoStep> steps;  ///< never empty
  std::vector<DemoPicture> pictures;
};

/// Something that is wrong in a demo's file.
struct DemoMistake {
  int line = 0;
  std::string what;
};

/// What else is asked of a state, beyond its form. Throws std::invalid_argument that names the member ('view.tab').
using StateCheck = std::function<void(const Session&, const DemoPlay&)>;

/// Reads a demo. Paths in its states are relative to `folder`. Throws std::invalid_argument whose text begins with the
/// line that is wrong ("line 12: ..."): a member that nobody knows, one that stands twice or is taken away although it
/// is not there, a word that has no meaning, a formula ($p_i$) that cannot be set, and what `check` says. With
/// `mistakes`, those in states and formulas are listed there, and the state before goes on.
[[nodiscard]] Demo parse_demo(const std::string& markdown, const std::string& id, const std::string& folder = {},
                              const StateCheck& check = {}, std::vector<DemoMistake>* mistakes = nullptr);

/// The step of a demo that shows a session: its Markdown with the state block that leads there from `before`. Paths are
/// relative to `folder`. parse_demo gives the session back.
[[nodiscard]] std::string step_markdown(const std::string& title, const Session& before, const Session& session,
                                        const std::string& folder = {});

}  // namespace lossscope
