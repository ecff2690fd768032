// SPDX-License-Identifier: Apache-2.0
#include "app/io/text_file.h"

#include "app/io/reader_client.h"
#include "app/reader/gates/source.h"

namespace lossscope {

std::string read_text(const std::string& path) {
  try {
    if (reader::check_path(path)) {
      throw Refusal("E_NOT_A_FILE", path, "it is a folder", "choose a file");
    }
    const reader::FileSource file(path);
    if (file.size() > kMostText) {
      throw Refusal("E_SIZE", path, "it is larger than 16 MiB, which no session or demo is", "choose another file");
    }
    return file.text(0, kMostText);
  } catch (const reader::Refused& refused) {
    throw Refusal(refused.code, path, refused.what(), refused.remedy);
  }
}

}  // namespace lossscope
