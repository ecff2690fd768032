// SPDX-License-Identifier: Apache-2.0
#include "app/window/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>
#include <utility>

#include "app/engine/script_loss.h"
#include "app/figures/frame_pictures.h"
#include "app/session/same_value.h"
#include "app/window/bottom_tabs.h"
#include "app/window/case_panel.h"
#include "app/window/class_question.h"
#include "app/window/compare_grid.h"
#include "app/window/demo_panel.h"
#include "app/window/device_menu.h"
#include "app/window/empty_state.h"
#include "app/window/grid_tips.h"
#include "app/window/input_row.h"
#include "app/window/layer_bar.h"
#include "app/window/loss_panel.h"
#include "app/window/message_bar.h"
#include "app/window/model_chooser.h"
#include "app/window/prediction_panel.h"
#include "app/window/range_control.h"
#include "app/window/script_panel.h"
#include "app/window/section.h"
#include "app/window/status_line.h"
#include "app/window/view_area.h"
#include "basics/trace.h"

namespace lossscope {
namespace {

bool is_empty(const Session& session) {
  const auto* file = session.prediction().from<FromFile>();
  return session.study.image.path.empty() && session.study.mask.path.empty() &&
         (file == nullptr || file->file.path.empty());
}

/// A session without what the widgets do by themselves, so that changing that asks the engine for nothing. What colours
/// the surfaces may need the mask's distances.
Session computed_part(Session session) {
  const SurfaceColour colour = session.look.display.surfaces.colour;
  session.look.display = {};
  session.look.display.surfaces.colour = colour;
  return session;
}

QDockWidget* dock(const QString& title, const QString& name, QWidget* content) {
  auto* widget = new QDockWidget(title);
  widget->setObjectName(name);
  widget->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
  widget->setWidget(content);
  return widget;
}

}  // namespace

MainWindow::MainWindow(bool remember, QWidget* parent)
    : QMainWindow(parent),
      trusted_(remember),
      engine_(
          0, {.runs = [this](const FromRun& at) { return descent_.state(at); },
              .models = {.trust = [this](const std::string& hash) { return trusted_.contains(hash); },
                         .scripts = [this, ours = script_hash(script_example())](
                                        const std::string& hash) { return hash == ours || trusted_.contains(hash); }}}),
      remember_(remember) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);
  setDockOptions(AnimatedDocks | AllowTabbedDocks);
  layers_ = new LayerBar(store_);
  makeCentre();
  makeDocks();
  addToolBar(layers_);
  makeFileMenu();
  makeEditMenu();
  makeViewMenu();
  makeLearnMenu();
  makeDeviceMenu();
  makeHelpMenu();
  makeSliceMenu();
  listParts();
  connectStore();
  connectEngine();
  connectMessages();
  connectModels();
  resize(1280, 800);
  if (remember_) {
    restoreGeometry(QSettings().value(QStringLiteral("geometry")).toByteArray());
    restoreState(QSettings().value(QStringLiteral("windowState")).toByteArray());
  }
  if (remember_) {
    chooseDevice(remembered_device());
  } else {
    showSession(store_.session());
  }
}

MainWindow::~MainWindow() = default;

void MainWindow::makeCentre() {
  message_ = new MessageBar;
  views_ = new ViewArea(store_, details_);
  empty_ = new EmptyState;
  centre_ = new QStackedWidget;
  centre_->addWidget(empty_);
  centre_->addWidget(views_);
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(centre_, 1);
  setCentralWidget(content);
  status_ = new StatusLine;
  statusBar()->addWidget(status_, 1);
  statusBar()->setSizeGripEnabled(false);
  connect(empty_, &EmptyState::openRequested, this, &MainWindow::askForFiles);
  connect(empty_, &EmptyState::sampleRequested, this, [this] { openSample(QStringLiteral("mni-head")); });
}

void MainWindow::makeDocks() {
  case_ = new CasePanel(store_);
  prediction_ = new PredictionPanel(store_);
  loss_ = new LossPanel(store_, details_.turns());
  auto* left = new QWidget;
  auto* layout = new QVBoxLayout(left);
  layout->setContentsMargins(8, 4, 8, 8);
  layout->setSpacing(8);
  layout->addWidget(case_);
  layout->addWidget(prediction_);
  layout->addWidget(case_->assumptions());
  layout->addStretch();
  QDockWidget* case_dock = dock(tr("Case"), QStringLiteral("caseDock"), scrolling(left));
  QDockWidget* loss_dock = dock(tr("Loss"), QStringLiteral("lossDock"), loss_);
  addDockWidget(Qt::LeftDockWidgetArea, case_dock);
  addDockWidget(Qt::RightDockWidgetArea, loss_dock);
  tabs_ = new BottomTabs(store_, details_, descent_);
  QDockWidget* tabs_dock = dock(tr("Numbers and plots"), QStringLiteral("tabsDock"), tabs_);
  tabs_dock->setTitleBarWidget(new QWidget);  // the tabs are title enough
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  addDockWidget(Qt::BottomDockWidgetArea, tabs_dock);
  message_->layOver(this, centre_, tabs_dock);
  resizeDocks({case_dock, loss_dock}, {265, 320}, Qt::Horizontal);
  resizeDocks({tabs_dock}, {210}, Qt::Vertical);
  connect(case_, &CasePanel::openRequested, this, &MainWindow::openOne);
  connect(prediction_, &PredictionPanel::openRequested, this, &MainWindow::openOne);
}

