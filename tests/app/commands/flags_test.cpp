// SPDX-License-Identifier: Apache-2.0
// A flag that is accepted has an effect: every flag that --help lists is given once where it has one, and something
// comes out otherwise, and once where it has none, and that is told or refused. The flags that answer what a file
// leaves open are taken where a file does in tests/corpus/advice_test.cpp.
#include <filesystem>
#include <regex>
#include <set>

#include "app/io/safe_file.h"
#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;
using Arguments = std::vector<std::string>;

/// A run with one flag more (or with another value of it) beside one without.
struct Effect {
  std::string flag;
  Arguments without, with;
  bool fails = false;  ///< the effect is that the run is refused
};

template <class Item>
std::vector<Item> operator+(std::vector<Item> a, const std::vector<Item>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// The arguments with another value of a flag.
Arguments replaced(Arguments arguments, const std::string& flag, const std::string& value) {
  const auto found = std::find(arguments.begin(), arguments.end(), flag);
  if (found == arguments.end()) {
    return arguments + Arguments{flag, value};
  }
  *(found + 1) = value;
  return arguments;
}

// The model's flags are taken in tests/app/models/run_test.cpp, where there are models.
const std::set<std::string> kOfModels{"--trust-model", "--channel", "--model-seconds", "--model-memory"};

/// An answer to each question that files which leave nothing open have no use for. A label is always looked for.
const std::map<Question, std::string> kNeedless{
    {Question::component, "1"},   {Question::orientation, "qform"}, {Question::axes, "resample"},
    {Question::series, "x"},      {Question::slices, "resample"},   {Question::duplicates, "first"},
    {Question::memory, "accept"}, {Question::array, "zz"},          {Question::order, "zyx"},
    {Question::threshold, "0.5"}, {Question::grid, "resample"},     {Question::nan, "zero"},
    {Question::kind, "clamp"},    {Question::label, "nonzero"},     {Question::ignore, "77"},
    {Question::absent, "empty"}};

class Flags : public ::testing::Test {
 protected:
  Flags() {
    // Large enough about the mask that a crop is smaller than the whole.
    const Grid grid{{40, 36, 8}, {1, 1, 2}, {-7, 3, 5}};
    const Volume g = make_volume(grid, VoxelType::uint8), other = make_volume(grid, VoxelType::uint8);
    const Volume p = make_volume(grid, VoxelType::float32), q = make_volume(grid, VoxelType::float32);
    const auto within = [](std::size_t value, std::size_t from, std::size_t to) {
      return value >= from && value <= to;
    };
    for (std::size_t at = 0; at < 40 * 36 * 8; ++at) {
      const std::size_t i = at % 40, j = at / 40 % 36, k = at / 1440;
      const bool rows = within(j, 14, 20) && within(k, 2, 5);
      g.voxels<std::uint8_t>()[at] = rows && within(i, 16, 22) ? 1 : 0;
      other.voxels<std::uint8_t>()[at] = rows && within(i, 18, 26) ? 1 : 0;
      const bool predicted = rows && within(i, 15, 21);
      p.voxels<float>()[at] = (predicted ? 0.8F : 0.1F) + 0.001F * static_cast<float>(at % 7);
      q.voxels<float>()[at] = (predicted ? 0.6F : 0.2F) + 0.001F * static_cast<float>(at % 7);
    }
    write_volume(g, mask_);
    write_volume(other, other_mask_);
    write_volume(p, prediction_);
    write_volume(q, other_prediction_);
    Volume far = p;
    far.grid.origin = {500, 500, 500};
    far.grid.spacing = {1.5, 1.5, 1.5};
    write_volume(far, far_);
    write_array(array_mask_, "|u1", g);
    write_array(array_prediction_, "<f4", p);
    write_file(regions_, R"({"one": [1]})");
    write_file(session_, R"({"lossscope_session": 1, "mask": {"path": "mask.nii"}, "loss": "tversky",
      "prediction": {"source": "file", "meaning": "probability", "file": {"path": "prediction.nii"}}})");
  }

  /// The voxels as an array, which says nothing of their size.
  static void write_array(const std::string& path, const std::string& type, const Volume& volume) {
    const auto [i, j, k] = volume.grid.size;
    const std::string shape = std::to_string(k) + ", " + std::to_string(j) + ", " + std::to_string(i);
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + ")}";
    header.append(117 - header.size(), ' ').append("\n");  // 128 bytes with the ten before it
    std::string file = std::string("\x93NUMPY\x01\0\x76\0", 10) + header;
    const auto* bytes = static_cast<const char*>(volume.data.get());
    file.append(bytes, static_cast<std::size_t>(volume.grid.voxels()) * bytes_per_voxel(volume.type));
    write_bytes(path, {file.begin(), file.end()});
  }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  /// Everything that a run leaves: code, streams, and what it wrote into the folder `out`. Times are left out.
  [[nodiscard]] std::string traces(const Arguments& arguments) const {
    const std::filesystem::path out = file("out");
    std::filesystem::remove_all(out);
    std::filesystem::create_directory(out);
    const Outcome outcome = run_lossscope(arguments);
    std::string all = std::to_string(outcome.code) + outcome.out + outcome.err;
    for (const auto& entry : std::filesystem::directory_iterator(out)) {
      const auto bytes = read_bytes(entry.path().string());
      all += "\n" + entry.path().filename().string() + std::string(bytes.begin(), bytes.end());
    }
    static const std::regex kTimes("\"(auxiliary|map|reduce)\": [-0-9.e]+");
    return std::regex_replace(all, kTimes, "");
  }

  /// The long flags that --help of a subcommand lists, but for those of questions.
  [[nodiscard]] static std::set<std::string> listed(const Arguments& command) {
    const std::string help = run_lossscope(command + Arguments{"--help"}).out;
    static const std::regex kFlag("(?:^|\n) *(?:-[a-z],)?(--[a-z-]+)");
    std::set<std::string> flags;
    for (std::sregex_iterator at(help.begin(), help.end(), kFlag), end; at != end; ++at) {
      flags.insert((*at)[1]);
    }
    for (const QuestionInfo& row : questions()) {
      flags.erase("--" + std::string(row.id));
    }
    flags.erase("--help");
    return flags;
  }

  /// Every flag that a subcommand lists has nothing to do in one of these runs, which says so; or it is one of those
  /// that always have something to do.
  void expect_told(const Arguments& command, const std::map<std::string, Arguments>& idle,
                   const std::set<std::string>& always) {
    std::set<std::string> shown = always;
    for (const auto& [flag, arguments] : idle) {
      const Outcome outcome = run_lossscope(command + arguments);
      const bool told = outcome.code == 0 && outcome.err.find("(W_UNUSED): " + flag) != std::string::npos;
      EXPECT_TRUE(told || outcome.code == 2) << flag << " is accepted without a word: " << outcome.err;
      EXPECT_NE(outcome.err.find(flag), std::string::npos) << "it is not said which flag: " << outcome.err;
      EXPECT_TRUE(shown.insert(flag).second) << flag;
    }
    EXPECT_EQ(listed(command), shown);
  }

  /// The same for the flags that answer what files leave open, on a case that leaves nothing open.
  void expect_answers_told(const Arguments& usual, const std::set<Question>& never = {}) const {
    for (const QuestionInfo& row : questions()) {
      if (never.contains(row.question)) {
        continue;
      }
      const std::string flag = "--" + std::string(row.id), answer = kNeedless.at(row.question);
      const Outcome outcome = run_lossscope(usual + Arguments{flag, answer});
      EXPECT_EQ(outcome.code, 0) << flag << ": " << outcome.err;
      const bool told = outcome.err.find("(W_UNUSED): " + flag + " " + answer) != std::string::npos;
      EXPECT_EQ(told, row.question != Question::label) << usual[0] << " " << flag << ": " << outcome.err;
    }
  }

  /// Flags of every subcommand that takes a case, where they have nothing to do.
  [[nodiscard]] std::map<std::string, Arguments> idle_of_cases(const Arguments& usual) const {
    std::map<std::string, Arguments> idle{{"--spacing", usual + Arguments{"--spacing", "unit"}},
                                          {"--set", usual + Arguments{"--set", "gamma=3"}},
                                          {"--preset", usual + Arguments{"--preset", "nobody's"}}};
    idle["--spacing"] = replaced(idle["--spacing"], "--mask", array_mask_);
    idle["--spacing"] = replaced(idle["--spacing"], "--prediction", array_prediction_);
    for (const std::string& flag : kOfModels) {
      idle[flag] = usual + Arguments{flag, "1"};
    }
    return idle;
  }

  /// Those of classes, where there is one structure.
  [[nodiscard]] static std::map<std::string, Arguments> idle_of_classes(const Arguments& usual) {
    return {{"--activation", usual + Arguments{"--activation", "softmax"}},
            {"--class", usual + Arguments{"--class", "1"}}};
  }

  void expect_effects(const Arguments& command, const std::vector<Effect>& effects,
                      const std::set<std::string>& elsewhere = {}) {
    std::set<std::string> shown = elsewhere;
    for (const Effect& effect : effects) {
      const std::string with = traces(command + effect.with);
      EXPECT_TRUE(traces(command + effect.without) != with) << effect.flag << " changes nothing";
      EXPECT_EQ(with.starts_with("0"), !effect.fails) << effect.flag << ": " << with.substr(0, 400);
      shown.insert(effect.flag);
    }
    EXPECT_EQ(listed(command), shown);
  }

  Folder folder_;
  std::string mask_ = file("mask.nii"), other_mask_ = file("other_mask.nii"), prediction_ = file("prediction.nii"),
              other_prediction_ = file("other.nii"), far_ = file("far.nii"), regions_ = file("regions.json"),
              session_ = file("session.json"), array_mask_ = file("mask.npy"), array_prediction_ = file("p.npy"),
              out_ = file("out/made");
};

