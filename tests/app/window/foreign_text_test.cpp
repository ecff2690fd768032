// SPDX-License-Identifier: Apache-2.0
// A demo, a session, a file's name: texts of a stranger open nothing in the window's process.
#include "app/window/foreign_text.h"

#include <sys/stat.h>
#include <unistd.h>
#include <QAction>
#include <QComboBox>
#include <QDesktopServices>
#include <QPainter>
#include <QTextDocument>
#include <QTimer>

#include "tests/app/window/window_testing.h"

namespace lossscope {
namespace {

using namespace testing;

/// Hears what would go to the system's browser.
class Browser : public QTextBrowser {
 public:
  Browser() {
    for (const char* scheme : {"http", "https", "file"}) {
      QDesktopServices::setUrlHandler(QLatin1String(scheme), this, "setSource");
    }
  }
  ~Browser() override {
    for (const char* scheme : {"http", "https", "file"}) {
      QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
    }
  }
  QList<QUrl> opened;

 protected:
  void doSetSource(const QUrl& url, QTextDocument::ResourceType) override { opened << url; }
};

class ForeignTextTest : public WindowTest {
 protected:
  ForeignTextTest() {
    EXPECT_TRUE(std::filesystem::create_directories(folder_.file("demo/sub")));
    save("demo/sub/red.png", Qt::red, QImage::Format_RGB32);
    save("demo/palette.png", Qt::blue, QImage::Format_Indexed8);
    save("secret.png", Qt::green, QImage::Format_RGB32);
    EXPECT_EQ(::symlink(folder_.file("secret.png").c_str(), folder_.file("demo/link.png").c_str()), 0);
    EXPECT_EQ(::mkfifo(folder_.file("demo/pipe.png").c_str(), 0600), 0);
    write_bytes(folder_.file("demo/text.png"), {'n', 'o', ' ', 'p', 'i', 'c'});
  }
  [[nodiscard]] QString file(const char* name) const { return QString::fromStdString(folder_.file(name)); }
  void save(const char* name, const QColor& colour, QImage::Format format) const {
    QImage picture(40, 30, QImage::Format_RGB32);
    picture.fill(colour);
    EXPECT_TRUE(picture.convertToFormat(format).save(file(name))) << name;
  }
  /// What the text shows for a picture of that name.
  QImage shown(const char* name) {
    auto* text = part<ForeignText>("demoText");
    return qvariant_cast<QImage>(
        text->document()->resource(QTextDocument::ImageResource, QUrl(QString::fromUtf8(name))));
  }
  void openDemo(const std::string& body) {
    const std::string text = "# Mine\nSum.\n\n## One\n" + body + "\n";
    write_bytes(folder_.file("demo/my.md"), {text.begin(), text.end()});
    window.openDemo(file("demo/my.md"));
    settle();
  }

  Folder folder_;
};

TEST_F(ForeignTextTest, PicturesComeFromBelowTheDemosFolderAlone) {
  const auto begin = std::chrono::steady_clock::now();
  openDemo(
      "![a](sub/red.png) ![b](palette.png) ![d](../secret.png) ![e](link.png) ![g](text.png) "
      "![i](sub/../../secret.png) ![k](formula:dice)\n\n"
      "<img src=\"/dev/zero\"> <p style=\"background-image: url(/dev/zero)\">x</p>\n");
  EXPECT_EQ(shown("sub/red.png").size(), QSize(40, 30));
  EXPECT_EQ(shown("sub/red.png").pixelColor(20, 15), QColor(Qt::red));
  EXPECT_EQ(shown("palette.png").pixelColor(20, 15), QColor(Qt::blue)) << "the colours, not the indices";
  for (const char* name : {"/dev/zero", "../secret.png", "link.png", "pipe.png", "text.png", "file:///dev/zero",
                           "sub/../../secret.png", "gone.png"}) {
    const QImage note = shown(name);
    EXPECT_FALSE(note.isNull()) << name << ": Qt would open the file itself";
    EXPECT_NE(note.size(), QSize(40, 30)) << name;
  }
  EXPECT_GT(shown("formula:dice").width(), 50) << "our own";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60)) << "a pipe was waited for";
}

