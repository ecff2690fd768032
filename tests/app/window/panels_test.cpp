// SPDX-License-Identifier: Apache-2.0
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QTimer>
#include <QToolBar>
#include <QTreeWidget>
#include <QUndoStack>
#include <algorithm>

#include "app/figures/live_formula.h"
#include "app/figures/pictures.h"
#include "app/window/device_menu.h"
#include "app/window/help.h"
#include "app/window/loss_panel.h"
#include "app/window/message_bar.h"
#include "app/window/status_line.h"
#include "app/window/sum_dialog.h"
#include "app/window/theme.h"
#include "losses/metrics/metrics.h"
#include "tests/app/window/window_testing.h"
#include "tests/io/helper_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class Panels : public WindowTest {
 protected:
  void SetUp() override {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
};

TEST_F(Panels, ThePhantomIsACaseToo) {
  ASSERT_TRUE(window.frame() && window.frame()->reduction);
  EXPECT_GT(window.frame()->reduction->value, 0);
}

TEST_F(Panels, TheSearchLooksIntoNamesAndSources) {
  auto* search = part<QLineEdit>("lossSearch");
  auto* tree = part<QTreeWidget>("lossTree");
  const auto shown = [tree] {
    QStringList names;
    for (QTreeWidgetItemIterator it(tree, QTreeWidgetItemIterator::NotHidden | QTreeWidgetItemIterator::NoChildren);
         *it; ++it) {
      names << (*it)->text(0);
    }
    return names;
  };
  const auto surveyed = std::ranges::count_if(all_losses(), [](const Loss* l) { return l->declaration().in_survey; });
  EXPECT_EQ(shown().size(), surveyed + 1) << "the survey's losses, and one of your own";
  choose("lossesShown", 1);
  EXPECT_EQ(shown().size(), static_cast<qsizetype>(all_losses().size()) + 1) << "each loss, and one of your own";
  choose("lossesShown", 0);
  search->setFocus();  // else an H would hide the contours
  QTest::keyClicks(search, QStringLiteral("karimi"));
  EXPECT_EQ(shown().size(), 2) << "the Hausdorff loss and its logarithm";
  search->clear();
  QTest::keyClicks(search, QStringLiteral("dice"));
  EXPECT_GE(shown().size(), 2);
  EXPECT_TRUE(shown().contains(QStringLiteral("Dice")));
  search->clear();
  QTest::keyClicks(search, QStringLiteral("matthews"));
  ASSERT_EQ(shown(), QStringList{QStringLiteral("Matthews correlation")}) << "the search finds what is not listed";
  tree->setCurrentItem(
      *QTreeWidgetItemIterator(tree, QTreeWidgetItemIterator::NotHidden | QTreeWidgetItemIterator::NoChildren));
  settle();
  EXPECT_EQ(window.store().session().loss.id, "mcc");
  search->clear();
  EXPECT_EQ(shown().size(), surveyed + 2) << "the current loss stays listed";
}

