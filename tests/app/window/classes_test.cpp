// SPDX-License-Identifier: Apache-2.0
// A case with classes in the window: how one gets there, what is shown, and that its numbers are those of the command
// line. LOSSSCOPE_PICTURES=FOLDER keeps pictures.
#include <QHeaderView>
#include <QListWidget>
#include <QSet>
#include <QSignalSpy>
#include <QTableView>
#include <algorithm>
#include <cmath>

#include "app/figures/pictures.h"
#include "app/io/safe_file.h"
#include "app/window/bottom_tabs.h"
#include "app/window/status_line.h"
#include "tests/app/commands/run_program.h"
#include "tests/app/window/window_testing.h"
#include "tests/io/nifti_bytes.h"
#include "widgets/colour_bar.h"
#include "widgets/contact_sheet.h"

namespace lossscope {
namespace {

using namespace testing;

constexpr std::array<int, 3> kSize{24, 20, 16};
constexpr std::size_t kClassCount = 4;

class Classes : public WindowTest {
 protected:
  /// Four labels in boxes, and the softmax of logits that are shifted and unsure.
  Classes() {
    std::vector<std::uint8_t> labels;
    std::array<std::vector<float>, kClassCount> p;
    for (int at = 0; at < kSize[0] * kSize[1] * kSize[2]; ++at) {
      const int i = at % kSize[0], j = at / kSize[0] % kSize[1], k = at / kSize[0] / kSize[1];
      labels.push_back(static_cast<std::uint8_t>(label(i, j, k)));
      std::array<double, kClassCount> z{};
      double sum = 0;
      for (std::size_t c = 0; c < kClassCount; ++c) {
        z[c] = (label(i - 2, j, k) == static_cast<int>(c) ? 2.5 : 0) + std::sin(0.9 * at * static_cast<double>(c + 1));
        sum += std::exp(z[c]);
      }
      for (std::size_t c = 0; c < kClassCount; ++c) {
        p[c].push_back(static_cast<float>(std::exp(z[c]) / sum));
      }
    }
    std::vector<float> all;
    for (const auto& channel : p) {
      all.insert(all.end(), channel.begin(), channel.end());
    }
    write(mask_, 2, 8, labels, {kSize[0], kSize[1], kSize[2]});
    write(softmax_, 16, 32, all, {kSize[0], kSize[1], kSize[2], static_cast<int>(kClassCount)});
    for (std::size_t c = 0; c < kClassCount; ++c) {
      write(channel(c), 16, 32, p[c], {kSize[0], kSize[1], kSize[2]});
    }
    all.resize(all.size() / 2);
    write(two_, 16, 32, all, {kSize[0], kSize[1], kSize[2], 2});
  }

  /// One file a channel, as liver_9.nii, liver_10.nii, ...
  [[nodiscard]] std::string channel(std::size_t c) const {
    return folder_.file("softmax_" + std::to_string(9 + c) + ".nii");
  }
  static int label(int i, int j, int k) {
    const bool body = i >= 4 && i < 20 && j >= 4 && j < 16 && k >= 2 && k < 14;
    return !body ? 0 : i < 9 ? 1 : j < 9 ? 2 : 3;
  }
  template <class T>
  static void write(const std::string& path, int code, int bits, const std::vector<T>& values,
                    const std::vector<int>& size) {
    NiftiBytes file;
    file.size(size).type(code, bits).spacing(1, 1, 2).sform({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0}).voxels(values);
    write_file(path, std::string(file.bytes().begin(), file.bytes().end()));
  }

