// SPDX-License-Identifier: Apache-2.0
// The program's window, worked by a restless person: real clicks, keys and drags, without end. It tells on the standard
// output what happens to the session; a HASH leaves out where one looks:
//   change HASH                 of a session shown, before the journal hears of it
//   step COUNT INDEX HASH       of the undo steps, after the journal heard of it
//   recovered COUNT INDEX HASH  what was there after the start with --recover
// kill_runs_test starts it, kills it and compares. Usage: soak_window SEED [--recover]
#include <QApplication>
#include <QComboBox>
#include <QCryptographicHash>
#include <QPointer>
#include <QSlider>
#include <QTest>
#include <QTimer>
#include <QTreeWidget>
#include <QTreeWidgetItemIterator>
#include <cstdio>
#include <random>

#include "app/window/main_window.h"

namespace lossscope {
namespace {

QByteArray hash_of(Session session) {
  session.look.crosshair = kAutomaticCrosshair;
  return QCryptographicHash::hash(QByteArray::fromStdString(to_json(session)), QCryptographicHash::Sha256)
      .toHex()
      .left(16);
}

void tell(const char* what, SessionStore& store) {
  std::printf("%s %d %d %s\n", what, store.undoStack()->count(), store.undoStack()->index(),
              hash_of(store.session()).constData());
  std::fflush(stdout);
}

class RestlessPerson {
 public:
  RestlessPerson(MainWindow& window, unsigned seed) : window_(window), random_(seed) {}

  void act() {
    switch (pick(8)) {
      case 0:
        return chooseLoss();
      case 1:
      case 2:
        return drag();
      case 3:
        return key(static_cast<Qt::Key>(Qt::Key_1 + pick(6)), Qt::NoModifier);
      case 4:
        return key(pick(2) == 0 ? Qt::Key_S : Qt::Key_C, Qt::NoModifier);
      case 5:
        return key(pick(2) == 0 ? Qt::Key_A : Qt::Key_D, Qt::NoModifier);
      case 6:
        return key(pick(3) == 0 ? Qt::Key_Y : Qt::Key_Z, Qt::ControlModifier);
      default:
        return chooseGradient();
    }
  }

 private:
  int pick(int of) { return std::uniform_int_distribution<int>(0, of - 1)(random_); }

  void key(Qt::Key which, Qt::KeyboardModifier modifier) { QTest::keyClick(&window_, which, modifier); }

  void chooseLoss() {
    auto* tree = window_.findChild<QTreeWidget*>(QStringLiteral("lossTree"));
    std::vector<QTreeWidgetItem*> leaves;
    for (QTreeWidgetItemIterator at(tree, QTreeWidgetItemIterator::NoChildren); *at != nullptr; ++at) {
      leaves.push_back(*at);
    }
    QTreeWidgetItem* item = leaves[static_cast<std::size_t>(pick(static_cast<int>(leaves.size())))];
    tree->scrollToItem(item);
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualItemRect(item).center());
  }

  void drag() {
    QList<QSlider*> sliders = window_.findChildren<QSlider*>();
    sliders.removeIf([](const QSlider* slider) { return !slider->isVisible() || !slider->isEnabled(); });
    if (sliders.isEmpty()) {
      return;
    }
    // A parameter's slider goes with its loss, whose successor may arrive while this drag waits.
    const QPointer<QSlider> slider = sliders[pick(static_cast<int>(sliders.size()))];
    const double share = double(slider->value() - slider->minimum()) / (slider->maximum() - slider->minimum());
    QPoint at(static_cast<int>(6 + share * (slider->width() - 12)), slider->height() / 2);
    QTest::mousePress(slider, Qt::LeftButton, {}, at);
    for (int step = pick(6) + 2; step > 0 && slider; --step) {
      at += QPoint(pick(21) - 10, 0);
      QTest::mouseMove(slider, at);
      QTest::qWait(8);
    }
    if (slider) {
      QTest::mouseRelease(slider, Qt::LeftButton, {}, at);
    }
  }

  void chooseGradient() {
    auto* combo = window_.findChild<QComboBox*>(QStringLiteral("gradientOf"));
    if (combo != nullptr && combo->isVisible() && combo->isEnabled()) {
      QTest::keyClick(combo, pick(2) == 0 ? Qt::Key_Up : Qt::Key_Down);
    }
  }

  MainWindow& window_;
  std::mt19937 random_;
};

}  // namespace
}  // namespace lossscope

int main(int argc, char** argv) {
  using namespace lossscope;
  const unsigned seed = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  WindowOptions options;
  options.recover = argc > 2 && std::string_view(argv[2]) == "--recover";
  options.sample = options.recover ? "" : "phantom";
  return run_window(argc, argv, options, [&](MainWindow& window) {
    SessionStore& store = window.store();
    tell(options.recover ? "recovered" : "step", store);
    QObject::connect(&store, &SessionStore::changed, &window, [](const Session& session) {
      std::printf("change %s\n", hash_of(session).constData());
      std::fflush(stdout);
    });
    QObject::connect(store.undoStack(), &QUndoStack::indexChanged, &window, [&store] { tell("step", store); });
    auto* person = new RestlessPerson(window, seed);
    auto* timer = new QTimer(&window);
    QObject::connect(timer, &QTimer::timeout, &window, [person, timer] {
      timer->stop();  // a drag waits inside
      person->act();
      timer->start(15);
    });
    timer->start(300);
  });
}