void MainWindow::listParts() {
  const auto add = [this](auto* part, bool preliminary) {
    parts_.push_back(
        {[part](const FramePtr& frame) { part->showFrame(frame); }, [part] { part->clear(); }, preliminary});
  };
  add(views_, true);
  parts_.push_back({[this](const FramePtr& frame) { details_.want(frame); }, [this] { details_.clear(); }, true});
  add(tabs_, true);
  add(loss_, true);
  add(status_, true);
  add(case_, false);
  add(prediction_, false);
}

void MainWindow::connectStore() {
  connect(&store_, &SessionStore::changed, this, &MainWindow::showSession);
  connect(layers_, &LayerBar::openRequested, this, &MainWindow::askForFiles);
  connect(layers_, &LayerBar::exportRequested, this, &MainWindow::exportPicture);
  connect(layers_, &LayerBar::lockRequested, views_->rangeControl(), &RangeControl::lock);
  connect(layers_, &LayerBar::sampleRequested, this, [this] { openSample(QStringLiteral("mni-head")); });
  connect(views_, &ViewArea::crosshairMoved, this, [this](const std::array<std::int64_t, 3>& voxel) {
    store_.look([&](Session& session) { session.look.crosshair = voxel; });
  });
  connect(views_, &ViewArea::turntableRequested, this, &MainWindow::exportTurntable);
  connect(views_, &ViewArea::hovered, status_, &StatusLine::showHovered);
  connect(views_, &ViewArea::windowLevelChanged, this, [this](double window, double level, quint64 drag) {
    store_.change(
        tr("window and level"),
        [&](Session& session) {
          session.look.window = window;
          session.look.level = level;
        },
        "window", drag);
  });
}

void MainWindow::connectEngine() {
  engine_.finishFramesWith([make = PictureMaker(0)](Frame& frame) mutable { make(frame); });
  connect(&engine_, &Engine::frameReady, this, &MainWindow::showFrame);
  connect(&engine_, &Engine::progress, status_, &StatusLine::setProgress);
  connect(&engine_, &Engine::refused, this, [this](const Refusal& refusal) {
    if (refusal.role) {  // of an input, which no other look changes
      refused_document_ = store_.document();
    }
    showRefusal(refusal);
  });
  connect(&engine_, &Engine::failed, message_, &MessageBar::showMessage);
  connect(&engine_, &Engine::cancelled, this, [this] {
    if (!is_empty(store_.session())) {  // there, a computation ends because there is nothing left to compute
      message_->showMessage(tr("Cancelled. Ctrl+Z goes back."));
    }
  });
  connect(&engine_, &Engine::idle, this, [this] {
    status_->setBusy(sorting_.busy());
    showWaiting();
  });
  connect(&veil_, &Veil::changed, loss_, &LossPanel::veil);
  connect(&veil_, &Veil::changed, views_->compareGrid(), &CompareGrid::veil);
  connect(status_, &StatusLine::cancelRequested, this, [this] {
    sorting_.cancel();
    engine_.cancel();
  });
  connect(&sorting_, &Background::idle, this, [this] { status_->setBusy(engine_.busy()); });
  connect(&sorting_, &Background::failed, message_, &MessageBar::showMessage);
}

void MainWindow::connectMessages() {
  connect(message_, &MessageBar::chosen, this, [this](const Refusal& refusal, const Choice& choice) {
    store_.change(QString::fromStdString(choice.label), [&](Session& session) { take_way(refusal, choice, session); });
  });
}

void MainWindow::connectModels() {
  models_ = new ModelChooser(store_, trusted_, this);
  connect(prediction_, &PredictionPanel::modelRequested, models_, &ModelChooser::ask);
  connect(models_, &ModelChooser::refused, this, &MainWindow::showRefusal);
  connect(loss_->script(), &ScriptPanel::accepted, this, [this](const QString& source) {
    trusted_.add(script_hash(source.toStdString()));
    requested_ = {};
  });
  connect(loss_->script(), &ScriptPanel::evaluated, this, [this] { showSession(store_.session()); });
  connect(models_, &ModelChooser::trusted, this, [this] {
    requested_ = {};  // so that the same session is asked for again: it can be computed now
    showSession(store_.session());
  });
  connect(&engine_, &Engine::refused, models_, [this](const Refusal& refusal) {
    if (refusal.code == "E_MODEL_TRUST" || refusal.code == "E_MODEL_CHANGED") {
      const auto* from = store_.session().kept<FromModel>();
      models_->choose(QString::fromStdString(from == nullptr ? std::string() : from->model.path));
    }
  });
}

