// SPDX-License-Identifier: Apache-2.0
#include "app/commands/command.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/io/safe_file.h"

namespace lossscope::commands {

void write_json(const Json& json, const std::string& target) {
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);  // names need not be UTF-8
  if (target == "-") {
    std::cout << text << '\n';
    return;
  }
  write_file(target, text + "\n");
}

Json report_assumptions(const std::vector<Assumption>& assumptions) {
  Json list = Json::array();
  for (const Assumption& assumption : assumptions) {
    std::cerr << "lossscope: assumed (" << assumption.code << "): " << assumption.text << '\n';
    list.push_back({{"code", assumption.code}, {"text", assumption.text}});
  }
  return list;
}

Progress terminal_progress() {
  if (::isatty(STDERR_FILENO) == 0) {
    return {};
  }
  return [](double share, std::string_view what) {
    std::fprintf(stderr, "\r\033[K%3.0f %%  %s%s", 100 * share, displayable(what).c_str(),
                 share >= 1 ? "\r\033[K" : "");
  };
}

}  // namespace lossscope::commands