/// What every subcommand has that takes a case; `run` completes the arguments of a case.
std::vector<Effect> effects_of_cases(const Arguments& usual, const Arguments& pair, const Arguments& rest,
                                     const std::string& other_mask, const std::string& other_prediction,
                                     const std::string& mask, const std::string& far, const std::string& session,
                                     const std::string& setting) {
  const Arguments degraded{"--mask", mask, "--predict", "degrade:shift=1,0,0;soften=1"};
  return {
      {"--mask", usual, Arguments{"--mask", other_mask, pair[2], pair[3]} + rest},
      {"--prediction", usual, Arguments{pair[0], pair[1], "--prediction", other_prediction} + rest},
      {"--predict", Arguments{"--mask", mask, "--predict", "perfect"} + rest, degraded + rest},
      {"--image", usual, usual + Arguments{"--image", far}, true},
      {"--session", rest, Arguments{"--session", session} + rest},
      {"--spacing", Arguments{"--spacing", "file"} + degraded + rest, Arguments{"--spacing", "unit"} + degraded + rest},
      {"--set", usual, usual + Arguments{"--set", setting}},
      {"--trace", usual, usual + Arguments{"--trace", std::filesystem::path(other_mask).parent_path() / "out/trace"}}};
}

/// What those have that evaluate classes.
std::vector<Effect> effects_of_classes(const Arguments& usual, const std::string& regions) {
  const Arguments classes = usual + Arguments{"--classes", "all"};
  return {{"--classes", usual, classes},
          {"--regions", usual, usual + Arguments{"--regions", regions}},
          {"--activation", classes, classes + Arguments{"--activation", "softmax"}, true},
          {"--class", classes, classes + Arguments{"--class", "9"}, true}};
}

