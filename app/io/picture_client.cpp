// SPDX-License-Identifier: Apache-2.0
#include "app/io/picture_client.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "app/io/reader_talk.h"
#include "app/io/shared_memory.h"

namespace lossscope {

ReadPicture read_picture(const std::string& path, std::stop_token stop) {
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 24;
  const SharedMemory memory;
  ReadPicture picture;
  ask_reader({{"picture", {{"path", path_bytes(path)}}}}, {path, {}}, memory, {{}, std::move(stop)},
             [&](const Said& answer) {
               const Said said = answer.at("picture");
               const std::int64_t width = said.at("width").whole(1, kMostPixels);
               const std::int64_t height = said.at("height").whole(1, kMostPixels / width);
               const std::shared_ptr<void> rgba = memory.adopt(static_cast<std::size_t>(4 * width * height));
               picture = {static_cast<int>(width), static_cast<int>(height),
                          std::static_pointer_cast<const unsigned char>(rgba)};
             });
  return picture;
}

}  // namespace lossscope
