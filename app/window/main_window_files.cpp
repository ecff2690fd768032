// SPDX-License-Identifier: Apache-2.0
// How a case gets into the window and a session out of it.
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QSettings>
#include <QtConcurrent>

#include "app/reader/gates/file_formats.h"
#include "app/session/session_file.h"
#include "app/window/case_panel.h"
#include "app/window/export_picture.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/model_chooser.h"
#include "app/window/recent_files.h"
#include "app/window/save_file.h"
#include "app/window/status_line.h"

namespace lossscope {
namespace {

/// A prediction that is wrong in a way one can see: shifted, grown and a little unsure.
Degradation sample_degradation() {
  Degradation degradation;
  degradation.shift = {3, 0, 0};
  degradation.dilate = 2;
  degradation.soften = 1;
  return degradation;
}

/// A mask without a prediction gets a degraded one, so that there is a loss to show.
void degrade_when_there_is_none(Session& session) {
  if (session.prediction().from<std::monostate>() != nullptr && !session.study.mask.path.empty()) {
    session.predict_from<FromMask>().degradation = sample_degradation();
  }
}

/// Loss, layout and unit stay; only what belongs to the old case goes.
void start_case(Session& session) {
  session.study.image = session.study.mask = {};
  session.study.labels = {};
  session.remove_input(Role::prediction);
  session.prediction().meaning = PredictionMeaning::automatic;
  session.look.crosshair = kAutomaticCrosshair;
  session.look.window = session.look.level = 0;
  session.look.range = {};
}

QStringList inputs_of(const Session& session) {
  QStringList files;
  for (const Role role : {Role::image, Role::mask, Role::prediction}) {
    const QString path = QString::fromStdString(session.path_of(role));
    if (!path.isEmpty() && !path.startsWith(QLatin1String("sample:"))) {
      files << path;
    }
  }
  return files;
}

/// Says of each input which bytes it was, so that a changed file is noticed when the session is opened again.
Session with_hashes(Session session, const CaseData& data) {
  const auto note = [&session](Role role, const LoadedVolume& loaded) {
    if (InputChoice* input = session.input(role);
        input != nullptr && !input->path.empty() && input->path == loaded.path) {
      input->sha256 = loaded.sha256;
    }
  };
  note(Role::image, data.image);
  note(Role::mask, data.labels);
  note(Role::prediction, data.prediction_file);
  return session;
}

QString file_filter() {
  return MainWindow::tr("Volumes and pictures (%1);;All files (*)")
      .arg(QString::fromStdString(format_endings("*", " ")));
}

}  // namespace

QString MainWindow::startFolder() const { return QSettings().value(QStringLiteral("openFolder")).toString(); }

void MainWindow::openFiles(const QStringList& files) {
  if (files.isEmpty()) {
    return;
  }
  QSettings().setValue(QStringLiteral("openFolder"), QFileInfo(files.front()).absolutePath());
  if (files.size() == 1 && files.front().endsWith(QLatin1String(".json"), Qt::CaseInsensitive)) {
    openSession(files.front());
    return;
  }
  if (files.size() == 1 && ModelChooser::isModelFile(files.front())) {
    models_->choose(files.front());
    return;
  }
  std::vector<std::string> paths;
  for (const QString& file : files) {
    paths.push_back(file.toStdString());
  }
  stop_sorting_.request_stop();
  sorting_.waitForFinished();
  stop_sorting_ = {};
  is_sorting_ = true;
  status_->setBusy(true);
  sorting_.setFuture(QtConcurrent::run([paths, stop = stop_sorting_.get_token()] {
    try {
      return sort_by_content(paths, stop);
    } catch (const Cancelled&) {
      return SortedFiles{};
    }
  }));
}

void MainWindow::takeAnswers(Session& session) {
  if (!answered_) {
    return;
  }
  for (const Role role : {Role::image, Role::mask, Role::prediction}) {
    const InputChoice* given = answered_->input(role);
    if (InputChoice* file = session.input(role); file != nullptr && given != nullptr) {
      file->answers = given->answers;
    }
  }
  session.study.labels = answered_->study.labels;
  session.prediction().meaning = answered_->prediction().meaning;
  answered_.reset();
}

void MainWindow::adoptSorted(const SortedFiles& files) {
  const bool joins = files.image.empty() && (!files.mask.empty()) != (!files.prediction.empty());
  store_.change(tr("open files"), [&](Session& session) {
    if (!joins) {  // a mask or a prediction alone joins the open case; anything else begins a new one
      start_case(session);
    }
    if (!files.image.empty()) {
      session.study.image = {.path = files.image};
    }
    if (!files.mask.empty()) {
      session.study.mask = {.path = files.mask};
      session.study.labels = {};
      session.look.crosshair = kAutomaticCrosshair;
    }
    if (!files.prediction.empty()) {
      session.predict_from<FromFile>().file = {.path = files.prediction};
    } else {
      degrade_when_there_is_none(session);
    }
    takeAnswers(session);
  });
  case_->noteSorting(files.assumptions);
  if (remember_) {
    recent_->add(inputs_of(store_.session()));
  }
  if (!files.unused.empty()) {
    QStringList names;
    for (const std::string& path : files.unused) {
      names << QFileInfo(QString::fromStdString(displayable(path))).fileName();
    }
    message_->showMessage(
        tr("Left out: %1. A case takes one image, one mask and one prediction.").arg(names.join(QStringLiteral(", "))));
  }
}

void MainWindow::openOne(Role role) {
  const QString path = QFileDialog::getOpenFileName(this, tr("Open"), startFolder(), file_filter());
  if (path.isEmpty()) {
    return;
  }
  QSettings().setValue(QStringLiteral("openFolder"), QFileInfo(path).absolutePath());
  store_.change(tr("open %1").arg(QFileInfo(path).fileName()), [&](Session& session) {
    if (role == Role::prediction) {
      session.predict_from<FromFile>();
    }
    *session.input(role) = {.path = path.toStdString()};
    if (role == Role::mask) {
      degrade_when_there_is_none(session);
    }
  });
}

void MainWindow::askForFiles() {
  openFiles(QFileDialog::getOpenFileNames(this, tr("Open image, mask and prediction"), startFolder(), file_filter()));
}

void MainWindow::askForFolder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a DICOM folder"), startFolder());
  if (!folder.isEmpty()) {
    openFiles({folder});
  }
}

