// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "app/engine/frame.h"
#include "widgets/slice_layers.h"

namespace lossscope {

/// What a frame's slices are painted from, as Frame::pictures carries it from the worker to the screen.
struct FramePictures {
  std::array<widgets::SliceLayers, 3> views;   ///< axial, coronal, sagittal
  std::vector<widgets::SliceLayers> compared;  ///< as Frame::compared
};

/// Makes the visible slices of frame after frame ready, so that painting them computes nothing; what two frames or two
/// compared losses share is made once. Any thread, but one at a time.
class PictureMaker {
 public:
  explicit PictureMaker(int threads) : threads_(threads) {}  ///< 0: all cores
  /// Sets the frame's pictures.
  void operator()(Frame& frame);

 private:
  int threads_;
  FramePictures last_;
};

}  // namespace lossscope
