// SPDX-License-Identifier: Apache-2.0
#include "app/window/run_window.h"

#include <QApplication>
#include <QIcon>
#include <QTimer>
#include <iostream>
#include <optional>

#include "app/window/application.h"
#include "app/window/export_picture.h"
#include "app/window/main_window.h"
#include "app/window/notice_bar.h"
#include "app/window/recovery.h"
#include "app/window/settings_file.h"
#include "app/window/theme.h"

namespace lossscope {
namespace {

enum ExitCode { kDone = 0, kFailed = 1, kRefused = 3, kNotWritten = 5 };

void open_what_was_asked(MainWindow& window, const WindowOptions& options) {
  const Session& session = options.session;
  const bool names_files = !session.study.image.path.empty() || !session.study.mask.path.empty() ||
                           !session.path_of(Role::prediction).empty();
  if (names_files || !options.session_path.empty()) {
    window.openCase(session, QString::fromStdString(options.session_path), &options.saved_session);
  } else {
    window.store().replace(session);  // loss and parameters given as flags
  }
  if (!options.sample.empty() || !options.files.empty()) {
    window.answerNext(options.answers);
  }
  if (!options.sample.empty()) {
    window.openSample(QString::fromStdString(options.sample));
  }
  if (!options.demo.empty()) {
    window.openDemo(QString::fromStdString(options.demo));
  }
  QStringList files;
  for (const std::string& file : options.files) {
    files << QString::fromStdString(file);
  }
  window.openFiles(files);
}

/// Saves the window once nothing moves any more, then leaves; leaves with the refusal's code when there is one.
void take_screenshot_when_settled(MainWindow& window, const QString& path) {
  QObject::connect(&window, &MainWindow::refused, &window, [](const QString& sentence) {
    std::cerr << "lossscope: " << displayable(sentence.toStdString()) << '\n';
    QApplication::exit(kRefused);
  });
  auto* timer = new QTimer(&window);
  timer->setInterval(100);
  auto quiet = std::make_shared<int>(0);
  QObject::connect(timer, &QTimer::timeout, &window, [&window, path, timer, quiet] {
    *quiet = window.settled() ? *quiet + 1 : 0;
    if (*quiet < 3) {  // the last frame has been painted by then
      return;
    }
    timer->stop();
    const QString problem = save_picture(window_picture(window, window.views(), window.devicePixelRatioF()), path);
    if (!problem.isEmpty()) {
      std::cerr << "lossscope: " << displayable(problem.toStdString()) << '\n';
    }
    QApplication::exit(problem.isEmpty() ? kDone : kNotWritten);
  });
  timer->start();
}

/// A sentence that stays until it is dismissed; nothing for none.
void tell_at_start(MainWindow& window, const QString& sentence) {
  if (!sentence.isEmpty()) {
    auto* bar = new NoticeBar(QStringLiteral("settingsBar"), sentence);
    bar->addButton(QStringLiteral("dismissSettings"), MainWindow::tr("Dismiss"), {}, [] {});
    window.showNotice(bar);
  }
}

/// A picture of what was on screen; the journal stays for a window.
bool show_recovered(MainWindow& window) {
  const auto abandoned = newest_abandoned_journal(journal_folder());
  if (abandoned) {
    window.store().restore(abandoned->history());
  }
  return abandoned.has_value();
}

}  // namespace

int run_window(int& argc, char** argv, const WindowOptions& options, const std::function<void(MainWindow&)>& started) {
  QCoreApplication::setOrganizationName(QStringLiteral("LossScope"));
  QCoreApplication::setApplicationName(QStringLiteral("LossScope"));
  QCoreApplication::setApplicationVersion(QStringLiteral(LOSSSCOPE_VERSION));
  if (const std::string problem = too_little_address_space(); !problem.empty()) {
    std::cerr << "lossscope: " << problem << '\n';
    return kFailed;
  }
  Application application(argc, argv);
  const QString settings_told = set_broken_settings_aside();
  apply_theme(chosen_theme(), false);
  const bool screenshot = !options.screenshot.empty();
  MainWindow window(!screenshot);
  application.outOfMemory = [&window] { window.tellOutOfMemory(); };
  if (options.width > 0) {
    window.resize(options.width, options.height);
  }
  if (!options.device.empty()) {
    window.chooseDevice(QString::fromStdString(options.device));
  }
  window.show();
  tell_at_start(window, settings_told);
  std::optional<Recovery> recovery;
  if (!screenshot) {
    recovery.emplace(window, journal_folder());
  }
  open_what_was_asked(window, options);
  if (!options.recover) {
    if (recovery) {
      recovery->offer();
    }
  } else if (!(recovery ? recovery->restore() : show_recovered(window))) {
    std::cerr << "lossscope: there is no session to recover\n";
  }
  if (started) {
    started(window);
  }
  if (screenshot) {
    take_screenshot_when_settled(window, QString::fromStdString(options.screenshot));
  }
  return QApplication::exec();
}

}  // namespace lossscope
