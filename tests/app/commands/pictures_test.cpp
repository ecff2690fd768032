// SPDX-License-Identifier: Apache-2.0
// sweep and render: pictures and tables without a display.
#include <QDomDocument>
#include <QImage>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "app/io/safe_file.h"
#include "tests/app/commands/block_case.h"

namespace lossscope {
namespace {

using namespace testing;

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

/// A layer's colour at opacity 0.75 over the near-black background.
QColor layer_colour(int red, int green, int blue) {
  const auto mixed = [](int colour) { return static_cast<int>(std::lround(0.75 * colour + 0.25 * 18)); };
  return {mixed(red), mixed(green), mixed(blue)};
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
  const QColor one = layer_colour(0xfd, 0xe7, 0x25);  // p = 1 in viridis
  EXPECT_GT(share_of(picture, one), 0.002);
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
  EXPECT_LT(share_of(QImage(QString::fromStdString(out)), one), 0.0005);
}

TEST(RenderCommand, ErrorsHaveNamesInsteadOfARange) {
  const Block block;
  const std::string out = block.folder.file("errors.svg");
  const Outcome outcome = block.run("render", {"--loss", "dice", "--view", "axial", "--layer", "errors", "--slice",
                                               "10", "--range", "0,1", "-o", out});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("--range changed nothing"), std::string::npos) << outcome.err;
  const QString svg = QString::fromStdString(block.bytes("errors.svg"));
  for (const char* said : {"missed", "false alarm"}) {
    EXPECT_TRUE(svg.contains(QLatin1String(said))) << said;
  }
  EXPECT_FALSE(svg.contains(QLatin1String("range")));
  ASSERT_EQ(block.run("render", {"--loss", "dice", "--view", "3d", "--layer", "errors", "-o", out}).code, 0);
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

TEST(RenderCommand, APictureIsAsWideInPrintAsSaidInEveryFormat) {
  const Block block;
  const auto drawn = [&](const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> arguments{"--loss", "bce", "--view", "axial", "-o", block.folder.file(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return block.run("render", arguments);
  };
  for (const std::string width : {"85mm", "8.5cm"}) {
    for (const auto& [dpi, pixels] : {std::pair("300", 1004), std::pair("600", 2008)}) {
      const Outcome outcome = drawn("w.png", {"--width", width, "--dpi", dpi});
      ASSERT_EQ(outcome.code, 0) << outcome.err;
      const QImage picture(QString::fromStdString(block.folder.file("w.png")));
      EXPECT_EQ(picture.width(), pixels);
      EXPECT_NEAR(picture.width() * 1000.0 / picture.dotsPerMeterX(), 85, 0.1);
    }
  }
  ASSERT_EQ(drawn("w.svg", {"--width", "85mm"}).code, 0);
  QDomDocument svg;
  ASSERT_TRUE(svg.setContent(QByteArray::fromStdString(block.bytes("w.svg"))));
  const QString width = svg.documentElement().attribute(QStringLiteral("width"));
  EXPECT_TRUE(width.endsWith(QStringLiteral("mm"))) << width.toStdString();
  EXPECT_NEAR(QStringView(width).chopped(2).toDouble(), 85, 0.05);
  ASSERT_EQ(drawn("w.pdf", {"--width", "3.35in"}).code, 0);
  const std::string pdf = block.bytes("w.pdf");
  const std::string box = "/MediaBox [0 0 ";
  ASSERT_NE(pdf.find(box), std::string::npos);
  EXPECT_NEAR(std::stod(pdf.substr(pdf.find(box) + box.size())) / 72, 3.35, 0.01);
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--width", "85"},
                                                {"--width", "85 mm wide"},
                                                {"--width", "1mm"},
                                                {"--width", "nanmm"},
                                                {"--width", "1000mm", "--dpi", "600"},
                                                {"--width", "85mm", "--size", "400x400"}}) {
    EXPECT_EQ(drawn("w.png", wrong).code, 2) << wrong[1];
  }
}

TEST(RenderCommand, KeepsTheZoomOfASessionAboutItsCrosshair) {
  const Block block;
  const auto drawn = [&](const std::string& zoom, std::vector<std::string> more) {
    write_file(block.folder.file("s.json"), R"({"lossscope_session": 1, "mask": {"path": "mask.nii.gz"},
      "prediction": {"source": "degraded", "degrade": "shift=2,0,0"}, "loss": "bce",
      "view": {"crosshair": [10, 10, 10], "layer": "prediction", "zoom": )" +
                                                zoom + "}}");
    std::vector<std::string> arguments{
        "render", "--session", block.folder.file("s.json"), "--view", "axial", "--size", "800x800", "--dpi",
        "96",     "-o",        block.folder.file("z.png")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_lossscope(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return QImage(QString::fromStdString(block.folder.file("z.png")));
  };
  const QColor one = layer_colour(0xfd, 0xe7, 0x25);  // p = 1 in viridis
  const QImage whole = drawn("1", {});
  EXPECT_GT(share_of(whole, one), 0.01);
  EXPECT_NEAR(share_of(drawn("2", {}), one) / share_of(whole, one), 4, 0.5) << "twice as long, four times as large";
  EXPECT_TRUE(whole == drawn("2", {"--whole"}));
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

/// A picture says nothing of how large a pixel is, and neither does what is said of it.
TEST(InfoCommand, ClaimsNoMillimetresThatNoFileGives) {
  const Folder folder;
  QImage picture(12, 9, QImage::Format_Grayscale8);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      picture.setPixel(x, y, qRgb(20 * x, 20 * x, 20 * x));
    }
  }
  const std::string path = folder.file("eye.png");
  ASSERT_TRUE(picture.save(QString::fromStdString(path)));
  const Outcome said = run_lossscope({"info", path});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(said.out.find(" mm"), std::string::npos) << said.out;
  EXPECT_NE(said.out.find("12 x 9 x 1 pixels, of no known size"), std::string::npos) << said.out;
  EXPECT_EQ(run_lossscope({"info", path, "--json", "-"}).json().at("spacing_known"), false);

  const Block block;
  const Outcome known = run_lossscope({"info", block.mask});
  EXPECT_NE(known.out.find(" mm\n"), std::string::npos) << known.out;
  EXPECT_FALSE(run_lossscope({"info", block.mask, "--json", "-"}).json().contains("spacing_known"));
}

}  // namespace
}  // namespace lossscope
