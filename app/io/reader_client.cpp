// SPDX-License-Identifier: Apache-2.0
#include "app/io/reader_client.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/io/helper_answer.h"
#include "app/io/safe_file.h"
#include "app/io/shared_memory.h"
#include "basics/trace.h"
#include "losses/evaluate.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

LoadedVolume from_json(const Json& json, const ReadRequest& request, const SharedMemory& memory) {
  LoadedVolume loaded;
  loaded.path = request.path;
  loaded.format = json.at("format");
  loaded.stored_type = json.at("stored_type");
  loaded.components = json.at("components");
  loaded.sha256 = json.at("sha256");
  loaded.grid.size = json.at("size");
  loaded.grid.spacing = json.at("spacing");
  loaded.grid.origin = json.at("origin");
  loaded.grid.direction = json.at("direction");
  loaded.has_orientation = json.at("has_orientation");
  const Json& values = json.at("values");
  loaded.values = {values.at("min"), values.at("max"), values.at("sum"), values.at("nan"), values.at("inf")};
  loaded.has_grid = json.at("has_grid");
  for (const Json& file : json.at("files")) {
    const std::vector<unsigned char> bytes = file;
    loaded.files.emplace_back(bytes.begin(), bytes.end());
  }
  for (const Json& label : json.at("labels")) {
    loaded.labels.push_back({label.at(0), label.at(1)});
  }
  for (const Json& named : json.at("label_names")) {
    const auto label = std::ranges::find(loaded.labels, named.at(0).get<std::int64_t>(), &LabelCount::value);
    if (label != loaded.labels.end()) {
      label->name = displayable(named.at(1).get<std::string>());
    }
  }
  for (const Json& note : json.at("notes")) {
    loaded.assumptions.push_back({note.at(0), displayable(std::filesystem::path(request.path).filename().string()) +
                                                  ": " + note.at(1).get<std::string>()});
  }
  if (!json.value("isolated", true)) {
    loaded.assumptions.push_back({"W_ISOLATION",
                                  "this kernel offers neither Landlock nor seccomp: the file was read in a process of "
                                  "its own, which its faults cannot leave, but which was not locked up"});
  }
  if (!request.information_only) {
    const std::string type = json.at("type");
    loaded.volume.grid = loaded.grid;
    loaded.volume.type = type == "uint8" ? VoxelType::uint8 : (type == "int32" ? VoxelType::int32 : VoxelType::float32);
    loaded.volume.data =
        memory.adopt(static_cast<std::size_t>(loaded.grid.voxels()) * bytes_per_voxel(loaded.volume.type));
  }
  return loaded;
}

std::vector<Choice> choices_from(const Json& refused) {
  std::vector<Choice> choices;
  for (const Json& choice : refused.value("choices", Json::array())) {
    choices.push_back(
        {static_cast<Question>(choice.at(0).get<int>()), choice.at(1), choice.at(2), choice.at(3), choice.at(4)});
  }
  return choices;
}

/// An absolute path as numbers: names are bytes, and need not be the UTF-8 that JSON wants.
std::vector<unsigned char> path_bytes(const std::string& path) {
  const std::string absolute = std::filesystem::absolute(path).string();
  return {absolute.begin(), absolute.end()};
}

/// Bytes that a volume may take a share of: what the system has free, or less where LOSSSCOPE_MEMORY (in MB) says so.
std::uint64_t available_memory() {
  std::uint64_t available = std::uint64_t{8} << 30;  // where the system does not say
  std::ifstream file("/proc/meminfo");
  for (std::string name; file >> name;) {
    std::uint64_t kilobytes = 0;
    if (name == "MemAvailable:" && file >> kilobytes) {
      available = kilobytes * 1024;
      break;
    }
  }
  const char* limit = std::getenv("LOSSSCOPE_MEMORY");
  const std::uint64_t megabytes = limit == nullptr ? 0 : std::strtoull(limit, nullptr, 10);
  return megabytes == 0 ? available : std::min(available, megabytes * 1'000'000);
}

