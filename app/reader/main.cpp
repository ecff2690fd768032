// SPDX-License-Identifier: Apache-2.0
// lossscope-reader: one request (a line of JSON) on stdin, one answer on stdout, then it ends. Whatever a foreign file
// does to a library happens here.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <new>

#include "app/reader/convert.h"

namespace lossscope::reader {
namespace {

using Json = nlohmann::json;

void limit_this_process() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit cpu{300, 300};
  ::setrlimit(RLIMIT_CPU, &cpu);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve terabytes
  const auto pages = static_cast<rlim_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
  const rlimit memory{pages / 4 * 3, pages / 4 * 3};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
}

/// Told apart before anything opens the file: opening a FIFO waits for ever.
void check_path(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == EACCES) {
      throw Refused("E_PERMISSION", "you may not read it", "change its permissions, or copy it");
    }
    throw Refused("E_MISSING", errno == ELOOP ? "its links lead in a circle" : "it does not exist", "check the path");
  }
  if (S_ISDIR(status.st_mode)) {
    return;
  }
  if (!S_ISREG(status.st_mode)) {
    throw Refused("E_NOT_A_FILE", "it is a device, a pipe or a socket", "choose a file, or a folder of DICOM slices");
  }
  if (::access(path.c_str(), R_OK) != 0) {
    throw Refused("E_PERMISSION", "you may not read it", "change its permissions, or copy it");
  }
  if (status.st_size == 0) {
    throw Refused("E_EMPTY", "it is empty", "copy or download it again");
  }
}

RawVolume read_any(const std::string& path, std::optional<int> component) {
  std::string name = path;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::filesystem::is_directory(path)) {
    return read_dicom(path);
  }
  if (name.ends_with(".nii") || name.ends_with(".nii.gz")) {
    return read_nifti(path, component);
  }
  return read_with_itk(path, component);
}

Json answer_read(const Json& request) {
  const std::string path = request["path"];
  const std::string role = request["role"];
  check_path(path);
  std::cout << Json{{"progress", 0.1}, {"what", "reading"}}.dump() << std::endl;
  const std::optional<int> component =
      request["component"].is_null() ? std::nullopt : std::optional<int>(request["component"].get<int>());
  RawVolume volume = read_any(path, component);
  check_geometry(volume);
  std::cout << Json{{"progress", 0.6}, {"what", "checking values"}}.dump() << std::endl;
  Json answer{{"format", volume.format},         {"stored_type", volume.stored_type},
              {"components", volume.components}, {"size", volume.size},
              {"spacing", volume.spacing},       {"origin", volume.origin},
              {"direction", volume.direction},   {"has_orientation", volume.has_orientation}};
  describe(volume, role, answer);
  answer["sha256"] = sha256_of(path);
  if (!request["information_only"].get<bool>()) {
    deliver(volume, role, request["descriptor"], answer);
  }
  answer["notes"] = Json::array();
  for (const Note& note : volume.notes) {
    answer["notes"].push_back({note.code, note.text});
  }
  return {{"volume", answer}};
}

Json answer_to(const Json& request) {
  const auto refuse = [](const std::string& code, const std::string& reason, const std::string& remedy) {
    return Json{{"refused", {{"code", code}, {"reason", reason}, {"remedy", remedy}}}};
  };
  try {
    if (request.contains("write")) {
      write_file(request["write"]);
      return {{"written", true}};
    }
    return answer_read(request["read"]);
  } catch (const Refused& refused) {
    return refuse(refused.code, refused.what(), refused.remedy);
  } catch (const std::bad_alloc&) {
    return refuse("E_MEMORY", "there is not enough memory for it", "close other programs, or crop the volume");
  } catch (const std::exception& error) {
    std::string text = error.what();
    text = text.substr(text.rfind("ERROR: ") == std::string::npos ? 0 : text.rfind("ERROR: ") + 7);
    return refuse("E_READ", "it cannot be read: " + text, "is it complete and of the format that its name says?");
  }
}

}  // namespace
}  // namespace lossscope::reader

int main() {
  lossscope::reader::limit_this_process();
  std::string line;
  std::getline(std::cin, line);
  const auto request = nlohmann::json::parse(line, nullptr, false);
  if (!request.is_object()) {
    std::cerr << "lossscope-reader is a helper of lossscope; it takes requests on its standard input\n";
    return 2;
  }
  const auto answer = lossscope::reader::answer_to(request);
  std::cout << answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  return 0;
}
