// SPDX-License-Identifier: Apache-2.0
// What the commands refuse for reasons beyond a file's own, again after what the remedy says.
#include "tests/io/remedies.h"

#include "app/io/safe_file.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope {
namespace {

using namespace testing;

/// A case of two labels and two channels, written by hand.
class TwoChannels : public ::testing::Test {
 protected:
  template <class T>
  [[nodiscard]] std::string written_nifti(const char* name, const std::vector<int>& size, int code, int bits,
                                          const std::vector<T>& values) const {
    NiftiBytes file;
    file.size(size).type(code, bits).spacing(1, 1, 1).sform({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}).voxels(values);
    write_file(folder_.file(name), std::string(file.bytes().begin(), file.bytes().end()));
    return folder_.file(name);
  }
  [[nodiscard]] std::string mask(const std::vector<std::uint8_t>& labels = {0, 1, 2, 2}) const {
    return written_nifti("mask.nii", {4, 1, 1}, 2, 8, labels);
  }
  [[nodiscard]] std::string prediction(const std::vector<float>& values) const {
    const int channels = static_cast<int>(values.size()) / 4;
    return channels == 1 ? written_nifti("p.nii", {4, 1, 1}, 16, 32, values)
                         : written_nifti("p.nii", {4, 1, 1, channels}, 16, 32, values);
  }
  [[nodiscard]] static Told eval(const std::string& m, const std::string& p, std::vector<std::string> more) {
    more.insert(more.begin(), {"eval", "--mask", m, "--prediction", p, "--loss", "dice", "--json", "-"});
    return told_by(run_lossscope(more));
  }
  Folder folder_;
};

TEST_F(TwoChannels, RegionsSayWhatTheChannelsStandFor) {
  const std::string m = mask(), p = prediction({0.1F, 0.9F, 0.8F, 0.7F, 0.1F, 0.1F, 0.8F, 0.7F});
  const std::string regions = folder_.file("regions.json");
  write_file(regions, R"({"whole tumour": [1, 2], "core": [2]})");
  EXPECT_TRUE(remedy_works("E_CHANNELS", "say which labels each channel stands for: --regions FILE.json",
                           eval(m, p, {"--classes", "all"}), eval(m, p, {"--regions", regions})));
}

TEST_F(TwoChannels, AFileOfAllChannelsIsOpenedAlone) {
  const std::string m = mask({0, 1, 1, 0}), p = prediction({0.9F, 0.1F, 0.2F, 0.7F, 0.1F, 0.9F, 0.8F, 0.3F});
  const std::string one = written_nifti("one.nii", {4, 1, 1}, 16, 32, std::vector<float>{0.1F, 0.9F, 0.8F, 0.3F});
  const Told refused = eval(m, p, {"--prediction", one, "--classes", "all"});
  EXPECT_TRUE(remedy_works("E_CHANNELS", "open it alone", refused, eval(m, p, {"--classes", "all"})));
  const Told two = eval(m, one, {"--prediction", p});
  EXPECT_TRUE(remedy_works("E_COMPONENTS", "choose a component from 0 to ", two,
                           eval(m, one, {"--prediction", p, "--component", "0"})));
}

TEST_F(TwoChannels, TheActivationIsSaidAsItIs) {
  const std::string m = mask({0, 1, 1, 0}), p = prediction({0.9F, 0.9F, 0.8F, 0.7F, 0.8F, 0.6F, 0.8F, 0.7F});
  const Told refused = eval(m, p, {"--classes", "all", "--activation", "softmax"});
  EXPECT_TRUE(remedy_works("E_ACTIVATION", "say --activation sigmoid", refused,
                           eval(m, p, {"--classes", "all", "--activation", "sigmoid"})));
  EXPECT_TRUE(remedy_works("E_ACTIVATION", "or, if they are logits, --kind logit", refused,
                           eval(m, p, {"--classes", "all", "--activation", "softmax", "--kind", "logit"})));
}

TEST_F(TwoChannels, LabelsThatAreTooLargeAreNumberedAnew) {
  const std::string m = mask({0, 1, 1, 0});
  const Told refused = eval(m, prediction({0, 33554432, 33554432, 0.5F}), {"--kind", "label", "--label", "1"});
  EXPECT_TRUE(remedy_works("E_LABEL_RANGE", "number the labels anew", refused,
                           eval(m, prediction({0, 1, 1, 0}), {"--kind", "label", "--label", "1"})));
}

TEST_F(TwoChannels, WhatCannotBeRescaledIsClamped) {
  const std::string m = mask({0, 1, 1, 0}), p = prediction({3, 3, 3, 3});
  EXPECT_TRUE(remedy_works("E_CONSTANT", "choose another kind: --kind clamp", eval(m, p, {"--kind", "rescale"}),
                           eval(m, p, {"--kind", "clamp"})));
}

constexpr const char* kMine =
    "# Mine\n## One\n```state\n{\"mask\": {\"path\": \"sample:phantom\"}, \"label\": 2, "
    "\"prediction\": {\"source\": \"degraded\", \"degrade\": \"shift=1,0,0\"}";

Told told_of_demo(const std::string& path) { return told_by(run_lossscope({"demo", "--check", path})); }

TEST(DemoRemedies, LinesAreCorrected) {
  const Folder folder;
  const std::string path = folder.file("mine.md");
  const auto told_of_state = [&](const std::string& more) {
    write_file(path, kMine + more + "}\n```\n");
    return told_of_demo(path);
  };
  const Told good = told_of_state("");
  EXPECT_TRUE(
      remedy_works("E_DEMO", "correct the lines that are named above", told_of_state(", \"los\": \"bce\""), good));
  EXPECT_TRUE(remedy_works("E_DEMO", "give a Markdown file, or one of: ", told_of_demo(folder.file("none.md")), good));
  write_file(path, "words\n");
  const Told words = told_of_demo(path);
  EXPECT_TRUE(remedy_works("E_DEMO", "correct the line; ", words, told_of_state("")));
  EXPECT_TRUE(remedy_works("E_DEMO", "`lossscope demo --members` lists what a state may say", words,
                           told_by(run_lossscope({"demo", "--members"}))));
  const Told named = told_of_demo(folder.file("none.md"));
  const auto first = named.remedy.find("one of: ") + 8;
  EXPECT_TRUE(remedy_works("E_DEMO", ", or one of: ", named,
                           told_of_demo(named.remedy.substr(first, named.remedy.find(',', first) - first))));
}

TEST(SessionRemedies, ADamagedOneIsMendedInAnEditorOrSavedAgain) {
  const Folder folder;
  const std::string path = folder.file("session.json");
  const auto told_of_text = [&](const std::string& text) {
    write_file(path, text);
    return told_by(run_lossscope({"eval", "--session", path}));
  };
  const std::string good = R"({"lossscope_session": 1, "mask": {"path": "sample:phantom"}, "label": 2,
    "prediction": {"source": "degraded", "degrade": "shift=1,0,0"}, "loss": "bce"})";
  EXPECT_TRUE(remedy_works("E_SESSION", "open it in an editor, or save the session again",
                           told_of_text(good.substr(0, good.size() - 3)), told_of_text(good)));
}

}  // namespace
}  // namespace lossscope
