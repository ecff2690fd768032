// SPDX-License-Identifier: Apache-2.0
// lossscope-reader: one request, one answer, then it ends. Whatever a foreign file does to a library happens here, in
// a process that can read that file and nothing else.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <new>
#include <utility>

#include "app/helper/channel.h"
#include "app/helper/heartbeat.h"
#include "app/helper/sandbox.h"
#include "app/helper/sha256.h"
#include "app/helper/shared_volumes.h"
#include "app/reader/convert.h"
#include "app/reader/show_picture.h"

namespace lossscope::reader {
namespace {

using Json = nlohmann::json;

Wish wish_of(const Json& request) {
  const ReadingHints hints{request["beside"], request["labels"], request["every_channel"]};
  Wish wish{request["role"], {}, hints, request["available"], request["information_only"]};
  for (const QuestionInfo& row : questions()) {
    if (const auto said = request["answers"].find(row.id); said != request["answers"].end()) {
      wish.answers.add_of_case(row.question, *said);
    }
  }
  return wish;
}

/// What a file, or the files of a folder, hold on disk.
std::uint64_t bytes_on_disk(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return std::filesystem::file_size(path, error);
  }
  std::uint64_t sum = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    sum += entry.is_regular_file(error) ? entry.file_size(error) : 0;
  }
  return sum;
}

/// A folder, and where the links in it lead: data sets that git-annex keeps are folders of links.
std::vector<std::string> folder_with_links(const std::filesystem::path& folder) {
  std::vector<std::string> places{folder.string()};
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.is_symlink(error) && entry.is_regular_file(error)) {
      places.push_back(entry.path().string());
    }
  }
  return places;
}

/// The file itself; of a format whose volume may lie in several files, the folder.
std::filesystem::path place_of_data(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    return path;
  }
  const auto named = format_by_name(path);
  if (!named) {  // a slice of DICOM needs no ending
    return FileSource(path).text(128, 4) == "DICM" ? path.parent_path() : path;
  }
  return info(*named).extent == Extent::one_file ? path : path.parent_path();
}

SandboxRules rules_for_reading(const std::filesystem::path& place, std::uint64_t bytes, bool every_channel) {
  SandboxRules rules;
  rules.readable = std::filesystem::is_directory(place) ? folder_with_links(place) : std::vector{place.string()};
  rules.memory = most_of_the_memory();
  // The slowest honest case, a deflated empty mask, takes a second for a MiB on a slow machine.
  constexpr std::uint64_t kMebibyte = 1 << 20, kMost = 1 << 20;
  rules.cpu_seconds = (every_channel ? 120 : 30) + static_cast<unsigned>(std::min(bytes / kMebibyte, kMost));
  return rules;
}

Json description(RawVolume& volume, const Wish& wish) {
  Json answer{{"format", volume.format},
              {"stored_type", volume.stored_type},
              {"components", volume.stored_components},
              {"size", volume.size},
              {"spacing", volume.spacing},
              {"origin", volume.origin},
              {"direction", volume.direction},
              {"has_orientation", volume.has_orientation},
              {"has_grid", volume.has_grid},
              {"label_names", Json::array()},
              {"files", Json::array()},
              {"taken", Json::array()},
              {"notes", Json::array()}};
  describe(volume, wish, answer);
  for (const LabelName& label : volume.label_names) {
    answer["label_names"].push_back({label.value, label.name});
  }
  for (const std::string& file : volume.files) {
    answer["files"].push_back(std::vector<unsigned char>(file.begin(), file.end()));
  }
  for (const Question question : wish.answers.taken()) {
    answer["taken"].push_back(info(question).id);
  }
  for (const Note& note : volume.notes) {
    answer["notes"].push_back({note.code, note.text});
  }
  return answer;
}

