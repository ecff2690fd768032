// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <utility>

#include "app/engine/background.h"
#include "app/engine/frame.h"
#include "basics/turns.h"

namespace lossscope {

/// Something of the frame that is shown that takes passes over the volume: made in the background when somebody asks
/// for it, kept while it holds.
class ResultFinder : public QObject {
  Q_OBJECT
 public:
  /// Called in the background. `before`: what was made last, null at first and after another case. May throw Cancelled.
  using Make = std::function<std::shared_ptr<const void>(
      const LossResultPtr& result, MapKind gradient, const std::shared_ptr<const void>& before, std::stop_token stop)>;
  ResultFinder(std::shared_ptr<Turns> turns, Make make, QObject* parent = nullptr);

  /// The newest frame; costs nothing.
  void showFrame(const FramePtr& frame);
  void clear();
  /// Somebody looks at it: it is made for this frame and those that follow, until nobody does.
  void setWanted(bool wanted);
  [[nodiscard]] bool has_loss() const { return result_ != nullptr; }
  [[nodiscard]] bool busy() const { return background_.busy(); }

 Q_SIGNALS:
  void changed();  ///< what is found is another one, or gone

 protected:
  /// Of the newest frame; null while it is not there, or where there is no loss to speak of.
  [[nodiscard]] const std::shared_ptr<const void>& found() const { return found_; }

 private:
  void compute();

  std::shared_ptr<Turns> turns_;
  Make make_;
  Background background_;
  LossResultPtr result_;
  MapKind gradient_ = MapKind::gradient_probability;
  std::shared_ptr<const void> found_, last_;
  bool wanted_ = false;
};

/// The same with the type of what is found.
template <class Found>
class FinderOf : public ResultFinder {
 public:
  using ResultFinder::ResultFinder;
  [[nodiscard]] std::shared_ptr<const Found> get() const { return std::static_pointer_cast<const Found>(found()); }
};

}  // namespace lossscope
