// SPDX-License-Identifier: Apache-2.0
#include "tests/corpus/run_case.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

namespace lossscope::corpus {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Role role_of(const std::string& name) {
  return name == "mask" ? Role::mask : (name == "prediction" ? Role::prediction : Role::image);
}

double voxel(const Volume& volume, std::size_t i) {
  switch (volume.type) {
    case VoxelType::uint8:
      return volume.voxels<std::uint8_t>()[i];
    case VoxelType::int32:
      return volume.voxels<std::int32_t>()[i];
    case VoxelType::float32:
      break;
  }
  return static_cast<double>(volume.voxels<float>()[i]);
}

template <std::size_t N>
bool near(const std::array<double, N>& a, const std::array<double, N>& b) {
  for (std::size_t i = 0; i < N; ++i) {
    if (!(std::abs(a[i] - b[i]) <= 1e-5 * std::max(1.0, std::abs(b[i])))) {
      return false;
    }
  }
  return true;
}

/// Voxels and geometry against what the case says they are.
std::string compare_voxels(const Case& made, const std::string& path) {
  const LoadedVolume loaded = load(made, path, role_of(made.role));
  if (made.grid) {
    const ExpectedGrid& grid = *made.grid;
    if (loaded.grid.size != grid.size || !near(loaded.grid.spacing, grid.spacing) ||
        !near(loaded.grid.origin, grid.origin) || !near(loaded.grid.direction, grid.direction)) {
      return "the grid is another one";
    }
  }
  if (made.voxels.empty()) {
    return {};
  }
  if (static_cast<std::size_t>(loaded.grid.voxels()) != made.voxels.size()) {
    return "there are " + std::to_string(loaded.grid.voxels()) + " voxels";
  }
  for (std::size_t i = 0; i < made.voxels.size(); ++i) {
    const double expected = loaded.volume.type == VoxelType::float32
                                ? static_cast<double>(static_cast<float>(made.voxels[i]))
                                : made.voxels[i];
    if (!(std::abs(voxel(loaded.volume, i) - expected) <= 1e-6 * std::abs(expected))) {
      return "voxel " + std::to_string(i) + " is " + std::to_string(voxel(loaded.volume, i)) + ", not " +
             std::to_string(expected);
    }
  }
  return {};
}

std::string check_refusal(const Case& made, const ProgramRun& run, const Json& json) {
  const Json refused = json.value("refused", Json::object());
  if (run.code != 3 || refused.value("code", "") != made.code) {
    return "exit code " + std::to_string(run.code) + " and " + (refused.empty() ? run.out : refused.dump());
  }
  for (const char* member : {"file", "reason", "remedy"}) {
    if (refused.value(member, "").empty()) {
      return std::string("the refusal has no ") + member;
    }
  }
  if (run.err.find(made.code) == std::string::npos || run.err.find(refused.value("file", "?")) == std::string::npos) {
    return "stderr does not name code and file: " + run.err;
  }
  for (const Json& choice : refused.value("choices", Json::array())) {
    if (run.err.find(choice.value("flag", "?")) == std::string::npos) {
      return "stderr does not name the flag " + choice.dump();
    }
  }
  return {};
}

std::string check_loaded(const Case& made, const ProgramRun& run, const Json& json) {
  if (run.code != 0) {
    return "exit code " + std::to_string(run.code) + ": " + run.out + run.err;
  }
  const Json assumptions = json.value("assumptions", Json::array());
  const bool said = std::any_of(assumptions.begin(), assumptions.end(),
                                [&](const Json& assumption) { return assumption["code"] == made.code; });
  if (made.code.empty() ? !assumptions.empty() : !said) {
    return "assumed " + assumptions.dump();
  }
  if (made.loss) {
    const Json value = json["losses"][0]["value"];
    const double got = value.is_number() ? value.get<double>() : std::nan("");
    if (!(std::abs(got - *made.loss) <= 1e-6 * std::max(1.0, std::abs(*made.loss)))) {
      return "the loss is " + value.dump() + ", not " + std::to_string(*made.loss);
    }
  }
  return {};
}

/// The most memory that a process has had so far, in KiB; 0 when it is gone. posix_spawn may return a moment before the
/// new process leaves this one's memory: until then it is not measured.
long high_water(const std::string& pid) {
  std::error_code gone;
  if (fs::read_symlink("/proc/" + pid + "/exe", gone) == fs::read_symlink("/proc/self/exe")) {
    return 0;
  }
  std::ifstream status("/proc/" + pid + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stol(line.substr(6));
    }
  }
  return 0;
}

