// SPDX-License-Identifier: Apache-2.0
// A session file of a stranger: parsed or refused with its reason; what is parsed comes back from its own JSON.
#include <stdexcept>
#include <string>

#include "app/session/session.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size), folder = "/data/case";
  lossscope::Session session;
  try {
    session = lossscope::session_from_json(text, folder);
  } catch (const std::invalid_argument& error) {
    lossscope::testing::must(std::string(error.what()).starts_with("session: "),
                             "the reason does not say what it is about");
    return 0;
  }
  lossscope::testing::must(lossscope::session_from_json(lossscope::to_json(session, folder), folder) == session,
                           "a session is another one after it was saved and opened");
  return 0;
}
