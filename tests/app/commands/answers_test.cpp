// SPDX-License-Identifier: Apache-2.0
// What flags say of labels, thresholds and NaN, in every spelling, against sums over the voxels made here.
#include <cmath>
#include <functional>
#include <limits>

#include "tests/app/commands/run_program.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope {
namespace {

using namespace testing;
using Arguments = std::vector<std::string>;

constexpr int kSide = 6;
constexpr std::size_t kVoxels = kSide * kSide * kSide;

/// A file of one component (or several, one after the other).
template <class T>
void write_nifti(const std::string& path, const std::vector<T>& values, int type) {
  std::vector<int> size{kSide, kSide, kSide};
  if (values.size() > kVoxels) {
    size.push_back(static_cast<int>(values.size() / kVoxels));
  }
  write_bytes(path, NiftiBytes()
                        .size(size)
                        .type(type, 8 * static_cast<int>(sizeof(T)))
                        .spacing(1, 1, 1)
                        .sform({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0})
                        .voxels(values)
                        .bytes());
}
constexpr int kByte = 2, kInt = 8, kFloat = 16, kDouble = 64, kLong = 1024;

class AnswersOfFlags : public ::testing::Test {
 protected:
  AnswersOfFlags() {
    constexpr std::array<int, 8> kLabels{0, 1, 2, 4, 255, 0, 1, 0};
    for (std::size_t at = 0; at < kVoxels; ++at) {
      labels_.push_back(kLabels[(at * 5 + at / 7) % kLabels.size()]);
      p_.push_back(static_cast<float>(at * 37 % 101) / 100.0F);
    }
    write_nifti(mask_, std::vector<std::uint8_t>(labels_.begin(), labels_.end()), kByte);
    write_nifti(prediction_, p_, kFloat);
  }

  /// The Dice loss with both smoothing terms 1, over the voxels that count.
  [[nodiscard]] double dice(const std::function<bool(int)>& is_structure,
                            const std::function<bool(int)>& counts) const {
    double both = 0, sum = 0;
    for (std::size_t at = 0; at < kVoxels; ++at) {
      if (counts(labels_[at])) {
        const double p = static_cast<double>(p_[at]), g = is_structure(labels_[at]) ? 1 : 0;
        both += p * g;
        sum += p + g;
      }
    }
    return 1 - (2 * both + 1) / (sum + 1);
  }

  [[nodiscard]] Outcome eval(const Arguments& flags, const std::string& mask, const std::string& prediction) const {
    Arguments all{"eval", "--mask", mask, "--prediction", prediction, "--loss", "dice", "--json", "-"};
    all.insert(all.end(), flags.begin(), flags.end());
    return run_lossscope(all);
  }
  [[nodiscard]] Outcome eval(const Arguments& flags) const { return eval(flags, mask_, prediction_); }