TEST_F(Panels, ASumOfLossesIsTickedTunedAndTakenBack) {
  const auto value_of = [&](const char* id) {
    const Loss& loss = *find_loss(id);
    return loss.reduce(loss.defaults(), problem_of(*window.frame()->data), {}).value;
  };
  const double dice = value_of("dice"), bce = value_of("bce");
  ASSERT_EQ(window.store().session().loss.id, "dice");
  QTimer::singleShot(0, &window, [&] {
    auto* dialog = window.findChild<SumDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto* ok = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
    EXPECT_FALSE(ok->isEnabled()) << "Dice alone is no sum";
    auto* losses = dialog->findChild<QListWidget*>(QStringLiteral("sumLosses"));
    losses->findItems(QStringLiteral("Binary cross-entropy"), Qt::MatchExactly).front()->setCheckState(Qt::Checked);
    EXPECT_EQ(dialog->findChild<QLabel*>(QStringLiteral("sumSays"))->text(),
              QStringLiteral("Dice + Binary cross-entropy"));
    QTest::mouseClick(ok, Qt::LeftButton);
  });
  QTest::mouseClick(part<QToolButton>("sumOfLosses"), Qt::LeftButton);
  settle();
  EXPECT_EQ(window.store().session().loss.id, "dice+bce");
  EXPECT_EQ(part<QLabel>("lossName")->text(), QStringLiteral("Dice + Binary cross-entropy loss"));
  ASSERT_TRUE(window.frame()->reduction);
  EXPECT_NEAR(window.frame()->reduction->value, dice + bce, 1e-12);
  EXPECT_TRUE(part<QLabel>("liveFormula")->text().startsWith(QStringLiteral("= 1 · ")))
      << part<QLabel>("liveFormula")->text().toStdString();
  EXPECT_EQ(part<QTreeWidget>("lossTree")->currentItem()->text(0), QStringLiteral("Dice + Binary cross-entropy"));
  auto* weight = part<QDoubleSpinBox>("bce.weight");
  const QScrollArea* area = nullptr;
  for (const QWidget* up = weight; up != nullptr && area == nullptr; up = up->parentWidget()) {
    area = qobject_cast<const QScrollArea*>(up);
  }
  ASSERT_NE(area, nullptr);
  EXPECT_LE(area->widget()->width(), area->viewport()->width()) << "long labels push nothing out of sight";
  weight->selectAll();
  QTest::keyClicks(weight, QStringLiteral("0.5"));
  QTest::keyClick(weight, Qt::Key_Return);
  settle();
  EXPECT_NEAR(window.frame()->reduction->value, dice + bce / 2, 1e-12);
  window.store().undoStack()->undo();
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(window.store().session().loss.id, "dice");
  EXPECT_TRUE(part<QTreeWidget>("lossTree")
                  ->findItems(QStringLiteral("Dice + "), Qt::MatchStartsWith | Qt::MatchRecursive)
                  .empty());
}

TEST_F(Panels, APresetSetsItsParametersAndUndoTakesThemBack) {
  const auto before = window.store().session().loss.parameters;
  auto* preset = part<QComboBox>("preset");
  ASSERT_GT(preset->count(), 1);
  choose("preset", 1);
  EXPECT_NE(window.store().session().loss.parameters, before);
  const Loss& dice = *find_loss("dice");
  const auto& first = dice.declaration().presets[0].values[0];
  EXPECT_EQ(window.store().session().loss.values_of(dice)[*dice.parameter(first.first)], first.second);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(window.store().session().loss.parameters, before);
}

TEST_F(Panels, APresetSaysTheNumberOfItsOwnCode) {
  const auto& presets = find_loss("dice")->declaration().presets;
  const auto other = std::ranges::find_if(presets, &Preset::says_another_value);
  ASSERT_NE(other, presets.end());
  choose("preset", static_cast<int>(other - presets.begin()) + 1);
  ASSERT_TRUE(window.frame()->reduction);
  const double ours = window.frame()->reduction->value;
  const QString said = part<QLabel>("presetNote")->text();
  EXPECT_TRUE(said.endsWith(QString::number(ours * other->peer_factor + other->peer_constant, 'f', 6)))
      << said.toStdString();
  window.store().change(QStringLiteral("sum"), [](Session& session) { session.loss.id = "dice+bce"; });
  settle();
  choose("preset", 2);  // has the values of the first
  EXPECT_EQ(part<QComboBox>("preset")->currentIndex(), 2);
}

TEST_F(Panels, TheSourceOfThePredictionCanBeNone) {
  choose("source", 0);
  EXPECT_FALSE(window.frame()->reduction);
  EXPECT_EQ(value(), QStringLiteral("–"));
  choose("source", 2);
  EXPECT_TRUE(window.frame()->reduction);
}

/// With nothing predicted and no weight on the mask, balanced cross-entropy is 0; Dice sees all of it.
TEST_F(Panels, ABlindLossSaysSo) {
  window.store().change(QStringLiteral("nothing predicted"), [](Session& session) {
    session.loss.id = "balanced_ce";
    session.loss.parameters["balanced_ce"]["beta"] = 0;
    session.predict_from<FromMask>().degradation = {};
    session.predict_from<FromMask>().degradation.drop = 1;
  });
  settle();
  EXPECT_EQ(value(), QStringLiteral("0.000000"));
  EXPECT_TRUE(part<QLabel>("blind")->isVisible());
  EXPECT_EQ(part<QLabel>("blind")->text().toStdString(), find_loss("balanced_ce")->declaration().blind);
  window.store().change(QStringLiteral("dice"), [](Session& session) { session.loss.id = "dice"; });
  settle();
  EXPECT_FALSE(part<QLabel>("blind")->isVisible());
  window.store().undoStack()->undo();
  settle();
  EXPECT_TRUE(part<QLabel>("blind")->isVisible());
}

