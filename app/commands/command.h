// SPDX-License-Identifier: Apache-2.0
// What the subcommands share: how they fail, how they print. Which there are: subcommands.h.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "app/io/reader_client.h"

namespace lossscope::commands {

using Json = nlohmann::ordered_json;

/// Wrong usage: exit code 2.
struct UsageError : std::runtime_error {
  using runtime_error::runtime_error;
};

/// What a chosen subcommand does once everything is parsed.
struct Chosen {
  std::function<void(std::stop_token)> run;
  std::string json;   ///< where its JSON goes: "-", a file or empty; a refusal is written there, too
  std::string trace;  ///< file for what the time was spent on, or empty
};

/// Prints JSON to stdout for "-", otherwise writes it to a file. Throws WriteError.
void write_json(const Json& json, const std::string& target);
/// A line on stderr for everything that was assumed, and the JSON's `assumptions`.
Json report_assumptions(const std::vector<Assumption>& assumptions);
/// Progress on stderr, on a terminal only.
Progress terminal_progress();

}  // namespace lossscope::commands