void MainWindow::showSession(const Session& session) {
  const trace::Span span(trace::Category::upload, "hand out a session");
  views_->showSettings(session);
  documents_.show(store_.document(), session);
  if (is_empty(session)) {
    showNoCase();
    return;
  }
  if (Session wanted = computed_part(session); wanted != requested_) {
    // Another look at a file that was refused would be refused again, and ask what was asked already.
    const bool in_vain = refused_document_ == store_.document() && change_between(requested_, wanted) == Change::look;
    requested_ = std::move(wanted);
    if (!in_vain) {
      refused_document_.reset();
      asked_ = std::chrono::steady_clock::now();
      engine_.request(session);
      status_->setBusy(true);
    }
  }
  showWaiting();
}

/// Whether what is on screen is what was asked for. The title is of the frame, as all other names are.
void MainWindow::showWaiting() {
  const bool there = !frame_ || same_value(frame_->session, store_.session());
  if (there) {
    shown_document_ = store_.document();
  }
  showTitle();
  const bool ahead = frame_ && frame_->preliminary;  // its slices are, their numbers are not there yet
  veil_.need(there && !ahead ? Veil::Need::none : ahead || !engine_.busy() ? Veil::Need::held : Veil::Need::waiting);
}

void MainWindow::showNoCase() {
  engine_.cancel();
  frame_.reset();
  unpainted_ = false;
  requested_ = {};
  device_notice_.clear();
  for (const Part& part : parts_) {
    part.clear();
  }
  message_->hide();
  centre_->setCurrentWidget(empty_);
  layers_->setFlat(false);
  showWaiting();
}

void MainWindow::showFrame(const FramePtr& frame) {
  const trace::Span span(trace::Category::upload, "hand out a frame");
  frame_ = frame;
  message_->hide();
  centre_->setCurrentWidget(views_);
  const bool flat = flat_view(frame->data->grid).has_value();
  layers_->setFlat(flat);
  say_grid_words(*this, flat);
  for (const Part& part : parts_) {
    if (part.preliminary || !frame->preliminary) {
      part.show(frame);
    }
  }
  showWaiting();
  if (store_.session().look.crosshair == kAutomaticCrosshair) {
    requested_.look.crosshair = frame->session.look.crosshair;  // this frame shows it already
    store_.look([&](Session& session) { session.look.crosshair = frame->session.look.crosshair; });
  }
  showDeviceNotice();
  unpainted_ = true;
  Q_EMIT frameShown();
}

void MainWindow::showDeviceNotice() {
  if (frame_->device_notice != device_notice_ && !frame_->device_notice.empty()) {
    message_->showMessage(tr("%1. The CPU computes instead; the numbers are the same.")
                              .arg(QString::fromStdString(frame_->device_notice)));
  }
  device_notice_ = frame_->device_notice;
}

void MainWindow::chooseDevice(const QString& id) {
  devices_->setChosen(id);
  engine_.chooseDevice(id.toStdString());
  device_notice_.clear();
  requested_ = {};  // so that the same session is computed again
  showSession(store_.session());
}

void MainWindow::showRefusal(const Refusal& refusal) {
  message_->showRefusal(with_ways_of_classes(refusal, store_.session()));
  Q_EMIT refused(QString::fromUtf8(refusal.what()));
}

void MainWindow::tellOutOfMemory() { message_->showMessage(tr("There is not enough memory for this.")); }

void MainWindow::goToLargest() {
  if (frame_ && frame_->largest) {
    store_.look([&](Session& session) { session.look.crosshair = *frame_->largest; });
  }
}

void MainWindow::showNotice(QWidget* notice) {
  static_cast<QVBoxLayout*>(centralWidget()->layout())->insertWidget(0, notice);
}

QStringList MainWindow::pending() const {
  QStringList parts;
  const std::initializer_list<std::pair<const char*, bool>> all{
      {"engine", engine_.busy()}, {"sorting", sorting_.busy()}, {"models", models_->busy()},
      {"views", views_->busy()},  {"metrics", loss_->busy()},   {"details", details_.busy()},
      {"tabs", tabs_->busy()},    {"demo", demo_->busy()},      {"veil", veil_.settling()}};
  for (const auto& [name, busy] : all) {
    if (busy) {
      parts << QLatin1String(name);
    }
  }
  return parts;
}

bool MainWindow::event(QEvent* event) {
  if (event->type() != QEvent::UpdateRequest) {
    return QMainWindow::event(event);
  }
  bool done = false;
  {
    const trace::Span span(trace::Category::compose, "repaint the window");  // of its parts, then onto the screen
    done = QMainWindow::event(event);
  }
  if (std::exchange(unpainted_, false)) {
    trace::tell({trace::Category::frame,
                 frame_->preliminary ? "request to first picture" : "request to picture",
                 {},
                 asked_,
                 std::chrono::steady_clock::now()});
    engine_.shown(frame_->generation);
  }
  return done;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!settleUnsaved()) {
    event->ignore();
    return;
  }
  if (remember_) {
    QSettings().setValue(QStringLiteral("geometry"), saveGeometry());
    QSettings().setValue(QStringLiteral("windowState"), saveState());
  }
  QMainWindow::closeEvent(event);
}

}  // namespace lossscope
