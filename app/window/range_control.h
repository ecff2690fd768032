// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "widgets/colour_bar.h"

class QMenu;

namespace lossscope {

/// What a person does to the colours at a colour bar: its range, linear or logarithmic, which colours, how they fade.
/// Each is an undoable step.
class RangeControl : public QObject {
  Q_OBJECT
 public:
  explicit RangeControl(SessionStore& store, QObject* parent = nullptr);
  /// The bar's ends, and a menu at a right click.
  void attach(widgets::ColourBar* bar);
  void showFrame(const FramePtr& frame) { frame_ = frame; }
  void fillMenu(QMenu* menu);

  void fitToVolume();
  void fitToSlices();  ///< what is seen now
  void lock(bool on);  ///< at the range that is shown
  void choose(double low, double high, quint64 drag = 0);

 private:
  void addRange(QMenu* menu);
  void addColours(QMenu* menu);

  SessionStore& store_;
  FramePtr frame_;
};

}  // namespace lossscope
