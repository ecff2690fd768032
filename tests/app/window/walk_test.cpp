// SPDX-License-Identifier: Apache-2.0
// Small things that a walk through the window came upon.
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QStyle>
#include <QStyleOptionButton>
#include <QTableWidget>
#include <QUndoStack>

#include "app/window/message_bar.h"
#include "app/window/session_store.h"
#include "app/window/status_line.h"
#include "app/window/theme.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class Walk : public WindowTest {
 protected:
  Walk() {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
  QAction* action(const char* name) {
    auto* found = window.findChild<QAction*>(QStringLiteral("menu.") + QLatin1String(name));
    EXPECT_NE(found, nullptr) << name;
    return found;
  }
  /// The brightest and the darkest of a widget's pixels, 0 to 255.
  static std::pair<int, int> lightness(QWidget& widget) {
    const QImage picture = widget.grab().toImage();
    int darkest = 255, brightest = 0;
    for (int y = 0; y < picture.height(); ++y) {
      for (int x = 0; x < picture.width(); ++x) {
        const int value = qGray(picture.pixel(x, y));
        darkest = std::min(darkest, value);
        brightest = std::max(brightest, value);
      }
    }
    return {darkest, brightest};
  }
  Folder folder_;
};

TEST_F(Walk, ADoubleClickMaximisesAndLeavesTheCrosshairWhereItWas) {
  auto* axial = window.views().slices()[0];
  const auto before = window.store().session().look.crosshair;
  const QPoint elsewhere = axial->rect().center() + QPoint(40, 30);
  QTest::mouseClick(axial, Qt::LeftButton, {}, elsewhere);
  settle();
  const auto clicked = window.store().session().look.crosshair;
  ASSERT_NE(clicked, before) << "one click moves it";
  const QPoint third = axial->rect().center() - QPoint(50, 20);
  QTest::mouseClick(axial, Qt::LeftButton, {}, third);  // the first half of a double click
  QTest::mouseDClick(axial, Qt::LeftButton, {}, third);
  settle();
  EXPECT_EQ(window.store().session().look.crosshair, clicked);
  EXPECT_FALSE(window.views().slices()[1]->isVisible());
}

TEST_F(Walk, KeysMenuAndBarNameTheLayersInOneOrder) {
  auto* bar = part<QComboBox>("layer");
  for (int key = 1; key <= 6; ++key) {
    QTest::keyClick(&window, static_cast<Qt::Key>(Qt::Key_0 + key));
    settle();
    EXPECT_EQ(bar->currentIndex(), key);
  }
}

TEST_F(Walk, TheBarNamesWhatADifferenceIsOf) {
  choose("arrangement", 5);
  EXPECT_EQ(part<QComboBox>("layer")->currentText(), QStringLiteral("gradient"));
  EXPECT_FALSE(part<QComboBox>("layer")->isEnabled());
  choose("arrangement", 0);
  EXPECT_EQ(part<QComboBox>("layer")->currentText(), QStringLiteral("contribution"));
  EXPECT_TRUE(part<QComboBox>("layer")->isEnabled());
}

TEST_F(Walk, ARightClickOpensAMenuAndARightDragZooms) {
  auto* axial = window.views().slices()[0];
  auto* menu = part<QMenu>("sliceMenu");
  QTest::mousePress(axial, Qt::RightButton, {}, {100, 100});
  QTest::mouseMove(axial, {100, 60});
  QTest::mouseRelease(axial, Qt::RightButton, {}, {100, 60});
  EXPECT_FALSE(menu->isVisible());
  EXPECT_NE(window.store().session().look.display.zoom, 1);
  QTest::mouseClick(axial, Qt::RightButton, {}, {100, 100});
  EXPECT_TRUE(menu->isVisible());
  for (const QAction* entry : menu->actions()) {
    EXPECT_TRUE(entry->isSeparator() || !entry->text().isEmpty());
  }
  menu->hide();
}

TEST_F(Walk, WindowsOfACtImageAreChosenByName) {
  for (const auto& [name, width, level] :
       {std::tuple("Brain", 80, 40), {"Lung", 1500, -600}, {"Bone", 1800, 400}, {"Abdomen", 400, 40}}) {
    for (QAction* entry : action("imageWindows")->menu()->actions()) {
      if (entry->text().remove(u'&').startsWith(QLatin1String(name))) {
        EXPECT_TRUE(entry->text().contains(QString::number(level))) << "the entry says what it sets";
        entry->trigger();
      }
    }
    EXPECT_EQ(window.store().session().look.window, width) << name;
    EXPECT_EQ(window.store().session().look.level, level) << name;
  }
  action("automaticWindow")->trigger();
  EXPECT_EQ(window.store().session().look.window, 0);
}

