// SPDX-License-Identifier: Apache-2.0
// A missed lesion of 8 mm in a CT is seen, whatever the loss: the picture's pixels, one a voxel.
#include <gtest/gtest.h>

#include <QGuiApplication>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "app/engine/case_loader.h"
#include "app/engine/frame_computer.h"
#include "app/figures/figure_maker.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "app/figures/surfaces.h"
#include "tests/gallery/cases.h"
#include "tests/gallery/likeness.h"

namespace lossscope::gallery {
namespace {

constexpr double kOtherColour = 20;  ///< dE

/// The small CT as a case in memory.
Session ct_session() {
  Session session;
  session.study.image.path = "image";
  session.study.mask.path = "mask";
  session.predict_from<FromFile>().file.path = "prediction";
  session.look.window = 400;
  session.look.level = 40;
  return session;
}

FileReader reader_of(const MadeCase& made) {
  return [&made](const InputChoice& input, const ReadingHints&, Role, const Progress&, std::stop_token) {
    LoadedVolume loaded;
    loaded.path = input.path;
    loaded.volume = input.path == "image" ? made.image : input.path == "mask" ? made.mask : made.prediction;
    loaded.grid = loaded.volume.grid;
    if (input.path == "mask") {
      loaded.labels = {{0, 1}, {kLiver, 1}, {kLesion, 1}};
    }
    loaded.values.maximum = input.path == "image" ? 1000 : 1;
    return loaded;
  };
}

class Ct : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<MadeCase>(made_ct({160, 160, 80}));
    computer_ = std::make_unique<FrameComputer>(2, Sources{.files = reader_of(*made_)});
  }
  static void TearDownTestSuite() {
    computer_.reset();
    made_.reset();
  }
  [[nodiscard]] static Session session() {
    Session session = ct_session();
    session.loss.id = GetParam();
    session.look.crosshair = lesion_centre(made_->mask.grid);
    return session;
  }
  static inline std::unique_ptr<MadeCase> made_;
  static inline std::unique_ptr<FrameComputer> computer_;
};

/// Colours of the axial slice through the lesion: of the lesion's voxels, and the mean of the tissue around it.
struct Seen {
  std::vector<QColor> lesion;
  QColor around;
};

Seen seen(const Frame& frame, const MadeCase& made) {
  const QImage picture = slice_scene(frame, Anatomical::axial, overlay_scale(frame))->voxels();
  const ViewResult& view = frame.views[0];
  const Grid& grid = made.mask.grid;
  const auto centre = lesion_centre(grid);
  Seen result;
  double red = 0, green = 0, blue = 0, count = 0;
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const auto voxel = view.axes.voxel(grid, x, y, view.slice);
      const std::uint8_t label = made.mask.voxels<std::uint8_t>()[grid.offset(voxel[0], voxel[1], voxel[2])];
      const double away = std::hypot(double(voxel[0] - centre[0]), double(voxel[1] - centre[1]));
      const QColor colour = picture.pixelColor(x, y);
      if (label == kLesion) {
        result.lesion.push_back(colour);
      } else if (label == 0 && away > 3 && away < 6) {
        red += colour.red(), green += colour.green(), blue += colour.blue(), ++count;
      }
    }
  }
  result.around =
      QColor(static_cast<int>(red / count), static_cast<int>(green / count), static_cast<int>(blue / count));
  return result;
}

TEST_P(Ct, TheMissedLesionHasAnotherColourThanWhatLiesAroundIt) {
  Session look = session();
  for (const Scaling scaling : {Scaling::linear, Scaling::logarithmic}) {
    for (const ColourMapName& colours : kColourMaps) {
      if (colours.diverging || colours.map == ColourMap::grey) {
        continue;
      }
      look.look.scaling = scaling;
      look.look.colours = colours.map;
      const auto frame = computer_->compute(look);
      const Seen colour = seen(*frame, *made_);
      ASSERT_FALSE(colour.lesion.empty());
      std::vector<double> differences;
      for (const QColor& voxel : colour.lesion) {
        differences.push_back(colour_difference(voxel, colour.around));
      }
      std::sort(differences.begin(), differences.end());
      // The structural similarity loss is blind inside of what is flat: there the rim must be seen.
      const double shown = GetParam() == "cmssl" ? differences.back() : differences[differences.size() / 2];
      const bool chosen = colours.map == Look().colours && scaling == Scaling::linear;
      EXPECT_GE(shown, chosen ? kOtherColour : kOtherColour / 2)
          << colours.name << (scaling == Scaling::linear ? "" : " log");
      if (chosen) {
        RecordProperty("dE", std::to_string(shown));
        std::printf("    %-14s dE %.1f\n", GetParam().c_str(), shown);
      }
    }
  }
}

TEST_P(Ct, OneMapHasOneMaximumInSliceSurfaceAndFigure) {
  Session look = session();
  look.look.display.surfaces.colour = SurfaceColour::contribution;
  const auto frame = computer_->compute(look);
  const widgets::ColourScale slice = overlay_scale(*frame);
  const CaseSurfaces surfaces = make_surfaces(surface_wish(*frame), {}, 2);
  ASSERT_TRUE(surfaces.scale);
  EXPECT_EQ(slice.maximum, surfaces.scale->maximum);
  EXPECT_EQ(slice.minimum, surfaces.scale->minimum);
  // A figure is made of a case as files hold it.
  const std::string folder = ::testing::TempDir() + "lossscope-seen";
  std::filesystem::create_directories(folder);
  if (!std::filesystem::exists(folder + "/prediction.nii")) {
    write_case(*made_, folder);
  }
  for (const Role role : {Role::image, Role::mask, Role::prediction}) {
    InputChoice* input = look.input(role);
    ASSERT_NE(input, nullptr);
    input->path = folder + "/" + input->path + ".nii";
  }
  const Loss* loss = find_loss(GetParam());
  FigureMaker maker({look, load_case(look)}, {{loss, loss->defaults()}}, 2, {});
  for (const FigureView view : {FigureView::axial, FigureView::sagittal, FigureView::surfaces}) {
    FigureRequest request;
    request.view = view;
    request.rule = SliceRule::max_loss;
    const widgets::Figure figure = maker.make(request);
    ASSERT_TRUE(figure.scale);
    EXPECT_EQ(figure.scale->maximum, slice.maximum) << int(view);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Ct, ::testing::ValuesIn([] {
                           std::vector<std::string> ids;
                           for (const Loss* loss : all_losses()) {
                             ids.emplace_back(loss->declaration().id);
                           }
                           return ids;
                         }()),
                         [](const auto& loss) { return loss.param; });

}  // namespace
}  // namespace lossscope::gallery

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  ::testing::InitGoogleTest(&argc, argv);
  const QGuiApplication application(argc, argv);
  return RUN_ALL_TESTS();
}
