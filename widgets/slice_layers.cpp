// SPDX-License-Identifier: Apache-2.0
#include "widgets/slice_layers.h"

#include <algorithm>
#include <utility>

#include "basics/trace.h"
#include "widgets/contour.h"

namespace lossscope::widgets {

bool SliceLayers::Source::replace(const SharedValues& by, const SlicePicture& picture) {
  const bool same = values.is(by) && width == picture.width && height == picture.height;
  *this = {by, picture.width, picture.height};
  return !same;
}

const QImage& SliceLayers::grey(const SlicePicture& picture, double window, double level) {
  const bool other_window = std::exchange(grey_.window, window) != window;
  const bool other_level = std::exchange(grey_.level, level) != level;
  if (!grey_.source.replace(picture.image, picture) && !other_window && !other_level) {
    return grey_.image;
  }
  const trace::Span span(trace::Category::upload, "grey values of a slice");
  grey_.image = QImage(picture.width, picture.height, QImage::Format_RGB32);
  const auto factor = static_cast<float>(window != 0 ? 255 / window : 0);
  const auto offset = static_cast<float>(127.5 + 0.5 - level * static_cast<double>(factor));  // rounds, too
  const float* value = picture.image.data();
  for (int y = 0; y < picture.height; ++y) {
    auto* row = reinterpret_cast<QRgb*>(grey_.image.scanLine(y));
    for (int x = 0; x < picture.width; ++x) {
      const float shade = std::min(255.0F, std::max(0.0F, *value++ * factor + offset));  // NaN is black
      row[x] = 0xff000000U | static_cast<QRgb>(shade) * 0x010101U;
    }
  }
  return grey_.image;
}

const QImage& SliceLayers::colours(const SlicePicture& picture, const ColourScale& scale) {
  const bool other_scale = std::exchange(colours_.scale, scale) != scale;
  if (colours_.source.replace(picture.overlay, picture) || other_scale) {
    const trace::Span span(trace::Category::upload, "colours of a slice");
    QImage rgba(picture.width, picture.height, QImage::Format_RGBA8888);  // its rows need no padding
    colours_of(picture.overlay.data(), picture.overlay.size(), scale, rgba.bits());
    rgba.convertTo(QImage::Format_ARGB32_Premultiplied);
    colours_.image = std::move(rgba);
  }
  return colours_.image;
}

const QImage& SliceLayers::veil(const SlicePicture& picture) {
  if (!veil_.source.replace(picture.counts, picture)) {
    return veil_.image;
  }
  veil_.image = QImage();
  if (!picture.counts.empty()) {
    QImage image(picture.width, picture.height, QImage::Format_ARGB32);
    const float* counts = picture.counts.data();
    for (int y = 0; y < picture.height; ++y) {
      auto* row = reinterpret_cast<QRgb*>(image.scanLine(y));
      for (int x = 0; x < picture.width; ++x) {
        row[x] = *counts++ != 0 ? 0U : uncounted_colour(x, y).rgba();
      }
    }
    veil_.image = std::move(image).convertToFormat(QImage::Format_ARGB32_Premultiplied);
  }
  return veil_.image;
}

const QPainterPath& SliceLayers::Outline::of(const SharedValues& values, const SlicePicture& picture, double at) {
  const bool other_level = std::exchange(level, at) != at;
  const bool other_counts = counts.replace(picture.counts, picture);
  if (source.replace(values, picture) || other_level || other_counts) {
    const trace::Span span(trace::Category::upload, "outline in a slice");
    path = contour_of(values, picture.width, picture.height, at, picture.counts);
  }
  return path;
}

const QPainterPath& SliceLayers::mask(const SlicePicture& picture) { return mask_.of(picture.mask, picture, 0.5); }

const QPainterPath& SliceLayers::prediction(const SlicePicture& picture) {
  return prediction_.of(picture.prediction, picture, picture.prediction_level);
}

}  // namespace lossscope::widgets
