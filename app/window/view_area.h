// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <array>

#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "widgets/colour_bar.h"
#include "widgets/slice_view.h"
#include "widgets/surface_view.h"

class QLabel;
class QSplitter;
class QStackedWidget;

namespace lossscope {

class CompareGrid;
class Details;
class RangeControl;
class SheetView;
class SurfacePane;

/// Three linked slice views and the fourth pane, or several losses side by side, and the colour bar. Shows frames; says
/// where the user points.
class ViewArea : public QWidget {
  Q_OBJECT
 public:
  ViewArea(SessionStore& store, const Details& details, QWidget* parent = nullptr);

  void showFrame(const FramePtr& frame);
  /// What needs no computation: opacity, visibility, zoom.
  void showSettings(const Session& session);
  void clear();
  void resetViews();
  void setInterpolation(bool on);  ///< of the grey images
  /// Takes the outlines away for a moment, whatever the session says: while H is held.
  void hideContours(bool hidden);
  void toggleMaximised(QWidget* pane);
  void setTextSize(int pixels);  ///< of all views; 0: as usual

  [[nodiscard]] bool busy() const;  ///< surfaces are still being made
  [[nodiscard]] const std::array<widgets::SliceView*, 3>& slices() const { return slices_; }
  [[nodiscard]] widgets::SliceView* distanceView() const { return distance_; }
  [[nodiscard]] widgets::SurfaceView* surfaceView() const;
  [[nodiscard]] SurfacePane* surfacePane() const { return surface_; }
  [[nodiscard]] widgets::ColourBar* colourBar() const { return bar_; }
  [[nodiscard]] RangeControl* rangeControl() const { return range_; }
  [[nodiscard]] CompareGrid* compareGrid() const { return compare_; }
  [[nodiscard]] SheetView* sheetView() const { return sheet_; }
  /// Whether the colour bar explains this pane.
  [[nodiscard]] bool hasColourBar(const widgets::SceneView* pane) const;
  /// The panes that are on screen now, for pictures of the window.
  [[nodiscard]] std::vector<widgets::SceneView*> visiblePanes() const;

 Q_SIGNALS:
  void crosshairMoved(const std::array<std::int64_t, 3>& voxel);
  /// View 0 axial, 1 coronal, 2 sagittal, 3 and on the panes of a comparison; x, y -1 when the pointer left.
  void hovered(int view, int x, int y);
  void windowLevelChanged(double window, double level, quint64 drag);
  void turntableRequested();
  void menuRequested(const QPoint& global);  ///< of a slice

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;  ///< of the application: H pressed and released

 private:
  void connectSlice(int view);
  void connectDistance();
  void connectComparison();
  void showArrangement();
  void showPanes();
  void applySettings(const Session& wanted);
  void showSlice(int view);
  void showLegend(bool uncounted);
  /// Shows the slices at the session's zoom about its crosshair, where that is another than before.
  void showZoom(const Session& session);
  void showDistance();
  void moveTo(const ViewAxes& axes, int x, int y, std::int64_t slice);
  [[nodiscard]] widgets::ColourScale scale() const;

  std::array<widgets::SliceView*, 3> slices_{};
  widgets::SliceView* distance_ = nullptr;
  SurfacePane* surface_ = nullptr;
  QStackedWidget* fourth_ = nullptr;
  widgets::ColourBar* bar_ = nullptr;
  RangeControl* range_ = nullptr;
  QLabel* legend_ = nullptr;
  bool contours_hidden_ = false;
  CompareGrid* compare_ = nullptr;
  SheetView* sheet_ = nullptr;
  QStackedWidget* arrangement_ = nullptr;
  QSplitter* columns_ = nullptr;
  QSplitter* rows_ = nullptr;
  QWidget* maximised_ = nullptr;
  SessionStore& store_;
  FramePtr frame_;
  double zoom_ = 1, compared_zoom_ = 1;  ///< of the session, as it was shown last
};

}  // namespace lossscope
