// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/engine/class_numbers.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QTableView;

namespace lossscope {

class ClassesModel;

/// Each class of a case in numbers, and how a loss combines them.
class ClassesTab : public TabPage {
  Q_OBJECT
 public:
  ClassesTab(SessionStore& store, ClassNumbersFinder& finder);
  void showFrame(const FramePtr& frame) override;
  void clear() override;
  [[nodiscard]] bool busy() const override { return finder_.busy(); }

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  [[nodiscard]] QWidget* makeCombination();
  void connectCombination();
  void combine(const QString& text, const std::function<void(ClassCombination&)>& edit);
  void showSession(const Session& session);
  void say();

  SessionStore& store_;
  ClassNumbersFinder& finder_;
  ClassesModel* model_ = nullptr;
  QSortFilterProxyModel* sorted_ = nullptr;
  QTableView* table_ = nullptr;
  QComboBox* background_ = nullptr;
  QComboBox* weights_ = nullptr;
  QComboBox* absent_ = nullptr;
  QComboBox* activation_ = nullptr;
  QWidget* combination_ = nullptr;
  QLabel* says_ = nullptr;
};

}  // namespace lossscope
