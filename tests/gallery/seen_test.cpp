// SPDX-License-Identifier: Apache-2.0
// A missed lesion of 8 mm in a CT is seen, whatever the loss: the picture's pixels, one a voxel.
#include <gtest/gtest.h>

#include <QGuiApplication>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "app/engine/case_loader.h"
#include "app/engine/frame_computer.h"
#include "app/figures/figure_maker.h"
#include "app/figures/pictures.h"
#include "app/figures/report.h"
#include "app/figures/scenes.h"
#include "app/figures/surfaces.h"
#include "tests/gallery/cases.h"
#include "widgets/colour_difference.h"

namespace lossscope::gallery {
namespace {

using widgets::colour_difference;
using widgets::kOtherColour;

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

/// The map of a frame's loss over the whole volume.
std::vector<float> map_of_volume(const Frame& frame) {
  const LossResult& result = *frame.result;
  const MapKind kind = MapKind::contribution;
  std::vector<float> map(static_cast<std::size_t>(result.problem.mask.grid.voxels()));
  const std::span<float> out(map);
  result.loss->map_volume(result.parameters, result.problem, result.fields, result.reduction, {&kind, 1}, {&out, 1});
  return map;
}

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
  if (find_loss(GetParam())->declaration().rewards) {
    GTEST_SKIP() << "a missed voxel lacks its reward, which is drawn where voxels are found";
  }
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

TEST(CtReport, ShowsTheMissedLesionUnderDiceToo) {
  const MadeCase made = made_ct({160, 160, 80});
  const auto centre = lesion_centre(made.mask.grid);
  const QString at = QStringLiteral("cross at voxel (%1, %2, %3)").arg(centre[0]).arg(centre[1]).arg(centre[2]);
  int shown = 0, shared = 0;
  Session session = ct_session();
  session.prediction().threshold = 0.5;  // every wrong voxel costs the same
  const Loss* dice = find_loss("dice");
  FrameComputer computer(2, Sources{.files = reader_of(made)});
  FigureMaker maker({session, computer.compute(session)->data}, {{dice, dice->defaults()}}, 2, {});
  for (const ReportPart& part : make_report(maker, {}, 2, {}, {}).parts) {
    const QString caption = part.figure.caption.join(u' ');
    shown += part.figure.label.contains(QStringLiteral("wrong as a whole")) && caption.contains(at) ? 1 : 0;
    shared += caption.contains(QStringLiteral("goes through the largest structure that is wrong as a whole")) ? 1 : 0;
  }
  EXPECT_EQ(shown, 1);
  EXPECT_EQ(shared, 2) << "the comparison and the sheet of all losses";
}

/// A sample with a good prediction: shifted, a little too large, soft and noisy, so that a few voxels are clamped.
Session degraded_session(const std::string& sample) {
  Session session;
  session.study.image.path = session.study.mask.path = sample;
  auto& degradation = session.predict_from<FromMask>().degradation;
  degradation.shift = {2, 0, 0};
  degradation.dilate = 1;
  degradation.soften = 1.5;
  degradation.noise = 0.05;
  degradation.seed = 1;
  return session;
}

/// How another a slice looks with the map than without it, CIE dE: the mean over the voxels that hold half of what the
/// slice adds to the loss, the largest first.
double mean_difference_of_the_costly_half(FrameComputer& computer, Session session) {
  const auto with = computer.compute(session);
  const QImage map = slice_scene(*with, Anatomical::axial, overlay_scale(*with))->voxels();
  session.look.layer = OverlayLayer::none;
  const auto without = computer.compute(session);
  const QImage image = slice_scene(*without, Anatomical::axial, overlay_scale(*without))->voxels();
  const SharedValues& values = with->views[0].overlay;
  std::vector<std::pair<double, int>> costs;
  double sum = 0;
  for (std::size_t at = 0; at < values.size(); ++at) {
    costs.emplace_back(std::abs(double(values[at])), static_cast<int>(at));
    sum += costs.back().first;
  }
  std::sort(costs.begin(), costs.end(), std::greater<>());
  double taken = 0, difference = 0;
  int voxels = 0;
  for (; taken < sum / 2; ++voxels) {
    const auto [cost, at] = costs[static_cast<std::size_t>(voxels)];
    taken += cost;
    difference += colour_difference(map.pixelColor(at % map.width(), at / map.width()),
                                    image.pixelColor(at % map.width(), at / map.width()));
  }
  return difference / voxels;
}

class Rim : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Rim, WhereHalfOfASlicesLossLiesIsSeen) {
  const auto& [sample, loss] = GetParam();
  if (sample == "sample:mni-head" && !std::filesystem::exists("/usr/share/mricron/templates/ch2bet.nii.gz")) {
    GTEST_SKIP() << "mricron-data is not installed";
  }
  FrameComputer computer(2);
  Session session = degraded_session(sample);
  session.loss.id = loss;
  const double shown = mean_difference_of_the_costly_half(computer, session);
  const auto frame = computer.compute(session);
  session.look.range = {true, 0, 0};
  for (const float value : map_of_volume(*frame)) {
    session.look.range.maximum = std::max(session.look.range.maximum, std::abs(double(value)));
  }
  const double to_the_largest = mean_difference_of_the_costly_half(computer, session);
  std::printf("    %-16s %-6s dE %.1f, up to the very largest value %.1f\n", sample.c_str(), loss.c_str(), shown,
              to_the_largest);
  EXPECT_GE(shown, kOtherColour);
  EXPECT_GE(shown, to_the_largest);
}

INSTANTIATE_TEST_SUITE_P(All, Rim,
                         ::testing::Combine(::testing::Values("sample:phantom", "sample:mni-head"),
                                            ::testing::Values("bce", "focal", "dice")),
                         [](const auto& made) {
                           const std::string& sample = std::get<0>(made.param);
                           return std::get<1>(made.param) + (sample == "sample:phantom" ? "_phantom" : "_head");
                         });

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
