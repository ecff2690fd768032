// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/frame.h"
#include "app/window/session_store.h"

class QComboBox;
class QLabel;

namespace lossscope {

class ClassStrip;
class InputRow;

/// What the case is: image, mask with its label, units of distances, and what was taken for granted.
class CasePanel : public QWidget {
  Q_OBJECT
 public:
  explicit CasePanel(SessionStore& store, QWidget* parent = nullptr);
  void showFrame(const FramePtr& frame);
  /// How the files of the session were told apart; said for as long as they are the case.
  void noteSorting(const std::vector<Assumption>& how);
  void clear();  ///< there is no case
  /// The list of assumptions, to be placed below everything that they may be about.
  [[nodiscard]] QWidget* assumptions() const { return assumptions_; }

 Q_SIGNALS:
  void openRequested(lossscope::Role role);

 private:
  void showSession(const Session& session);
  void fillLabels();
  void chooseLabel(const QVariant& value);
  void showSpacing();
  void showAssumptions();
  void remove(Role role);
  void useAs(Role from, Role to);

  SessionStore& store_;
  InputRow* image_ = nullptr;
  InputRow* mask_ = nullptr;
  QComboBox* label_ = nullptr;
  ClassStrip* classes_ = nullptr;
  QComboBox* spacing_ = nullptr;
  QWidget* assumptions_ = nullptr;
  QLabel* assumed_title_ = nullptr;
  QLabel* assumed_ = nullptr;
  Session shown_;  ///< that is on screen, with its data; names and assumptions are its own
  std::shared_ptr<const CaseData> data_;
  std::vector<Assumption> sorted_;
  std::vector<std::string> sorted_paths_;
};

}  // namespace lossscope
