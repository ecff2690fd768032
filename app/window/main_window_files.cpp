// SPDX-License-Identifier: Apache-2.0
// How a case gets into the window and a session out of it.
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>

#include "app/reader/gates/file_formats.h"
#include "app/session/session_file.h"
#include "app/window/case_panel.h"
#include "app/window/class_question.h"
#include "app/window/export_picture.h"
#include "app/window/input_row.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/model_chooser.h"
#include "app/window/recent_files.h"
#include "app/window/save_file.h"
#include "app/window/start_folder.h"
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
  leave_classes(session);
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
      for (const std::string& more : session.input(role)->more_channels) {
        files << QString::fromStdString(more);
      }
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

void MainWindow::openFiles(const QStringList& files) {
  if (files.isEmpty()) {
    return;
  }
  remember_folder(FolderOf::inputs, files.front());
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
  status_->setBusy(true);
  sorting_.run([this, paths](const std::stop_token& stop, const Background::Deliver& deliver) {
    try {
      deliver([this, files = sort_by_content(paths, stop)] { adoptSorted(files); });
    } catch (const Refusal& refusal) {
      deliver([this, refusal] { showRefusal(refusal); });
    }
  });
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
  requested_ = {};  // the files may be others by now
  const bool joins = files.image.empty() && (!files.mask.empty()) != (!files.prediction.empty());
  const auto adopt = [&](Session& session) {
    if (!joins) {  // a mask or a prediction alone joins the open case; anything else begins a new one
      start_case(session);
    }
    if (!files.image.empty()) {
      session.study.image = {.path = files.image};
    }
    if (!files.mask.empty()) {
      session.study.mask = {.path = files.mask};
      session.study.labels = {};
      leave_classes(session);
      session.look.crosshair = kAutomaticCrosshair;
    }
    if (!files.prediction.empty()) {
      session.predict_from<FromFile>().file = {.path = files.prediction};
      session.input(Role::prediction)->more_channels = files.more_channels;
    } else {
      degrade_when_there_is_none(session);
    }
    takeAnswers(session);
  };
  joins ? store_.change(tr("open files"), adopt) : store_.begin(tr("open files"), adopt);
  showSession(store_.session());
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

QString MainWindow::startFolder() const {
  for (const QString& input : inputs_of(store_.session())) {
    if (const QFileInfo file(input); file.exists()) {
      return file.absolutePath();
    }
  }
  return start_folder(FolderOf::inputs);
}

void MainWindow::openOne(Role role) {
  const QString path = QFileDialog::getOpenFileName(this, tr("Open"), startFolder(), file_filter());
  if (path.isEmpty()) {
    return;
  }
  remember_folder(FolderOf::inputs, path);
  requested_ = {};  // the file may be another by now
  store_.change(tr("open %1").arg(QFileInfo(path).fileName()), [&](Session& session) {
    if (role == Role::prediction) {
      session.predict_from<FromFile>();
    }
    *session.input(role) = {.path = path.toStdString()};
    if (role == Role::mask) {
      degrade_when_there_is_none(session);
    }
  });
  showSession(store_.session());
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
  store_.begin(tr("open the sample"), [&](Session& session) {
    start_case(session);
    session.study.image = session.study.mask = {.path = path};
    degrade_when_there_is_none(session);
    takeAnswers(session);
  });
  if (name == QLatin1String("mni-head") && !head) {
    message_->showMessage(tr("The MNI head is not installed (package mricron-data): here is a generated phantom."));
  }
}

void MainWindow::openCase(const Session& session, const QString& path, const Session* saved) {
  store_.begin(tr("open"), [&](Session& now) {
    now = session;
    degrade_when_there_is_none(now);
  });
  if (!path.isEmpty()) {
    Session stands = saved != nullptr ? *saved : session;
    degrade_when_there_is_none(stands);
    documents_.assign(path, stands);
    showTitle();
  }
}

void MainWindow::openSession(const QString& path) {
  try {
    openCase(read_session(QFile::encodeName(path).toStdString()), path);
    if (remember_) {
      recent_->add({path});
    }
  } catch (const Refusal& refusal) {
    showRefusal(refusal);
  }
}

void MainWindow::showTitle() {
  QStringList names;
  for (const Role role : {Role::image, Role::mask}) {
    const QString name = frame_ ? input_name(frame_->session, role) : QString();
    if (!name.isEmpty() && !names.contains(name)) {
      names << name;
    }
  }
  const Document& document = documents_.at(shown_document_);
  QStringList parts;
  if (!document.path.isEmpty()) {
    parts << input_name(document.path);
  }
  if (!names.isEmpty()) {
    parts << names.join(QStringLiteral(" + "));
  }
  parts << tr("LossScope");
  // Qt shows "[*]" as a star when there is something to save; one in a file's name is doubled to stay what it is.
  constexpr QLatin1String kMark("[*]");
  for (QString& part : parts) {
    part.replace(kMark, QLatin1String("[*][*]"));
  }
  parts.front() += document.path.isEmpty() ? QLatin1String() : kMark;
  setWindowTitle(parts.join(QStringLiteral(" - ")));
  setWindowModified(document.unsaved());
}

bool MainWindow::writeSession(const Session& session, const QString& path) {
  const std::string text = to_json(session, QFileInfo(path).absolutePath().toStdString());
  const QString problem = save_file(path, text);
  if (!problem.isEmpty()) {
    message_->showMessage(problem);
  }
  return problem.isEmpty();
}

bool MainWindow::saveSession(const QString& path) {
  const Session session = frame_ ? with_hashes(store_.session(), *frame_->data) : store_.session();
  if (!writeSession(session, path)) {
    return false;
  }
  documents_.assign(path, store_.session());
  showTitle();
  status_->say(tr("Saved: %1").arg(input_name(path)));
  return true;
}

bool MainWindow::settleUnsaved() {
  for (const Document& document : documents_.unsaved()) {
    QMessageBox box(QMessageBox::Warning, tr("Unsaved changes"),
                    tr("%1 lacks what was changed since it was saved.").arg(QFileInfo(document.path).fileName()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("unsavedChanges"));
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(document.path);
    box.setDefaultButton(QMessageBox::Save);
    const int answer = box.exec();
    if (answer != QMessageBox::Save && answer != QMessageBox::Discard) {
      return false;
    }
    const bool shown = document.path == documents_.now().path;
    if (answer == QMessageBox::Save &&
        !(shown ? saveSession(document.path) : writeSession(document.last, document.path))) {
      return false;
    }
  }
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
  QString path = QFileDialog::getSaveFileName(this, tr("Save session"),
                                              QDir(startFolder()).filePath(QStringLiteral("session.json")),
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
