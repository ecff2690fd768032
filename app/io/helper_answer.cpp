// SPDX-License-Identifier: Apache-2.0
#include "app/io/helper_answer.h"

#include "losses/evaluate.h"

namespace lossscope {

HelperAnswer ask_helper(const std::string& name, const std::vector<std::string>& arguments,
                        const nlohmann::json& request, int descriptor, int silence_seconds, const std::stop_token& stop,
                        const std::function<void(const nlohmann::json&)>& progress) {
  using Json = nlohmann::json;
  HelperAnswer answer;
  const auto on_line = [&](const std::string& line) {
    Json json = Json::parse(line, nullptr, false);
    if (json.is_object() && json.contains("progress")) {
      if (progress) {
        progress(json);
      }
    } else if (json.is_object()) {
      answer.json = std::move(json);
    }
  };
  const std::string input = request.dump(-1, ' ', false, Json::error_handler_t::ignore) + "\n";
  answer.end = run_child(helper_program(name), arguments, input, descriptor, silence_seconds, stop, on_line);
  if (answer.end.cancelled) {
    throw Cancelled();
  }
  return answer;
}

}  // namespace lossscope
