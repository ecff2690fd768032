// SPDX-License-Identifier: Apache-2.0
#include "app/commands/volume_json.h"

#include <sstream>

namespace lossscope::commands {

void add_grid(Json& json, const Grid& grid) {
  json["size"] = grid.size;
  json["spacing"] = grid.spacing;
  json["origin"] = grid.origin;
  json["direction"] = grid.direction;
}

Json file_json(const LoadedVolume& file, const Grid& grid) {
  Json json{{"path", file.path}, {"sha256", file.sha256}};
  add_grid(json, grid);
  return json;
}

std::string triple(const std::array<double, 3>& values) {
  std::ostringstream text;
  text << values[0] << " x " << values[1] << " x " << values[2];
  return text.str();
}

}  // namespace lossscope::commands
