// SPDX-License-Identifier: Apache-2.0
#include "tests/app/models/model_files.h"

#include <cstdio>
#include <stdexcept>

#include "tests/app/commands/run_program.h"

namespace lossscope::testing {
namespace {

void make_model(const std::string& arguments, const std::string& methods) {
  const std::string command = quoted(LOSSSCOPE_MAKE_MODEL) + ' ' + arguments;
  FILE* pipe = ::popen(command.c_str(), "w");
  if (pipe == nullptr || std::fwrite(methods.data(), 1, methods.size(), pipe) != methods.size() ||
      ::pclose(pipe) != 0) {
    throw std::runtime_error("no model was made by: " + command);
  }
}

}  // namespace

void save_model(const std::string& path, const std::string& methods, double w) {
  make_model(quoted(path) + ' ' + std::to_string(w), methods);
}

void save_model_with_short_storage(const std::string& path) { make_model(quoted(path), {}); }

}  // namespace lossscope::testing
