// SPDX-License-Identifier: Apache-2.0
// The program's window under a monkey: soak_monkey SEED SECONDS [--reopen N] [CASE ...]
// CASE: mni-head, phantom, picture (2-D); all three in turn without one. Every few seconds it lets the window come to
// rest, and compares what is on screen with a computation of its own; memory, threads, descriptors and helpers are told
// then. With --reopen it opens and closes the cases so many times instead. Exit code 0: nothing was found; the acts
// stand in the file that LOSSSCOPE_MONKEY_LOG names.
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QDesktopServices>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "app/engine/frame_computer.h"
#include "app/engine/script_loss.h"
#include "app/figures/case_text.h"
#include "app/figures/pictures.h"
#include "app/helper/landlock.h"
#include "tests/soak/health.h"
#include "tests/soak/monkey.h"
#include "tests/soak/watchdog.h"

namespace lossscope::testing {
namespace {

/// Takes what would go to the system's browser.
class Nowhere : public QTextBrowser {
 public:
  Nowhere() {
    for (const char* scheme : {"http", "https", "file"}) {
      QDesktopServices::setUrlHandler(QLatin1String(scheme), this, "setSource");
    }
  }
  ~Nowhere() override {
    for (const char* scheme : {"http", "https", "file"}) {
      QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
    }
  }

 protected:
  void doSetSource(const QUrl&, QTextDocument::ResourceType) override {}
};

struct Wish {
  unsigned seed = 1;
  int seconds = 20, reopen = 0;
  QStringList cases;
};

class Run {
 public:
  Run(const Wish& wish, MainWindow& window, const QString& folder)
      : wish_(wish), window_(window), folder_(folder), log_(qEnvironmentVariable("LOSSSCOPE_MONKEY_LOG")) {
    if (!log_.fileName().isEmpty() && !log_.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
      std::fprintf(stderr, "monkey: the log cannot be written\n");
    }
    makePicture();
  }

  int monkey() {
    for (const QString& name : wish_.cases) {
      open(name);
      Monkey monkey(window_, wish_.seed, [this](const QString& act) { note(act); });
      QElapsedTimer clock;
      clock.start();
      const QObject here;  // an act ends with this case
      // A timer of its own for each act: one whose slot opened a dialog does not fire before that is closed.
      const std::function<void()> act = [&] {
        QTimer::singleShot(5, &here, act);
        if (!resting_) {
          monkey.act();
        }
      };
      QTimer::singleShot(5, &here, act);
      const qint64 whole = 1000LL * wish_.seconds / wish_.cases.size();
      while (clock.elapsed() < whole) {
        QTest::qWait(static_cast<int>(std::min<qint64>(4000, whole - clock.elapsed())));
        rest(monkey, name);
      }
      acts_ += monkey.acts();
    }
    std::printf("%d acts, slope of the memory %+.2f MB a rest, %d findings\n", acts_, slope_of(memory_), findings_);
    return findings_ == 0 ? 0 : 1;
  }

  int reopen() {
    for (int turn = 0; turn < wish_.reopen; ++turn) {
      for (const QString& name : wish_.cases) {
        open(name);
        window_.store().change(QStringLiteral("close"), [](Session& session) { session = {}; });
        waitUntilSettled("closing");
      }
      const Health now = health();
      memory_.push_back(now.megabytes);
      std::printf("%d: %.0f MB, %d threads, %d descriptors, %d helpers\n", turn, now.megabytes, now.threads,
                  now.descriptors, now.helpers);
      std::fflush(stdout);
    }
    const std::vector<double> later(memory_.begin() + wish_.reopen / 5, memory_.end());  // after it has warmed up
    std::printf("slope %+.3f MB a turn over the last %zu\n", slope_of(later), later.size());
    return 0;
  }

 private:
  void note(const QString& act) {
    if (log_.isOpen()) {
      log_.write(act.toUtf8() + '\n');
      log_.flush();
    }
  }

