// SPDX-License-Identifier: Apache-2.0
// Never a name without its own value: whatever is painted, name, value, formula, metrics, files, title, assumptions and
// pictures are of one and the same frame. Each painted state is compared with numbers that are computed here from what
// the files hold.
#include <QPaintEvent>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QUndoStack>
#include <map>
#include <set>
#include <tuple>

#include "app/figures/pictures.h"
#include "app/window/compare_grid.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

const Grid kFrameGrid{{16, 14, 12}, {0.8, 0.9, 2}, {-10, 5, 20}};
constexpr auto kAbsolute = "def loss(p, g):\n    return (p - g).abs().mean()\n";
constexpr auto kSquare = "def loss(p, g):\n    return ((p - g) ** 2).sum()\n";

using Voxels = std::vector<float>;

/// What is read off the window at one moment.
struct Seen {
  QString loss, value, live, image, mask, prediction, title, assumed, metrics, script;
  bool grey = false;
  float picture = 0;                                  ///< the first grey value of the axial picture
  std::vector<std::pair<QString, QString>> compared;  ///< loss and value of each pane in sight
  bool operator<(const Seen& other) const {
    const auto all = [](const Seen& s) {
      return std::tie(s.loss, s.value, s.live, s.image, s.mask, s.prediction, s.title, s.assumed, s.metrics, s.script,
                      s.grey, s.picture, s.compared);
    };
    return all(*this) < all(other);
  }
};

class OneFrame : public WindowTest {
 protected:
  OneFrame() {
    makeCase("one", 4.5, 5.2, 0, {0, 0, 0}, 1);
    makeCase("two", 5.5, 4.1, 500, {2, 1, 0}, 2);
    Grid moved = kFrameGrid;
    moved.origin[0] += 0.3;
    files_["moved_pred.nii.gz"] = files_["two_pred.nii.gz"];
    write("moved_pred.nii.gz", moved);
    write_bytes(folder_.file("cut_mask.nii.gz"), [this] {
      auto bytes = read_bytes(folder_.file("one_mask.nii.gz"));
      bytes.resize(bytes.size() / 2);
      return bytes;
    }());
    qApp->installEventFilter(&filter_);
    // Also before anything could be painted, so that nothing depends on when that is.
    QObject::connect(&window.store(), &SessionStore::changed, &window, [this] { look(); });
    QObject::connect(&window, &MainWindow::frameShown, &window, [this] { look(); });
  }
  ~OneFrame() override { qApp->removeEventFilter(&filter_); }

  void makeCase(const std::string& name, double of_mask, double of_prediction, float grey,
                const std::array<double, 3>& away, float labels) {
    const auto at = [](const std::array<double, 3>& middle, std::size_t i) {
      const auto x = static_cast<double>(i % 16), y = static_cast<double>(i / 16 % 14),
                 z = static_cast<double>(i / 224);
      return std::hypot(x - middle[0], y - middle[1], z - middle[2]);
    };
    Voxels image, mask, prediction;
    for (std::size_t i = 0; i < 16 * 14 * 12; ++i) {
      const double r = at({8, 7, 6}, i);
      image.push_back(grey + static_cast<float>(i % 50));
      mask.push_back(r < of_mask ? 1.0F : r < of_mask + labels - 1 ? labels : 0.0F);
      prediction.push_back(
          static_cast<float>(1 / (1 + std::exp(at({8 + away[0], 7 + away[1], 6 + away[2]}, i) - of_prediction))));
    }
    for (const auto& [part, voxels] : {std::pair("_image", image), {"_mask", mask}, {"_pred", prediction}}) {
      files_[name + part + ".nii.gz"] = voxels;
      write(name + part + ".nii.gz", kFrameGrid);
    }
  }
  void write(const std::string& name, const Grid& grid) {
    const Volume volume = make_volume(grid, VoxelType::float32);
    std::ranges::copy(files_[name], volume.voxels<float>().begin());
    write_volume(volume, folder_.file(name));
  }
  void open(const std::vector<std::string>& names) {
    QStringList paths;
    for (const std::string& name : names) {
      paths << QString::fromStdString(folder_.file(name));
    }
    window.openFiles(paths);
    settle();
  }
  void answer(const char* button) {
    QTest::mouseClick(part<QAbstractButton>(button), Qt::LeftButton);
    settle();
  }
  void evaluate(const char* script) {
    part<QPlainTextEdit>("script")->selectAll();
    part<QPlainTextEdit>("script")->insertPlainText(QString::fromLatin1(script));
    QTest::mouseClick(part<QAbstractButton>("evaluateScript"), Qt::LeftButton);
    settle();
  }
  void undo() {
    window.store().undoStack()->undo();
    settle();
  }
  void redo() {
    window.store().undoStack()->redo();
    settle();
  }