  static void expect_value(const Outcome& outcome, double expected, const std::string& what) {
    ASSERT_EQ(outcome.code, 0) << what << ": " << outcome.err;
    EXPECT_NEAR(outcome.json()["losses"][0]["value"].get<double>(), expected, 1e-6) << what;
  }
  void expect(const Arguments& flags, const std::function<bool(int)>& structure,
              const std::function<bool(int)>& counts) {
    std::string what;
    for (const std::string& flag : flags) {
      what += flag + " ";
    }
    expect_value(eval(flags), dice(structure, counts), what);
  }
  /// The run is refused as wrong usage, in these words.
  void expect_wrong(const Arguments& flags, const std::vector<std::string>& words) {
    const Outcome outcome = eval(flags);
    EXPECT_EQ(outcome.code, 2) << flags.at(0) << " " << flags.at(1) << ": " << outcome.err;
    for (const std::string& word : words) {
      EXPECT_NE(outcome.err.find(word), std::string::npos) << word << " is not in: " << outcome.err;
    }
  }
  static bool notes(const Outcome& outcome, const std::string& code) {
    const auto all = outcome.json()["assumptions"];
    return std::ranges::any_of(all, [&](const auto& note) { return note["code"] == code; });
  }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  Folder folder_;
  std::string mask_ = file("labels.nii"), prediction_ = file("p.nii");
  std::vector<int> labels_;
  std::vector<float> p_;
};

bool any(int) { return true; }
bool not_255(int label) { return label != 255; }

TEST_F(AnswersOfFlags, IgnoredVoxelsStayIgnoredWithAThreshold) {
  expect(
      {"--threshold", "2", "--ignore", "255"}, [](int v) { return v >= 2; }, not_255);
  expect(
      {"--ignore", "255", "--threshold", "1"}, [](int v) { return v >= 1; }, not_255);
  expect(
      {"--threshold", "2", "--ignore", "1,255"}, [](int v) { return v >= 2; },
      [](int v) { return v != 1 && v != 255; });
  expect(
      {"--threshold", "2", "--ignore", "0"}, [](int v) { return v >= 2; }, [](int v) { return v != 0; });
  expect(
      {"--threshold", "2"}, [](int v) { return v >= 2; }, any);
  const Outcome both = eval({"--threshold", "2", "--ignore", "255"});
  EXPECT_TRUE(notes(both, "W_THRESHOLD") && notes(both, "W_IGNORED") && !notes(both, "W_UNUSED")) << both.err;
}

TEST_F(AnswersOfFlags, FractionsWithAVoidLabelAreCutWithoutIt) {
  std::vector<float> soft;
  for (const int label : labels_) {
    soft.push_back(label == 255 ? -1.0F : 0.35F * static_cast<float>(label));  // 0, 0.35, 0.7, 1.4
  }
  write_nifti(file("soft.nii"), soft, kFloat);
  expect_value(eval({"--threshold", "0.7", "--ignore", "-1"}, file("soft.nii"), prediction_),
               dice([](int v) { return v == 2 || v == 4; }, not_255), "0.7 is what 0.7 was stored as");
}

TEST_F(AnswersOfFlags, InfoSaysWhatAThresholdLeaves) {
  const auto labels = [&](const Arguments& flags) {
    Arguments all{"info", mask_, "--as", "mask", "--json", "-"};
    all.insert(all.end(), flags.begin(), flags.end());
    return run_lossscope(all).json()["labels"];
  };
  const auto count = [&](const std::function<bool(int)>& is) { return std::ranges::count_if(labels_, is); };
  const auto cut = labels({"--threshold", "2"});
  ASSERT_EQ(cut.size(), 2U);
  EXPECT_EQ(cut[1]["voxels"], count([](int v) { return v >= 2; }));
  const auto apart = labels({"--threshold", "2", "--ignore", "255"});
  ASSERT_EQ(apart.size(), 3U);
  EXPECT_EQ(apart[1]["voxels"], count([](int v) { return v >= 2 && v != 255; }));
  EXPECT_EQ(apart[2]["voxels"], count([](int v) { return v == 255; }));
}

TEST_F(AnswersOfFlags, LabelsMeanTheSameInEverySpelling) {
  const auto one_or_two = [](int v) { return v == 1 || v == 2; };
  for (const Arguments& spelling : {Arguments{"--label", "1,2"},
                                    {"--label", "1", "--label", "2"},
                                    {"--label", "1", "2"},
                                    {"--label", "2", "1,2"}}) {
    Arguments flags = spelling;
    flags.insert(flags.end(), {"--ignore", "255"});
    expect(flags, one_or_two, not_255);
  }
  const auto counts = [](int v) { return v != 4 && v != 255; };
  for (const Arguments& spelling : {Arguments{"--ignore", "4,255"},
                                    {"--ignore", "4", "--ignore", "255"},
                                    {"--ignore", "4", "255"},
                                    {"--ignore", "255", "4"}}) {
    expect(spelling, one_or_two, counts);
  }
  const Arguments info{"info", mask_, "--as", "mask", "--ignore", "4", "--ignore", "255"};
  EXPECT_NE(run_lossscope(info).err.find("(label 4,255) do not count"), std::string::npos);
  EXPECT_EQ(run_lossscope({"info", "--ignore", "255", mask_, "--as", "mask"}).code, 0) << "the file stays a file";
}

TEST_F(AnswersOfFlags, WhatContradictsItselfIsWrongUsage) {
  expect_wrong({"--label", "1", "--threshold", "2"}, {"--label 1", "--threshold 2"});
  expect_wrong({"--threshold", "2", "--label", "1,2"}, {"--label 1,2", "--threshold 2"});
  expect_wrong({"--label", "2", "--ignore", "2"}, {"--label 2", "--ignore 2"});
  expect_wrong({"--nan", "mask=agree"}, {"of the mask", "zero"});
  expect_wrong({"--grid", "mask=resample"}, {"of the mask", "ignore"});
  expect(
      {"--label", "nonzero", "--threshold", "2", "--ignore", "255"}, [](int v) { return v >= 2; }, not_255);
  expect(
      {"--threshold", "2", "--threshold", "2", "--ignore", "255"}, [](int v) { return v >= 2; }, not_255);
}

TEST_F(AnswersOfFlags, TheLastOfTwoAnswersHoldsAndTheOtherIsTold) {
  const auto at_least = [](int least) { return [least](int v) { return v >= least; }; };
  expect({"--threshold", "1", "--threshold", "2", "--ignore", "255"}, at_least(2), not_255);
  expect({"--label", "1", "--label", "nonzero", "--ignore", "255"}, at_least(1), not_255);
  expect(
      {"--ignore", "none", "--ignore", "255", "--label", "1"}, [](int v) { return v == 1; }, not_255);
  for (const Arguments& flags : {Arguments{"--threshold", "1", "--threshold", "2"},
                                 {"--label", "1", "--label", "nonzero", "--ignore", "255"},
                                 {"--ignore", "none", "--ignore", "255"},
                                 {"--memory", "half", "--memory", "accept", "--ignore", "255"}}) {
    const std::string told = "(W_UNUSED): " + flags[0] + " " + flags[1] + " changed nothing: " + flags[0] + " " +
                             flags[3] + " was said after it";
    EXPECT_NE(eval(flags).err.find(told), std::string::npos) << told << "\n" << eval(flags).err;
  }
}

TEST_F(AnswersOfFlags, AnAnswerForOneRoleGoesBeforeTheGeneralOneInAnyOrder) {
  std::vector<float> two(kVoxels, 0.5F), masks;
  two.insert(two.end(), p_.begin(), p_.end());
  for (const int label : labels_) {
    masks.push_back(label == 1 ? 1.0F : 0.0F);
  }
  masks.insert(masks.end(), kVoxels, 0.0F);
  write_nifti(file("two.nii"), two, kFloat);
  write_nifti(file("masks.nii"), masks, kFloat);
  const double right = dice([](int v) { return v == 1; }, any);
  for (const Arguments& flags : {Arguments{"--component", "mask=0", "--component", "1"},
                                 {"--component", "1", "--component", "mask=0"},
                                 {"--component", "1", "mask=0"},
                                 {"--component", "0", "--component", "prediction=1"}}) {
    expect_value(eval(flags, file("masks.nii"), file("two.nii")), right, flags[1] + " " + flags.back());
  }
}

TEST_F(AnswersOfFlags, NaNOfMaskAndPredictionAreAnsweredApart) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> mask, predicted = p_;
  double both = 0, sum = 0;
  for (std::size_t at = 0; at < kVoxels; ++at) {
    const bool inside = labels_[at] == 1;
    mask.push_back(inside ? 1.0F : (at % 3 == 0 ? nan : 0.0F));
    predicted[at] = at % 5 == 0 ? nan : p_[at];
    const double p = at % 5 == 0 ? (inside ? 1 : 0) : static_cast<double>(p_[at]);
    both += inside ? p : 0;
    sum += p + (inside ? 1 : 0);
  }
  write_nifti(file("mask.nii"), mask, kFloat);
  write_nifti(file("predicted.nii"), predicted, kFloat);
  for (const Arguments& flags :
       {Arguments{"--nan", "mask=zero", "--nan", "prediction=agree"}, {"--nan", "agree", "--nan", "mask=zero"}}) {
    expect_value(eval(flags, file("mask.nii"), file("predicted.nii")), 1 - (2 * both + 1) / (sum + 1), flags[1]);
  }
  EXPECT_EQ(eval({"--nan", "agree"}, file("mask.nii"), file("predicted.nii")).json()["refused"]["code"], "E_MASK_NAN");
}

