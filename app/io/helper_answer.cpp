// SPDX-License-Identifier: Apache-2.0
#include "app/io/helper_answer.h"

#include <algorithm>

#include "app/io/said.h"
#include "app/io/shared_memory.h"
#include "losses/evaluate.h"

namespace lossscope {

HelperAnswer ask_helper(ChildProcess& helper, const HelperRequest& request) {
  using Json = nlohmann::json;
  HelperAnswer answer;
  const auto on_line = [&](const std::string& line) {
    Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) {
      return;
    }
    const Said said(json);
    if (said.has("progress")) {
      const double share = std::clamp(said.at("progress").number(), 0.0, 1.0);
      const std::string what = said.at("what").text(1000);
      if (request.progress) {
        request.progress(share, what);
      }
    } else if (said.has("allocate") && request.memory != nullptr) {
      request.memory->resize(
          static_cast<std::size_t>(said.at("allocate").whole(0, static_cast<std::int64_t>(request.most_memory))));
      helper.send("allocated\n");
    } else {
      answer.json = std::move(json);
    }
  };
  const std::string input = request.json.dump(-1, ' ', false, Json::error_handler_t::ignore) + "\n";
  helper.send(input, request.memory == nullptr ? -1 : request.memory->descriptor());
  answer.end = helper.follow(request.limits, request.stop, on_line);
  if (answer.end.cancelled) {
    throw Cancelled();
  }
  return answer;
}

HelperAnswer ask_helper(const std::string& name, const HelperRequest& request) {
  ChildProcess helper(helper_program(name), request.environment);
  return ask_helper(helper, request);
}

}  // namespace lossscope