TEST_F(Flags, OfEval) {
  const Arguments pair{"--mask", mask_, "--prediction", prediction_};
  const Arguments rest{"--loss", "dist_map,tversky", "--json", "-"}, usual = pair + rest;
  std::vector<Effect> effects =
      effects_of_cases(usual, pair, rest, other_mask_, other_prediction_, mask_, far_, session_, "tversky.alpha=0.9");
  const std::vector<Effect> own{
      {"--threads", usual + Arguments{"--threads", "1"}, usual + Arguments{"--threads", "2"}},
      {"--loss", usual, pair + Arguments{"--loss", "bce", "--json", "-"}},
      {"--all", usual, pair + Arguments{"--all", "--json", "-"}},
      {"--preset", pair + Arguments{"--loss", "dice", "--json", "-"},
       pair + Arguments{"--loss", "dice", "--json", "-", "--preset", "MONAI DiceLoss(squared_pred=True)"}},
      {"--device", usual, usual + Arguments{"--device", "cuda:77"}, true},
      {"--contribution", usual, usual + Arguments{"--contribution", out_ + "{loss}.nii"}},
      {"--gradient", usual, usual + Arguments{"--gradient", out_ + "{loss}.nii"}},
      {"--counterfactual", usual, usual + Arguments{"--counterfactual", out_ + "{loss}.nii"}},
      {"--distance", usual, usual + Arguments{"--distance", out_ + ".nii"}},
      {"--wrt", usual, usual + Arguments{"--wrt", "logit"}},
      {"--json", pair + Arguments{"--loss", "dice"}, pair + Arguments{"--loss", "dice", "--json", "-"}}};
  effects.insert(effects.end(), own.begin(), own.end());
  expect_effects({"eval"}, effects + effects_of_classes(usual, regions_), kOfModels);
}