TEST_F(Panels, ValuesStayReadableAtAnySize) {
  EXPECT_EQ(value_text(0.0780137), QStringLiteral("0.078014"));
  EXPECT_EQ(value_text(0), QStringLiteral("0.000000"));
  EXPECT_EQ(value_text(3.1e-7), QStringLiteral("3.100e-07"));
  EXPECT_EQ(value_text(-2345678.0), QStringLiteral("-2.346e+06"));
  EXPECT_EQ(value_text(std::nan("")), QStringLiteral("nan"));
}

/// Works out what a live formula says: + - · / ^, parentheses, ln and cosh.
class Arithmetic {
 public:
  explicit Arithmetic(QString text) : text_(text.remove(QLatin1Char(' '))) {}
  double sum() {
    double value = product();
    while (at_ < text_.size() && (peek() == u'+' || peek() == u'-')) {
      value += text_[at_++] == u'+' ? product() : -product();
    }
    return value;
  }

 private:
  QChar peek() const { return at_ < text_.size() ? text_[at_] : QChar(); }
  double product() {
    double value = power();
    while (peek() == u'·' || peek() == u'/') {
      if (text_[at_++] == u'·') {
        value *= power();
      } else {
        value /= power();
      }
    }
    return value;
  }
  double power() {
    const double base = atom();
    if (peek() == u'^') {
      ++at_;
      return std::pow(base, atom());
    }
    return base;
  }
  double atom() {
    for (const auto& [name, function] : {std::pair{QStringLiteral("ln"), +[](double v) { return std::log(v); }},
                                         std::pair{QStringLiteral("cosh"), +[](double v) { return std::cosh(v); }}}) {
      if (text_.mid(at_).startsWith(name)) {
        at_ += name.size();
        return function(atom());
      }
    }
    if (peek() == u'-') {
      ++at_;
      return -atom();
    }
    if (peek() == u'(') {
      ++at_;
      const double value = sum();
      ++at_;
      return value;
    }
    static const QRegularExpression kNumber(QStringLiteral("[0-9.]+(e[-+]?[0-9]+)?"));
    const auto match =
        kNumber.match(text_, at_, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    EXPECT_TRUE(match.hasMatch()) << text_.mid(at_).toStdString();
    at_ += match.capturedLength();
    return match.captured().toDouble();
  }
  QString text_;
  qsizetype at_ = 0;
};

TEST_F(Panels, EveryLiveFormulaGivesItsValue) {
  for (const Loss* loss : all_losses()) {
    const std::string id(loss->declaration().id);
    window.store().change(QString(), [&](Session& session) { session.loss.id = id; });
    settle();
    ASSERT_TRUE(window.frame()->reduction);
    const bool typeset = part<QWidget>("formula")->isVisible();
    EXPECT_GT(part<QWidget>(typeset ? "formula" : "formulaTex")->height(), 12) << id;
    EXPECT_NE(typeset, part<QLabel>("formulaTex")->isVisible()) << id;
    EXPECT_NE(typeset, formula_svg(id).isEmpty()) << id;
    const QString shown = part<QLabel>("liveFormula")->text();
    ASSERT_TRUE(shown.startsWith(QStringLiteral("= "))) << id;
    EXPECT_FALSE(shown.contains(u'?') || shown.contains(u'{')) << shown.toStdString();
    const double value = window.frame()->reduction->value;
    EXPECT_NEAR(Arithmetic(shown.mid(2)).sum(), value, 2e-4 * std::abs(value)) << id << ' ' << shown.toStdString();
  }
}

TEST_F(Panels, ALossOfYourOwnIsTypedAndEvaluated) {
  chooseLoss("TorchScript");
  ASSERT_TRUE(window.frame()->reduction) << "the example is a loss";
  const QString example = value();
  auto* editor = part<QPlainTextEdit>("script");
  ASSERT_TRUE(editor->isVisible());
  editor->setFocus();
  editor->selectAll();
  QTest::keyClicks(editor, QStringLiteral("def loss(p, g):"));
  QTest::keyClick(editor, Qt::Key_Return);
  QTest::keyClicks(editor, QStringLiteral("  return 1 - (2 * (p * g).sum() + 1) / (p.sum() + g.sum() + 1)"));
  EXPECT_EQ(value(), example) << "not at every key";
  EXPECT_TRUE(editor->hasFocus());
  QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible()) << part<MessageBar>("messageBar")->text().toStdString();
  const double by_script = window.frame()->reduction->value;
  EXPECT_TRUE(window.frame()->views[0].overlay.empty()) << "a number has no contributions";
  choose("layer", 2);
  const std::vector<float> slope = window.frame()->views[0].overlay;
  ASSERT_FALSE(slope.empty());
  chooseLoss("Dice");
  EXPECT_NEAR(window.frame()->reduction->value, by_script, 1e-7);
  for (std::size_t i = 0; i < slope.size(); i += 97) {
    EXPECT_NEAR(window.frame()->views[0].overlay[i], slope[i], 1e-6F * std::abs(slope[i]) + 1e-12F);
  }
}

