// SPDX-License-Identifier: Apache-2.0
#include "app/models/page_size.h"

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>

namespace lossscope {

std::string page_size_at(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  long held = 0;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    long large = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " ", &begin, &end) == 2) {
      here = at >= begin && at < end;
    } else if (here && std::sscanf(line.c_str(), "Rss: %ld kB", &held) == 1) {
      continue;
    } else if (here && std::sscanf(line.c_str(), "AnonHugePages: %ld kB", &large) == 1) {
      return 2 * large > held ? "2 MB" : "4 kB";
    }
  }
  return {};
}

}  // namespace lossscope