  /// Opens mask and softmax, and takes the first way of the question that comes.
  void openClasses() {
    window.openFiles({QString::fromStdString(mask_), QString::fromStdString(softmax_)});
    settle();
    auto* ways = part<QComboBox>("choices");
    ASSERT_TRUE(ways->isVisible());
    EXPECT_EQ(ways->currentText(), QStringLiteral("All classes"));
    keep_picture("question");
    QTest::mouseClick(part<QAbstractButton>("useChoice"), Qt::LeftButton);
    settle();
    ASSERT_TRUE(window.frame() && window.frame()->classes);
  }
  /// One structure again: label 2 against the file that is its channel.
  void leave_and_take(int label) {
    auto* choice = part<QComboBox>("label");
    choose("label", choice->findData(QVariant(label)));
    settle();
    takeWay(("component=" + std::to_string(label)).c_str(), "softmax_11.nii");
    EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
    ASSERT_TRUE(window.frame() && window.frame()->reduction);
    EXPECT_NEAR(window.frame()->reduction->value,
                run_lossscope({"eval", "--mask", mask_, "--prediction", channel(2), "--label", std::to_string(label),
                               "--loss", "dice", "--json", "-"})
                    .json()["losses"][0]["value"]
                    .get<double>(),
                1e-6);
  }
  /// The rows of the command line under a loss.
  nlohmann::json reference(const std::string& loss, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"eval", "--mask", mask_, "--prediction", softmax_, "--classes",
                                       "all",  "--loss", loss,  "--json",       "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_lossscope(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.json();
  }
  /// Takes a way of the question that stands there, by its button or out of the list.
  void takeWay(const char* id, const char* words) {
    auto* button = window.findChild<QAbstractButton*>(QLatin1String("choice:") + QLatin1String(id));
    if (button != nullptr && button->isVisible()) {
      QTest::mouseClick(button, Qt::LeftButton);
    } else {
      part<QComboBox>("choices")->setCurrentText(QLatin1String(words));
      QTest::mouseClick(part<QAbstractButton>("useChoice"), Qt::LeftButton);
    }
    settle();
  }
  void showTab(const char* id) {
    auto* tabs = part<QTabWidget>("bottomTabs");
    tabs->setCurrentWidget(part<QWidget>(id));
    settle();
  }
  void clickClass(int row) {
    auto* strip = part<QListWidget>("classStrip");
    QTest::mouseClick(strip->viewport(), Qt::LeftButton, {}, strip->visualItemRect(strip->item(row)).center());
    settle();
  }
  QString cell(QTableView* table, int row, const char* title) {
    for (int column = 0; column < table->model()->columnCount(); ++column) {
      if (table->model()->headerData(column, Qt::Horizontal).toString().startsWith(QLatin1String(title))) {
        return table->model()->index(row, column).data().toString();
      }
    }
    ADD_FAILURE() << "no column " << title;
    return {};
  }

