// SPDX-License-Identifier: Apache-2.0
#include "tests/gallery/gallery.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/gallery/cases.h"

namespace lossscope::gallery {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::string in_quotes(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return result + "'";
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Json volume(const std::string& path) { return {{"path", path}}; }

/// A case in files of its own, made when first asked for.
Json made_case(const std::string& folder, const std::string& which) {
  const bool retina = which == "retina";
  const std::array<std::int64_t, 3> size =
      which == "ct" ? std::array<std::int64_t, 3>{512, 512, 300} : std::array<std::int64_t, 3>{160, 160, 80};
  if (!fs::exists(folder + "/prediction.nii")) {
    fs::create_directories(folder);
    write_case(retina ? made_retina() : made_ct(size), folder);
  }
  Json session{{"image", volume(folder + "/image.nii")},
               {"mask", volume(folder + "/mask.nii")},
               {"prediction", {{"source", "file"}, {"file", volume(folder + "/prediction.nii")}}}};
  if (retina) {
    return session;
  }
  const Grid grid{size};
  session["view"] = {{"crosshair", lesion_centre(grid)}, {"window", 400}, {"level", 40}};
  return session;
}

}  // namespace

std::vector<Wanted> read_list(const std::string& path) {
  std::vector<Wanted> list;
  try {
    for (const Json& line : Json::parse(text_of(path))) {
      Wanted wanted;
      wanted.name = line.at("name");
      wanted.which = line.at("case");
      for (const auto& [key, value] : line.items()) {
        if (key == "session") {
          wanted.session = value;
        } else if (key == "render") {
          wanted.render = value.get<std::vector<std::string>>();
        } else if (key == "size") {
          wanted.size = value;
        } else if (key == "theme") {
          wanted.theme = value;
        } else if (key == "scale") {
          wanted.scale = value;
        } else if (key == "baseline") {
          wanted.baseline = value;
        } else if (key != "name" && key != "case") {
          throw std::runtime_error(wanted.name + ": nobody knows '" + key + "'");
        }
      }
      list.push_back(std::move(wanted));
    }
  } catch (const std::exception& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
  return list;
}

Json Photographer::session_of(const std::string& which) {
  const std::string degraded = "shift=2,0,0;dilate=1;soften=1.5;noise=0.05;seed=1";
  Json session{{"lossscope_session", 1}, {"label", "nonzero"}};
  const std::string templates = "/usr/share/mricron/templates/";
  if (which == "ct" || which == "small-ct" || which == "retina") {
    session.update(made_case(fs::absolute(folder_ + "/cases/" + which).string(), which));
  } else if (which == "head" || which == "phantom") {
    const Json sample = volume(which == "head" ? "sample:mni-head" : "sample:phantom");
    session.update(
        Json{{"image", sample}, {"mask", sample}, {"prediction", {{"source", "degraded"}, {"degrade", degraded}}}});
  } else if (which == "atlas") {  // the left amygdala: 220 voxels of seven million
    session.update(Json{{"image", volume(templates + "ch2.nii.gz")},
                        {"mask", volume(templates + "aal.nii.gz")},
                        {"label", 41},
                        {"prediction", {{"source", "degraded"}, {"degrade", "shift=1,1,0;soften=1;seed=1"}}}});
  } else {
    throw std::runtime_error("there is no case '" + which + "'");
  }
  return session;
}

std::string Photographer::take(const Wanted& wanted, const std::string& path) {
  const std::string sessions = folder_ + "/sessions", session = sessions + "/" + wanted.name + ".json";
  fs::create_directories(sessions);
  Json state = session_of(wanted.which);
  state.merge_patch(wanted.session);
  std::ofstream(session) << state.dump(1);
  std::ostringstream scale;
  scale << wanted.scale;
  std::string command =
      "LOSSSCOPE_THEME=" + in_quotes(wanted.theme) + " QT_SCALE_FACTOR=" + scale.str() + " " + in_quotes(program_);
  if (wanted.render.empty()) {
    command +=
        " --session " + in_quotes(session) + " --screenshot " + in_quotes(path) + " --size " + in_quotes(wanted.size);
  } else {
    command += " render --session " + in_quotes(session) + " -o " + in_quotes(path);
    for (const std::string& argument : wanted.render) {
      command += " " + in_quotes(argument);
    }
  }
  const std::string log = sessions + "/" + wanted.name + ".log";
  const int status = std::system((command + " >" + in_quotes(log) + " 2>&1 </dev/null").c_str());
  return status == 0 && fs::exists(path) ? std::string() : "lossscope did not make it: " + text_of(log);
}

}  // namespace lossscope::gallery
