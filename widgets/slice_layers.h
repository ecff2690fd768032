// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QPainterPath>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// What a slice is painted from, at one pixel a voxel: grey values, colours and outlines. Each is made when it is first
/// asked for and kept until it is asked for with something else. No view's size enters, so that a worker can make them
/// ready and hand them over: a copy shares what is made. Not for concurrent calls on one object.
class SliceLayers {
 public:
  /// The image through its window; black where a value is not a number.
  const QImage& grey(const SlicePicture& picture, double window, double level);
  /// The overlay's colours, transparent where nothing happens.
  const QImage& colours(const SlicePicture& picture, const ColourScale& scale);
  /// Where the mask crosses 0.5, in voxels; not beside voxels that do not count.
  const QPainterPath& mask(const SlicePicture& picture);
  /// Where the prediction crosses its level, in voxels; not beside voxels that do not count.
  const QPainterPath& prediction(const SlicePicture& picture);
  /// Grey stripes over the voxels that do not count, else transparent; null where all count.
  const QImage& veil(const SlicePicture& picture);
  /// Takes over all but the colours from another slice of the same place.
  void shareSlice(const SliceLayers& other) {
    grey_ = other.grey_;
    veil_ = other.veil_;
    mask_ = other.mask_;
    prediction_ = other.prediction_;
  }

 private:
  struct Source {  ///< values, and how they are laid out: the same values make the same layer
    SharedValues values;
    int width = 0, height = 0;
    [[nodiscard]] bool replace(const SharedValues& by, const SlicePicture& picture);
  };
  struct Outline {
    Source source, counts;
    double level = 0;
    QPainterPath path;
    const QPainterPath& of(const SharedValues& values, const SlicePicture& picture, double at);
  };
  struct Grey {
    Source source;
    double window = 0, level = 0;
    QImage image;
  };
  struct Colours {
    Source source;
    ColourScale scale;
    QImage image;
  };
  struct Veil {
    Source source;
    QImage image;
  };
  Grey grey_;
  Colours colours_;
  Veil veil_;
  Outline mask_, prediction_;
};

}  // namespace lossscope::widgets