  /// The name that a row of the panels says, and what it was asked for.
  QString name_in(const char* row) {
    const auto labels = part<QWidget>(row)->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly);
    return labels.at(1)->text();
  }
  QString asked_in(const char* row) {
    auto* asked = part<QWidget>(row)->findChild<QLabel*>(QStringLiteral("askedFor"));
    return asked->isVisible() ? asked->text() : QString();
  }

  Seen seen() {
    Seen now;
    now.loss = part<QLabel>("lossName")->text();
    now.value = value();
    now.grey = !part<QLabel>("lossValue")->isEnabled();
    now.live = part<QLabel>("liveFormula")->text();
    now.image = name_in("imageInput");
    now.mask = name_in("maskInput");
    now.prediction = name_in("predictionInput");
    now.title = window.windowTitle();
    now.assumed = part<QLabel>("assumed")->text();
    now.metrics = part<QLabel>("metrics")->text();
    now.script = part<QPlainTextEdit>("script")->toPlainText();
    const auto& picture = window.views().slices()[0]->picture();
    now.picture = picture.image.empty() ? 0 : *std::ranges::max_element(picture.image.begin(), picture.image.end());
    for (int pane = 0; pane < 2; ++pane) {
      auto* loss = window.findChild<QComboBox*>(QStringLiteral("compared.%1").arg(pane));
      if (loss != nullptr && loss->isVisible()) {
        now.compared.emplace_back(loss->currentText(),
                                  window.findChild<QLabel*>(QStringLiteral("comparedValue.%1").arg(pane))->text());
      }
    }
    return now;
  }

  double dice(const Voxels& p, const Voxels& g) {
    double both = 0, all = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      both += p[i] * (g[i] != 0 ? 1.0 : 0.0);
      all += p[i] + (g[i] != 0 ? 1.0 : 0.0);
    }
    return 1 - (2 * both + 1) / (all + 1);
  }
  double value_of(const QString& loss, const Voxels& p, const Voxels& g, const char* script) {
    if (loss.startsWith(QLatin1String("Dice"))) {
      return dice(p, g);
    }
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double y = g[i] != 0 ? 1 : 0, right = y != 0 ? p[i] : 1.0 - p[i];
      sum += !loss.startsWith(QLatin1String("TorchScript")) ? -std::log(right)
             : script == kSquare                            ? (p[i] - y) * (p[i] - y)
                                                            : std::abs(p[i] - y);
    }
    return script == kSquare && loss.startsWith(QLatin1String("TorchScript")) ? sum : sum / double(p.size());
  }
  /// What the numbers of a formula come to: "1 - (a + b) / (c + d)" of Dice, "a · b" of cross-entropy.
  static double come_to(const QString& formula) {
    static const QRegularExpression kNumber(QStringLiteral("[0-9][0-9.e-]*"));
    std::vector<double> numbers;
    for (auto match = kNumber.globalMatch(formula); match.hasNext();) {
      numbers.push_back(match.next().captured().toDouble());
    }
    return numbers.size() == 5   ? numbers[0] - (numbers[1] + numbers[2]) / (numbers[3] + numbers[4])
           : numbers.size() == 2 ? numbers[0] * numbers[1]
                                 : std::nan("");
  }
  const Voxels* file(const QString& name) {
    const auto found = files_.find(name.toStdString());
    return found == files_.end() ? nullptr : &found->second;
  }

  void look() {
    if (looking_ || window.findChild<QLabel*>(QStringLiteral("metrics")) == nullptr) {
      return;
    }
    looking_ = true;
    const Seen now = seen();
    const bool made = now.prediction == QStringLiteral("degraded mask");  // what it holds is not computed here
    if (now.value != QStringLiteral("–") && !made && part<QWidget>("lossPanel")->isVisible() &&
        known_.insert(now).second) {
      check(now);
    }
    looking_ = false;
  }

  void check(const Seen& now) {
    const std::string when =
        doing_ + ": " + (now.loss + u' ' + now.value + u' ' + now.mask + u' ' + now.prediction).toStdString();
    const Voxels *g = file(now.mask), *p = file(now.prediction), *image = file(now.image);
    ASSERT_TRUE(g != nullptr && p != nullptr && image != nullptr) << when;
    const char* script = now.script == QLatin1String(kSquare) ? kSquare : kAbsolute;
    if (now.loss.startsWith(QLatin1String("TorchScript")) && now.grey) {
      EXPECT_TRUE(now.value == value_text(value_of(now.loss, *p, *g, kSquare)) ||
                  now.value == value_text(value_of(now.loss, *p, *g, kAbsolute)))
          << when;
    } else {
      EXPECT_NEAR(now.value.toDouble(), value_of(now.loss, *p, *g, script), 2e-6) << when;
    }
    if (!now.loss.startsWith(QLatin1String("TorchScript"))) {
      EXPECT_NEAR(come_to(now.live.mid(2)), value_of(now.loss, *p, *g, script), 2e-4) << when << now.live.toStdString();
    }
    EXPECT_TRUE(now.title.startsWith(now.image + QStringLiteral(" + ") + now.mask)) << when << now.title.toStdString();
    const bool merged = std::ranges::max(*g) > 1;
    EXPECT_EQ(now.assumed.contains(QStringLiteral("label")), merged) << when << now.assumed.toStdString();
    if (now.compared.empty()) {
      EXPECT_EQ(now.picture > 400, std::ranges::max(*image) > 400) << when << ' ' << now.picture;
    }
    if (!now.metrics.contains(QStringLiteral("..."))) {
      Voxels cut;
      for (const float x : *p) {
        cut.push_back(x > 0.5F ? 1.0F : 0.0F);
      }
      double both = 0, all = 0;
      for (std::size_t i = 0; i < cut.size(); ++i) {
        both += cut[i] != 0 && (*g)[i] != 0 ? 2 : 0;
        all += cut[i] + ((*g)[i] != 0 ? 1 : 0);
      }
      EXPECT_TRUE(now.metrics.contains(QLocale::c().toString(both / all, 'g', 5)))
          << when << ' ' << both / all << now.metrics.toStdString();
    }
    for (const auto& [loss, number] : now.compared) {
      if (number != QLatin1String("...") &&
          (loss == QLatin1String("Dice") || loss.startsWith(QLatin1String("Binary")))) {
        EXPECT_NEAR(number.toDouble(), value_of(loss, *p, *g, script), 2e-6) << when << ", " << loss.toStdString();
      }
    }
  }

  /// Sees each state right before it is painted.
  struct Filter : QObject {
    explicit Filter(OneFrame& owner) : owner_(owner) {}
    bool eventFilter(QObject* watched, QEvent* event) override {
      auto* widget = event->type() == QEvent::Paint ? qobject_cast<QWidget*>(watched) : nullptr;
      if (widget != nullptr && widget->window() == &owner_.window) {
        owner_.look();
      }
      return false;
    }
    OneFrame& owner_;
  };

  Folder folder_;
  std::map<std::string, Voxels> files_;
  std::set<Seen> known_;
  std::string doing_;
  bool looking_ = false;
  Filter filter_{*this};
};