TEST_F(ForeignTextTest, ADemoWhosePicturesAreNoFilesIsNotShown) {
  QString said;
  QObject::connect(&window, &MainWindow::refused, [&](const QString& sentence) { said = sentence; });
  for (const char* name : {"/dev/zero", "pipe.png", "gone.png", "sub"}) {
    said.clear();
    openDemo("![a](" + std::string(name) + ")");
    EXPECT_TRUE(said.contains(QString::fromUtf8(name))) << name << ": " << said.toStdString();
  }
}

TEST_F(ForeignTextTest, ATextShowsSoManyPicturesAndNoMore) {
  std::string body;
  for (int copy = 0; copy < 30; ++copy) {
    const std::string name = "copy" + std::to_string(copy) + ".png";
    std::filesystem::copy_file(folder_.file("demo/sub/red.png"), folder_.file("demo/" + name));
    body += "![x](" + name + ")\n";
  }
  openDemo(body);
  int pictures = 0;
  for (int copy = 0; copy < 30; ++copy) {
    const std::string name = "copy" + std::to_string(copy) + ".png";
    pictures += shown(name.c_str()).size() == QSize(40, 30) ? 1 : 0;
  }
  EXPECT_GT(pictures, 0);
  EXPECT_LE(pictures, 20);
}

TEST_F(ForeignTextTest, OnlyAClickOnAWebLinkReachesTheBrowser) {
  Browser browser;
  openDemo("[web](https://example.org/a) [disk](file:///etc/passwd) [script](javascript:alert) [near](my.md)");
  EXPECT_TRUE(browser.opened.isEmpty()) << "nothing was clicked";
  auto* text = part<ForeignText>("demoText");
  const QString before = text->toPlainText();
  for (const char* link : {"file:///etc/passwd", "javascript:alert", "my.md", "https://example.org/a"}) {
    Q_EMIT text->anchorClicked(QUrl(QString::fromUtf8(link)));
  }
  EXPECT_EQ(browser.opened, QList<QUrl>{QUrl(QStringLiteral("https://example.org/a"))});
  text->setSource(QUrl::fromLocalFile(file("demo/my.md")));
  EXPECT_EQ(text->toPlainText(), before) << "it shows what it was given";
}

/// A document that notes what its text would have Qt open.
class Recorder : public QTextDocument {
 public:
  QStringList asked;

 protected:
  QVariant loadResource(int, const QUrl& name) override {
    asked << name.toString();
    return QImage(1, 1, QImage::Format_RGB32);
  }
};

QStringList opened_by(const QString& text) {
  Recorder recorder;
  if (Qt::mightBeRichText(text)) {
    recorder.setHtml(text);
    QImage paper(100, 100, QImage::Format_RGB32);
    QPainter painter(&paper);
    recorder.drawContents(&painter);
  }
  return recorder.asked;
}

/// Every text of every widget, after a session that is made of HTML.
TEST_F(ForeignTextTest, WhatASessionSaysIsNowhereTakenForHtml) {
  const std::string evil = "<img src=\"/dev/zero\">";
  Session session;
  session.study.image = {.path = "/data/" + evil, .sha256 = evil};
  session.study.mask = {.path = "sample:" + evil};
  session.predict_from<FromFile>().file = {.path = "/" + evil};
  session.predict_from<FromModel>().model = {evil, evil + evil};
  session.loss.id = evil;
  session.loss.script = evil;
  session.look.display.sweep.along = evil;
  session.look.compared = {evil, evil};
  window.openCase(session);
  settle();
  window.openSession(QString::fromStdString("/tmp/" + evil + ".json"));
  settle();
  QStringList opened;
  for (const QWidget* widget : window.findChildren<QWidget*>()) {
    opened << opened_by(widget->toolTip()) << opened_by(widget->whatsThis());
    if (const auto* label = qobject_cast<const QLabel*>(widget);
        label != nullptr && label->textFormat() != Qt::PlainText) {
      opened << opened_by(label->text());
    }
    if (const auto* combo = qobject_cast<const QComboBox*>(widget)) {
      for (int at = 0; at < combo->count(); ++at) {
        opened << opened_by(combo->itemData(at, Qt::ToolTipRole).toString());
      }
    }
  }
  for (const QAction* action : window.findChildren<QAction*>()) {
    opened << opened_by(action->toolTip());
  }
  EXPECT_EQ(opened, QStringList());
}

}  // namespace
}  // namespace lossscope