TEST_F(Panels, AWrongScriptIsShownWithItsLine) {
  chooseLoss("TorchScript");
  part<QPlainTextEdit>("script")->setPlainText(QStringLiteral("def loss(p, g):\n    return nothing\n"));
  QTest::mouseClick(part<QPushButton>("evaluateScript"), Qt::LeftButton);
  settle();
  ASSERT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("line 2")));
  window.store().undoStack()->undo();
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
}

TEST_F(Panels, ASessionsScriptDoesNotRunBeforeAPersonSaysSo) {
  const std::string source = "def loss(p, g):\n    return (p - g).abs().mean()\n";
  Session session = window.store().session();
  session.loss.id = kScriptLoss;
  session.loss.script = source;
  window.openCase(session);
  settle();
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("E_SCRIPT_TRUST")));
  EXPECT_TRUE(running_helpers("lossscope-models").empty()) << "nothing was started for it";
  EXPECT_EQ(part<QPlainTextEdit>("script")->toPlainText().toStdString(), source) << "there to be read";
  QTest::mouseClick(part<QPushButton>("evaluateScript"), Qt::LeftButton);
  settle();
  EXPECT_FALSE(part<QWidget>("messageBar")->isVisible());
  EXPECT_EQ(window.frame()->session.loss.script, source);
  session.loss.script = "def loss(p, g):\n    return (p - g).abs().sum()\n";
  window.openCase(session);
  settle();
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("E_SCRIPT_TRUST"))) << "another one";
}

TEST_F(Panels, MetricsFollowThePrediction) {
  QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>("metrics")->text().contains(QStringLiteral("Hausdorff")), 10'000);
  const QString before = part<QLabel>("metrics")->text();
  drag("dilate.slider", 15);
  QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>("metrics")->text() != before, 10'000);
  const auto& data = *window.frame()->data;
  const Metrics expected = compute_metrics({data.mask, data.prediction, data.kind, {1, 1, 1}});
  QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>("metrics")->text().contains(QLocale::c().toString(expected.dice, 'g', 5)),
                           10'000);
}

TEST_F(Panels, ThemesRepaintEverything) {
  const QImage dark = window.grab().toImage();
  apply_theme(Theme::light, false);
  QTest::qWait(50);
  const QImage light = window.grab().toImage();
  EXPECT_GT(changed_pixels(dark, light), dark.width() * dark.height() / 4);
  apply_theme(Theme::dark, false);
}

TEST_F(Panels, NothingIsCutOffAtTheSmallestUsualSize) {
  window.resize(1280, 800);
  settle();
  for (const QLabel* label : window.findChildren<QLabel*>()) {
    if (label->isVisible() && !label->wordWrap() && label->objectName() != QLatin1String("probe") &&
        label->pixmap().isNull() && label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) {
      EXPECT_GE(label->width() + 1, label->sizeHint().width()) << label->text().toStdString();
      EXPECT_GE(label->height() + 1, label->sizeHint().height()) << label->text().toStdString();
    }
  }
}