/// Each volume of a file in its place in the shared memory, one after the other, and what is said of it.
Json hand_over(RawVolume& all, const Wish& wish, Channel& channel, Heartbeat& heartbeat) {
  Json volumes = Json::array();
  const int count = all.components();
  std::size_t end = 0;
  for (int which = 0; which < count; ++which) {
    const auto at = [&](double share) { return 0.7 + 0.3 * (which + share) / count; };
    heartbeat.stage(at(0), at(0.6), "checking values");
    RawVolume volume = take_channel(all, which, wish);
    Json answer = description(volume, wish);
    if (!wish.information_only) {
      if (which == 0) {
        channel.allocate(offset_of_volume(static_cast<std::size_t>(count), volume.voxels()));
      }
      heartbeat.stage(at(0.67), at(1), "handing over");
      const std::size_t offset = offset_of_volume(static_cast<std::size_t>(which), volume.voxels());
      end = offset + deliver(volume, wish.role, {channel.memory(), offset}, answer);
    }
    volumes.push_back(std::move(answer));
  }
  if (!wish.information_only && ::ftruncate(channel.memory(), static_cast<off_t>(end)) != 0) {
    throw std::bad_alloc();
  }
  return volumes;
}

Json answer_read(const Json& request, double patience, Channel& channel) {
  const std::string path = path_of(request);
  Wish wish = wish_of(request);
  (void)check_path(path);  // before the sandbox hides why a file cannot be read
  const std::filesystem::path place = place_of_data(path);
  const std::uint64_t bytes = bytes_on_disk(place);
  Heartbeat heartbeat(channel);
  const SandboxRules rules = rules_for_reading(place, bytes, wish.hints.every_channel);
  const SandboxSupport sandbox = seal(rules);
  constexpr std::size_t kForHeaders = std::size_t{192} << 20;  // and for the libraries' own needs
  MemoryReserve reserve(rules.memory, kForHeaders + 2 * static_cast<std::size_t>(bytes));
  wish.memory = &reserve;
  heartbeat.start(3 * patience);
  heartbeat.stage(0, 0.5, "reading", bytes);
  RawVolume all = read_any(path, wish);
  heartbeat.stage(0.5, 0.7, "checking values", bytes);
  const Json hash = all.files.empty() ? sha256_of(path) : sha256_of(all.files);
  Json volumes = hand_over(all, wish, channel, heartbeat);
  for (Json& volume : volumes) {
    volume["sha256"] = hash;
    volume["isolated"] = !sandbox.none();
  }
  return wish.hints.every_channel ? Json{{"volumes", volumes}} : Json{{"volume", volumes[0]}};
}

Json refusal(const Refused& refused) {
  Json choices = Json::array();
  for (const Choice& choice : refused.choices) {
    choices.push_back({choice.question, choice.answer, choice.label, choice.effect, choice.safe});
  }
  return {{"refused",
           {{"code", refused.code}, {"reason", refused.what()}, {"remedy", refused.remedy}, {"choices", choices}}}};
}

/// Writes our own voxels: nothing foreign comes in, but only the target's folder may change.
Json answer_write(Json request, Channel& channel) {
  Heartbeat heartbeat(channel);
  SandboxRules rules;
  rules.writable = {std::filesystem::path(path_of(request)).parent_path().string()};
  (void)seal(rules);
  heartbeat.start(0);  // flushing to a slow disk takes what it takes
  request["descriptor"] = channel.memory();
  write_file(request);
  return {{"written", true}};
}

Json answer_to(const Json& request, Channel& channel) {
  try {
    if (request.contains("write")) {
      return answer_write(request["write"], channel);
    }
    if (request.contains("picture")) {
      return answer_picture(request["picture"], request["patience"], channel);
    }
    return answer_read(request["read"], request["patience"], channel);
  } catch (const Refused& refused) {
    return refusal(refused);
  } catch (const std::bad_alloc&) {
    return refusal({"E_MEMORY", "there is not enough memory for it", "close other programs, or crop the volume"});
  } catch (const std::exception& error) {
    std::string text = error.what();
    text = text.substr(text.rfind("ERROR: ") == std::string::npos ? 0 : text.rfind("ERROR: ") + 7);
    return refusal({"E_READ", "it cannot be read: " + text, "is it complete and of the format that its name says?"});
  }
}

}  // namespace
}  // namespace lossscope::reader

int main() {
  lossscope::Channel channel;
  if (!channel.open()) {
    std::cerr << "lossscope-reader is a helper of lossscope, which starts it for every file\n";
    return 2;
  }
  if (const auto request = channel.receive()) {
    channel.say(lossscope::reader::answer_to(*request, channel));
  }
  return 0;
}
