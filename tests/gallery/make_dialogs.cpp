// SPDX-License-Identifier: Apache-2.0
// make_dialogs FOLDER [--only TEXT] [--theme dark|light] [--size WxH]: takes a picture of every dialog, tab, menu and
// demo step of the window, as a person opens them. QT_SCALE_FACTOR is heeded. Run it as: resources/setup/with-display
// build/release/bin/make_dialogs FOLDER
#include <CLI/CLI.hpp>
#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <cstdio>

#include "app/engine/demos.h"
#include "app/window/bottom_tabs.h"
#include "app/window/export_picture.h"
#include "app/window/guide_dialog.h"
#include "app/window/main_window.h"
#include "app/window/theme.h"
#include "app/window/trust_dialog.h"

namespace lossscope {
namespace {

/// Opens one thing after the other in a window and keeps what is seen.
class Walk {
 public:
  Walk(QString folder, std::string only, const QSize& size) : folder_(std::move(folder)), only_(std::move(only)) {
    window_.resize(size);
    window_.show();
    window_.activateWindow();
    settle();
  }

  void all() {
    part("empty", [this] { keepWindow(QStringLiteral("empty")); });
    part("menu", [this] { menus(); });
    part("dialog", [this] { dialogs(); });
    part("presentation", [this] { presentation(); });
    part("guide", [this] { guides(); });
    part("tab", [this] { tabs(); });
    part("descent", [this] { descent(); });
    part("demo", [this] { demos(); });
  }

