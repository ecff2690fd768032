// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/details.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QLabel;
class QTableWidget;
class QToolButton;

namespace lossscope {

/// The numbers of the crosshair's voxel and of pinned ones under every loss that is shown, and the way to the voxels
/// that hurt most.
class ProbeTab : public TabPage {
  Q_OBJECT
 public:
  /// Columns of the table. A voxel has one row; under several losses a row of its own, and one for each loss, whose
  /// name stands from kVoxel to kDistance.
  enum Column { kVoxel, kImage, kMask, kP, kZ, kDistance, kContribution, kGradient, kWhatIf, kRank, kColumnCount };

  ProbeTab(SessionStore& store, const Details& details);
  void showFrame(const FramePtr& frame) override;
  void clear() override;

  void pin();  ///< the crosshair's voxel; takes the pin away where it is pinned
  void unpinAll();
  void goToWorst();
  /// To the voxel that contributes the next less (by 1) or the next more (by -1) than this one.
  void step(int by);

 private:
  void makeTable();
  void rebuild();
  int addVoxel(int row, const VoxelProbe& probe, bool pinned);  ///< returns the row after it
  void showPlace();
  void put(int row, int column, const QString& text, const QString& tip = {});
  void fillVoxel(int row, const VoxelProbe& probe, bool pinned);
  [[nodiscard]] QString in_words(const QString& text) const;  ///< of voxels, or of a picture's pixels
  void fillName(int row, const LossProbe& probe);
  void fillLoss(int row, const LossProbe& probe, bool counts);
  /// The crosshair's place among the worst voxels of the chosen loss, from 0; -1 when it is not among them.
  [[nodiscard]] std::ptrdiff_t place() const;
  void goTo(std::ptrdiff_t place);

  SessionStore& store_;
  const Details& details_;
  QTableWidget* table_ = nullptr;
  QToolButton* pin_ = nullptr;
  QToolButton* unpin_ = nullptr;
  QToolButton* worst_ = nullptr;
  QToolButton* next_ = nullptr;
  QToolButton* previous_ = nullptr;
  QLabel* says_ = nullptr;
  FramePtr frame_;
};

}  // namespace lossscope
