// SPDX-License-Identifier: Apache-2.0
// Which session file belongs to what is on screen: it is never written over with another case, and the title and the
// question at the end say what is not saved.
#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTimer>
#include <QUndoStack>

#include "app/window/start_folder.h"
#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class DocumentsTest : public WindowTest {
 protected:
  void openPhantom() {
    window.openSample(QStringLiteral("phantom"));
    settle();
  }
  [[nodiscard]] QString file(const char* name) const { return QString::fromStdString(folder_.file(name)); }
  [[nodiscard]] Session in_file(const char* name) const {
    const auto text = read_bytes(folder_.file(name));
    return session_from_json({text.begin(), text.end()});
  }
  void changeOpacity(double opacity) {
    window.store().change(QStringLiteral("opacity"),
                          [opacity](Session& session) { session.look.display.opacity = opacity; });
  }
  /// What Ctrl + S does; a dialog that asks for a name is looked at by `look` and left. Whether there was one.
  bool save(const std::function<void(QFileDialog&)>& look = {}) {
    bool asked = false;
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, [&] {
      for (QWidget* widget : QApplication::topLevelWidgets()) {
        if (auto* dialog = qobject_cast<QFileDialog*>(widget); dialog != nullptr && dialog->isVisible()) {
          asked = true;
          if (look) {
            look(*dialog);
          }
          dialog->reject();
        }
      }
    });
    watch.start(20);
    for (QAction* action :
         window.findChildren<QAction*>()) {  // a key would need the window manager to give the focus back
      if (action->shortcut() == QKeySequence(QKeySequence::Save)) {
        action->trigger();  // comes back when its dialog is left
      }
    }
    return asked;
  }
  /// Closes the window and answers what it asks; the question, or nothing.
  QString closeWith(QMessageBox::StandardButton answer) {
    QString asked;
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, [&] {
      auto* box = window.findChild<QMessageBox*>(QStringLiteral("unsavedChanges"));
      if (box != nullptr && box->isVisible()) {
        asked = box->text();
        QTest::mouseClick(box->button(answer), Qt::LeftButton);
      }
    });
    watch.start(20);
    window.close();
    return asked;
  }

  Folder folder_;
};

TEST_F(DocumentsTest, AnotherCaseDoesNotOverwriteTheSessionThatWasSaved) {
  openPhantom();
  changeOpacity(0.3);
  ASSERT_TRUE(window.saveSession(file("A.json")));
  openSample();
  EXPECT_TRUE(save()) << "the sample is untitled: it asks for a name";
  EXPECT_EQ(in_file("A.json").study.mask.path, "sample:phantom");
  EXPECT_EQ(in_file("A.json").look.display.opacity, 0.3);
  while (window.store().session().study.mask.path != "sample:phantom") {
    window.store().undoStack()->undo();
  }
  changeOpacity(0.6);
  EXPECT_FALSE(save()) << "back at the case of A.json";
  EXPECT_EQ(in_file("A.json").look.display.opacity, 0.6);
}

TEST_F(DocumentsTest, AnOpenedSessionIsSavedToItsFile) {
  openPhantom();
  ASSERT_TRUE(window.saveSession(file("A.json")));
  ASSERT_TRUE(window.saveSession(file("B.json")));
  window.openFiles({file("A.json")});
  settle();
  changeOpacity(0.2);
  EXPECT_FALSE(save());
  EXPECT_EQ(in_file("A.json").look.display.opacity, 0.2);
  EXPECT_NE(in_file("B.json").look.display.opacity, 0.2);
  const Session other = in_file("B.json");
  window.openCase(other, file("B.json"));  // as with --session B.json
  changeOpacity(0.1);
  EXPECT_FALSE(save());
  EXPECT_EQ(in_file("B.json").look.display.opacity, 0.1);
  EXPECT_EQ(in_file("A.json").look.display.opacity, 0.2);
}

TEST_F(DocumentsTest, ADemoIsACaseOfItsOwn) {
  openPhantom();
  ASSERT_TRUE(window.saveSession(file("A.json")));
  window.openDemo(QStringLiteral("focal"));
  settle();
  EXPECT_TRUE(save());
}

TEST_F(DocumentsTest, TheTitleSaysTheNameAndWhetherItIsSaved) {
  openPhantom();
  changeOpacity(0.4);
  EXPECT_FALSE(window.isWindowModified()) << "untitled";
  ASSERT_TRUE(window.saveSession(file("A[*].json")));
  EXPECT_TRUE(window.windowTitle().startsWith(QStringLiteral("A[*][*].json[*] - ")))
      << window.windowTitle().toStdString();
  EXPECT_FALSE(window.isWindowModified());
  changeOpacity(0.5);
  EXPECT_TRUE(window.isWindowModified());
  window.store().undoStack()->undo();
  EXPECT_FALSE(window.isWindowModified()) << "undone, it is what stands in the file";
  window.store().look([](Session& session) { session.look.crosshair = {1, 2, 3}; });
  EXPECT_FALSE(window.isWindowModified()) << "looking around is no change";
  openSample();
  EXPECT_FALSE(window.windowTitle().contains(QStringLiteral("json")));
}

TEST_F(DocumentsTest, ClosingAsksForWhatANamedSessionLacks) {
  QApplication::setQuitOnLastWindowClosed(false);  // or no dialog of the next tests would wait for its answer
  openPhantom();
  changeOpacity(0.4);
  EXPECT_EQ(closeWith(QMessageBox::Cancel), QString()) << "untitled: nothing to lose that was ever saved";
  window.show();
  ASSERT_TRUE(window.saveSession(file("A.json")));
  changeOpacity(0.5);
  EXPECT_TRUE(closeWith(QMessageBox::Cancel).contains(QStringLiteral("A.json")));
  EXPECT_TRUE(window.isVisible());
  openSample();  // it is still not saved, though another case is on screen
  EXPECT_TRUE(closeWith(QMessageBox::Save).contains(QStringLiteral("A.json")));
  EXPECT_FALSE(window.isVisible());
  EXPECT_EQ(in_file("A.json").look.display.opacity, 0.5);
  EXPECT_EQ(in_file("A.json").study.mask.path, "sample:phantom");
}

TEST_F(DocumentsTest, DialogsBeginWhereOneWasOrAtHomeNeverAtTheRoot) {
  openPhantom();
  for (const QString& folder : {QString(), QStringLiteral("/"), file("gone"), QStringLiteral("relative")}) {
    QSettings().setValue(QStringLiteral("openFolder"), folder);
    QSettings().setValue(QStringLiteral("exportFolder"), folder);
    QString begins;
    EXPECT_TRUE(save([&](QFileDialog& dialog) { begins = dialog.directory().absolutePath(); }));
    EXPECT_EQ(begins, QDir::homePath()) << folder.toStdString();
    EXPECT_EQ(start_folder(FolderOf::exports), QDir::homePath());
  }
  remember_folder(FolderOf::exports, file("picture.png"));
  EXPECT_EQ(start_folder(FolderOf::exports), QFileInfo(file("picture.png")).absolutePath());
  QSettings().clear();
}

}  // namespace
}  // namespace lossscope