void MainWindow::openSample(const QString& name) {
  const bool head = name == QLatin1String("mni-head") && mni_head().has_value();
  const std::string path = head ? "sample:mni-head" : "sample:phantom";
  store_.change(tr("open the sample"), [&](Session& session) {
    start_case(session);
    session.study.image = session.study.mask = {.path = path};
    degrade_when_there_is_none(session);
    takeAnswers(session);
  });
  if (name == QLatin1String("mni-head") && !head) {
    message_->showMessage(tr("The MNI head is not installed (package mricron-data): here is a generated phantom."));
  }
}

void MainWindow::openCase(const Session& session) {
  store_.change(tr("open"), [&](Session& now) {
    now = session;
    degrade_when_there_is_none(now);
  });
}

void MainWindow::openSession(const QString& path) {
  try {
    openCase(read_session(QFile::encodeName(path).toStdString()));
    session_path_ = path;
    if (remember_) {
      recent_->add({path});
    }
  } catch (const Refusal& refusal) {
    showRefusal(refusal);
  }
}

bool MainWindow::saveSession(const QString& path) {
  const Session session = frame_ ? with_hashes(store_.session(), *frame_->data) : store_.session();
  const std::string text = to_json(session, QFileInfo(path).absolutePath().toStdString());
  if (const QString problem = save_file(path, text); !problem.isEmpty()) {
    message_->showMessage(problem);
    return false;
  }
  session_path_ = path;
  return true;
}

void MainWindow::askForSession() {
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Open session"), startFolder(), tr("LossScope sessions (*.json)"));
  if (!path.isEmpty()) {
    openSession(path);
  }
}

void MainWindow::saveSessionAs() {
  QString path = QFileDialog::getSaveFileName(this, tr("Save session"), startFolder() + QStringLiteral("/session.json"),
                                              tr("LossScope sessions (*.json)"));
  if (!path.isEmpty()) {
    saveSession(path.endsWith(QLatin1String(".json")) ? path : path + QStringLiteral(".json"));
  }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) {
    event->acceptProposedAction();
  }
}

void MainWindow::dropEvent(QDropEvent* event) {
  QStringList files;
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) {
      files << url.toLocalFile();
    }
  }
  openFiles(files);
}

}  // namespace lossscope