TEST_F(OneFrame, EachLossHasItsNameItsValueAndItsFormula) {
  doing_ = "a loss";
  open({"one_image.nii.gz", "one_mask.nii.gz", "one_pred.nii.gz"});
  ASSERT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Dice loss"));
  chooseLoss("Binary cross-entropy");
  EXPECT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Binary cross-entropy loss"));
  undo();
  EXPECT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Dice loss"));
  redo();
  EXPECT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Binary cross-entropy loss"));
  EXPECT_GE(known_.size(), 2U) << "something was seen";
}

TEST_F(OneFrame, AnotherCaseBringsAllItsNamesWithItsValue) {
  doing_ = "a case";
  open({"one_image.nii.gz", "one_mask.nii.gz", "one_pred.nii.gz"});
  open({"two_image.nii.gz", "two_mask.nii.gz", "two_pred.nii.gz"});
  EXPECT_EQ(name_in("maskInput"), QStringLiteral("two_mask.nii.gz"));
  undo();
  EXPECT_EQ(name_in("maskInput"), QStringLiteral("one_mask.nii.gz"));
  redo();
  doing_ = "both at once";
  window.store().change(QStringLiteral("all"), [this](Session& session) {
    session.study.mask.path = folder_.file("one_mask.nii.gz");
    session.loss.id = "bce";
  });
  settle();
  EXPECT_EQ(name_in("imageInput"), QStringLiteral("two_image.nii.gz"));
  EXPECT_EQ(name_in("maskInput"), QStringLiteral("one_mask.nii.gz"));
}

