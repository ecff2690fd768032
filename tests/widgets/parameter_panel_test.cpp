// SPDX-License-Identifier: Apache-2.0
#include "widgets/parameter_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>

#include "tests/widgets/widget_testing.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

ParameterRow linear() {
  ParameterRow row;
  row.id = QStringLiteral("alpha");
  row.label = QStringLiteral("FP weight");
  row.maximum = 2;
  row.slider_maximum = 1;
  row.default_value = row.value = 0.3;
  return row;
}

ParameterRow logarithmic() {
  ParameterRow row = linear();
  row.id = QStringLiteral("smooth");
  row.logarithmic = true;
  row.slider_maximum = 10;
  row.maximum = 1e6;
  row.default_value = row.value = 1;
  return row;
}

struct Panel : ::testing::Test {
  ParameterPanel panel;
  QSignalSpy spy{&panel, &ParameterPanel::valueChanged};
  void set(const std::vector<ParameterRow>& rows) {
    panel.setRows(rows);
    show(panel, {320, 240});
  }
  template <class T>
  T* part(const char* name) {
    return panel.findChild<T*>(QString::fromLatin1(name));
  }
};

TEST_F(Panel, ANumberTypedIsAValue) {
  set({linear()});
  auto* number = part<QDoubleSpinBox>("alpha");
  number->setFocus();
  number->selectAll();
  QTest::keyClicks(number, QStringLiteral("1.25"));
  QTest::keyClick(number, Qt::Key_Return);
  ASSERT_EQ(spy.count(), 1);
  EXPECT_EQ(spy[0][1].toDouble(), 1.25);
  EXPECT_EQ(part<QSlider>("alpha.slider")->value(), part<QSlider>("alpha.slider")->maximum());
}

TEST_F(Panel, ADragIsOneNumber) {
  set({linear()});
  auto* slider = part<QSlider>("alpha.slider");
  const QPoint from(slider->width() * 3 / 10, slider->height() / 2);
  for (int drag = 0; drag < 2; ++drag) {
    const QPoint start(slider->style()->sliderPositionFromValue(0, 1000, slider->value(), slider->width() - 10) + 5,
                       from.y());
    QTest::mousePress(slider, Qt::LeftButton, {}, start);
    for (int x = 4; x <= 40; x += 4) {
      QTest::mouseMove(slider, start + QPoint(x, 0));
    }
    QTest::mouseRelease(slider, Qt::LeftButton, {}, start + QPoint(40, 0));
  }
  ASSERT_GT(spy.count(), 6);
  EXPECT_NE(spy.first()[2].toULongLong(), 0U);
  EXPECT_NE(spy.first()[2], spy.last()[2]) << "two drags are two steps of undo";
  EXPECT_EQ(spy.last()[1].toDouble(), panel.value(QStringLiteral("alpha")));
  EXPECT_GT(panel.value(QStringLiteral("alpha")), 0.3);
}

TEST_F(Panel, ResetGoesBackToTheDefault) {
  set({linear()});
  EXPECT_FALSE(part<QToolButton>("alpha.reset")->isEnabled());
  panel.setValue(QStringLiteral("alpha"), 0.7);
  EXPECT_EQ(spy.count(), 0) << "set by the program, nothing is announced";
  QTest::mouseClick(part<QToolButton>("alpha.reset"), Qt::LeftButton);
  ASSERT_EQ(spy.count(), 1);
  EXPECT_EQ(spy[0][1].toDouble(), 0.3);
  EXPECT_EQ(spy[0][2].toULongLong(), 0U);
}

TEST_F(Panel, ALogarithmicSliderMovesInDecades) {
  set({logarithmic()});
  auto* slider = part<QSlider>("smooth.slider");
  std::vector<double> values;
  for (const int place : {400, 550, 700, 850, 1000}) {
    slider->setValue(place);
    values.push_back(panel.value(QStringLiteral("smooth")));
  }
  for (std::size_t i = 2; i < values.size(); ++i) {
    EXPECT_NEAR(values[i] / values[i - 1], values[1] / values[0], 0.02 * values[1] / values[0]);
  }
  slider->setValue(0);
  EXPECT_EQ(panel.value(QStringLiteral("smooth")), 0);
  panel.setValue(QStringLiteral("smooth"), 1e-6);
  EXPECT_EQ(part<QDoubleSpinBox>("smooth")->text(), QStringLiteral("1e-06"));
}

TEST_F(Panel, ASpecialValueIsATick) {
  ParameterRow row = linear();
  row.special = QStringLiteral("auto");
  row.minimum = -1;
  row.value = -1;
  set({row});
  auto* tick = part<QCheckBox>("alpha.special");
  EXPECT_TRUE(tick->isChecked());
  EXPECT_FALSE(part<QSlider>("alpha.slider")->isEnabled());
  tick->click();
  EXPECT_GE(panel.value(QStringLiteral("alpha")), 0);
  EXPECT_TRUE(part<QSlider>("alpha.slider")->isEnabled());
  tick->click();
  EXPECT_EQ(panel.value(QStringLiteral("alpha")), -1);
}

TEST_F(Panel, AChoiceIsAComboBox) {
  ParameterRow row;
  row.id = QStringLiteral("reduction");
  row.choices = {QStringLiteral("mean"), QStringLiteral("sum")};
  set({row, linear()});
  auto* combo = part<QComboBox>("reduction");
  QTest::keyClick(combo, Qt::Key_Down);
  ASSERT_EQ(spy.count(), 1);
  EXPECT_EQ(spy[0][1].toDouble(), 1);
  panel.setRows({linear()});
  EXPECT_EQ(part<QComboBox>("reduction"), nullptr);
}

}  // namespace
}  // namespace lossscope::widgets