/// The most memory of a process and its children. wait4's ru_maxrss would count what the parent had when it forked.
long high_water_of_tree(pid_t process) {
  const std::string pid = std::to_string(process);
  long peak = high_water(pid);
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (std::string child; children >> child;) {
    peak = std::max(peak, high_water(child));
  }
  return peak;
}

/// Waits for a child; kills it after 60 s.
void wait_for(pid_t child, ProgramRun& run) {
  const auto begin = std::chrono::steady_clock::now();
  int status = 0;
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  while (::waitpid(child, &status, WNOHANG) == 0) {
    run.peak_kilobytes = std::max(run.peak_kilobytes, high_water_of_tree(child));
    if (!run.hung && elapsed() > 60) {
      run.hung = true;
      ::kill(child, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  run.seconds = elapsed();
  run.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

ProgramRun run_lossscope(const std::vector<std::string>& arguments, const std::string& folder,
                         const std::string& memory) {
  const char* bin = std::getenv("LOSSSCOPE_BIN");
  const std::string program = std::string(bin == nullptr ? "." : bin) + "/lossscope";
  const std::string out = folder + ".out", err = folder + ".err";
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  if (!memory.empty()) {
    variables.push_back("LOSSSCOPE_MEMORY=" + memory);
  }
  std::vector<char*> envp;
  for (std::string& variable : variables) {
    envp.push_back(variable.data());
  }
  envp.push_back(nullptr);
  ProgramRun run;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error(program + " cannot be started");
  }
  wait_for(child, run);
  run.out = contents(out);
  run.err = contents(err);
  return run;
}

std::string make_files(const Case& made, const std::string& root) {
  const std::string folder = root + "/" + made.name;
  fs::create_directory(folder);
  for (const auto& [name, content] : made.files) {
    std::ofstream(folder + "/" + name, std::ios::binary) << content;
  }
  if (made.prepare) {
    made.prepare(folder);
  }
  return made.file.empty() ? folder : folder + "/" + made.file;
}

std::vector<std::string> arguments_of(const Case& made, const std::string& root) {
  const std::string folder = root + "/" + made.name;
  std::vector<std::string> arguments{made.is_evaluation ? "eval" : "info", "--json", "-"};
  if (!made.is_evaluation) {
    arguments.insert(arguments.end(), {"--as", made.role});
  }
  for (const std::string& flag : made.flags) {
    arguments.push_back(flag.starts_with("@") ? folder + "/" + flag.substr(1) : flag);
  }
  if (!made.is_evaluation) {
    arguments.push_back(made.file.empty() ? folder : folder + "/" + made.file);
  }
  return arguments;
}

Answers answers_of(const Case& made) {
  Answers answers;
  for (std::size_t i = 0; i + 1 < made.flags.size(); i += 2) {
    for (const QuestionInfo& row : questions()) {
      if (row.of_reading && row.of_file && made.flags[i] == "--" + std::string(row.id)) {
        const std::string& said = made.flags[i + 1];  // "mask=128" or "128"
        const bool named = said.starts_with(made.role + "=");
        answers.set(row.question, named ? said.substr(made.role.size() + 1) : said);
      }
    }
  }
  return answers;
}

LoadedVolume load(const Case& made, const std::string& path, Role role) {
  return read_volume({.path = path, .role = role, .answers = answers_of(made), .information_only = false});
}

std::string check_case(const Case& made, const std::string& root, ProgramRun& run) {
  const std::string path = make_files(made, root), folder = root + "/" + made.name;
  run = run_lossscope(arguments_of(made, root), folder, made.memory);
  if (run.hung || run.signal != 0) {
    return run.hung ? "it hung" : "signal " + std::to_string(run.signal);
  }
  const Json json = Json::parse(run.out, nullptr, false);
  if (!json.is_object()) {
    return "no JSON; exit code " + std::to_string(run.code) + ": " + run.err;
  }
  if (made.is_refused()) {
    return check_refusal(made, run, json);
  }
  const std::string wrong = check_loaded(made, run, json);
  return wrong.empty() && !made.is_evaluation && made.memory.empty() ? compare_voxels(made, path) : wrong;
}

}  // namespace lossscope::corpus
