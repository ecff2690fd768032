// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_maker.h"

#include <vtkFeatureEdges.h>
#include <vtkMassProperties.h>
#include <vtkNew.h>
#include <vtkPointData.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "tests/widgets/volumes.h"
#include "tests/widgets/widget_testing.h"
#include "widgets/surface_colours.h"

namespace lossscope::widgets {
namespace {

using namespace lossscope::testing;

TEST(SurfaceMaker, ASurfaceIsClosedEvenAtTheBorder) {
  for (const double radius : {12.0, 25.0}) {  // the second one is cut by all six faces
    vtkNew<vtkFeatureEdges> holes;
    holes->SetInputData(make_surface(ball(radius)));
    holes->BoundaryEdgesOn();
    holes->FeatureEdgesOff();
    holes->NonManifoldEdgesOff();
    holes->ManifoldEdgesOff();
    holes->Update();
    EXPECT_EQ(holes->GetOutput()->GetNumberOfCells(), 0) << radius;
  }
  EXPECT_GT(make_surface(ball(12))->GetNumberOfCells(), 1000);
  EXPECT_EQ(make_surface(ball(0))->GetNumberOfCells(), 0);
}

TEST(SurfaceMaker, EnclosesTheVoxelsItIsMadeOfWhereTheyAre) {
  const VolumePicture volume = ball(12);
  const auto surface = make_surface(volume);
  vtkNew<vtkMassProperties> mass;
  mass->SetInputData(surface);
  const auto* voxels = static_cast<const unsigned char*>(volume.owner.get());
  const auto count = static_cast<double>(std::count(voxels, voxels + 40 * 40 * 40, 1));
  EXPECT_NEAR(mass->GetVolume(), count, 0.05 * count);
  for (std::size_t side = 0; side < 6; ++side) {  // 20 -+ 12 along each axis
    EXPECT_NEAR(surface->GetBounds()[side], side % 2 == 0 ? 8 : 32, 1) << side;
  }
}

TEST(SurfaceMaker, AFloatIsCutWhereItCrossesItsLevel) {
  auto voxels = std::make_shared<std::vector<float>>();
  for (int at = 0; at < 20 * 20 * 20; ++at) {
    voxels->push_back(static_cast<float>(at % 20) / 19);  // rises along i, to the border
  }
  VolumePicture volume;
  volume.owner = std::shared_ptr<const void>(voxels, voxels->data());
  volume.is_float = true;
  volume.level = 0.8;
  volume.size = {20, 20, 20};
  const auto surface = make_surface(volume);
  const double* bounds = surface->GetBounds();
  EXPECT_NEAR(bounds[0], 0.8 * 19, 0.2) << "between two voxels, by their values";
  EXPECT_NEAR(bounds[2], -0.5, 0.6);
  EXPECT_NEAR(bounds[5], 19.5, 0.6);
}

TEST(SurfaceMaker, IsOpenWhereVoxelsDoNotCount) {
  VolumePicture volume = ball(12);
  const auto whole = make_surface(volume);
  auto counts = std::make_shared<std::vector<unsigned char>>(40 * 40 * 40, 1);
  volume.counts = std::shared_ptr<const void>(counts, counts->data());
  EXPECT_EQ(make_surface(volume)->GetNumberOfCells(), whole->GetNumberOfCells()) << "all count";
  for (std::size_t at = 0; at < counts->size(); ++at) {
    (*counts)[at] = at % 40 >= 24 ? 0 : 1;  // a part of the ball, and all beyond it
  }
  const auto cut = make_surface(volume);
  EXPECT_LT(cut->GetNumberOfCells(), whole->GetNumberOfCells());
  EXPECT_GT(cut->GetNumberOfCells(), whole->GetNumberOfCells() / 2);
  EXPECT_NEAR(cut->GetBounds()[0], 8, 1);
  EXPECT_NEAR(cut->GetBounds()[1], 23, 1) << "between the last voxels that count";
  for (vtkIdType at = 0; at < cut->GetNumberOfPoints(); ++at) {
    const double* point = cut->GetPoint(at);
    EXPECT_NEAR(std::hypot(point[0] - 20, point[1] - 20, point[2] - 20), 12, 1.5) << "no lid closes it";
  }
  std::ranges::fill(*counts, 0);
  EXPECT_EQ(make_surface(volume)->GetNumberOfCells(), 0);
  EXPECT_EQ(make_surface(volume)->GetNumberOfPoints(), 0);
}

TEST(SurfaceColours, EachPointHasItsOwn) {
  const VolumePicture volume = ball(12);
  const auto surface = make_surface(volume);
  const auto points = voxel_points(surface, volume);
  ASSERT_EQ(static_cast<vtkIdType>(points.size()), surface->GetNumberOfPoints());
  std::vector<float> values;
  for (const auto& point : points) {
    values.push_back(point[2] > 20 ? 1.0F : 0.0F);
  }
  ColourScale scale;
  scale.map = ColourMap::fire;
  const auto result = coloured(surface, values, scale);
  auto* colours = result->GetPointData()->GetScalars();
  const QColor full = colour_of(1, scale);
  for (vtkIdType at = 0; at < result->GetNumberOfPoints(); at += 7) {
    const QColor seen(static_cast<int>(colours->GetComponent(at, 0)), static_cast<int>(colours->GetComponent(at, 1)),
                      static_cast<int>(colours->GetComponent(at, 2)));
    EXPECT_EQ(seen, values[static_cast<std::size_t>(at)] > 0 ? full : QColor(205, 205, 205));
  }
  EXPECT_EQ(surface->GetPointData()->GetScalars(), nullptr) << "the plain surface stays plain";
}

}  // namespace
}  // namespace lossscope::widgets