  Folder folder_;
  std::string mask_ = folder_.file("mask.nii"), softmax_ = folder_.file("softmax.nii"),
              two_ = folder_.file("two_prediction.nii");
};

TEST_F(Classes, AreAskedForFirstAndHaveTheNumbersOfTheCommandLine) {
  openClasses();
  ASSERT_TRUE(part<QWidget>("classes")->isVisible());
  showTab("tab.classes");
  auto* strip = part<QListWidget>("classStrip");
  auto* table = part<QTableView>("classTable");
  for (const char* id : {"dice", "bce", "dice+bce", "hausdorff"}) {
    SCOPED_TRACE(id);
    window.store().change(QStringLiteral("loss"), [id](Session& session) { session.loss.id = id; });
    settle();
    const auto expected = reference(id);
    const auto& loss = expected["losses"][0];
    const FramePtr frame = window.frame();
    const double whole = loss["value"].get<double>();
    EXPECT_NEAR(frame->reduction->value, whole, 1e-6 * std::abs(whole));
    EXPECT_EQ(value(), strip->item(0)->data(Qt::UserRole).toString()) << "All is the whole";
    ASSERT_EQ(strip->count(), 5);
    ASSERT_EQ(table->model()->rowCount(), 4);
    double added = 0, shares = 0;
    for (std::size_t c = 0; c < kClassCount; ++c) {
      const auto& row = loss["classes"][c];
      const ClassRow& shown = frame->classes->rows[c];
      EXPECT_EQ(shown.name, row["name"].get<std::string>());
      EXPECT_EQ(strip->item(static_cast<int>(c) + 1)->text().toStdString(), shown.name);
      if (row["value"].is_number() && shown.enters) {
        EXPECT_NEAR(shown.value, row["value"].get<double>(), 1e-6);
      }
      if (row["weight"].is_number() && shown.enters) {
        EXPECT_NEAR(shown.weight, row["weight"].get<double>(), 1e-6);
      }
      EXPECT_NEAR(shown.share, row["share"].get<double>(), 1e-6);
      EXPECT_NEAR(shown.counts.dice(), row["metrics"]["dice"].get<double>(), 1e-9);
      const QString dice = QLocale::c().toString(row["metrics"]["dice"].get<double>(), 'f', 4);
      EXPECT_EQ(cell(table, static_cast<int>(c), "Dice"), dice);
      EXPECT_EQ(cell(table, static_cast<int>(c), "HD95"),
                QLocale::c().toString(row["metrics"]["hausdorff95"].get<double>(), 'f', 2));
      shares += cell(table, static_cast<int>(c), "of gradient").section(u' ', 0, 0).toDouble();
      added += shown.added;
    }
    EXPECT_NEAR(added, whole, 1e-6 * std::abs(whole));
    EXPECT_NEAR(shares, 100, 3) << "each is rounded for display";
  }
  const QString metrics = part<QLabel>("metrics")->text();
  const double together = reference("dice")["metrics"]["dice"].get<double>();
  EXPECT_TRUE(metrics.contains(QLocale::c().toString(together, 'g', 5))) << metrics.toStdString();
  keep_picture("all");
}

TEST_F(Classes, ErrorsAreNamedInTheBarAndUnderThePointer) {
  openClasses();
  auto* layer = part<QComboBox>("layer");
  choose("layer", layer->findText(QStringLiteral("errors")));
  ASSERT_EQ(window.store().session().look.layer, OverlayLayer::errors);
  const widgets::ColourScale scale = overlay_scale(*window.frame());
  EXPECT_EQ(scale.title, QStringLiteral("wrongly taken for"));
  ASSERT_EQ(scale.class_names.size(), kClassCount + 1);
  EXPECT_EQ(scale.class_names.last(), QStringLiteral("none (missed)"));
  keep_picture("errors");
  const ViewResult& view = window.frame()->views[0];
  const auto wrong = std::ranges::find_if(view.overlay, [](float place) { return place >= 0; });
  ASSERT_NE(wrong, view.overlay.end());
  const std::int64_t at = wrong - view.overlay.begin(), width = view.axes.width(window.frame()->data->grid);
  auto* axial_view = window.views().slices()[0];
  QTest::mouseMove(axial_view, axial_view->positionOf(QPointF(double(at % width), double(at / width))).toPoint());
  const QString said = QStringLiteral("wrongly taken for: ") + scale.class_names[static_cast<int>(*wrong)];
  const auto told = [this] { return part<StatusLine>("statusLine")->probeText(); };
  // The pointer's way leads through the display.
  EXPECT_TRUE(QTest::qWaitFor([&] { return told().contains(said); })) << told().toStdString();
  clickClass(3);
  EXPECT_EQ(overlay_scale(*window.frame()).class_names,
            (QStringList{QStringLiteral("missed"), QStringLiteral("false alarm")}));
  keep_picture("errors_of_one");
}

TEST_F(Classes, AClickLooksAtOneAndUndoGoesBack) {
  openClasses();
  const QString whole = value();
  const QImage all = axial();
  clickClass(3);
  EXPECT_EQ(window.store().session().look.shown_class, std::optional<std::size_t>(2));
  EXPECT_EQ(value(), whole) << "the value stays that of all classes";
  EXPECT_NE(axial(), all);
  EXPECT_EQ(window.frame()->data->class_at, std::optional<std::size_t>(2));
  keep_picture("one");
  showTab("tab.classes");
  auto* table = part<QTableView>("classTable");
  EXPECT_EQ(table->selectionModel()->selectedRows().size(), 1);
  EXPECT_EQ(table->selectionModel()->selectedRows().front().row(), 2);
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(1, 0)).center());
  settle();
  EXPECT_EQ(window.store().session().look.shown_class, std::optional<std::size_t>(1));
  EXPECT_EQ(part<QListWidget>("classStrip")->currentRow(), 2);
  window.store().undoStack()->undo();
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(axial(), all);
  EXPECT_EQ(part<QListWidget>("classStrip")->currentRow(), 0);
  window.store().undoStack()->undo();  // the way in
  settle();
  EXPECT_FALSE(window.store().session().study.classes);
}

TEST_F(Classes, HowTheyAreCombinedIsThatOfTheCommandLine) {
  openClasses();
  showTab("tab.classes");
  choose("classBackground", 1);
  choose("classWeights", 1);
  choose("absentClasses", 1);
  EXPECT_NEAR(window.frame()->reduction->value,
              reference("dice", {"--set", "include_background=1", "class_weights=inverse",
                                 "absent_classes=skip"})["losses"][0]["value"]
                  .get<double>(),
              1e-6);
  choose("classBackground", 2);
  choose("classWeights", 2);
  EXPECT_NEAR(
      window.frame()->reduction->value,
      reference("dice", {"--set", "include_background=0", "class_weights=inverse_squared"})["losses"][0]["value"]
          .get<double>(),
      1e-6);
  auto* table = part<QTableView>("classTable");
  EXPECT_EQ(cell(table, 0, "adds"), QStringLiteral("–")) << "the background is left out";
}

