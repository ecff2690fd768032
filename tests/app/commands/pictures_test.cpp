// SPDX-License-Identifier: Apache-2.0
// sweep, render and report: pictures and tables without a display.
#include <QDomDocument>
#include <QImage>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "losses/evaluate.h"
#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;

/// A block of 6 x 6 x 6 voxels in 20 x 20 x 20 of 1 x 1 x 2 mm.
struct Block {
  Folder folder;
  std::string mask = folder.file("mask.nii.gz");
  Block() {
    const Grid grid{{20, 20, 20}, {1, 1, 2}, {0, 0, 0}};
    const Volume g = make_volume(grid, VoxelType::uint8);
    for (std::int64_t k = 7; k < 13; ++k) {
      for (std::int64_t j = 7; j < 13; ++j) {
        for (std::int64_t i = 7; i < 13; ++i) {
          g.voxels<std::uint8_t>()[static_cast<std::size_t>(grid.offset(i, j, k))] = 1;
        }
      }
    }
    write_volume(g, mask);
  }
  [[nodiscard]] Outcome run(const std::string& command, std::vector<std::string> more) const {
    std::vector<std::string> arguments{command, "--mask", mask, "--predict", "degrade:shift=2,0,0;soften=0.5"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    const auto read = read_bytes(folder.file(name));
    return {read.begin(), read.end()};
  }
};

std::vector<std::vector<std::string>> table(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) {
      rows.back().push_back(cell);
    }
  }
  return rows;
}

TEST(SweepCommand, EachStepIsWhatEvalSays) {
  const Block block;
  const Outcome outcome =
      block.run("sweep", {"--loss", "dice,dist_map", "--vary", "shift", "--from", "0", "--to", "4", "--steps", "3"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto rows = table(outcome.out);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0],
            (std::vector<std::string>{"shift", "dice", "dist_map", "dice_coefficient", "hausdorff_distance_mm"}));
  for (std::size_t step = 0; step < 3; ++step) {
    const std::string shift = std::to_string(2 * step);
    const auto json =
        run_lossscope({"eval", "--mask", block.mask, "--predict", "degrade:shift=" + shift + ",0,0;soften=0.5",
                       "--loss", "dice,dist_map", "--json", "-"})
            .json();
    EXPECT_EQ(std::stod(rows[step + 1][0]), 2.0 * static_cast<double>(step));
    EXPECT_EQ(std::stod(rows[step + 1][1]), json["losses"][0]["value"].get<double>());
    EXPECT_EQ(std::stod(rows[step + 1][2]), json["losses"][1]["value"].get<double>());
    EXPECT_EQ(std::stod(rows[step + 1][3]), json["metrics"]["dice"].get<double>());
    EXPECT_EQ(std::stod(rows[step + 1][4]), json["metrics"]["hausdorff"].get<double>());
  }
}

TEST(SweepCommand, VariesAParameterAndAThreshold) {
  const Block block;
  const auto gamma = table(
      block.run("sweep", {"--loss", "focal", "--vary", "focal.gamma", "--from", "0", "--to", "4", "--steps", "2"}).out);
  const auto json = run_lossscope({"eval", "--mask", block.mask, "--predict", "degrade:shift=2,0,0;soften=0.5",
                                   "--loss", "focal", "--set", "gamma=4", "--json", "-"})
                        .json();
  EXPECT_EQ(std::stod(gamma.at(2).at(1)), json["losses"][0]["value"].get<double>());
  EXPECT_EQ(gamma[1][2], gamma[2][2]) << "the prediction stays";
  const auto hard = table(block
                              .run("sweep", {"--loss", "dice", "--vary", "threshold", "--from", "0.5", "--to", "0.999",
                                             "--steps", "2", "--set", "smooth_nr=0", "--set", "smooth_dr=0"})
                              .out);
  EXPECT_NEAR(std::stod(hard.at(1).at(1)), 1 - std::stod(hard.at(1).at(2)), 1e-6) << "of a hard prediction, 1 - Dice";
  EXPECT_LT(std::stod(hard.at(2).at(2)), std::stod(hard.at(1).at(2)));
}

