// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/frame.h"
#include "app/window/session_store.h"

class QListWidget;

namespace lossscope {

/// The classes of a case beside it: colour, name, what each adds to the loss, and its share as a bar. A click looks at
/// one, the first row at all of them. Not there while the case has one structure.
class ClassStrip : public QWidget {
  Q_OBJECT
 public:
  explicit ClassStrip(SessionStore& store, QWidget* parent = nullptr);
  void showFrame(const FramePtr& frame);
  void clear();

 private:
  void fill(const ClassTable& table, double value);
  void showSession(const Session& session);

  SessionStore& store_;
  QListWidget* list_ = nullptr;
  ClassTablePtr shown_;
};

/// Looks at a class, by its channel; none: at all. Whoever shows classes does it by this.
void look_at_class(SessionStore& store, std::optional<std::size_t> which);

}  // namespace lossscope