  void makePicture() const {
    QImage image(160, 120, QImage::Format_Grayscale8), mask(160, 120, QImage::Format_Grayscale8);
    image.fill(30);
    mask.fill(0);
    QPainter on_image(&image), on_mask(&mask);
    on_image.fillRect(40, 30, 60, 50, QColor(180, 180, 180));
    on_mask.fillRect(44, 34, 50, 40, QColor(1, 1, 1));
    on_image.end();
    on_mask.end();
    if (!image.save(file("image.png")) || !mask.save(file("mask.png"))) {
      std::fprintf(stderr, "monkey: no pictures\n");
    }
  }

  [[nodiscard]] QString file(const char* name) const { return folder_ + QLatin1Char('/') + QLatin1String(name); }

  void open(const QString& name) {
    note(QStringLiteral("open %1").arg(name));
    if (name == QLatin1String("picture")) {
      Session session;
      session.study.image.path = file("image.png").toStdString();
      session.study.mask.path = file("mask.png").toStdString();
      window_.openCase(session);
    } else {
      window_.openSample(name);
    }
    waitUntilSettled("opening");
  }

  /// Gives up when nothing is settled though nobody works any more.
  void waitUntilSettled(const char* when) {
    constexpr int kIdleTurns = 60 * 20;  // a minute
    double work = work_done();
    for (int idle = 0, quiet = 0; quiet < 3;) {
      QTest::qWait(50);
      quiet = window_.settled() ? quiet + 1 : 0;
      const double now = work_done();
      idle = now > work + 0.01 ? 0 : idle + 1;
      work = std::max(work, idle == 0 ? now : work);
      if (quiet == 0 && idle > kIdleTurns) {
        const QString what = QStringLiteral("never answered, %1: %2")
                                 .arg(QLatin1String(when), window_.pending().join(QStringLiteral(", ")));
        give_up(what.toUtf8().constData());
      }
    }
  }

  void rest(Monkey& monkey, const QString& name) {
    resting_ = true;
    for (int turn = 0; turn < 10 && (QApplication::activePopupWidget() || QApplication::activeModalWidget()); ++turn) {
      monkey.leaveDialogs();
      QTest::qWait(20);
    }
    monkey.leaveDialogs();
    waitUntilSettled("resting");
    check();
    const Health now = health();
    memory_.push_back(now.megabytes);
    std::printf("%s after %d acts: %.0f MB, %d threads, %d descriptors, %d helpers\n", qUtf8Printable(name),
                monkey.acts(), now.megabytes, now.threads, now.descriptors, now.helpers);
    std::fflush(stdout);
    expect(now.helpers <= 1, "helpers are left");
    resting_ = false;
  }

  void expect(bool holds, const char* what) {
    if (!holds) {
      ++findings_;
      std::printf("FOUND: %s\n", what);
      note(QStringLiteral("FOUND: ") + QLatin1String(what));
    }
  }

  /// Title, value and picture are those of the session, and those of a computation that has no past.
  void check() {
    const Session& session = window_.store().session();
    const QLabel* value = window_.findChild<QLabel*>(QStringLiteral("lossValue"));
    const FramePtr& shown = window_.frame();
    const bool has_case = !session.study.mask.path.empty() || !session.study.image.path.empty();
    expect(has_case || !shown, "a frame is shown and there is no case");
    if (!shown) {
      expect(value->text() == QStringLiteral("–"), "a value is shown and there is no frame");
      return;
    }
    const QString title = window_.windowTitle();
    for (const Role role : {Role::image, Role::mask}) {
      // Of the case on screen: a file that is asked about, or was refused, is named apart from it.
      expect(title.contains(input_name(shown->session, role)), "the title names another case");
    }
    if (window_.findChild<QWidget*>(QStringLiteral("messageBar"))->isVisible() || session.look.playback ||
        session.loss.id == kScriptLoss) {
      return;  // refused or cancelled: what is on screen is older, and the message says so
    }
    std::shared_ptr<Frame> fresh;
    try {
      fresh = compute_frame(session);
    } catch (const std::exception& error) {
      expect(false, error.what());
      return;
    }
    const QString expected = fresh->reduction ? value_text(fresh->reduction->value) : QStringLiteral("–");
    expect(value->text() == expected, "the value is not that of the session");
    expect(shown->session.loss.id == session.loss.id, "the loss is not that of the session");
    for (std::size_t view = 0; view < 3; ++view) {
      expect(same(shown->views[view].overlay, fresh->views[view].overlay), "a slice's colours are not the session's");
      expect(same(shown->views[view].mask, fresh->views[view].mask), "a slice's mask is not the session's");
    }
  }

