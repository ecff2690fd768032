// SPDX-License-Identifier: Apache-2.0
// A report holds what it promises, and the command in it writes it again.
#include <QByteArray>
#include <QString>
#include <algorithm>
#include <cmath>
#include <regex>

#include "app/io/safe_file.h"
#include "tests/app/commands/block_case.h"

namespace lossscope {
namespace {

using namespace testing;

std::string text_of(const std::string& path) {
  const auto read = read_bytes(path);
  return {read.begin(), read.end()};
}

/// What stands between two marks, as a browser shows it.
std::string between(const std::string& html, const std::string& before, const std::string& after) {
  const auto begin = html.find(before);
  if (begin == std::string::npos) {
    return {};
  }
  std::string text =
      html.substr(begin + before.size(), html.find(after, begin + before.size()) - begin - before.size());
  for (const auto& [escaped, plain] :
       {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&quot;", "\""), std::pair("&amp;", "&")}) {
    for (auto at = text.find(escaped); at != std::string::npos; at = text.find(escaped, at + 1)) {
      text.replace(at, std::string(escaped).size(), plain);
    }
  }
  return text;
}

/// Runs a command line as a person types it, in a folder.
int in_shell(const std::string& command, const std::string& folder) {
  const char* bin = std::getenv("LOSSSCOPE_BIN");
  const std::string line = "cd " + quoted(folder) + " && PATH=" + quoted(bin == nullptr ? "." : bin) +
                           ":$PATH env -u DISPLAY " + command + " >/dev/null 2>&1";
  const int status = std::system(line.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Writes a report, follows the command in it in another folder, and compares.
void expect_again(const std::vector<std::string>& arguments) {
  const Folder folder, other;
  std::vector<std::string> report{"report"};
  report.insert(report.end(), arguments.begin(), arguments.end());
  report.insert(report.end(), {"-o", folder.file("a report.html")});
  const Outcome outcome = run_lossscope(report);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string html = text_of(folder.file("a report.html"));
  const std::string command = between(html, "<pre>", "</pre>");
  ASSERT_TRUE(command.starts_with("lossscope report ")) << command;
  if (const std::string name = between(html, "<a download=\"", "\""); !name.empty()) {
    const std::string session = between(html, "data:application/json;base64,", "\"");
    write_file(other.file(name), QByteArray::fromBase64(QByteArray::fromStdString(session)).toStdString());
    EXPECT_NE(command.find(quoted(name)), std::string::npos) << command;
  }
  ASSERT_EQ(in_shell(command, other.file("")), 0) << command;
  EXPECT_TRUE(html == text_of(other.file("a report.html"))) << command;
}

TEST(ReportCommand, IsOneFileWithAllThatItPromises) {
  const Block block;
  const std::vector<std::string> arguments{"--loss",        "dice,focal", "--set",
                                           "focal.gamma=3", "-o",         block.folder.file("r.html")};
  ASSERT_EQ(block.run("report", arguments).code, 0);
  const std::string html = block.bytes("r.html");
  const auto json = run_lossscope({"eval", "--mask", block.mask, "--predict", "degrade:shift=2,0,0;soften=0.5",
                                   "--loss", "dice", "--json", "-"})
                        .json();
  for (const std::string& part :
       {std::string("Assumed"), std::string("Dice"), std::string("Focal"), std::string("Comparison"),
        std::string("Sweep"), std::string("Versions and hashes"), json["inputs"]["mask"]["sha256"].get<std::string>(),
        std::string("<svg"), std::string("shift=2,0,0;soften=0.5"), std::string("Figure 1. Dice"),
        std::string("Figure 4. "), "under " + std::to_string(all_losses().size()) + " losses", std::string("boundary"),
        std::string("Focal (gamma = 3) ["), std::string("not a finding about this case"),
        std::string("<html lang=\"en\">")}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(html.find("src=\"http"), std::string::npos) << "nothing is fetched from anywhere";
  ASSERT_EQ(block.run("report", arguments).code, 0);
  EXPECT_TRUE(html == block.bytes("r.html"));
}

TEST(ReportCommand, WhatALossIsGoodForStandsUnderAdviceAndItsSourceInTheReferences) {
  const Block block;
  ASSERT_EQ(block.run("report", {"--loss", "hausdorff,focal", "-o", block.folder.file("r.html")}).code, 0);
  const std::string html = block.bytes("r.html");
  const std::string sources = html.substr(html.find("<h2>References</h2>"));
  for (const char* id : {"hausdorff", "focal"}) {
    const Declaration& about = find_loss(id)->declaration();
    const std::string name(about.name);
    const std::string section = html.substr(html.find("<h2>" + name + ": "));
    const auto advice = section.find("<h3>Advice");
    ASSERT_NE(advice, std::string::npos) << name;
    for (const std::string_view part : {about.use_when, about.avoid_when, about.slips}) {
      const auto found =
          section.find(QString::fromUtf8(part.data(), qsizetype(part.size())).toHtmlEscaped().toStdString());
      EXPECT_GT(found, advice) << name << ": " << part;
      EXPECT_NE(found, std::string::npos) << name << ": " << part;
      EXPECT_LT(found, section.find("<h2>", 4)) << name << ": " << part;
    }
    EXPECT_NE(sources.find(about.link), std::string::npos) << name;
    EXPECT_NE(sources.find(about.citation), std::string::npos) << name;
  }
}

TEST(ReportCommand, EachFigureIsOnTheSlicesThatItsLossIsLargestOn) {
  const Block block;
  ASSERT_EQ(block.run("report", {"--loss", "bce,hausdorff", "-o", block.folder.file("r.html")}).code, 0);
  const std::string html = block.bytes("r.html");
  for (const std::string id : {"bce", "hausdorff"}) {
    const std::string map = block.folder.file(id + ".nii");
    ASSERT_EQ(block.run("eval", {"--loss", id, "--contribution", map}).code, 0);
    const LoadedVolume loaded = read(map);
    const std::array<std::int64_t, 3>& size = loaded.grid.size;
    std::array<std::vector<double>, 3> sums;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      sums[axis].resize(static_cast<std::size_t>(size[axis]));
    }
    const auto values = loaded.volume.voxels<float>();
    for (std::size_t at = 0; at < values.size(); ++at) {
      const auto width = static_cast<std::size_t>(size[0]), height = static_cast<std::size_t>(size[1]);
      sums[0][at % width] += std::abs(values[at]);
      sums[1][at / width % height] += std::abs(values[at]);
      sums[2][at / (width * height)] += std::abs(values[at]);
    }
    const std::string name(find_loss(id)->declaration().name);
    static const std::regex kPlaces("axial k = (\\d+), coronal j = (\\d+), sagittal i = (\\d+)");
    std::smatch found;
    const std::string of_loss = html.substr(html.find(". " + name + ": "));
    ASSERT_TRUE(std::regex_search(of_loss, found, kPlaces)) << name;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto said = static_cast<std::size_t>(std::stoi(found[3 - axis]));
      EXPECT_NEAR(sums[axis][said], *std::ranges::max_element(sums[axis]), 1e-9) << name << " along axis " << axis;
    }
  }
}

TEST(ReportCommand, TheCommandInItWritesTheSameBytes) {
  const Block block;
  const std::string mask = block.folder.file("the patient's mask.nii.gz");
  std::filesystem::copy_file(block.mask, mask);
  expect_again({"--mask", mask, "--predict", "degrade:shift=2,0,0;soften=0.3333333333333333", "--loss",
                "focal,dice,exp_log", "--set", "focal.gamma=0.1", "dice.denominator=squared", "--spacing", "unit"});
}

TEST(ReportCommand, TheCommandAnswersWhatWasAnswered) {
  const Block block;
  const Grid grid = read(block.mask).grid;
  const Volume prediction = make_volume(grid, VoxelType::float32), mask = make_volume(grid, VoxelType::uint8);
  for (std::size_t at = 0; at < prediction.voxels<float>().size(); ++at) {
    mask.voxels<std::uint8_t>()[at] = at > 3200 && at < 4400 ? 3 : at > 7900 ? 255 : 0;
    prediction.voxels<float>()[at] = at == 11 ? std::nanf("") : at > 3300 && at < 4500 ? 2.5F : -3.5F;
  }
  write_volume(prediction, block.folder.file("logits.nii.gz"));
  write_volume(mask, block.folder.file("labels.nii.gz"));
  expect_again({"--mask", block.folder.file("labels.nii.gz"), "--prediction", block.folder.file("logits.nii.gz"),
                "--loss", "bce", "--kind", "logit", "--nan", "prediction=zero", "--label", "3", "--ignore", "255"});
}

TEST(ReportCommand, WhatHasNoFlagComesWithASession) {
  const Block block;
  write_file(block.folder.file("s.json"), R"({"lossscope_session": 1, "mask": {"path": "mask.nii.gz"},
    "prediction": {"source": "degraded", "degrade": "shift=2,0,0;soften=1", "threshold": 0.25}, "loss": "tversky",
    "parameters": {"tversky": {"alpha": 0.1}}, "view": {"layer": "gradient", "gradient_of": "logit", "zoom": 3}})");
  expect_again({"--session", block.folder.file("s.json"), "--loss", "tversky,dice", "--set", "tversky.beta=0.6"});
}

/// Without its tags.
std::string without_tags(const std::string& html) {
  std::string text;
  bool inside = false;
  for (const char c : html) {
    inside = c == '<' || (inside && c != '>');
    if (!inside && c != '>') {
      text += c;
    }
  }
  return text;
}

TEST(ReportCommand, SaysLengthsInTheUnitTheyAreIn) {
  const Block block;
  for (const bool unit : {false, true}) {
    const std::vector<std::string> inputs{"--mask", block.mask, "--predict", "degrade:shift=0,0,4",
                                          "--loss", "dice",     "--spacing", unit ? "unit" : "file"};
    std::vector<std::string> report{"report"}, eval{"eval"};
    for (auto* command : {&report, &eval}) {
      command->insert(command->end(), inputs.begin(), inputs.end());
    }
    report.insert(report.end(), {"-o", block.folder.file("r.html")});
    eval.insert(eval.end(), {"--json", "-"});
    ASSERT_EQ(run_lossscope(report).code, 0);
    const std::string text = without_tags(block.bytes("r.html"));
    EXPECT_EQ(run_lossscope(eval).json()["metrics"]["hausdorff"], 4.0) << "two voxels of 2 mm";
    EXPECT_NE(text.find("Hausdorff distance4.00mm"), std::string::npos)
        << "metrics are in mm whatever losses measure in";
    EXPECT_NE(text.find(unit ? "losses measure distances invoxels" : "losses measure distances inmillimetres"),
              std::string::npos);
    EXPECT_NE(text.find(unit ? "within 1 voxels of the mask" : "within 2 mm of the mask"), std::string::npos);
  }
}

TEST(ReportCommand, WritesAPdfTheSameTwice) {
  const Block block;
  const std::vector<std::string> arguments{"--loss", "bce", "-o", block.folder.file("r.pdf")};
  const Outcome outcome = block.run("report", arguments);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string pdf = block.bytes("r.pdf");
  EXPECT_EQ(pdf.substr(0, 5), "%PDF-");
  EXPECT_NE(pdf.find("%%EOF"), std::string::npos);
  EXPECT_NE(pdf.find("/Lang (en)"), std::string::npos);
  EXPECT_NE(pdf.find("/DisplayDocTitle true"), std::string::npos);
  ASSERT_EQ(block.run("report", arguments).code, 0);
  EXPECT_TRUE(pdf == block.bytes("r.pdf"));
  EXPECT_EQ(block.run("report", {"--loss", "bce", "-o", block.folder.file("r.txt")}).code, 2);
  EXPECT_EQ(block.run("report", {"--loss", "bce", "-o", block.folder.file("no/such/r.pdf")}).code, 5);
}

}  // namespace
}  // namespace lossscope
