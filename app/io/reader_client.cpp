// SPDX-License-Identifier: Apache-2.0
#include "app/io/reader_client.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/helper/shared_volumes.h"
#include "app/io/helper_claims.h"
#include "app/io/reader_talk.h"
#include "app/io/safe_file.h"
#include "app/io/shared_memory.h"
#include "basics/trace.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

bool whole_number_said(std::string_view answer) {
  return !answer.empty() && answer.find_first_not_of("0123456789") == std::string_view::npos;
}

Json request_json(const ReadRequest& request) {
  Json answers = Json::object();
  const Answers asked = request.answers.of_reading();
  for (const auto& [question, answer] : asked.all()) {
    answers[std::string(info(question).id)] = answer;
  }
  return {{"path", path_bytes(request.path)},
          {"role", to_string(request.role)},
          {"answers", answers},
          {"available", available_memory()},
          {"information_only", request.information_only},
          {"beside", request.hints.beside},
          {"labels", request.hints.labels},
          {"every_channel", request.hints.every_channel}};
}

/// Gives each volume its voxels. Throws Nonsense.
void take_voxels(std::vector<LoadedVolume>& loaded, const SharedMemory& memory) {
  const std::int64_t voxels = loaded.front().grid.voxels();
  std::vector<SharedMemory::Part> parts;
  for (std::size_t which = 0; which < loaded.size(); ++which) {
    parts.push_back({offset_of_volume(which, voxels),
                     static_cast<std::size_t>(voxels) * bytes_per_voxel(loaded[which].volume.type)});
  }
  const std::vector<std::shared_ptr<void>> taken = memory.take(parts.back().offset + parts.back().bytes, parts);
  for (std::size_t which = 0; which < loaded.size(); ++which) {
    loaded[which].volume.data = taken[which];
  }
}

std::vector<LoadedVolume> volumes_of(const ReadRequest& request, const Progress& progress, std::stop_token stop) {
  const trace::Span span(trace::Category::load, "read a file");
  const SharedMemory memory;
  std::vector<LoadedVolume> loaded;
  ask_reader({{"read", request_json(request)}}, {request.path, request.role, {}}, memory, {progress, std::move(stop)},
             [&](const Said& answer) {
               loaded = volumes_said(answer, request);
               if (!request.information_only) {
                 take_voxels(loaded, memory);
               }
             });
  if (progress) {
    progress(1.0, "read");
  }
  return loaded;
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
  return std::move(volumes_of(request, progress, std::move(stop)).front());
}

std::vector<LoadedVolume> read_channels(const ReadRequest& request, const Progress& progress, std::stop_token stop) {
  ReadRequest every = request;
  every.hints.every_channel = true;
  if (whole_number_said(every.answers.to(Question::component))) {
    every.answers.forget(Question::component);  // one of them was chosen when they were no classes
  }
  return volumes_of(every, progress, std::move(stop));
}

void write_volume(const Volume& volume, const std::string& path) {
  if (volume.empty() || volume.type == VoxelType::int32) {
    throw WriteError(path, "only uint8 and float32 volumes are written", "Convert it first.");
  }
  const std::size_t bytes = static_cast<std::size_t>(volume.grid.voxels()) * bytes_per_voxel(volume.type);
  const SharedMemory memory;
  memory.fill(bytes, [&](void* voxels) { std::memcpy(voxels, volume.data.get(), bytes); });
  SafeFile file(path);
  const Json body{{"path", path_bytes(file.temporary())},
                  {"type", volume.type == VoxelType::uint8 ? "uint8" : "float32"},
                  {"bytes", bytes},
                  {"size", volume.grid.size},
                  {"spacing", volume.grid.spacing},
                  {"origin", volume.grid.origin},
                  {"direction", volume.grid.direction}};
  try {
    ask_reader({{"write", body}}, {path, {}, true}, memory, {},
               [](const Said& answer) { answer.at("written").wrong_unless(answer.at("written").truth(), "false"); });
  } catch (const Refusal& refusal) {
    if (const int error = file.no_space()) {
      throw WriteError(path, error);
    }
    throw WriteError(path, refusal.reason, refusal.remedy);
  }
  file.commit();
}

}  // namespace lossscope