TEST_F(Classes, OneLabelIsThatClassAlone) {
  openClasses();
  const ClassRow row = window.frame()->classes->rows[2];
  auto* label = part<QComboBox>("label");
  choose("label", label->findData(QVariant::fromValue<qlonglong>(2)));
  ASSERT_FALSE(part<QWidget>("messageBar")->isVisible());
  EXPECT_FALSE(window.frame()->classes);
  EXPECT_FALSE(part<QWidget>("classes")->isVisible());
  EXPECT_NEAR(window.frame()->reduction->value, row.value, 1e-6) << "its label against its channel";
  choose("label", label->findData(QStringLiteral("classes")));
  EXPECT_TRUE(window.frame()->classes);
  EXPECT_TRUE(part<QWidget>("classes")->isVisible());
}

TEST_F(Classes, WhatDoesNotFitIsSaidWithAWayBack) {
  window.openFiles({QString::fromStdString(mask_), QString::fromStdString(two_)});
  settle();
  auto* bar = part<QWidget>("messageBar");
  const auto says = [&] { return bar->findChildren<QLabel*>().last()->text(); };
  takeWay("label=classes", "All classes");
  ASSERT_TRUE(bar->isVisible());
  EXPECT_TRUE(says().contains(QLatin1String("2 channels"))) << says().toStdString();
  EXPECT_TRUE(says().contains(QLatin1String("E_CHANNELS")));
  EXPECT_FALSE(says().contains(QLatin1String("--regions"))) << "that is for the command line";
  takeWay("label=one-structure", "One structure");
  EXPECT_FALSE(window.store().session().study.classes);
  EXPECT_TRUE(says().contains(QLatin1String("E_COMPONENTS"))) << "one of the two";
  takeWay("component=1", "Volume 1");
  EXPECT_FALSE(bar->isVisible());
  EXPECT_TRUE(window.frame() && window.frame()->reduction && !window.frame()->classes);
}

TEST_F(Classes, WhatKnowsOneStructureOnlySaysSo) {
  openClasses();
  EXPECT_FALSE(part<QWidget>("cut")->isEnabled());
  showTab("tab.descent");
  EXPECT_FALSE(part<QWidget>("descentPlay")->isEnabled());
  EXPECT_TRUE(part<QLabel>("descentNote")->text().contains(QLatin1String("one structure")));
  showTab("tab.sweep");
  QTest::mouseClick(part<QAbstractButton>("sweepRun"), Qt::LeftButton);
  settle();
  bool said = false;
  for (const QLabel* words : part<QWidget>("tab.sweep")->findChildren<QLabel*>()) {
    said = said || words->text().contains(QLatin1String("one structure"));
  }
  EXPECT_TRUE(said);
  window.store().change(QStringLiteral("loss"), [](Session& session) {
    session.loss.id = kScriptLoss;
    session.loss.script = "def loss(p, g):\n    return (p - g).mean()\n";
  });
  settle();
  auto* bar = part<QWidget>("messageBar");
  EXPECT_TRUE(bar->findChildren<QLabel*>().last()->text().contains(QLatin1String("E_SCRIPT_CLASSES")));
}

/// Files that a person drops together, in whatever order.
TEST_F(Classes, OneFileAChannelIsOfferedAsAllClassesOrOneOfThem) {
  openClasses();
  const QString of_one_file = value();
  QStringList files{QString::fromStdString(mask_)};
  for (const std::size_t c : {3, 0, 2, 1}) {
    files << QString::fromStdString(channel(c));
  }
  window.openFiles(files);
  settle();
  auto* ways = part<QComboBox>("choices");
  ASSERT_TRUE(ways->isVisible());
  EXPECT_EQ(ways->currentText(), QStringLiteral("All classes"));
  EXPECT_EQ(ways->itemText(1), QStringLiteral("softmax_9.nii"));
  EXPECT_EQ(ways->count(), 5);
  keep_picture("files");
  QTest::mouseClick(part<QAbstractButton>("useChoice"), Qt::LeftButton);
  settle();
  ASSERT_TRUE(window.frame() && window.frame()->classes);
  EXPECT_EQ(value(), of_one_file) << "the same channels";
  EXPECT_TRUE(part<QLabel>("assumed")->text().contains(QStringLiteral("softmax_9.nii was taken as label 0")))
      << part<QLabel>("assumed")->text().toStdString();

  const std::string path = folder_.file("files.json");
  ASSERT_TRUE(window.saveSession(QString::fromStdString(path)));
  window.openSample(QStringLiteral("phantom"));
  settle();
  window.openSession(QString::fromStdString(path));
  settle();
  EXPECT_EQ(value(), of_one_file);

  leave_and_take(2);
}

