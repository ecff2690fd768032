// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMainWindow>
#include <chrono>
#include <optional>

#include "app/engine/background.h"
#include "app/engine/descent_run.h"
#include "app/engine/details.h"
#include "app/engine/engine.h"
#include "app/io/roles.h"
#include "app/window/documents.h"
#include "app/window/run_window.h"
#include "app/window/session_store.h"
#include "app/window/trusted_models.h"
#include "app/window/veil.h"

class QMenu;
class QStackedWidget;

namespace lossscope {

class BottomTabs;
class CasePanel;
struct Demo;
struct LoadedCase;
class DemoPanel;
class DeviceMenu;
class EmptyState;
class LayerBar;
class LossPanel;
class MessageBar;
class ModelChooser;
class PredictionPanel;
class RecentFiles;
class StatusLine;
class ViewArea;

/// Wires the session, the engine, the panels and the views; computes nothing and keeps nothing else.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  /// `remember`: restore and save the window's layout and the recent files.
  explicit MainWindow(bool remember = true, QWidget* parent = nullptr);
  ~MainWindow() override;

  /// Files of one case, sorted by their content; or one session file. Reads off the GUI thread.
  void openFiles(const QStringList& files);
  /// What is answered beforehand of the files or the sample that are opened next: the answers, label and meaning of
  /// `session`, as flags give them.
  void answerNext(const Session& session) { answered_ = session; }
  void openSession(const QString& path);
  void openSample(const QString& name);  ///< "mni-head" or "phantom"
  /// Inputs and settings as they are. `path`: the session file that belongs to the case, in which `saved` stands (or
  /// just this session).
  void openCase(const Session& session, const QString& path = {}, const Session* saved = nullptr);
  void chooseDevice(const QString& id);   ///< "cpu" or "cuda[:N]", from now on
  bool saveSession(const QString& path);  ///< false, and a message, when it could not be written

  void openDemo(const QString& name_or_path);  ///< leads through it; a message when it cannot be read
  /// Adds what is shown as a step to the demo at `path`, or begins one there; false, and a message, when that failed.
  bool saveDemoStep(const QString& path, const QString& title);
  void present(bool on);  ///< all but views, value and formula hidden, large text

  void tellOutOfMemory();            ///< what was begun last is not there
  void showNotice(QWidget* notice);  ///< above the views; the window takes it

  [[nodiscard]] SessionStore& store() { return store_; }
  [[nodiscard]] ViewArea& views() { return *views_; }
  [[nodiscard]] const Details& details() const { return details_; }
  [[nodiscard]] const FramePtr& frame() const { return frame_; }
  /// Nothing is being sorted, read, computed or drawn any more.
  [[nodiscard]] bool settled() const { return pending().isEmpty(); }
  /// What is not: names of parts, for tests.
  [[nodiscard]] QStringList pending() const;

 Q_SIGNALS:
  void refused(const QString& sentence);
  void frameShown();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  bool event(QEvent* event) override;  ///< traces the window's repaints

 private:
  void makeCentre();
  void makeDocks();
  void makeFileMenu();
  void makeEditMenu();
  void makeViewMenu();
  void makeLayerKeys(QMenu* menu);
  void makeSliceMenu();
  void makeDeviceMenu();
  void makeCompareMenu(QMenu* menu);
  void makeProbeMenu(QMenu* menu);
  void makeSurfaceMenu(QMenu* menu);
  void makeLearnMenu();
  void makeHelpMenu();
  QAction* addTo(QMenu* menu, const QString& text, const QKeySequence& key, std::function<void()> run);
  template <class Member>
  QAction* addToggle(QMenu* menu, const QString& text, const QKeySequence& key, Member member);
  void addThemes(QMenu* menu);
  void connectStore();
  void connectEngine();
  void connectMessages();
  void connectModels();

  void showSession(const Session& session);
  void showFrame(const FramePtr& frame);
  void showNoCase();
  void showWaiting();
  void listParts();
  void showRefusal(const Refusal& refusal);
  void showDeviceNotice();
  void showTitle();
  void adoptSorted(const SortedFiles& files);
  void takeAnswers(Session& session);
  [[nodiscard]] QString startFolder() const;  ///< of dialogs: the case's, or where one was
  void openOne(Role role);
  void askForFiles();
  void askForFolder();
  void askForSession();
  void saveSessionAs();
  bool writeSession(const Session& session, const QString& path);
  [[nodiscard]] bool settleUnsaved();  ///< asks what to do with unsaved changes; false: the window stays
  void exportPicture();
  void copyPicture();
  void copyForPyTorch();
  void exportReport();
  void exportMaps();
  void exportTable();
  void exportTurntable();
  using OutsideWork = std::function<QString(const Progress&, std::stop_token)>;
  void takeAway(const QString& title, const std::function<OutsideWork(const LoadedCase&)>& work_on);
  void beginWork(const QString& title, const OutsideWork& work);
  void goToLargest();
  void startDemo(const Demo& demo);
  void openGuide();
  void askForDemoStep();

  SessionStore store_;
  std::optional<Session> answered_;
  TrustedModels trusted_;  ///< declared before the engine, whose thread asks it
  DescentRun descent_;     ///< likewise: the engine reads its states
  Engine engine_;
  Details details_;
  /// Whoever shows something of the frame, in one list: nobody can be forgotten when there is no case any more.
  struct Part {
    std::function<void(const FramePtr&)> show;
    std::function<void()> clear;
    bool preliminary;  ///< shows preliminary frames, too
  };
  std::vector<Part> parts_;
  QMenu* slice_menu_ = nullptr;  ///< of a right click in a slice: entries of the menus above
  QStackedWidget* centre_ = nullptr;
  MessageBar* message_ = nullptr;
  ViewArea* views_ = nullptr;
  EmptyState* empty_ = nullptr;
  CasePanel* case_ = nullptr;
  PredictionPanel* prediction_ = nullptr;
  LossPanel* loss_ = nullptr;
  LayerBar* layers_ = nullptr;
  BottomTabs* tabs_ = nullptr;
  DemoPanel* demo_ = nullptr;
  StatusLine* status_ = nullptr;
  RecentFiles* recent_ = nullptr;
  DeviceMenu* devices_ = nullptr;
  ModelChooser* models_ = nullptr;
  Background sorting_;  ///< of dropped files into image, mask and prediction
  Documents documents_;
  std::string device_notice_;                      ///< that was shown last
  FramePtr frame_;                                 ///< whose numbers, names and pictures are on screen, all of them
  std::uint64_t shown_document_ = 0;               ///< that it is of
  Veil veil_;                                      ///< on while something else was asked for
  Session requested_;                              ///< what the engine was asked for last, and when
  QByteArray before_presentation_;                 ///< where the panels were
  std::optional<std::uint64_t> refused_document_;  ///< whose file was refused as it was requested
  std::chrono::steady_clock::time_point asked_;
  bool unpainted_ = false;  ///< whether the last frame has not been on screen yet
  bool remember_;
};

}  // namespace lossscope
