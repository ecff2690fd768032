// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <optional>

#include "app/io/reader_client.h"

class QComboBox;
class QHBoxLayout;
class QLabel;

namespace lossscope {

/// What went wrong, below the views until it is dismissed or solved: which file, why, and what to do.
class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);
  /// Lies in `window` over the lower edge of `below`, or, while that is hidden or elsewhere, over that of `area`:
  /// nothing moves when a message comes and goes, and no tab, header or label in the views' upper corners is hidden.
  void layOver(QWidget* window, QWidget* area, QWidget* below);

  /// A refusal, with a button for each way out: objectName "choice:" and the choice's id. Many ways share a list.
  void showRefusal(const Refusal& refusal);
  void showMessage(const QString& message);  ///< something went wrong
  void showNews(const QString& message);     ///< something went well
  [[nodiscard]] QString text() const;

 Q_SIGNALS:
  /// A way out of the refusal was taken.
  void chosen(const lossscope::Refusal& refusal, const lossscope::Choice& choice);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;  ///< of both: moved, resized, shown or hidden

 private:
  void place();
  void present();
  void showPlain(const QString& message, int icon);
  void offer(const std::vector<Choice>& choices);
  void addButton(const QString& text, const QString& name, const QString& hint, std::function<std::size_t()> which);

  QLabel* icon_ = nullptr;
  QLabel* label_ = nullptr;
  QHBoxLayout* ways_ = nullptr;
  std::optional<Refusal> refusal_;
  QWidget* area_ = nullptr;
  QWidget* below_ = nullptr;
};

}  // namespace lossscope