/// Why the reader ended without an answer.
Refusal ended_early(const ChildEnd& end, const std::string& path, std::optional<Role> role) {
  const std::string remedy = "the file is probably damaged: export it again";
  if (end.silent) {
    return {"E_READER_TIMEOUT",
            path,
            "reading it stopped: the reader was not heard of any more and was ended",
            "is its disk still there? Otherwise " + remedy,
            {},
            role};
  }
  if (end.overtime) {
    return {
        "E_READER_TIMEOUT", path, "reading it took far longer than its size needs, and was ended", remedy, {}, role};
  }
  return {"E_READER_CRASH",
          path,
          end.signal != 0 ? "reading it ended the reader with signal " + std::to_string(end.signal)
                          : "the reader ended without an answer",
          remedy,
          {},
          role};
}

/// Asks the reader and returns the last line of its answer. Throws Refusal and Cancelled.
Json ask(const Json& json, const std::string& path, std::optional<Role> role, const SharedMemory& memory,
         const Progress& progress, const std::stop_token& stop) {
  HelperRequest request{.json = json, .memory = &memory, .stop = stop};
  request.progress = [&](const Json& step) {
    if (progress) {
      progress(step["progress"], step["what"].get<std::string>());
    }
  };
  request.json["patience"] = request.limits.silence_seconds;
  const auto [answer, end] = ask_helper("lossscope-reader", request);
  if (!answer.is_object()) {
    throw ended_early(end, path, role);
  }
  if (answer.contains("refused")) {
    const Json& r = answer["refused"];
    throw Refusal(r.at("code"), path, r.at("reason"), r.at("remedy"), choices_from(r), role);
  }
  return answer;
}

}  // namespace

Refusal::Refusal(std::string code_, std::string file_, Displayable reason_, Displayable remedy_,
                 std::vector<Choice> choices_, std::optional<Role> role_)
    : std::runtime_error(Displayable(file_ + ": ") + reason_ + " (" + code_ + "). " + remedy_),
      code(std::move(code_)),
      file(std::move(file_)),
      reason(std::move(reason_)),
      remedy(std::move(remedy_)),
      choices(std::move(choices_)),
      role(role_) {}

std::string_view to_string(Role role) {
  return role == Role::mask ? "mask" : (role == Role::prediction ? "prediction" : "image");
}

LoadedVolume read_volume(const ReadRequest& request, const Progress& progress, std::stop_token stop) {
  const trace::Span span(trace::Category::load, "read a file");
  const SharedMemory memory;
  Json answers = Json::object();
  const Answers asked = request.answers.of_reading();
  for (const auto& [question, answer] : asked.all()) {
    answers[std::string(info(question).id)] = answer;
  }
  const Json body{{"path", path_bytes(request.path)},
                  {"role", to_string(request.role)},
                  {"answers", answers},
                  {"available", available_memory()},
                  {"information_only", request.information_only}};
  const Json answer = ask({{"read", body}}, request.path, request.role, memory, progress, stop);
  if (progress) {
    progress(1.0, "read");
  }
  return from_json(answer.at("volume"), request, memory);
}

void write_volume(const Volume& volume, const std::string& path) {
  if (volume.empty() || volume.type == VoxelType::int32) {
    throw WriteError(path, "only uint8 and float32 volumes are written", "Convert it first.");
  }
  const std::size_t bytes = static_cast<std::size_t>(volume.grid.voxels()) * bytes_per_voxel(volume.type);
  const SharedMemory memory;
  memory.resize(bytes);
  std::memcpy(memory.adopt(bytes).get(), volume.data.get(), bytes);
  SafeFile file(path);
  const Json body{{"path", path_bytes(file.temporary())},
                  {"type", volume.type == VoxelType::uint8 ? "uint8" : "float32"},
                  {"bytes", bytes},
                  {"size", volume.grid.size},
                  {"spacing", volume.grid.spacing},
                  {"origin", volume.grid.origin},
                  {"direction", volume.grid.direction}};
  try {
    (void)ask({{"write", body}}, path, {}, memory, {}, {});
  } catch (const Refusal& refusal) {
    if (const int error = file.no_space()) {
      throw WriteError(path, error);
    }
    throw WriteError(path, refusal.reason, refusal.remedy);
  }
  file.commit();
}

}  // namespace lossscope
