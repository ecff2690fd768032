// SPDX-License-Identifier: Apache-2.0
#include "app/io/reader_client.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/io/helper_claims.h"
#include "app/io/reader_talk.h"
#include "app/io/safe_file.h"
#include "app/io/shared_memory.h"
#include "basics/trace.h"

namespace lossscope {
namespace {

using Json = nlohmann::json;

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
                  {"information_only", request.information_only},
                  {"beside", request.hints.beside},
                  {"labels", request.hints.labels}};
  LoadedVolume loaded;
  ask_reader({{"read", body}}, {request.path, request.role, {}}, memory, {progress, stop}, [&](const Said& answer) {
    loaded = volume_said(answer.at("volume"), request);
    if (!request.information_only) {
      loaded.volume.data =
          memory.take(static_cast<std::size_t>(loaded.grid.voxels()) * bytes_per_voxel(loaded.volume.type));
    }
  });
  if (progress) {
    progress(1.0, "read");
  }
  return loaded;
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
