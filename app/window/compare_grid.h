// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "widgets/colour_bar.h"
#include "widgets/slice_view.h"

class QBoxLayout;
class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QToolButton;

namespace lossscope {

class RangeControl;

/// One loss of the grid: which, how large, its slice and its own colour range.
class ComparedView : public QWidget {
  Q_OBJECT
 public:
  explicit ComparedView(std::size_t place);
  void show(const Frame& frame, const ComparedPane& pane);
  /// The loss that was asked for in this place; while another is shown, its pane is veiled.
  void showAsked(const Session& session);
  void veil(bool on);  ///< the number is grey
  [[nodiscard]] widgets::SliceView* slice() const { return slice_; }
  [[nodiscard]] widgets::ColourBar* colourBar() const { return bar_; }

 Q_SIGNALS:
  void lossChosen(const QString& id);
  void openRequested();  ///< this loss alone

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fitHead();

  std::size_t place_;
  QBoxLayout* head_ = nullptr;
  QComboBox* loss_ = nullptr;
  QToolButton* open_ = nullptr;
  QLabel* value_ = nullptr;
  QString number_;          ///< the value of the loss that is shown
  std::string shown_loss_;  ///< empty for the difference
  widgets::SliceView* slice_ = nullptr;
  widgets::ColourBar* bar_ = nullptr;
};

/// Two, four or six losses, or two and their difference, on one slice: crosshair, zoom and pan are linked.
class CompareGrid : public QWidget {
  Q_OBJECT
 public:
  CompareGrid(SessionStore& store, RangeControl& range, QWidget* parent = nullptr);
  void show(const FramePtr& frame);
  void showSettings(const Session& session);
  /// As many panes as `session`, whose frame is shown next, compares losses.
  void arrange(const Session& session);
  void veil(bool on);  ///< the numbers are grey: something else was asked for
  void clear();
  void resetViews();
  /// Shows the compared slice larger, about the session's crosshair.
  void showZoom(const Session& session);
  void setInterpolation(bool on);
  void setTextSize(int pixels);  ///< of all slices, those to come, too; 0: as usual
  /// Those that are in use, in the session's order; a difference's third is the difference.
  [[nodiscard]] std::vector<widgets::SliceView*> slices() const;

 Q_SIGNALS:
  void crosshairMoved(const std::array<std::int64_t, 3>& voxel);
  void hovered(int pane, int x, int y);  ///< -1, -1 when the pointer left
  void windowLevelChanged(double window, double level, quint64 drag);
  void menuRequested(const QPoint& global);  ///< of a slice

 private:
  ComparedView* addView();
  void connectView(std::size_t place);
  void toggleMaximised(std::size_t place);
  /// A pane is on screen until the next frame, though an undo has taken its loss out of the session.
  [[nodiscard]] bool stillCompared(std::size_t place) const;
  void moveTo(std::size_t place, int x, int y, int step);
  [[nodiscard]] QWidget* makeHead();

  SessionStore& store_;
  RangeControl& range_;
  QWidget* which_ = nullptr;  ///< slice is compared
  QComboBox* view_ = nullptr;
  QCheckBox* shared_ = nullptr;
  QLabel* says_ = nullptr;
  QGridLayout* grid_ = nullptr;
  std::vector<ComparedView*> views_;  ///< made when first needed
  std::size_t in_use_ = 0;
  int maximised_ = -1;
  bool smooth_ = false, veiled_ = false;
  int text_size_ = 0;
  FramePtr frame_;
};

}  // namespace lossscope
