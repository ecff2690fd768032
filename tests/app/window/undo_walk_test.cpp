// SPDX-License-Identifier: Apache-2.0
// Undo and redo over everything: after each step the window is, widget by widget, one that was opened with the session.
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTableWidget>
#include <QUndoStack>
#include <map>

#include "tests/app/window/window_testing.h"
#include "widgets/chart_view.h"

namespace lossscope {
namespace {

using namespace testing;

/// The place of a widget among its siblings of the same kind, up to the window.
QString place_of(const QWidget& widget, const QWidget& window) {
  if (&widget == &window) {
    return {};
  }
  QString name = widget.objectName();
  if (name.isEmpty() || name.startsWith(QLatin1String("qt_"))) {
    int index = 0;
    for (const QObject* sibling : widget.parent()->children()) {
      if (sibling == &widget) {
        break;
      }
      index += sibling->metaObject() == widget.metaObject() ? 1 : 0;
    }
    name = QStringLiteral("%1[%2]").arg(QLatin1String(widget.metaObject()->className())).arg(index);
  }
  return place_of(*widget.parentWidget(), window) + QLatin1Char('/') + name;
}

QString table_text(const QTableWidget& table) {
  QStringList cells;
  for (int row = 0; row < table.rowCount(); ++row) {
    for (int column = 0; column < table.columnCount(); ++column) {
      const QTableWidgetItem* item = table.item(row, column);
      cells << (item == nullptr ? QString() : item->text());
    }
  }
  for (int column = 0; column < table.columnCount(); ++column) {
    cells << table.horizontalHeaderItem(column)->text();
  }
  return cells.join(QLatin1Char('|'));
}

QString combo_text(const QComboBox& combo) {
  QStringList items{QString::number(combo.currentIndex())};
  for (int at = 0; at < combo.count(); ++at) {
    items << combo.itemText(at);
  }
  return items.join(QLatin1Char('|'));
}

/// What a person reads off a widget.
QString contents_of(const QWidget& widget) {
  if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
    return label->text();
  }
  if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) {
    return button->text() + (button->isChecked() ? QStringLiteral(" [on]") : QString());
  }
  if (const auto* combo = qobject_cast<const QComboBox*>(&widget)) {
    return combo_text(*combo);
  }
  if (const auto* line = qobject_cast<const QLineEdit*>(&widget)) {
    return line->text();
  }
  if (const auto* slider = qobject_cast<const QSlider*>(&widget)) {
    return QStringLiteral("%1 of %2 to %3").arg(slider->value()).arg(slider->minimum()).arg(slider->maximum());
  }
  if (const auto* table = qobject_cast<const QTableWidget*>(&widget)) {
    return table_text(*table);
  }
  if (const auto* tree = qobject_cast<const QTreeWidget*>(&widget)) {
    return tree->currentItem() == nullptr ? QString() : tree->currentItem()->text(0);
  }
  if (const auto* text = qobject_cast<const QPlainTextEdit*>(&widget)) {
    return text->toPlainText();
  }
  if (const auto* chart = qobject_cast<const widgets::ChartView*>(&widget)) {
    return QString::number(chart->chart().series.size());
  }
  return {};
}

/// Where each visible widget is, and what it says. Left out: scroll bars, and how long something took.
std::map<QString, QString> contents_of_window(const MainWindow& window) {
  std::map<QString, QString> all{{QStringLiteral("title"), window.windowTitle()}};
  for (const QWidget* widget : window.findChildren<QWidget*>()) {
    const bool transient = widget->isWindow() || qobject_cast<const QScrollBar*>(widget) != nullptr ||
                           widget->objectName() == QLatin1String("timing");
    if (!transient && widget->isVisibleTo(&window)) {
      QString& said = all[place_of(*widget, window)];
      said = contents_of(*widget) + QLatin1String(widget->isEnabledTo(&window) ? "" : " [off]");
      said += widget->toolTip().isEmpty() ? QString() : QStringLiteral(" (%1)").arg(widget->toolTip());
    }
  }
  return all;
}