TEST_F(OneFrame, WhileAQuestionIsOpenTheCaseKeepsItsNames) {
  doing_ = "a question";
  open({"two_image.nii.gz", "two_mask.nii.gz", "one_pred.nii.gz"});
  const QString before = value(), title = window.windowTitle();
  open({"moved_pred.nii.gz"});
  ASSERT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_EQ(name_in("predictionInput"), QStringLiteral("one_pred.nii.gz"));
  EXPECT_EQ(asked_in("predictionInput"), QStringLiteral("asked for: moved_pred.nii.gz"));
  EXPECT_EQ(value(), before);
  EXPECT_EQ(window.windowTitle(), title);
  EXPECT_FALSE(part<QLabel>("lossValue")->isEnabled()) << "veiled: it is not what was asked for";
  EXPECT_FALSE(part<QLabel>("metrics")->isEnabled());
  doing_ = "another loss while it is open";
  chooseLoss("Binary cross-entropy");
  EXPECT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Dice loss"));
  undo();
  doing_ = "the answer";
  answer("choice:grid=ignore");
  EXPECT_EQ(name_in("predictionInput"), QStringLiteral("moved_pred.nii.gz"));
  EXPECT_EQ(asked_in("predictionInput"), QString());
  EXPECT_NE(value(), before);
  EXPECT_TRUE(part<QLabel>("lossValue")->isEnabled());
  undo();
  undo();
  EXPECT_EQ(name_in("predictionInput"), QStringLiteral("one_pred.nii.gz"));
  EXPECT_EQ(value(), before);
  EXPECT_TRUE(part<QLabel>("lossValue")->isEnabled());
}

TEST_F(OneFrame, AQuestionWithoutACaseNamesItsFileAsAskedFor) {
  window.openCase([this] {
    Session session;
    session.study.mask.path = folder_.file("one_mask.nii.gz");
    session.predict_from<FromFile>().file.path = folder_.file("moved_pred.nii.gz");
    return session;
  }());
  settle();
  ASSERT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_EQ(name_in("maskInput"), QStringLiteral("none"));
  EXPECT_EQ(asked_in("maskInput"), QStringLiteral("asked for: one_mask.nii.gz"));
  EXPECT_EQ(window.windowTitle(), QStringLiteral("LossScope"));
}