TEST_F(Flags, OfEvalThatHaveNothingToDoAreTold) {
  const Arguments pair{"--mask", mask_, "--prediction", prediction_}, usual = pair + Arguments{"--loss", "dice"};
  std::map<std::string, Arguments> idle = idle_of_cases(usual);
  idle["--all"] = usual + Arguments{"--all"};
  idle["--wrt"] = usual + Arguments{"--wrt", "logit"};
  idle.merge(idle_of_classes(usual));
  expect_told(
      {"eval"}, idle,
      {"--classes", "--regions", "--mask", "--prediction", "--predict", "--image", "--session", "--loss", "--threads",
       "--device", "--contribution", "--gradient", "--counterfactual", "--distance", "--json", "--trace"});
  expect_answers_told(Arguments{"eval"} + usual);
  const Arguments classes = usual + Arguments{"--classes", "all", "--json", "-"};
  idle = {{"--wrt", classes + Arguments{"--wrt", "logit"}}, {"--spacing", classes + Arguments{"--spacing", "unit"}}};
  idle["--spacing"] = replaced(replaced(idle["--spacing"], "--mask", array_mask_), "--prediction", array_prediction_);
  for (const auto& [flag, arguments] : idle) {
    const Outcome outcome = run_lossscope(Arguments{"eval"} + arguments);
    EXPECT_TRUE(outcome.code == 2 || outcome.err.find("(W_UNUSED): " + flag) != std::string::npos) << outcome.err;
  }
  EXPECT_NE(run_lossscope(Arguments{"eval"} + classes + Arguments{"--nan", "zero"}).err.find("(W_UNUSED): --nan"),
            std::string::npos);
}

TEST_F(Flags, OfInfoThatHaveNothingToDoAreTold) {
  expect_told({"info", prediction_}, {{"--image", {"--as", "model", "--image", mask_}}}, {"--as", "--json", "--trace"});
  const std::set<Question> of_cases{Question::grid, Question::kind};
  expect_answers_told({"info", mask_, "--as", "mask"}, of_cases);
  std::set<Question> of_masks = of_cases;
  of_masks.insert({Question::threshold, Question::label, Question::ignore, Question::absent});
  expect_answers_told({"info", prediction_, "--as", "prediction"}, of_masks);
  of_masks.insert(Question::nan);
  expect_answers_told({"info", prediction_, "--as", "image"}, of_masks);
  for (const QuestionInfo& row : questions()) {
    const Outcome outcome =
        run_lossscope({"info", prediction_, "--as", "model", "--" + std::string(row.id), kNeedless.at(row.question)});
    EXPECT_EQ(outcome.code, 2) << row.id << ": nothing of a model is asked: " << outcome.err;
  }
}

TEST_F(Flags, OfInfo) {
  expect_effects({"info", prediction_}, {{"--as", {"--json", "-"}, {"--json", "-", "--as", "mask"}, true},
                                         {"--image", {"--json", "-"}, {"--json", "-", "--image", far_}},
                                         {"--json", {}, {"--json", "-"}},
                                         {"--trace", {}, {"--trace", out_}}});
}