TEST_F(AnswersOfFlags, LabelsBeyond2To24AreComparedExactly) {
  constexpr std::int64_t kBase = std::int64_t{1} << 24;
  std::vector<std::int32_t> mask, predicted;
  std::vector<double> in_doubles;
  std::vector<std::int64_t> wide;
  double both = 0, sum = 0;
  for (std::size_t at = 0; at < kVoxels; ++at) {
    const auto label = static_cast<std::int32_t>(labels_[at] == 0 ? 0 : kBase + labels_[at]);
    const auto other = label == kBase + 2 ? static_cast<std::int32_t>(kBase + 1 + at % 2) : label;
    mask.push_back(label);
    predicted.push_back(other);
    in_doubles.push_back(other);
    wide.push_back(other == kBase + 255 ? std::int64_t{1} << 40 : other);
    both += label == kBase + 1 && other == kBase + 1 ? 1 : 0;
    sum += (label == kBase + 1 ? 1 : 0) + (other == kBase + 1 ? 1 : 0);
  }
  write_nifti(file("m.nii"), mask, kInt);
  write_nifti(file("q.nii"), predicted, kInt);
  write_nifti(file("d.nii"), in_doubles, kDouble);
  write_nifti(file("w.nii"), wide, kLong);
  const std::string label = std::to_string(kBase + 1);
  expect_value(eval({"--label", label}, file("m.nii"), file("m.nii")), 0, "the same file");
  for (const char* name : {"q.nii", "d.nii"}) {
    const Outcome outcome = eval({"--label", label}, file("m.nii"), file(name));
    expect_value(outcome, 1 - (2 * both + 1) / (sum + 1), name);
    EXPECT_TRUE(!notes(outcome, "W_PRECISION") && notes(outcome, "W_KIND")) << outcome.err;
  }
  const Outcome refused = eval({"--label", label, "--kind", "label"}, file("m.nii"), file("w.nii"));
  EXPECT_EQ(refused.json()["refused"]["code"], "E_LABEL_RANGE") << refused.err;
}

