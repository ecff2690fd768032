// SPDX-License-Identifier: Apache-2.0
// What helpers answer, from JSON to checked values. A helper has met foreign bytes, so its answer is foreign, too:
// every function here throws Nonsense for what no honest helper says. Pure functions: tests/fuzz calls them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/io/model_client.h"
#include "app/io/reader_client.h"
#include "app/io/said.h"

namespace lossscope {

/// What a library says about a failure, fit for a sentence: no addresses, no line breaks, of a bearable length.
[[nodiscard]] std::string library_words(std::string_view text);

/// A "refused" of any helper, as a refusal of `path`.
[[nodiscard]] Refusal refusal_said(const Said& refused, const std::string& path, std::optional<Role> role = {});

/// The "volume" that the reader answers to `request`; its voxels' type and grid are set, its data are not there yet.
/// Notes begin with the file's name.
[[nodiscard]] LoadedVolume volume_said(const Said& volume, const ReadRequest& request);

/// The same of the "volumes" of a request for every channel, else of its one "volume": one or more, on one grid.
[[nodiscard]] std::vector<LoadedVolume> volumes_said(const Said& answer, const ReadRequest& request);

/// The "model" that lossscope-models answers about the file `path`.
[[nodiscard]] ModelInfo model_said(const Said& model, const std::string& path);

/// Minimum, maximum and sum of finite values, none of them missing.
[[nodiscard]] ValueSummary values_said(const Said& values);

/// The SHA-256 of a file in hexadecimal digits.
[[nodiscard]] std::string hash_said(const Said& hash);

}  // namespace lossscope