TEST(SweepCommand, WrongUsageNamesWhatIsValid) {
  const Block block;
  const Outcome unknown = block.run("sweep", {"--loss", "focal", "--vary", "gama", "--from", "0", "--to", "1"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("focal.gamma"), std::string::npos) << unknown.err;
  EXPECT_EQ(block.run("sweep", {"--loss", "focal", "--vary", "gamma", "--from", "-1", "--to", "1"}).code, 2);
  EXPECT_EQ(block.run("sweep", {"--loss", "dice", "--vary", "noise", "--from", "0", "--to", "1", "--steps", "1"}).code,
            2);
  const std::string away = block.folder.file("no/such/folder/s.csv");
  EXPECT_EQ(block
                .run("sweep",
                     {"--loss", "dice", "--vary", "noise", "--from", "0", "--to", "1", "--steps", "2", "--csv", away})
                .code,
            5);
}

TEST(SweepCommand, DrawsItsCurvesAsTheNameSays) {
  const Block block;
  for (const std::string name : {"s.png", "s.svg", "s.pdf"}) {
    ASSERT_EQ(block
                  .run("sweep", {"--loss", "dice,bce", "--vary", "dilate", "--from", "-1", "--to", "1", "--steps", "3",
                                 "--csv", block.folder.file("s.csv"), "--png", block.folder.file(name)})
                  .code,
              0);
  }
  EXPECT_FALSE(QImage(QString::fromStdString(block.folder.file("s.png"))).isNull());
  EXPECT_EQ(block.bytes("s.pdf").substr(0, 5), "%PDF-");
  QDomDocument svg;
  EXPECT_TRUE(svg.setContent(QByteArray::fromStdString(block.bytes("s.svg"))));
  EXPECT_GT(svg.elementsByTagName(QStringLiteral("text")).size(), 10) << "text stays text";
  EXPECT_EQ(svg.elementsByTagName(QStringLiteral("image")).size(), 0);
}

TEST(RenderCommand, TheSameCommandGivesTheSameBytes) {
  const Block block;
  for (const std::string name : {"a.png", "a.svg", "a.pdf"}) {
    const std::vector<std::string> arguments{"--loss", "bce", "--view", "axial", "-o", block.folder.file(name)};
    const Outcome outcome = block.run("render", arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "") << "no remark of a library";
    const std::string first = block.bytes(name);
    EXPECT_GT(first.size(), 1000U);
    ASSERT_EQ(block.run("render", arguments).code, 0);
    EXPECT_TRUE(first == block.bytes(name)) << name;
  }
}

TEST(RenderCommand, AVectorPictureHasOneRasterAndTextAsText) {
  const Block block;
  ASSERT_EQ(block.run("render", {"--loss", "bce", "--view", "coronal", "-o", block.folder.file("a.svg")}).code, 0);
  QDomDocument svg;
  ASSERT_TRUE(svg.setContent(QByteArray::fromStdString(block.bytes("a.svg"))));
  EXPECT_EQ(svg.elementsByTagName(QStringLiteral("image")).size(), 1);
  QStringList texts;
  const auto found = svg.elementsByTagName(QStringLiteral("text"));
  for (int at = 0; at < found.size(); ++at) {
    texts << found.at(at).toElement().text().trimmed();
  }
  EXPECT_TRUE(texts.contains(QStringLiteral("Coronal"))) << texts.join(u'|').toStdString();
  EXPECT_EQ(texts.count(QStringLiteral("R")), 1) << "each text once";
}

/// The share of pixels of about this colour.
double share_of(const QImage& picture, const QColor& colour) {
  qint64 count = 0;
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const QColor seen = picture.pixelColor(x, y);
      count += std::abs(seen.red() - colour.red()) + std::abs(seen.green() - colour.green()) +
                           std::abs(seen.blue() - colour.blue()) <
                       24
                   ? 1
                   : 0;
    }
  }
  return static_cast<double>(count) / (static_cast<double>(picture.width()) * picture.height());
}

TEST(RenderCommand, PaintsTheLayerInItsRange) {
  const Block block;
  const std::string out = block.folder.file("p.png");
  ASSERT_EQ(block
                .run("render", {"--loss", "bce", "--view", "axial", "--layer", "prediction", "--scale", "0,1", "--size",
                                "600x500", "--dpi", "96", "--slice", "10", "-o", out})
                .code,
            0);
  const QImage picture(QString::fromStdString(out));
  ASSERT_EQ(picture.size(), QSize(600, 500));
  EXPECT_EQ(picture.dotsPerMeterX(), 3780);
  EXPECT_EQ(picture.pixelColor(2, 2), QColor(Qt::white));
  EXPECT_EQ(picture.pixelColor(597, 250), QColor(Qt::white)) << "its right margin is there";
  // p = 1 at opacity 0.75 over the near-black background: viridis' yellow (0xfde725), darkened.
  const auto mixed = [](int colour) { return static_cast<int>(std::lround(0.75 * colour + 0.25 * 18)); };
  EXPECT_GT(share_of(picture, {mixed(0xfd), mixed(0xe7), mixed(0x25)}), 0.002);
  ASSERT_EQ(block
                .run("render", {"--loss", "bce", "--view", "axial", "--size", "300x250", "--dpi", "48", "-o",
                                block.folder.file("half.png")})
                .code,
            0);
  const QImage half(QString::fromStdString(block.folder.file("half.png")));
  EXPECT_EQ(half.pixelColor(297, 125), QColor(Qt::white)) << "half as large is not cut off";
  ASSERT_EQ(block
                .run("render", {"--loss", "bce", "--view", "axial", "--layer", "none", "--size", "600x500", "--dpi",
                                "96", "-o", out})
                .code,
            0);
  EXPECT_LT(share_of(QImage(QString::fromStdString(out)), {mixed(0xfd), mixed(0xe7), mixed(0x25)}), 0.0005);
}