TEST_F(AnswersOfFlags, LabelsThatAreCountedAreThoseThatAreListed) {
  EXPECT_NE(eval({"--ignore", "255"}).err.find("3 labels (1, 2, 4)"), std::string::npos);
  EXPECT_NE(eval({"--ignore", "255,77"}).err.find("(label 255) do not count"), std::string::npos);
}

TEST_F(AnswersOfFlags, ATinyOvershootIsClampedFirst) {
  std::vector<float> over = p_;
  over[3] = 1.002F;
  write_nifti(file("over.nii"), over, kFloat);
  const auto refused = eval({"--ignore", "255"}, mask_, file("over.nii")).json()["refused"];
  ASSERT_EQ(refused["code"], "E_RANGE");
  EXPECT_EQ(refused["choices"][0]["flag"], "--kind clamp");
  EXPECT_TRUE(refused["choices"][0]["default"].get<bool>());
  EXPECT_EQ(refused.dump().find("percent"), std::string::npos) << "1.002 is no percent";
  EXPECT_EQ(eval({"--ignore", "255", "--kind", "clamp"}, mask_, file("over.nii")).code, 0);
}

TEST_F(AnswersOfFlags, AThresholdOfScaledLabelsSaysWhatItLeavesOut) {
  std::vector<float> scaled;
  for (const int label : labels_) {
    scaled.push_back(label == 255 ? 0 : 1.03F * static_cast<float>(label));
  }
  write_nifti(file("scaled.nii"), scaled, kFloat);
  const auto refused = eval({}, file("scaled.nii"), prediction_).json()["refused"];
  ASSERT_EQ(refused["code"], "E_MASK_VALUES");
  EXPECT_NE(refused["reason"].get<std::string>().find("labels times 1.03"), std::string::npos) << refused;
  const std::vector<std::function<bool(int)>> structures{[](int v) { return v > 0 && v != 255; },
                                                         [](int v) { return v >= 2 && v != 255; }};
  const std::vector<std::string> effects{": 1.03, 2.06, 4.12.", ": 2.06, 4.12; 1.03 does not."};
  ASSERT_EQ(refused["choices"].size(), structures.size()) << refused;
  for (std::size_t at = 0; at < structures.size(); ++at) {
    const auto& choice = refused["choices"][at];
    const std::string flag = choice["flag"];
    EXPECT_NE(choice["effect"].get<std::string>().find(effects[at]), std::string::npos) << choice;
    expect_value(eval({"--threshold", flag.substr(flag.find(' ') + 1)}, file("scaled.nii"), prediction_),
                 dice(structures[at], any), flag);
  }
}

}  // namespace
}  // namespace lossscope
