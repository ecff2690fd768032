// SPDX-License-Identifier: Apache-2.0
// Gathered planes hold the voxels that their layout names, and a store gives them out again only for the same volume.
#include "losses/planes.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace lossscope {
namespace {

Volume numbered_volume(float first = 0) {
  Grid grid;
  grid.size = {7, 5, 4};
  Volume volume = make_volume(grid, VoxelType::float32);
  for (float& voxel : volume.voxels<float>()) {
    voxel = first++;
  }
  return volume;
}

PlaneLayout middle_plane(const Volume& volume, int axis) {
  return plane_layout(volume.grid, {axis, volume.grid.size[axis] / 2});
}

TEST(GatheredPlane, HoldsTheVoxelsInTheOrderOfItsLayout) {
  const Volume volume = numbered_volume();
  for (int axis = 0; axis < 3; ++axis) {
    const Volume plane = gathered(volume, middle_plane(volume, axis));
    std::size_t at = 0;
    for (std::int64_t k = 0; k < 4; ++k) {
      for (std::int64_t j = 0; j < 5; ++j) {
        for (std::int64_t i = 0; i < 7; ++i) {
          if (std::array{i, j, k}[axis] == volume.grid.size[axis] / 2) {
            ASSERT_EQ(plane.voxels<float>()[at++], static_cast<float>(i + 7 * j + 35 * k)) << axis;
          }
        }
      }
    }
    EXPECT_EQ(at, plane.voxels<float>().size());
  }
}

TEST(GatheredPlane, MayRunBackwardsAndAcross) {
  const Volume volume = numbered_volume();
  // The plane i = 6, from its last row and slice on, slices along the rows of the picture.
  const Volume plane = gathered(volume, {6 + 7 * 4 + 35 * 3, -35, -7, 4, 5});
  EXPECT_EQ(plane.grid.size, (std::array<std::int64_t, 3>{4, 5, 1}));
  EXPECT_EQ(plane.voxels<float>()[0], 6 + 7 * 4 + 35 * 3);
  EXPECT_EQ(plane.voxels<float>()[1], 6 + 7 * 4 + 35 * 2);
  EXPECT_EQ(plane.voxels<float>()[4], 6 + 7 * 3 + 35 * 3);
  EXPECT_EQ(plane.voxels<float>()[19], 6);
  EXPECT_TRUE(gathered({}, {}).empty());
}

TEST(PlaneStore, GathersAPlaneOnceWhileItIsAskedFor) {
  const Volume volume = numbered_volume();
  PlaneStore store;
  const Volume plane = store.get(volume, middle_plane(volume, 0));
  store.drop_unused();
  EXPECT_EQ(store.get(volume, middle_plane(volume, 0)).data, plane.data);
  EXPECT_NE(store.get(volume, middle_plane(volume, 1)).data, plane.data);
  store.drop_unused();
  store.drop_unused();
  EXPECT_NE(store.get(volume, middle_plane(volume, 0)).data, plane.data) << "nobody had asked for it";
}

TEST(PlaneStore, ForgetsABufferThatIsOverwritten) {
  const Volume volume = numbered_volume(), other = numbered_volume();
  PlaneStore store;
  const PlaneLayout layout = middle_plane(volume, 0);
  (void)store.get(volume, layout);
  const Volume kept = store.get(other, layout);
  volume.voxels<float>()[static_cast<std::size_t>(layout.begin)] = -1;
  store.forget(volume);
  EXPECT_EQ(store.get(volume, layout).voxels<float>()[0], -1);
  EXPECT_EQ(store.get(other, layout).data, kept.data);
}

TEST(PlaneStore, KeepsNoVolumeAliveAndMistakesNoneForAnother) {
  PlaneStore store;
  alignas(float) std::array<float, 140> memory{};
  const auto at_that_address = [&](float value) {
    memory.fill(value);
    Volume volume = numbered_volume();
    volume.data = std::shared_ptr<void>(memory.data(), [](void*) {});
    return volume;
  };
  Volume volume = at_that_address(1);
  const std::weak_ptr<void> alive = volume.data;
  EXPECT_EQ(store.get(volume, middle_plane(volume, 0)).voxels<float>()[0], 1);
  volume = {};
  EXPECT_TRUE(alive.expired());
  volume = at_that_address(2);
  EXPECT_EQ(store.get(volume, middle_plane(volume, 0)).voxels<float>()[0], 2);
}

TEST(PlaneInputs, GiveTheMapsOfTheSameVoxels) {
  Problem problem{make_volume(numbered_volume().grid, VoxelType::uint8), numbered_volume()};
  for (std::size_t i = 0; i < 140; ++i) {
    problem.mask.voxels<std::uint8_t>()[i] = i % 3 == 0 ? 1 : 0;
    problem.prediction.voxels<float>()[i] = 0.5F + 0.49F * std::sin(static_cast<float>(i));
  }
  FieldCache cache;
  PlaneStore store;
  for (const Loss* loss : all_losses()) {
    const auto parameters = loss->defaults();
    std::vector<FieldPtr> fields;
    for (const FieldRequest& request : loss->fields(parameters)) {
      fields.push_back(cache.get(request, problem));
    }
    std::vector<float> volume(140), plane(20);
    const std::array kinds{MapKind::gradient_logit};
    const std::array<std::span<float>, 1> whole{volume}, part{plane};
    const Reduction reduction = loss->evaluate(parameters, problem, fields, kinds, whole);
    const PlaneLayout layout{6, 35, 7, 4, 5};  // i = 6, slices along the rows of the picture
    const PlaneInputs inputs = store.inputs(problem, fields, layout);
    loss->map_range(parameters, inputs.problem, inputs.fields, reduction, 0, kinds, part);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      EXPECT_EQ(plane[i], volume[6 + 35 * (i % 4) + 7 * (i / 4)]) << loss->declaration().id;
    }
  }
}

}  // namespace
}  // namespace lossscope
