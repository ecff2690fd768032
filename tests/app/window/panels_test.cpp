// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QUndoStack>

#include "app/window/loss_panel.h"
#include "app/window/theme.h"
#include "tests/app/window/window_testing.h"

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
  EXPECT_EQ(shown().size(), 15);
  QTest::keyClicks(search, QStringLiteral("karimi"));
  EXPECT_EQ(shown().size(), 1);
  search->clear();
  QTest::keyClicks(search, QStringLiteral("dice"));
  EXPECT_GE(shown().size(), 2);
  EXPECT_TRUE(shown().contains(QStringLiteral("Dice")));
}

TEST_F(Panels, APresetSetsItsParametersAndUndoTakesThemBack) {
  const auto before = window.store().session().parameters;
  auto* preset = part<QComboBox>("preset");
  ASSERT_GT(preset->count(), 1);
  choose("preset", 1);
  EXPECT_NE(window.store().session().parameters, before);
  const Loss& dice = *find_loss("dice");
  const auto& first = dice.declaration().presets[0].values[0];
  EXPECT_EQ(window.store().session().parameter_values(dice)[*dice.parameter(first.first)], first.second);
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(window.store().session().parameters, before);
}

TEST_F(Panels, TheSourceOfThePredictionCanBeNone) {
  choose("source", 0);
  EXPECT_FALSE(window.frame()->reduction);
  EXPECT_EQ(value(), QStringLiteral("–"));
  choose("source", 2);
  EXPECT_TRUE(window.frame()->reduction);
}

TEST_F(Panels, ABlindLossSaysSo) {
  window.store().change(QStringLiteral("nothing predicted"), [](Session& session) {
    session.loss = "cmssl";
    session.degradation = {};
    session.degradation.drop = 1;
  });
  settle();
  const auto& reduction = window.frame()->reduction;
  ASSERT_TRUE(reduction);
  EXPECT_EQ(part<QLabel>("blind")->isVisible(), !reduction->blind.empty());
}

TEST_F(Panels, ValuesStayReadableAtAnySize) {
  EXPECT_EQ(value_text(0.0780137), QStringLiteral("0.078014"));
  EXPECT_EQ(value_text(0), QStringLiteral("0.000000"));
  EXPECT_EQ(value_text(3.1e-7), QStringLiteral("3.100e-07"));
  EXPECT_EQ(value_text(-2345678.0), QStringLiteral("-2.346e+06"));
  EXPECT_EQ(value_text(std::nan("")), QStringLiteral("nan"));
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

}  // namespace
}  // namespace lossscope