TEST_F(Walk, AMessageMovesNothing) {
  const QRect before = window.views().geometry();
  const QImage axial_before = axial();
  part<MessageBar>("messageBar")->showMessage(QStringLiteral("A long sentence about what went wrong. ").repeated(9));
  QTest::qWait(30);
  EXPECT_TRUE(part<QWidget>("messageBar")->isVisible());
  EXPECT_EQ(window.views().geometry(), before);
  EXPECT_EQ(axial(), axial_before);
  EXPECT_GT(part<QWidget>("messageBar")->height(), 3 * window.fontMetrics().height()) << "all of it can be read";
  window.resize(window.width() - 100, window.height());
  QTest::qWait(30);
  const auto place = [this](const char* name) {
    auto* widget = part<QWidget>(name);
    return QRect(widget->mapTo(&window, QPoint()), widget->size());
  };
  EXPECT_EQ(place("messageBar").width(), place("tabsDock").width());
  EXPECT_EQ(place("messageBar").bottom(), place("tabsDock").bottom());
  EXPECT_GT(place("messageBar").top(), place("tabsDock").top() + 50) << "neither a view is covered nor a tab";
  part<QWidget>("tabsDock")->hide();
  QTest::qWait(30);
  for (const auto* slice : window.views().slices()) {
    const QRect corner(slice->mapTo(&window, QPoint()), QSize(slice->width(), 2 * window.fontMetrics().height()));
    EXPECT_FALSE(place("messageBar").intersects(corner)) << "its title and number";
  }
  EXPECT_TRUE(window.rect().contains(place("messageBar")));
}

TEST_F(Walk, SavingIsConfirmedByAWord) {
  const QString path = QString::fromStdString(folder_.file("case.json"));
  ASSERT_TRUE(window.saveSession(path));
  bool said = false;
  for (auto* label : part<QWidget>("statusLine")->findChildren<QLabel*>()) {
    said = said || (label->isVisible() && label->text() == QStringLiteral("Saved: case.json"));
  }
  EXPECT_TRUE(said);
}

TEST_F(Walk, TheSearchFindsPresetsAndChoosesThem) {
  auto* tree = part<QTreeWidget>("lossTree");
  QTest::keyClicks(part<QLineEdit>("lossSearch"), QStringLiteral("dice ce"));
  QList<QTreeWidgetItem*> found;
  for (QTreeWidgetItemIterator it(tree, QTreeWidgetItemIterator::NotHidden | QTreeWidgetItemIterator::NoChildren); *it;
       ++it) {
    found << *it;
  }
  const auto monai = std::ranges::find_if(
      found, [](QTreeWidgetItem* item) { return item->text(0).contains(QStringLiteral("MONAI DiceCELoss")); });
  ASSERT_NE(monai, found.end());
  EXPECT_LT(found.size(), 4);
  QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualItemRect(*monai).center());
  settle();
  EXPECT_EQ(window.store().session().loss.id, "combo");
  EXPECT_TRUE(part<QComboBox>("preset")->currentText().contains(QStringLiteral("MONAI DiceCELoss")));
  window.store().undoStack()->undo();
  settle();
  EXPECT_EQ(window.store().session().loss.id, "dice") << "one step";
}

TEST_F(Walk, AVoxelThatAddsNothingHasNoRank) {
  chooseLoss("Binary cross-entropy");
  window.store().change(QStringLiteral("perfect"), [](Session& session) {
    session.predict_from<FromMask>().degradation = {};
    session.look.crosshair = {1, 1, 1};
  });
  settle();
  auto* table = part<QTableWidget>("probeTable");
  EXPECT_EQ(table->item(0, table->columnCount() - 1)->text(), QStringLiteral("–"));
}

TEST_F(Walk, ThemesCanBeChangedWhileTheWindowIsOpen) {
  for (const Theme theme : {Theme::light, Theme::dark, Theme::light, Theme::dark}) {
    apply_theme(theme, false);
    QTest::qWait(30);
    for (const char* name : {"lockRange", "contours", "preset", "layer", "surfaceColour", "source", "pin"}) {
      auto* widget = window.findChild<QWidget*>(QString::fromLatin1(name));
      ASSERT_NE(widget, nullptr) << name;
      if (widget->isVisible() && widget->isEnabled()) {
        const auto [darkest, brightest] = lightness(*widget);
        EXPECT_GT(brightest - darkest, 110) << name << ": its words can be read";
        const QColor back = widget->palette().color(QPalette::Button);
        EXPECT_EQ(back.lightness() < 128, theme == Theme::dark) << name;
      }
    }
    auto* box = part<QAbstractButton>("cut");
    ASSERT_FALSE(box->isChecked());
    QStyleOptionButton option;
    option.initFrom(box);
    const QRect indicator = box->style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, box);
    const QImage picture = box->grab(indicator).toImage();
    const int window_grey = qGray(box->palette().color(QPalette::Window).rgb());
    int seen = 0;
    for (int x = 0; x < picture.width(); ++x) {
      seen = std::max(seen, std::abs(qGray(picture.pixel(x, picture.height() / 2)) - window_grey));
    }
    EXPECT_GT(seen, 45) << "an unchecked box is seen";
  }
}

TEST_F(Walk, TheDemosTextFollowsUndo) {
  window.openDemo(QStringLiteral("focal"));
  settle();
  auto* title = part<QLabel>("demoTitle");
  EXPECT_TRUE(title->text().contains(QStringLiteral("Step 1 ")));
  QTest::mouseClick(part<QAbstractButton>("demoNext"), Qt::LeftButton);
  settle();
  EXPECT_TRUE(title->text().contains(QStringLiteral("Step 2 ")));
  window.store().undoStack()->undo();
  settle();
  EXPECT_TRUE(title->text().contains(QStringLiteral("Step 1 "))) << title->text().toStdString();
  window.store().undoStack()->redo();
  settle();
  EXPECT_TRUE(title->text().contains(QStringLiteral("Step 2 "))) << title->text().toStdString();
}

}  // namespace
}  // namespace lossscope