TEST(RenderCommand, ARangeIsSaidInTwoWaysAndAScaleIsLinearOrLogarithmic) {
  const Block block;
  const auto picture = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"--loss", "bce",   "--view", "axial", "--slice",
                                       "10",     "--dpi", "72",     "-o",    block.folder.file("r.png")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = block.run("render", arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return block.bytes("r.png");
  };
  const std::string usual = picture({});
  EXPECT_TRUE(usual == picture({"--scale", "auto"}));
  EXPECT_TRUE(usual == picture({"--range", "auto", "--scale", "linear"}));
  const std::string ranged = picture({"--scale", "0,1e-4"});
  EXPECT_FALSE(usual == ranged);
  EXPECT_TRUE(ranged == picture({"--range", "0,1e-4"}));
  EXPECT_TRUE(ranged == picture({"--range", "0,1e-4", "--scale", "linear"}));
  EXPECT_FALSE(ranged == picture({"--range", "0,1e-4", "--scale", "log"}));
  EXPECT_FALSE(usual == picture({"--scale", "log"}));
  EXPECT_FALSE(picture({"--layer", "gradient"}) == picture({"--layer", "gradient", "--scale", "log"}));
  EXPECT_FALSE(usual == picture({"--colormap", "inferno"}));
  const auto refused = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"--loss", "bce", "--view", "axial", "-o", block.folder.file("a.png")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return block.run("render", arguments);
  };
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--range", "1,0"},
                                                {"--range", "0"},
                                                {"--range", "0,inf"},
                                                {"--scale", "cubic"},
                                                {"--range", "0,1", "--scale", "0,1"},
                                                {"--colormap", "jet"}}) {
    EXPECT_EQ(refused(wrong).code, 2) << wrong[1];
  }
  EXPECT_NE(refused({"--colormap", "jet"}).err.find("fire"), std::string::npos) << "the valid ones are named";
}

TEST(RenderCommand, DrawsEveryView) {
  const Block block;
  const std::string out = block.folder.file("v.png");
  for (const std::vector<std::string>& view :
       {std::vector<std::string>{"--loss", "dice", "--view", "sagittal", "--slice", "max-loss"},
        {"--loss", "dice", "--view", "3d", "--layer", "gradient"},
        {"--loss", "dice", "--view", "3d", "--layer", "none"},
        {"--loss", "dice,bce", "--view", "grid", "--plane", "coronal", "--slice", "centre", "--shared"},
        {"--loss", "dice,bce", "--view", "difference"},
        {"--view", "contact-sheet"}}) {
    std::vector<std::string> arguments = view;
    arguments.insert(arguments.end(), {"--dpi", "72", "-o", out});
    std::filesystem::remove(out);
    const Outcome outcome = block.run("render", arguments);
    EXPECT_EQ(outcome.code, 0) << view[3] << outcome.err;
    EXPECT_FALSE(QImage(QString::fromStdString(out)).isNull()) << view[3];
  }
}

TEST(RenderCommand, WrongUsageAndUnwritableOutputs) {
  const Block block;
  EXPECT_EQ(block.run("render", {"--loss", "bce", "--view", "axial", "-o", block.folder.file("a.jpg")}).code, 2);
  EXPECT_EQ(block.run("render", {"--loss", "bce,dice", "--view", "axial", "-o", block.folder.file("a.png")}).code, 2);
  EXPECT_EQ(block.run("render", {"--loss", "bce", "--view", "grid", "-o", block.folder.file("a.png")}).code, 2);
  EXPECT_EQ(block.run("render", {"--loss", "bce", "--view", "difference", "-o", block.folder.file("a.png")}).code, 2);
  const Outcome slice =
      block.run("render", {"--loss", "bce", "--view", "axial", "--slice", "20", "-o", block.folder.file("a.png")});
  EXPECT_EQ(slice.code, 2);
  EXPECT_NE(slice.err.find("0 to 19"), std::string::npos) << slice.err;
  EXPECT_EQ(
      block.run("render", {"--loss", "bce", "--view", "axial", "--scale", "1,0", "-o", block.folder.file("a.png")})
          .code,
      2);
  EXPECT_EQ(block.run("render", {"--loss", "bce", "--view", "axial", "-o", block.folder.file("no/such/a.png")}).code,
            5);
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
        std::string("Figure 4. "), "under " + std::to_string(all_losses().size()) + " losses",
        std::string("boundary")}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(html.find("src=\"http"), std::string::npos) << "nothing is fetched from anywhere";
  ASSERT_EQ(block.run("report", arguments).code, 0);
  EXPECT_TRUE(html == block.bytes("r.html"));
}

/// Without its tags.
std::string text_of(const std::string& html) {
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
    const std::string text = text_of(block.bytes("r.html"));
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
  ASSERT_EQ(block.run("report", arguments).code, 0);
  EXPECT_TRUE(pdf == block.bytes("r.pdf"));
  EXPECT_EQ(block.run("report", {"--loss", "bce", "-o", block.folder.file("r.txt")}).code, 2);
  EXPECT_EQ(block.run("report", {"--loss", "bce", "-o", block.folder.file("no/such/r.pdf")}).code, 5);
}

}  // namespace
}  // namespace lossscope
