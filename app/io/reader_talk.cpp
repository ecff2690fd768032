// SPDX-License-Identifier: Apache-2.0
#include "app/io/reader_talk.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/io/helper_answer.h"
#include "app/io/helper_claims.h"

namespace lossscope {
namespace {

Refusal refusal_of(const Subject& subject, std::string code, std::string reason, std::string remedy) {
  return {std::move(code), subject.path, std::move(reason), std::move(remedy), {}, subject.role};
}

/// Why the helper ended without an answer, in the words of whoever reads or writes.
Refusal ended_early(const ChildEnd& end, const Subject& subject) {
  const std::string doing = subject.written ? "writing it" : "reading it", who = subject.written ? "writer" : "reader";
  const std::string remedy = subject.written ? "is there room and memory for it? Try another folder or format"
                                             : "the file is probably damaged: export it again";
  if (end.silent) {
    return refusal_of(subject, "E_READER_TIMEOUT",
                      doing + " stopped: the " + who + " was not heard of any more and was ended",
                      "is its disk still there? Otherwise " + remedy);
  }
  if (end.overtime) {
    return refusal_of(subject, "E_READER_TIMEOUT", doing + " took far longer than its size needs, and was ended",
                      remedy);
  }
  return refusal_of(subject, "E_READER_CRASH",
                    end.signal != 0 ? doing + " ended the " + who + " with signal " + std::to_string(end.signal)
                                    : "the " + who + " ended without an answer",
                    remedy);
}

}  // namespace

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

std::vector<unsigned char> path_bytes(const std::string& path) {
  const std::string absolute = std::filesystem::absolute(path).string();
  return {absolute.begin(), absolute.end()};
}

void ask_reader(nlohmann::json request, const Subject& subject, const SharedMemory& memory, const Listening& listening,
                const std::function<void(const Said& answer)>& take) {
  HelperRequest asked{.json = std::move(request), .memory = &memory, .stop = listening.stop};
  asked.progress = listening.progress;
  asked.most_memory = available_memory();
  asked.json["patience"] = asked.limits.silence_seconds;
  try {
    const auto [answer, end] = ask_helper("lossscope-reader", asked);
    if (!answer.is_object()) {
      throw ended_early(end, subject);
    }
    const Said said(answer);
    if (said.has("refused")) {
      throw refusal_said(said.at("refused"), subject.path, subject.role);
    }
    take(said);
  } catch (const Nonsense& nonsense) {
    throw refusal_of(subject, "E_READER_CRASH",
                     std::string("the answer of the ") + (subject.written ? "writer" : "reader") + " makes no sense (" +
                         nonsense.what() + ")",
                     "the file is damaged, or made to break its reader: get it anew from where it comes from");
  }
}

}  // namespace lossscope