 private:
  template <class Steps>
  void part(const std::string& name, Steps steps) {
    if (only_.empty() || name.find(only_) != std::string::npos) {
      steps();
    }
  }
  void settle() {
    (void)QTest::qWaitFor([this] { return window_.settled(); }, 120'000);
    QTest::qWait(100);
    (void)QTest::qWaitFor([this] { return window_.settled(); }, 120'000);
  }
  void keep(const QString& name, const QImage& picture) {
    const QString problem = save_picture(picture, QDir(folder_).filePath(name + QStringLiteral(".png")));
    std::fprintf(stderr, "%s%s\n", qUtf8Printable(name), qUtf8Printable(problem));
  }
  void keepWindow(const QString& name) {
    keep(name, window_picture(window_, window_.views(), window_.devicePixelRatioF()));
  }
  void keepWidget(const QString& name, QWidget& widget) {
    QTest::qWait(100);
    keep(name, widget.grab().toImage());
  }
  template <class T>
  T& find(const char* name) {
    T* found = window_.findChild<T*>(QString::fromLatin1(name));
    if (found == nullptr) {
      throw std::runtime_error(std::string("the window has no ") + name);
    }
    return *found;
  }
  QAction& action(const QString& text) {
    for (QAction* candidate : window_.findChildren<QAction*>()) {
      if (candidate->text().remove(QLatin1Char('&')).startsWith(text)) {
        return *candidate;
      }
    }
    throw std::runtime_error("the window has no entry " + text.toStdString());
  }
  void click(const char* name) {
    QTest::mouseClick(&find<QAbstractButton>(name), Qt::LeftButton);
    settle();
  }
  /// What an entry of the menus opens, modal or not.
  void keepOpened(const QString& name, const QString& entry) {
    bool kept = false;
    QTimer::singleShot(700, &window_, [&] {
      for (QWidget* top : QApplication::topLevelWidgets()) {
        if (auto* dialog = qobject_cast<QDialog*>(top); dialog != nullptr && dialog->isVisible()) {
          keep(name, dialog->grab().toImage());
          kept = true;
          dialog->close();
        }
      }
    });
    action(entry).trigger();
    (void)QTest::qWaitFor([&] { return kept; }, 5000);
    settle();
  }
  void openSample(const char* name) {
    window_.openSample(QString::fromLatin1(name));
    settle();
  }

  void menus() {
    openSample("mni-head");
    for (QAction* entry : window_.menuBar()->actions()) {
      QMenu* menu = entry->menu();
      const QString name = QStringLiteral("menu-") + entry->text().remove(QLatin1Char('&')).toLower();
      menu->popup(window_.mapToGlobal(QPoint(100, 40)));
      keepWidget(name, *menu);
      for (QAction* inner : menu->actions()) {
        if (inner->menu() != nullptr) {
          inner->menu()->popup(window_.mapToGlobal(QPoint(300, 60)));
          keepWidget(
              name + QLatin1Char('-') +
                  inner->text().remove(QLatin1Char('&')).simplified().replace(QLatin1Char(' '), QLatin1Char('-')),
              *inner->menu());
          inner->menu()->close();
        }
      }
      menu->close();
    }
    auto& slice = find<QMenu>("sliceMenu");
    slice.popup(window_.mapToGlobal(QPoint(300, 60)));
    keepWidget(QStringLiteral("menu-of-a-slice"), slice);
    slice.close();
  }

  void dialogs() {
    openSample("mni-head");
    keepOpened(QStringLiteral("dialog-picture"), QStringLiteral("Export picture"));
    keepOpened(QStringLiteral("dialog-turntable"), QStringLiteral("Turntable"));
    keepOpened(QStringLiteral("dialog-keys"), QStringLiteral("Mouse and keys"));
    keepOpened(QStringLiteral("dialog-about"), QStringLiteral("About LossScope"));
    const QTemporaryDir folder;
    window_.saveSession(folder.filePath(QStringLiteral("head.json")));
    window_.store().change(QString(), [](Session& session) { session.loss.id = "bce"; });
    settle();
    keepOpened(QStringLiteral("dialog-quit"), QStringLiteral("Quit"));  // asks, and stays
    ModelInfo model;
    model.path = "/data/models/brain_vessels_unet_v3_traced.pt";
    model.sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    model.bytes = 31'457'280;
    model.signature = "forward(Tensor x) -> Tensor";
    auto* trust = new TrustDialog(model, &window_);
    trust->show();
    keepWidget(QStringLiteral("dialog-trust"), *trust);
    trust->close();
    window_.openFiles({QStringLiteral("/nonexistent/brain.nii.gz")});
    settle();
    keepWindow(QStringLiteral("message"));
  }

  void arrange(Arrangement arrangement, const QString& name, std::size_t losses = 0) {
    window_.store().change(QString(), [&](Session& session) {
      if (losses > 0) {
        session.compare(losses);
      }
      session.look.arrangement = arrangement;
    });
    settle();
    keepWindow(name);
  }

  void presentation() {
    openSample("mni-head");
    arrange(Arrangement::contact_sheet, QStringLiteral("sheet"));
    arrange(Arrangement::grid, QStringLiteral("six-panes"), 6);
    arrange(Arrangement::single, QStringLiteral("single"));
    window_.present(true);
    settle();
    keepWindow(QStringLiteral("presentation"));
    arrange(Arrangement::contact_sheet, QStringLiteral("presentation-sheet"));
    arrange(Arrangement::single, QStringLiteral("presentation-again"));
    window_.present(false);
    settle();
    keepWindow(QStringLiteral("after-presentation"));
  }

  void guide(const QString& name) {
    action(QStringLiteral("Which loss?")).trigger();
    auto& dialog = find<GuideDialog>("guideDialog");
    (void)QTest::qWaitFor([&] { return !dialog.busy(); }, 300'000);
    keepWidget(name, dialog);
    dialog.resize(dialog.width(), 2600);  // all of it in one picture
    keepWidget(name + QStringLiteral("-whole"), dialog);
    dialog.close();
    settle();
  }

  void guides() {
    openSample("phantom");
    guide(QStringLiteral("guide-phantom"));
    window_.store().change(QString(), [](Session& session) {
      session.study.labels.values = {2};
      session.predict_from<FromMask>().degradation = parse_degradation("drop=0.5;seed=1");
    });
    settle();
    guide(QStringLiteral("guide-lesions"));
    openSample("mni-head");
    guide(QStringLiteral("guide-head"));
  }

  void tabs() {
    openSample("phantom");
    auto& tabs = find<BottomTabs>("bottomTabs");
    for (int at = 0; at < tabs.count(); ++at) {
      tabs.setCurrentIndex(at);
      settle();
      const QString id = tabs.widget(at)->objectName().section(QLatin1Char('.'), 1);
      if (id == QLatin1String("sweep")) {
        click("sweepRun");
      }
      keepWindow(QStringLiteral("tab-") + id);
    }
  }

  void descent() {
    openSample("phantom");
    find<BottomTabs>("bottomTabs").setCurrentWidget(&find<QWidget>("tab.descent"));
    settle();
    for (int step = 0; step < 4; ++step) {
      click("descentStep");
    }
    keepWindow(QStringLiteral("descent"));
    QTest::mouseClick(&find<QAbstractButton>("descentBannerLeave"), Qt::LeftButton);
    QTest::qWait(300);
    for (QWidget* top : QApplication::topLevelWidgets()) {
      if (qobject_cast<QDialog*>(top) != nullptr && top->isVisible()) {
        keepWidget(QStringLiteral("descent-leave"), *top);
      }
    }
    click("descentAskLeave");
  }

  void demos() {
    for (const Demo& demo : built_in_demos()) {
      window_.openDemo(QString::fromStdString(demo.id));
      settle();
      for (std::size_t at = 0; at < demo.steps.size(); ++at) {
        const QString name = QStringLiteral("demo-%1-%2").arg(QString::fromStdString(demo.id)).arg(at + 1);
        keepWindow(name);
        if (!demo.steps[at].answer.empty()) {
          click("demoAnswer");
          keepWindow(name + QStringLiteral("-answer"));
        }
        click("demoNext");
      }
    }
  }

  MainWindow window_{false};
  QString folder_;
  std::string only_;
};

}  // namespace
}  // namespace lossscope

int main(int argc, char** argv) {
  using namespace lossscope;
  CLI::App app("Takes a picture of every dialog, tab, menu and demo step");
  std::string folder, only, theme = "dark", size = "1280x800";
  app.add_option("folder", folder, "Where the pictures go")->required();
  app.add_option(
      "--only", only,
      "Only the parts whose name holds this text: empty, menu, dialog, presentation, guide, tab, descent, demo");
  app.add_option("--theme", theme, "dark or light")->capture_default_str();
  app.add_option("--size", size, "Of the window, WxH")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  QStandardPaths::setTestModeEnabled(true);
  QApplication::setOrganizationName(QStringLiteral("LossScope"));
  QApplication::setApplicationName(QStringLiteral("LossScope gallery"));
  const QTemporaryDir settings;  // the user's own are neither used nor changed
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
  QApplication application(argc, argv);
  apply_theme(theme == "light" ? Theme::light : Theme::dark, false);
  QDir().mkpath(QString::fromStdString(folder));
  const QStringList sides = QString::fromStdString(size).split(QLatin1Char('x'));
  try {
    Walk(QString::fromStdString(folder), only, {sides.value(0).toInt(), sides.value(1).toInt()}).all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_dialogs: %s\n", error.what());
    return 3;
  }
  return 0;
}
