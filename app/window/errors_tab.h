// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/error_finder.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QLabel;
class QModelIndex;
class QSortFilterProxyModel;
class QTableView;
class QToolButton;

namespace lossscope {

class ErrorsModel;

/// The connected pieces of what is missed and falsely found, with their share of the loss and of its gradient. A click
/// goes there; again, to the next of a row's errors.
class ErrorsTab : public TabPage {
  Q_OBJECT
 public:
  ErrorsTab(SessionStore& store, ErrorFinder& finder);
  void showFrame(const FramePtr& frame) override;
  void clear() override;
  [[nodiscard]] bool busy() const override { return finder_.busy(); }

  /// To the next row (by 1) or the one before (by -1), in the order that the table is sorted in. Where the list is not
  /// there yet, once it is.
  void step(int by);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void showList();
  void sayHowMany();
  /// To one of the errors of a row.
  void goTo(const QModelIndex& index, std::size_t member);

  SessionStore& store_;
  ErrorFinder& finder_;
  ErrorsModel* model_ = nullptr;
  QSortFilterProxyModel* sorted_ = nullptr;
  QTableView* table_ = nullptr;
  QLabel* says_ = nullptr;
  QToolButton* previous_ = nullptr;
  QToolButton* next_ = nullptr;
  QString unit_;
  bool of_classes_ = false;  ///< what is right is said by the most likely class
  std::size_t member_ = 0;   ///< of the current row's errors
  bool arrived_ = false;     ///< the current row is new since the last click
  int waiting_ = 0;          ///< steps to take when the list comes
};

}  // namespace lossscope
