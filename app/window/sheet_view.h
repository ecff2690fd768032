// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/details.h"
#include "app/figures/sheet.h"
#include "app/window/session_store.h"
#include "widgets/contact_sheet.h"

namespace lossscope {

/// The slice under every loss, small: name, value, and which voxels the loss comes from. A click opens a loss.
class SheetView : public QWidget {
  Q_OBJECT
 public:
  SheetView(SessionStore& store, const Details& details, QWidget* parent = nullptr);
  void show(const FramePtr& frame);
  void showSettings(const Session& session);
  void clear();
  [[nodiscard]] widgets::ContactSheet* sheet() const { return sheet_; }
  /// Those that are known by now.
  [[nodiscard]] StatisticsOf statistics() const {
    return [this](const LossResultPtr& result) { return details_.of(result); };
  }

 private:
  void rebuild();

  SessionStore& store_;
  const Details& details_;
  widgets::ContactSheet* sheet_ = nullptr;
  FramePtr frame_;
};

}  // namespace lossscope
