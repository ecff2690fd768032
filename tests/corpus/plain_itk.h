// SPDX-License-Identifier: Apache-2.0
// What ITK alone makes of a file: the reader of its format, without a gate before it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/reader/gates/file_formats.h"

namespace lossscope::corpus {

/// The first three axes of what ITK gives; further ones are components that follow each other.
struct PlainImage {
  std::string error;  ///< why there is none: ITK's exception, "signal 6", "it hung"
  std::array<std::int64_t, 3> size{1, 1, 1};
  int interleaved = 1, stacked = 1;
  std::array<double, 3> spacing{1, 1, 1}, origin{};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< row by row
  std::string type;                                            ///< "short", "float", ...
  std::vector<double> values;                                  ///< as ITK stores them

  [[nodiscard]] int components() const { return interleaved * stacked; }
  /// One component, i fastest.
  [[nodiscard]] std::vector<double> component(int index) const;
};

/// Reads a file (a folder: the series in it) in a process of its own, which is ended after 20 s: on some files ITK
/// never returns, or ends its process. None for a format that ITK has no reader for.
[[nodiscard]] std::optional<PlainImage> read_by_plain_itk(Format format, const std::string& path);

}  // namespace lossscope::corpus
