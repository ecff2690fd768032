// SPDX-License-Identifier: Apache-2.0
// A model file of a stranger before LibTorch sees it: refused with a code and a remedy, or an archive whose records lie
// within the file and hold what its directory says.
#include <string>

#include "app/helper/zip_directory.h"
#include "app/models/model_gate.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lossscope;
using lossscope::testing::must;

void records(std::span<const unsigned char> file) {
  constexpr std::uint64_t kWorthInflating = 1 << 20;
  try {
    for (const ZipRecord& record : zip_directory(file)) {
      if (record.how == ZipRecord::How::other) {
        continue;
      }
      const auto* begin = reinterpret_cast<const char*>(file.data());
      must(record.packed.empty() ||
               (record.packed.data() >= begin && record.packed.data() + record.packed.size() <= begin + file.size()),
           "a record outside the file");
      if (record.bytes <= kWorthInflating) {
        const std::string content = content_of(record);
        must(content.empty() || content.size() == record.bytes, "another size than the directory says");
      }
    }
  } catch (const std::runtime_error& error) {
    must(*error.what() != '\0', "no reason");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const unsigned char> file(data, size);
  records(file);
  try {
    const ModelOutline outline = check_model(file);
    must(outline.version <= 10 && outline.records >= 3, "a model that cannot be one");
  } catch (const ModelRefused& refused) {
    must(refused.code.starts_with("E_MODEL_") && *refused.what() != '\0' && !refused.remedy.empty(), "half a refusal");
  }
  return 0;
}
