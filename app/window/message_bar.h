// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QSpinBox;

namespace lossscope {

/// What went wrong, above the views until it is dismissed or solved: which file, why, and what to do.
class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);

  /// A refusal of the reader. For E_GRID and E_COMPONENTS the ways out are offered as buttons.
  void showRefusal(const QString& code, const QString& file, const QString& reason, const QString& remedy);
  void showMessage(const QString& message);  ///< something went wrong
  void showNews(const QString& message);     ///< something went well
  [[nodiscard]] QString text() const;

 Q_SIGNALS:
  void useAsIs(const QString& file);
  void resample(const QString& file);
  void useComponent(const QString& file, int component);

 private:
  void showPlain(const QString& message, int icon);

  QLabel* icon_ = nullptr;
  QLabel* label_ = nullptr;
  QPushButton* as_is_ = nullptr;
  QPushButton* resample_ = nullptr;
  QSpinBox* component_ = nullptr;
  QPushButton* use_component_ = nullptr;
  QString file_;
};

}  // namespace lossscope
