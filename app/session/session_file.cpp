// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_file.h"

#include <filesystem>
#include <stdexcept>

#include "app/io/text_file.h"

namespace lossscope {

Session read_session(const std::string& path) {
  const std::string text = read_text(path);
  try {
    return session_from_json(text, std::filesystem::absolute(path).parent_path().string());
  } catch (const std::invalid_argument& error) {
    throw Refusal("E_SESSION", path, error.what(), "open it in an editor, or save the session again");
  }
}

}  // namespace lossscope