TEST_F(Flags, OfSweep) {
  const Arguments degraded{"--mask", mask_, "--predict", "degrade:soften=1"};
  const Arguments along{"--vary", "shift", "--from", "0", "--to", "2", "--steps", "3"}, loss{"--loss", "dice"};
  const Arguments usual = degraded + along + loss, picture = usual + Arguments{"--png", out_ + ".png"};
  const Arguments cut{"--vary", "threshold", "--from", "0.2", "--to", "0.8", "--steps", "3", "--loss", "dice"};
  const Arguments pair{"--mask", mask_, "--prediction", prediction_};
  std::vector<Effect> effects = effects_of_cases(pair + cut, pair, cut, other_mask_, other_prediction_, mask_, far_,
                                                 session_, "tversky.alpha=0.9");
  std::erase_if(effects, [](const Effect& effect) { return effect.flag == "--spacing" || effect.flag == "--set"; });
  const Arguments distance{"--loss", "dist_map"};
  const std::vector<Effect> own{
      {"--spacing", degraded + along + distance, degraded + along + distance + Arguments{"--spacing", "unit"}},
      {"--set", usual, usual + Arguments{"--set", "dice.smooth_nr=50"}},
      {"--preset", usual, usual + Arguments{"--preset", "MONAI DiceLoss(squared_pred=True)"}},
      {"--threads", usual, usual + Arguments{"--threads", "-1"}, true},
      {"--loss", usual, degraded + along + Arguments{"--loss", "bce"}},
      {"--all", usual, degraded + along + Arguments{"--all"}},
      {"--vary", usual, degraded + loss + Arguments{"--vary", "dilate", "--from", "0", "--to", "2", "--steps", "3"}},
      {"--from", usual, replaced(usual, "--from", "1")},
      {"--to", usual, replaced(usual, "--to", "1")},
      {"--steps", usual, replaced(usual, "--steps", "2")},
      {"--csv", usual, usual + Arguments{"--csv", out_ + ".csv"}},
      {"--png", usual, picture},
      {"--size", picture, picture + Arguments{"--size", "500x300"}},
      {"--dpi", picture, picture + Arguments{"--dpi", "48"}}};
  effects.insert(effects.end(), own.begin(), own.end());
  expect_effects({"sweep"}, effects, kOfModels);
}

TEST_F(Flags, OfSweepThatHaveNothingToDoAreTold) {
  const Arguments usual{"--mask", mask_,  "--prediction", prediction_, "--vary", "threshold", "--from",
                        "0.2",    "--to", "0.8",          "--steps",   "2",      "--loss",    "dice"};
  std::map<std::string, Arguments> idle = idle_of_cases(usual);
  idle["--all"] = usual + Arguments{"--all"};
  idle["--size"] = usual + Arguments{"--size", "500x300"};
  idle["--dpi"] = usual + Arguments{"--dpi", "96"};
  expect_told({"sweep"}, idle,
              {"--mask", "--prediction", "--predict", "--image", "--session", "--loss", "--threads", "--vary", "--from",
               "--to", "--steps", "--csv", "--png", "--trace"});
  expect_answers_told(Arguments{"sweep"} + usual);
}

TEST_F(Flags, OfRender) {
  const Arguments pair{"--mask", mask_, "--prediction", prediction_};
  const Arguments rest{"--loss", "hausdorff", "--view", "axial", "-o", out_ + ".png", "--dpi", "48"},
      usual = pair + rest;
  const Arguments grid = pair + Arguments{"--loss", "dice,bce", "--view", "grid", "-o", out_ + ".png", "--dpi", "48"};
  std::vector<Effect> effects =
      effects_of_cases(usual, pair, rest, other_mask_, other_prediction_, mask_, far_, session_, "hausdorff.alpha=1");
  const std::vector<Effect> own{
      {"--threads", usual, usual + Arguments{"--threads", "-1"}, true},
      {"--loss", usual, replaced(usual, "--loss", "bce")},
      {"--all", usual, usual + Arguments{"--all"}, true},
      {"--preset", pair + Arguments{"--loss", "dice"} + Arguments{"--view", "axial", "-o", out_ + ".png"},
       pair + Arguments{"--loss", "dice", "--preset", "MONAI DiceLoss(squared_pred=True)"} +
           Arguments{"--view", "axial", "-o", out_ + ".png"}},
      {"--view", usual, replaced(usual, "--view", "coronal")},
      {"--plane", grid, grid + Arguments{"--plane", "sagittal"}},
      {"--slice", usual, usual + Arguments{"--slice", "0"}},
      {"--layer", usual, usual + Arguments{"--layer", "prediction"}},
      {"--wrt", usual + Arguments{"--layer", "gradient"}, usual + Arguments{"--layer", "gradient", "--wrt", "logit"}},
      {"--scale", usual, usual + Arguments{"--scale", "log"}},
      {"--range", usual, usual + Arguments{"--range", "0,5"}},
      {"--colormap", usual, usual + Arguments{"--colormap", "viridis"}},
      {"--shared", grid, grid + Arguments{"--shared"}},
      {"--crop", usual, usual + Arguments{"--crop"}},
      {"--whole", grid, grid + Arguments{"--whole"}},
      {"--size", usual, usual + Arguments{"--size", "300x300"}},
      {"--width", usual, usual + Arguments{"--width", "60mm"}},
      {"--dpi", usual, replaced(usual, "--dpi", "96")},
      {"--output", usual, replaced(usual, "-o", out_ + ".svg")}};
  effects.insert(effects.end(), own.begin(), own.end());
  expect_effects({"render"}, effects + effects_of_classes(usual, regions_), kOfModels);
}