/// A screen of 1920 x 1080 at a scale of 2.
TEST_F(Panels, NothingIsCutOffOnASmallScreen) {
  window.resize(960, 540);
  settle();
  EXPECT_EQ(window.size(), QSize(960, 540)) << "what it holds needs no more";
  int areas = 0;
  for (const QScrollArea* area : window.findChildren<QScrollArea*>()) {
    if (area->isVisible() && area->horizontalScrollBarPolicy() == Qt::ScrollBarAlwaysOff) {
      ++areas;
      EXPECT_LE(area->widget()->width(), area->viewport()->width()) << "nobody could scroll to the rest";
    }
  }
  EXPECT_EQ(areas, 2) << "the case's panel and the loss's";
  for (const OverlayLayer layer : {OverlayLayer::contribution, OverlayLayer::gradient}) {
    window.store().showLayer(layer);
    settle();
    auto* bar = part<QToolBar>("layerBar");
    EXPECT_FALSE(bar->findChild<QWidget*>(QStringLiteral("qt_toolbar_ext_button"))->isVisible());
    for (QAction* action : bar->actions()) {
      const QWidget* widget = bar->widgetForAction(action);
      if (action->isVisible() && widget != nullptr && widget->isVisible() && widget->width() > 2) {
        const QWidget* seen = window.childAt(widget->mapTo(&window, widget->rect().center()));
        EXPECT_TRUE(seen == widget || widget->isAncestorOf(seen)) << widget->objectName().toStdString();
      }
    }
  }
  window.resize(1280, 800);
  settle();
  EXPECT_TRUE(std::ranges::any_of(part<QToolBar>("layerBar")->findChildren<QLabel*>(), [](const QLabel* label) {
    return label->isVisible();
  })) << "with room, the words are back";
}

/// A half number is another number.
TEST_F(Panels, TheStatusLineEndsBehindAWholeNumber) {
  window.resize(960, 540);
  settle();
  const auto* line = window.findChild<StatusLine*>();
  const auto* probe = part<QLabel>("probe");
  const QString whole = line->probeText(), shown = probe->text();
  ASSERT_TRUE(shown.endsWith(QStringLiteral("…"))) << shown.toStdString();
  EXPECT_LE(probe->fontMetrics().horizontalAdvance(shown), probe->width());
  const QString kept = shown.chopped(1).trimmed();
  EXPECT_TRUE(whole.startsWith(kept));
  EXPECT_EQ(whole.at(kept.size()), QLatin1Char(' '));
}

TEST_F(Panels, TheDeviceMenuListsGpusAndGreysTheReasonAgainstThem) {
  auto* menu = part<DeviceMenu>("deviceMenu");
  CudaStatus status;
  status.reason = "no NVIDIA driver is installed";
  menu->showStatus(status);
  ASSERT_EQ(menu->actions().size(), 2);
  EXPECT_TRUE(menu->actions()[0]->isChecked());
  EXPECT_FALSE(menu->actions()[1]->isEnabled());
  EXPECT_TRUE(menu->actions()[1]->text().contains(QStringLiteral("no NVIDIA driver")));
  status.reason.clear();
  status.devices = {{0, "NVIDIA H100", "9.0", std::uint64_t{80} << 30}};
  menu->showStatus(status);
  ASSERT_EQ(menu->actions().size(), 2);
  EXPECT_TRUE(menu->actions()[1]->isEnabled());
  for (const char* said : {"NVIDIA H100", "80.0 GiB"}) {
    EXPECT_TRUE(menu->actions()[1]->text().contains(QString::fromLatin1(said))) << said;
  }
}

TEST_F(Panels, ADeviceThatIsNotThereIsSaidAndTheValueStays) {
  const QString before = value();
  window.chooseDevice(QStringLiteral("cuda:99"));
  settle();
  EXPECT_EQ(value(), before);
  EXPECT_TRUE(part<MessageBar>("messageBar")->text().contains(QStringLiteral("cuda:99")));
  EXPECT_TRUE(part<QLabel>("timing")->text().startsWith(QStringLiteral("CPU")));
  window.chooseDevice(QStringLiteral("cpu"));
  settle();
  EXPECT_FALSE(part<MessageBar>("messageBar")->isVisible());
}

TEST_F(Panels, TheHelpsWholeTextCanBeReached) {
  for (const auto& show : {show_shortcuts, show_about}) {
    show(&window);
    auto* text = window.findChild<QLabel*>(QStringLiteral("helpText"));
    ASSERT_NE(text, nullptr);
    auto* dialog = text->window();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(dialog));
    EXPECT_GE(text->height(), text->heightForWidth(text->width())) << "nothing is cut off in what is scrolled";
    EXPECT_LE(dialog->height(), dialog->screen()->availableGeometry().height());
    QPointer<QWidget> gone(dialog);
    dialog->close();
    QTRY_VERIFY(gone.isNull());
  }
}

}  // namespace
}  // namespace lossscope