TEST_F(Classes, ASessionBringsThemBack) {
  openClasses();
  clickClass(2);
  const std::string path = folder_.file("session.json");
  ASSERT_TRUE(window.saveSession(QString::fromStdString(path)));
  const QString shown = value();
  const QImage picture = axial();
  window.openSample(QStringLiteral("phantom"));
  settle();
  EXPECT_FALSE(window.frame()->classes);
  EXPECT_FALSE(part<QWidget>("classes")->isVisible());
  window.openSession(QString::fromStdString(path));
  settle();
  EXPECT_EQ(value(), shown);
  EXPECT_EQ(axial(), picture);
  EXPECT_EQ(part<QListWidget>("classStrip")->currentRow(), 2);
}

TEST_F(Classes, TheMostLikelyOneHasItsColour) {
  openClasses();
  choose("layer", part<QComboBox>("layer")->findText(QStringLiteral("prediction")));
  const widgets::ColourScale& scale = window.views().colourBar()->scale();
  ASSERT_EQ(scale.classes.size(), kClassCount);
  EXPECT_EQ(qAlpha(scale.classes[0]), 0) << "the background lets the image through";
  EXPECT_EQ(scale.class_names, (QStringList{QStringLiteral("background"), QStringLiteral("label 1"),
                                            QStringLiteral("label 2"), QStringLiteral("label 3")}));
  const auto overlay = window.frame()->views[0].overlay;
  QSet<int> seen;
  for (std::size_t at = 0; at < overlay.size(); ++at) {
    seen.insert(static_cast<int>(overlay[at]));
  }
  EXPECT_EQ(seen, (QSet<int>{-1, 1, 2, 3}));
  keep_picture("most_likely");
}

TEST_F(Classes, ASheetShowsEachAndAClickOpensIt) {
  openClasses();
  choose("arrangement", 6);
  auto* sheet = part<widgets::ContactSheet>("contactSheet");
  ASSERT_TRUE(sheet->isVisible());
  ASSERT_EQ(sheet->sheet().cells.size(), kClassCount);
  EXPECT_EQ(sheet->sheet().cells[2].name, QStringLiteral("label 2"));
  EXPECT_EQ(sheet->sheet().cells[2].value, part<QListWidget>("classStrip")->item(3)->data(Qt::UserRole).toString());
  keep_picture("sheet");
  QTest::mouseClick(sheet, Qt::LeftButton, {}, sheet->boxOf(QStringLiteral("2")).center().toPoint());
  settle();
  EXPECT_FALSE(sheet->isVisible());
  EXPECT_EQ(window.store().session().look.shown_class, std::optional<std::size_t>(2));
  choose("arrangement", 6);
  auto* label = part<QComboBox>("label");
  choose("label", label->findData(QVariant::fromValue<qlonglong>(1)));
  EXPECT_EQ(window.store().session().look.arrangement, Arrangement::single) << "there are no classes any more";
}

TEST_F(Classes, AllArrangementsAndTabsShowThem) {
  openClasses();
  for (int arrangement = 0; arrangement < part<QComboBox>("arrangement")->count(); ++arrangement) {
    choose("arrangement", arrangement);
    EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
    for (const ComparedPane& pane : window.frame()->compared) {
      EXPECT_TRUE(pane.problem.empty()) << pane.loss << ": " << pane.problem;
    }
  }
  choose("arrangement", 0);
  for (const char* tab : {"tab.probe", "tab.errors", "tab.histogram", "tab.distance", "tab.curve"}) {
    showTab(tab);
    keep_picture(tab);
  }
  for (int layer = 0; layer < part<QComboBox>("layer")->count(); ++layer) {
    choose("layer", layer);
    clickClass(layer % 4 + 1);
  }
}

}  // namespace
}  // namespace lossscope
