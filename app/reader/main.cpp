// SPDX-License-Identifier: Apache-2.0
// lossscope-reader: one request (a line of JSON) on stdin, one answer on stdout, then it ends. Whatever a foreign file
// does to a library happens here.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
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

Wish wish_of(const Json& request) {
  Wish wish{request["role"], {}, request["available"]};
  for (const QuestionInfo& row : questions()) {
    if (const auto said = request["answers"].find(row.id); said != request["answers"].end()) {
      wish.answers.set(row.question, *said);
    }
  }
  return wish;
}

Json answer_read(const Json& request) {
  const std::string path = path_of(request);
  const Wish wish = wish_of(request);
  std::cout << Json{{"progress", 0.1}, {"what", "reading"}}.dump() << std::endl;
  RawVolume volume = read_any(path, wish);
  std::cout << Json{{"progress", 0.6}, {"what", "checking values"}}.dump() << std::endl;
  Json answer{{"format", volume.format},
              {"stored_type", volume.stored_type},
              {"components", volume.stored_components},
              {"size", volume.size},
              {"spacing", volume.spacing},
              {"origin", volume.origin},
              {"direction", volume.direction},
              {"has_orientation", volume.has_orientation}};
  describe(volume, wish, answer);
  answer["sha256"] = sha256_of(path, volume.data_file);
  if (!request["information_only"].get<bool>()) {
    deliver(volume, wish.role, request["descriptor"], answer);
  }
  answer["notes"] = Json::array();
  for (const Note& note : volume.notes) {
    answer["notes"].push_back({note.code, note.text});
  }
  return {{"volume", answer}};
}

Json refusal(const Refused& refused) {
  Json choices = Json::array();
  for (const Choice& choice : refused.choices) {
    choices.push_back({choice.question, choice.answer, choice.label, choice.effect, choice.safe});
  }
  return {{"refused",
           {{"code", refused.code}, {"reason", refused.what()}, {"remedy", refused.remedy}, {"choices", choices}}}};
}

Json answer_to(const Json& request) {
  try {
    if (request.contains("write")) {
      write_file(request["write"]);
      return {{"written", true}};
    }
    return answer_read(request["read"]);
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