TEST_F(Flags, OfRenderThatHaveNothingToDoAreTold) {
  const Arguments pair{"--mask", mask_, "--prediction", prediction_}, out{"-o", out_ + ".png", "--dpi", "48"};
  const Arguments usual = pair + Arguments{"--loss", "dice", "--view", "axial"} + out;
  const Arguments solid = pair + Arguments{"--loss", "dice", "--view", "3d"} + out;
  const Arguments grid = pair + Arguments{"--loss", "dice,bce", "--view", "grid"} + out;
  const Arguments bare = usual + Arguments{"--layer", "none"};
  std::map<std::string, Arguments> idle = idle_of_cases(usual);
  idle.merge(idle_of_classes(usual));
  const Arguments sheet = pair + Arguments{"--view", "contact-sheet"} + out;
  idle.insert({{"--loss", sheet + Arguments{"--loss", "dice"}},
               {"--all", usual + Arguments{"--all"}},
               {"--plane", usual + Arguments{"--plane", "sagittal"}},
               {"--slice", solid + Arguments{"--slice", "2"}},
               {"--layer", replaced(grid, "--view", "difference") + Arguments{"--layer", "prediction"}},
               {"--wrt", usual + Arguments{"--wrt", "logit"}},
               {"--range", bare + Arguments{"--range", "0,1"}},
               {"--scale", usual + Arguments{"--layer", "prediction", "--scale", "log"}},
               {"--colormap", bare + Arguments{"--colormap", "viridis"}},
               {"--shared", usual + Arguments{"--shared"}},
               {"--crop", grid + Arguments{"--crop"}},
               {"--whole", usual + Arguments{"--whole"}}});
  for (const auto& [flag, arguments] : idle) {
    Arguments without = arguments;  // the flag and its value come last
    without.resize(std::distance(without.begin(), std::find(without.begin(), without.end(), flag)));
    const std::string with = traces(Arguments{"render"} + arguments);
    if (with.starts_with("0")) {
      const auto picture = [](const std::string& all) { return all.substr(all.find("\nmade.png")); };
      EXPECT_TRUE(picture(with) == picture(traces(Arguments{"render"} + without))) << flag << " changes the picture";
    }
  }
  expect_told({"render"}, idle,
              {"--classes", "--regions", "--mask", "--prediction", "--predict", "--image", "--session", "--threads",
               "--view", "--size", "--width", "--dpi", "--output", "--trace"});
  expect_answers_told(Arguments{"render"} + usual);
}

TEST_F(Flags, AnAnswerThatIsNeverAskedForIsWrongUsage) {
  const auto code = [](const Arguments& arguments) { return run_lossscope(arguments).code; };
  const Arguments eval{"eval", "--mask", mask_, "--prediction", prediction_, "--loss", "dice"};
  for (const Arguments& wrong : {Arguments{"--threshold", "prediction=0.5"},
                                 {"--threshold", "image=0.5"},
                                 {"--nan", "image=zero"},
                                 {"--grid", "mask=resample"},
                                 {"--absent", "prediction=empty"}}) {
    EXPECT_EQ(code(eval + wrong), 2) << wrong[1];
  }
  EXPECT_EQ(code({"eval", "--mask", mask_, "--predict", "perfect", "--loss", "dice", "--kind", "logit"}), 2);
  EXPECT_EQ(code({"info", mask_, "--as", "image", "--label", "1"}), 2);
  EXPECT_EQ(code({"info", mask_, "--as", "prediction", "--threshold", "1"}), 2);
  EXPECT_EQ(code({"info", mask_, "--kind", "logit"}), 2) << "info takes numbers as they are";
  EXPECT_EQ(code({"info", mask_, "--as", "mask", "--label", "1"}), 0);
}

}  // namespace
}  // namespace lossscope
