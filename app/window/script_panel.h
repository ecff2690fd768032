// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/window/session_store.h"

class QPlainTextEdit;
class QPushButton;

namespace lossscope {

/// The editor of a loss written in TorchScript. It is evaluated on demand, not at every key.
class ScriptPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ScriptPanel(SessionStore& store, QWidget* parent = nullptr);
  [[nodiscard]] std::string source() const;

 Q_SIGNALS:
  void accepted(const QString& source);  ///< a person wants this source to run; the session has it next
  void evaluated();                      ///< the session has it now
  void edited();                         ///< the text is another than before

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;  ///< the editor's ctrl + return

 private:
  void showSession(const Session& session);
  void evaluate();

  SessionStore& store_;
  QPlainTextEdit* editor_ = nullptr;
  QPushButton* button_ = nullptr;
};

}  // namespace lossscope