class UndoWalk : public WindowTest {
 protected:
  static void settle(MainWindow& one) {
    for (int turn = 0; turn < 2; ++turn) {
      QTRY_VERIFY_WITH_TIMEOUT(one.settled(), 60'000);
      QTest::qWait(30);
    }
  }
  void expectAsFresh(const std::string& when) {
    settle(window);
    MainWindow fresh{false};
    show(fresh, window.size());
    fresh.store().replace(window.store().session());
    settle(fresh);
    auto expected = contents_of_window(fresh), actual = contents_of_window(window);
    for (const auto& [place, contents] : expected) {
      EXPECT_EQ(actual.contains(place) ? actual[place] : QStringLiteral("(not there)"), contents)
          << when << ": " << place.toStdString();
    }
    for (const auto& [place, contents] : actual) {
      EXPECT_TRUE(expected.contains(place))
          << when << ": " << place.toStdString() << " is left behind: " << contents.toStdString();
    }
    for (std::size_t view = 0; view < 3; ++view) {
      if (window.views().slices()[view]->isVisible()) {
        EXPECT_EQ(
            changed_pixels(window.views().slices()[view]->grabPicture(), fresh.views().slices()[view]->grabPicture()),
            0)
            << when << ": view " << view;
      }
    }
  }
  void step(const char* text, const SessionStore::Edit& edit) {
    window.store().change(QString::fromLatin1(text), edit);
    settle(window);
  }
};

TEST_F(UndoWalk, TheWindowShowsTheSessionAndNothingElse) {
  window.openSample(QStringLiteral("phantom"));
  settle(window);
  step("label", [](Session& session) { session.study.labels.values = {2}; });
  step("loss", [](Session& session) { session.loss.id = "focal"; });
  step("preset", [](Session& session) { session.loss.parameters["focal"]["gamma"] = 3.5; });
  step("threshold", [](Session& session) { session.prediction().threshold = 0.7; });
  step("layer", [](Session& session) { session.look.layer = OverlayLayer::distance; });
  step("pin", [](Session& session) { session.look.pinned = {{30, 30, 20}}; });
  step("no prediction", [](Session& session) { session.predict_from_nothing(); });
  step("two losses", [](Session& session) {
    session.predict_from<FromMask>();
    session.look.arrangement = Arrangement::grid;
  });
  step("empty", [](Session& session) {
    session.study.image = session.study.mask = {};
    session.look.arrangement = Arrangement::single;
  });
  expectAsFresh("emptied by a step");
  QUndoStack& stack = *window.store().undoStack();
  while (stack.canUndo()) {
    const std::string text = stack.undoText().toStdString();
    stack.undo();
    expectAsFresh("after undoing " + text);
  }
  EXPECT_TRUE(part<QWidget>("emptyState")->isVisible());
  while (stack.canRedo()) {
    const std::string text = stack.redoText().toStdString();
    stack.redo();
    expectAsFresh("after redoing " + text);
  }
}

/// A sweep and a descent belong to the case they were made of.
TEST_F(UndoWalk, AnotherCaseHasNeitherTheSweepNorTheDescentOfTheLast) {
  window.openSample(QStringLiteral("phantom"));
  settle(window);
  window.store().look([](Session& session) { session.look.display.tab = "sweep"; });
  window.store().change(QStringLiteral("sweep"), [](Session& session) { session.look.display.sweep.steps = 3; });
  settle(window);
  QTest::mouseClick(part<QAbstractButton>("sweepRun"), Qt::LeftButton);
  settle(window);
  ASSERT_GT(part<widgets::ChartView>("sweepLosses")->chart().series.size(), 0U);
  window.store().undoStack()->undo();
  window.store().undoStack()->undo();
  expectAsFresh("the empty window");
  window.store().undoStack()->redo();
  expectAsFresh("the case again");
}

}  // namespace
}  // namespace lossscope