TEST_F(OneFrame, ARefusedFileLeavesTheCaseAsItIs) {
  doing_ = "a refusal";
  open({"one_image.nii.gz", "one_mask.nii.gz", "one_pred.nii.gz"});
  const QString before = value();
  window.store().change(QStringLiteral("open"),
                        [this](Session& session) { session.study.mask.path = folder_.file("cut_mask.nii.gz"); });
  settle();
  ASSERT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_EQ(name_in("maskInput"), QStringLiteral("one_mask.nii.gz"));
  EXPECT_EQ(asked_in("maskInput"), QStringLiteral("asked for: cut_mask.nii.gz"));
  EXPECT_EQ(value(), before);
  EXPECT_FALSE(part<QLabel>("lossValue")->isEnabled());
  EXPECT_FALSE(part<QComboBox>("label")->isEnabled()) << "its labels are of the other file";
  undo();
  EXPECT_EQ(asked_in("maskInput"), QString());
  EXPECT_TRUE(part<QLabel>("lossValue")->isEnabled());
}

TEST_F(OneFrame, ARefusedPredictionLeavesTheDegradedMaskItsName) {
  doing_ = "a refused prediction";
  open({"one_image.nii.gz", "one_mask.nii.gz"});
  ASSERT_NE(window.store().session().prediction().from<FromMask>(), nullptr);
  const QString before = value();
  const auto picture = window.views().slices()[0]->grabPicture();
  window.store().change(QStringLiteral("open"), [this](Session& session) {
    session.predict_from<FromFile>().file.path = folder_.file("cut_mask.nii.gz");
  });
  settle();
  ASSERT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_TRUE(part<QWidget>("predictionInput")->isVisible());
  EXPECT_EQ(name_in("predictionInput"), QStringLiteral("degraded mask"));
  EXPECT_EQ(asked_in("predictionInput"), QStringLiteral("asked for: cut_mask.nii.gz"));
  EXPECT_EQ(value(), before);
  EXPECT_EQ(window.views().slices()[0]->grabPicture(), picture);
}

TEST_F(OneFrame, AScriptIsNamedWithTheValueOfItsOwnText) {
  doing_ = "a script";
  open({"one_image.nii.gz", "one_mask.nii.gz", "one_pred.nii.gz"});
  window.store().change(QStringLiteral("script"), [](Session& session) { session.loss.script = kAbsolute; });
  chooseLoss("TorchScript");
  EXPECT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Dice loss")) << "nobody said yet that it may run";
  evaluate(kAbsolute);
  ASSERT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("TorchScript loss"));
  const QString absolute = value();
  doing_ = "another script";
  evaluate(kSquare);
  EXPECT_NE(value(), absolute);
  doing_ = "a wrong script";
  evaluate("def loss(p, g):\n    return nothing\n");
  ASSERT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_FALSE(part<QLabel>("lossValue")->isEnabled());
  doing_ = "undone";
  undo();
  EXPECT_TRUE(part<QLabel>("lossValue")->isEnabled());
  undo();
  EXPECT_EQ(value(), absolute);
  doing_ = "typed, not evaluated";
  auto* editor = part<QPlainTextEdit>("script");
  editor->setFocus();
  QTest::keyClicks(editor, QStringLiteral("#"));
  EXPECT_FALSE(part<QLabel>("lossValue")->isEnabled());
  EXPECT_TRUE(part<QLabel>("scriptEdited")->isVisible());
}

TEST_F(OneFrame, ComparedLossesHaveTheirOwnValues) {
  doing_ = "a grid";
  open({"one_image.nii.gz", "one_mask.nii.gz", "one_pred.nii.gz"});
  choose("arrangement", 1);
  ASSERT_TRUE(part<QComboBox>("compared.0")->isVisible());
  doing_ = "the losses exchanged";
  auto* first = part<QComboBox>("compared.0");
  choose("compared.0", first->findText(QStringLiteral("Binary cross-entropy")));
  choose("compared.1", first->findText(QStringLiteral("Dice")));
  doing_ = "another case in one view, then the grid again";
  choose("arrangement", 0);
  open({"two_image.nii.gz", "two_mask.nii.gz", "two_pred.nii.gz"});
  choose("arrangement", 1);
  EXPECT_EQ(seen().compared.size(), 2U);
}

}  // namespace
}  // namespace lossscope
