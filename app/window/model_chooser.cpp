// SPDX-License-Identifier: Apache-2.0
#include "app/window/model_chooser.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QtConcurrentRun>
#include <tuple>

#include "app/window/start_folder.h"
#include "app/window/trust_dialog.h"
#include "losses/evaluate.h"

namespace lossscope {

ModelChooser::ModelChooser(SessionStore& store, TrustedModels& trusted, QWidget* window)
    : QObject(window), store_(store), trusted_(trusted), window_(window) {
  connect(&inspecting_, &QFutureWatcherBase::finished, this, &ModelChooser::showInspected);
}

ModelChooser::~ModelChooser() {
  stop_.request_stop();
  inspecting_.waitForFinished();
}

bool ModelChooser::isModelFile(const QString& path) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  return suffix == QLatin1String("pt") || suffix == QLatin1String("pth") || suffix == QLatin1String("ts");
}

void ModelChooser::ask() {
  const QString path =
      QFileDialog::getOpenFileName(window_, tr("Open a TorchScript model"), start_folder(FolderOf::inputs),
                                   tr("TorchScript models (*.pt *.pth *.ts);;All files (*)"));
  if (!path.isEmpty()) {
    choose(path);
  }
}

void ModelChooser::choose(const QString& path) {
  stop_.request_stop();
  stop_ = {};
  busy_ = true;
  inspecting_.setFuture(QtConcurrent::run([file = path.toStdString(), stop = stop_.get_token()]() -> Inspected {
    try {
      return inspect_model(file, stop);
    } catch (const Cancelled&) {
      return ModelInfo{};  // another file was chosen meanwhile
    } catch (const Refusal& refusal) {
      return refusal;
    } catch (const std::exception& error) {
      return Refusal("E_MODEL", file, error.what(), "install LossScope completely: its programs lie in one folder");
    }
  }));
}

void ModelChooser::showInspected() {
  busy_ = false;
  const Inspected inspected = inspecting_.result();
  if (const auto* refusal = std::get_if<Refusal>(&inspected)) {
    Q_EMIT refused(*refusal);
    return;
  }
  const auto& model = std::get<ModelInfo>(inspected);
  if (model.path.empty()) {
    return;
  }
  if (store_.session().study.image.path.empty()) {
    Q_EMIT refused(
        {"E_MODEL_IMAGE", model.path, "a model works on an image, and none is open", "open the image first"});
    return;
  }
  trusted_.contains(model.sha256) ? adopt(model) : askForTrust(model);
}

void ModelChooser::askForTrust(const ModelInfo& model) {
  auto* dialog = new TrustDialog(model, window_);
  connect(dialog, &QDialog::accepted, this, [this, model] {
    trusted_.add(model.sha256);
    adopt(model);
  });
  dialog->open();
}

void ModelChooser::adopt(const ModelInfo& model) {
  const QString name = QFileInfo(QString::fromStdString(model.path)).fileName();
  const auto* before = store_.session().kept<FromModel>();
  const bool same_file = before != nullptr && before->model.path == model.path;
  const FromModel now{{model.path, model.sha256, same_file ? before->model.channel : std::nullopt}};
  if (store_.session().prediction().source == PredictionSource(now)) {
    Q_EMIT trusted();
    return;
  }
  store_.change(tr("prediction by %1").arg(name),
                [&now](Session& session) { session.predict_from<FromModel>() = now; });
}

}  // namespace lossscope
