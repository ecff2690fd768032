// SPDX-License-Identifier: Apache-2.0
// What a long run watches of its own process.
#pragma once

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/io/helper_testing.h"

namespace lossscope::testing {

struct Health {
  double megabytes = 0;  ///< resident
  int threads = 0, descriptors = 0, helpers = 0;
};

inline int entries_of(const char* folder) {
  int count = 0;
  if (DIR* open = ::opendir(folder)) {
    while (::readdir(open) != nullptr) {
      ++count;
    }
    ::closedir(open);
  }
  return count - 2;  // . and ..
}

inline Health health() {
  Health now;
  std::ifstream statm("/proc/self/statm");
  long pages = 0, resident = 0;
  statm >> pages >> resident;
  now.megabytes = static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
  now.threads = entries_of("/proc/self/task");
  now.descriptors = entries_of("/proc/self/fd") - 1;  // the one that looks
  now.helpers =
      static_cast<int>(running_helpers("lossscope-reader").size() + running_helpers("lossscope-models").size());
  return now;
}

/// Processor time of this process, its ended children and its running helpers, in seconds.
inline double work_done() {
  double seconds = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& time : {used.ru_utime, used.ru_stime}) {
      seconds += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    }
  }
  for (const char* name : {"lossscope-reader", "lossscope-models"}) {
    for (const pid_t helper : running_helpers(name)) {
      std::ifstream file("/proc/" + std::to_string(helper) + "/stat");
      std::string field;
      for (int at = 1; file >> field; ++at) {
        if (at == 14 || at == 15) {  // utime, stime; the name has no blanks
          seconds += std::stod(field) / static_cast<double>(::sysconf(_SC_CLK_TCK));
        }
      }
    }
  }
  return seconds;
}

/// Slope of values against their numbers, by least squares.
inline double slope_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double x = 0, y = 0, xy = 0, xx = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto at = static_cast<double>(i);
    x += at;
    y += values[i];
    xy += at * values[i];
    xx += at * at;
  }
  return values.size() < 2 ? 0 : (n * xy - x * y) / (n * xx - x * x);
}

}  // namespace lossscope::testing
