// SPDX-License-Identifier: Apache-2.0
// make_gallery FOLDER [--only TEXT] [--program LOSSSCOPE] [--list pictures.json]: takes every picture of the list and
// lays them side by side in FOLDER/index.html. Run it as: resources/setup/with-display --size 5200x3000
// build/release/bin/make_gallery FOLDER
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/gallery/gallery.h"

namespace {

std::string html(const std::vector<lossscope::gallery::Wanted>& pictures) {
  std::string page =
      "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>LossScope gallery</title><style>body{font:14px "
      "sans-serif;background:#222;color:#ddd}figure{display:inline-block;width:47%;margin:1%;vertical-align:top}"
      "img{width:100%}a{color:#9cf}</style><h1>LossScope gallery</h1>\n";
  for (const auto& picture : pictures) {
    page += "<figure id=\"" + picture.name + "\"><a href=\"" + picture.name + ".png\"><img src=\"" + picture.name +
            ".png\" alt=\"" + picture.name + "\"></a><figcaption>" + picture.name + "</figcaption></figure>\n";
  }
  return page + "</html>\n";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace lossscope::gallery;
  CLI::App app("Takes the pictures of a list and lays them side by side");
  std::string folder, only, program = std::filesystem::path(argv[0]).parent_path() / "lossscope",
                            list = LOSSSCOPE_PICTURES;
  app.add_option("folder", folder, "Where the pictures go")->required();
  app.add_option("--only", only, "Only those whose name holds this text");
  app.add_option("--program", program, "The lossscope that takes them")->capture_default_str();
  app.add_option("--list", list, "The list")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  int failed = 0;
  try {
    std::filesystem::create_directories(folder);
    Photographer photographer(program, folder);
    std::vector<Wanted> pictures = read_list(list);
    std::ofstream(folder + "/index.html") << html(pictures);
    for (const Wanted& wanted : pictures) {
      if (wanted.name.find(only) == std::string::npos) {
        continue;
      }
      const std::string problem = photographer.take(wanted, folder + "/" + wanted.name + ".png");
      std::fprintf(stderr, "%s%s%s\n", wanted.name.c_str(), problem.empty() ? "" : ": ", problem.c_str());
      failed += problem.empty() ? 0 : 1;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_gallery: %s\n", error.what());
    return 3;
  }
  return failed == 0 ? 0 : 1;
}
