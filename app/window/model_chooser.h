// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <variant>

#include "app/io/model_client.h"
#include "app/window/session_store.h"
#include "app/window/trusted_models.h"

class QDialog;

namespace lossscope {

/// How a TorchScript model becomes the source of the prediction: its file is looked at (not run), the person is asked
/// whether to trust its hash unless it is trusted already, and only then does it enter the session.
class ModelChooser : public QObject {
  Q_OBJECT
 public:
  ModelChooser(SessionStore& store, TrustedModels& trusted, QWidget* window);
  ~ModelChooser() override;

  [[nodiscard]] static bool isModelFile(const QString& path);  ///< by its name
  void ask();                                                  ///< by a file dialog
  void choose(const QString& path);
  [[nodiscard]] bool busy() const { return busy_; }  ///< a file is being looked at

 Q_SIGNALS:
  void refused(const lossscope::Refusal& refusal);
  /// The person trusts the model that the session has: it can be run now.
  void trusted();

 private:
  using Inspected = std::variant<ModelInfo, Refusal>;
  void showInspected();
  void askForTrust(const ModelInfo& model);
  void adopt(const ModelInfo& model);

  SessionStore& store_;
  TrustedModels& trusted_;
  QWidget* window_;
  QFutureWatcher<Inspected> inspecting_;
  std::stop_source stop_;
  bool busy_ = false;
};

}  // namespace lossscope
