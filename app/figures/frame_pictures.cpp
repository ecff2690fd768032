// SPDX-License-Identifier: Apache-2.0
#include "app/figures/frame_pictures.h"

#include <functional>

#include "app/figures/pictures.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

void make(widgets::SliceLayers& layers, const Frame& frame, const widgets::SlicePicture& picture,
          const widgets::ColourScale& scale) {
  if (!picture.image.empty()) {
    layers.grey(picture, shown_window(frame), shown_level(frame));
  }
  if (!picture.overlay.empty()) {
    layers.colours(picture, scale);
  }
  layers.veil(picture);
  if (frame.session.look.display.show_contours) {
    layers.mask(picture);
    layers.prediction(picture);
  }
}

}  // namespace

void PictureMaker::operator()(Frame& frame) {
  const auto each = [this](std::size_t count, const std::function<void(std::size_t)>& work) {
    parallel_pieces(static_cast<std::int64_t>(count), 1, threads_, {},
                    [&](std::int64_t at, std::int64_t) { work(static_cast<std::size_t>(at)); });
  };
  if (frame.data->grid.empty() || frame.session.look.is_sheet()) {
    return;
  }
  if (frame.session.look.arrangement == Arrangement::single) {
    const widgets::ColourScale scale = overlay_scale(frame);
    each(last_.views.size(), [&](std::size_t view) {
      make(last_.views[view], frame, slice_picture(frame, static_cast<Anatomical>(view)), scale);
    });
  } else if (!frame.compared.empty()) {
    last_.compared.resize(frame.compared.size());
    const auto make_pane = [&](std::size_t pane) {
      const ComparedPane& shown = frame.compared[pane];
      make(last_.compared[pane], frame, compared_picture(frame, shown), compared_scale(frame, shown));
    };
    make_pane(0);
    for (std::size_t pane = 1; pane < last_.compared.size(); ++pane) {
      last_.compared[pane].shareSlice(last_.compared[0]);
    }
    each(last_.compared.size(), make_pane);
  }
  frame.pictures = std::make_shared<const FramePictures>(last_);
}

}  // namespace lossscope
