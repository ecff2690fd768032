// SPDX-License-Identifier: Apache-2.0
#include "app/commands/command.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace lossscope::commands {

void write_json(const Json& json, const std::string& target) {
  if (target == "-") {
    std::cout << json.dump(2) << '\n';
    return;
  }
  const std::string temporary = target + "." + std::to_string(::getpid()) + ".tmp";
  const auto fail = [&](const std::string& why) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw OutputError(displayable(target) + ": could not be written: " + why);
  };
  {
    std::ofstream file(temporary, std::ios::binary);
    file << json.dump(2) << '\n';
    if (!file.flush()) {
      fail("is the folder there, writable and not full?");
    }
  }
  std::error_code error;
  std::filesystem::rename(temporary, target, error);
  if (error) {
    fail(error.message());
  }
}

Json report_assumptions(const std::vector<Assumption>& assumptions) {
  Json list = Json::array();
  for (const Assumption& assumption : assumptions) {
    std::cerr << "lossscope: assumed (" << assumption.code << "): " << assumption.text << '\n';
    list.push_back({{"code", assumption.code}, {"text", assumption.text}});
  }
  return list;
}

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Progress terminal_progress() {
  if (::isatty(STDERR_FILENO) == 0) {
    return {};
  }
  return [](double share, std::string_view what) {
    std::fprintf(stderr, "\r\033[K%3.0f %%  %.*s%s", 100 * share, static_cast<int>(what.size()), what.data(),
                 share >= 1 ? "\r\033[K" : "");
  };
}

}  // namespace lossscope::commands