  static bool same(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) {
             return x == y || (std::isnan(x) && std::isnan(y));
           });
  }

  const Wish& wish_;
  MainWindow& window_;
  QString folder_;
  QFile log_;
  std::vector<double> memory_;
  int acts_ = 0, findings_ = 0;
  bool resting_ = false;
};

constexpr int kSkipped = 77;  // ctest: neither passed nor failed

/// Nothing but `home` and the acts' log can be changed from here on: a file dialog renames and deletes what it shows,
/// as far up as `/`. Before any thread begins.
bool confine(const std::string& home) {
  std::vector<std::string> writable{home, "/dev/null", "/dev/shm", "/dev/dri"};
  if (const char* log = std::getenv("LOSSSCOPE_MONKEY_LOG"); log != nullptr) {
    std::ofstream(log, std::ios::trunc);
    writable.emplace_back(log);
  }
  return landlock_confine_changes(writable);
}

Wish wish_of(QStringList arguments) {
  Wish wish;
  if (const auto at = arguments.indexOf(QStringLiteral("--reopen")); at >= 0) {
    wish.reopen = arguments.value(at + 1).toInt();
    arguments.remove(at, 2);
  }
  wish.seed = arguments.value(1, QStringLiteral("1")).toUInt();
  wish.seconds = arguments.value(2, QStringLiteral("20")).toInt();
  wish.cases = arguments.mid(3);
  if (wish.cases.isEmpty()) {
    wish.cases = {QStringLiteral("mni-head"), QStringLiteral("phantom"), QStringLiteral("picture")};
  }
  return wish;
}

}  // namespace
}  // namespace lossscope::testing

namespace lossscope::testing {
namespace {

/// The program itself, with `home` as all that it may change.
int confined(int argc, char** argv, const QString& home) {
  for (const char* place : {"HOME", "TMPDIR", "XDG_RUNTIME_DIR"}) {
    ::setenv(place, home.toUtf8().constData(), 1);
  }
  if (!confine(home.toStdString())) {
    std::fprintf(stderr,
                 "monkey: not run, for this kernel has no Landlock to keep a file dialog from deleting your files\n");
    return kSkipped;
  }
  ::unsetenv("XDG_CONFIG_HOME");
  ::unsetenv("XDG_DATA_HOME");
  QStandardPaths::setTestModeEnabled(true);
  QApplication::setOrganizationName(QStringLiteral("LossScope"));
  QApplication::setApplicationName(QStringLiteral("LossScope monkey"));
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home);
  QApplication application(argc, argv);
  QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
  const Wish wish = wish_of(QApplication::arguments());
  const Nowhere nowhere;
  const Watchdog watchdog;
  MainWindow window(false);
  window.resize(1280, 800);
  window.show();
  if (!QTest::qWaitForWindowExposed(&window)) {
    std::fprintf(stderr, "monkey: no window\n");
    return 4;
  }
  Run run(wish, window, home);
  return wish.reopen > 0 ? run.reopen() : run.monkey();
}

}  // namespace
}  // namespace lossscope::testing

/// The confined program is a child, for only its parent may delete the folder that it worked in.
int main(int argc, char** argv) {
  const QTemporaryDir home;
  const pid_t child = ::fork();
  if (child == 0) {
    std::exit(lossscope::testing::confined(argc, argv, home.path()));
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) {
    std::perror("monkey");
    return 4;
  }
  if (WIFSIGNALED(status)) {
    std::fprintf(stderr, "FOUND: ended by signal %d\n", WTERMSIG(status));
    return 128 + WTERMSIG(status);
  }
  return WEXITSTATUS(status);
}
