// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include "app/engine/background.h"
#include "app/engine/error_list.h"
#include "app/engine/frame.h"
#include "basics/turns.h"

namespace lossscope {

/// The list of errors of the frame that is shown: made in the background when somebody asks for it, kept while it
/// holds.
class ErrorFinder : public QObject {
  Q_OBJECT
 public:
  explicit ErrorFinder(std::shared_ptr<Turns> turns, QObject* parent = nullptr);

  /// The newest frame; costs nothing.
  void showFrame(const FramePtr& frame);
  void clear();
  /// Somebody looks at the list: it is made for this frame and those that follow, until nobody does.
  void setWanted(bool wanted);
  /// The list of the newest frame; null while it is not there, or where there is no loss to speak of.
  [[nodiscard]] ErrorListPtr list() const { return list_; }
  [[nodiscard]] bool has_loss() const { return result_ != nullptr; }
  [[nodiscard]] bool busy() const { return background_.busy(); }

 Q_SIGNALS:
  void changed();  ///< `list` is another one, or gone

 private:
  void compute();

  std::shared_ptr<Turns> turns_;
  Background background_;
  LossResultPtr result_;
  MapKind gradient_ = MapKind::gradient_probability;
  ErrorListPtr list_;
  bool wanted_ = false;
};

}  // namespace lossscope
