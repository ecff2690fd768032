// SPDX-License-Identifier: Apache-2.0
// NIfTI files made byte by byte: types, scaling, both orientations, and what is refused.
#include "tests/io/nifti_bytes.h"

#include <numbers>

#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;

std::string write_nifti(const Folder& folder, const NiftiBytes& nifti) {
  const std::string path = folder.file("hand.nii");
  write_bytes(path, nifti.bytes());
  return path;
}

std::vector<float> file_values(const LoadedVolume& loaded) {
  const auto voxels = loaded.volume.voxels<float>();
  return {voxels.begin(), voxels.end()};
}

constexpr std::array<float, 12> kSform{-2, 0, 0, 10, 0, 3, 0, -20, 0, 0, 4, 5};

TEST(Nifti, ScalesIntegersAsTheHeaderSays) {
  Folder folder;
  const auto path = write_nifti(folder, NiftiBytes()
                                            .size({2, 2, 1})
                                            .spacing(2, 3, 4)
                                            .type(4, 16)
                                            .sform(kSform)
                                            .put<float>(112, 0.5F)
                                            .put<float>(116, -1)
                                            .voxels<std::int16_t>({-4, 0, 7, 32767}));
  const LoadedVolume loaded = read(path);
  EXPECT_EQ(file_values(loaded), (std::vector<float>{-3, -1, 2.5F, 16382.5F}));
  EXPECT_EQ(loaded.stored_type, "int16");
  EXPECT_EQ(loaded.format, "NIfTI");
}

TEST(Nifti, ReadsBothByteOrders) {
  for (const bool big : {false, true}) {
    Folder folder;
    const auto path = write_nifti(
        folder,
        NiftiBytes(big).size({3, 1, 1}).spacing(1, 1, 1).type(16, 32).sform(kSform).voxels<float>({1.5F, -2, 1e30F}));
    EXPECT_EQ(file_values(read(path)), (std::vector<float>{1.5F, -2, 1e30F})) << big;
  }
}

TEST(Nifti, AZeroSlopeMeansNoScaling) {
  Folder folder;
  const auto path = write_nifti(folder, NiftiBytes()
                                            .size({2, 1, 1})
                                            .spacing(1, 1, 1)
                                            .type(2, 8)
                                            .sform(kSform)
                                            .put<float>(112, 0)
                                            .put<float>(116, 9)
                                            .voxels<std::uint8_t>({3, 250}));
  EXPECT_EQ(file_values(read(path)), (std::vector<float>{3, 250}));
}

TEST(Nifti, TheSformBecomesLps) {
  Folder folder;
  const auto path = write_nifti(
      folder, NiftiBytes().size({1, 1, 2}).spacing(2, 3, 4).type(2, 8).sform(kSform).voxels<std::uint8_t>({0, 1}));
  const LoadedVolume loaded = read(path, Role::mask);
  // RAS (-2 i + 10, 3 j - 20, 4 k + 5) is LPS (2 i - 10, -3 j + 20, 4 k + 5).
  expect_same_grid({{1, 1, 2}, {2, 3, 4}, {-10, 20, 5}, {1, 0, 0, 0, -1, 0, 0, 0, 1}}, loaded.grid);
}

TEST(Nifti, TheQformTurnsByItsQuaternion) {
  // A quarter turn about k: i points to RAS +y, j to RAS -x; qfac -1 mirrors k.
  const auto half = static_cast<float>(std::numbers::sqrt2 / 2);
  Folder folder;
  const auto path = write_nifti(folder, NiftiBytes()
                                            .size({1, 1, 2})
                                            .spacing(2, 3, 4)
                                            .type(2, 8)
                                            .qform(0, 0, half, {7, 8, 9}, -1)
                                            .voxels<std::uint8_t>({0, 1}));
  const LoadedVolume loaded = read(path, Role::mask);
  expect_same_grid({{1, 1, 2}, {2, 3, 4}, {-7, -8, 9}, {0, 1, 0, -1, 0, 0, 0, 0, -1}}, loaded.grid);
}

TEST(Nifti, AFileWithoutOrientationSaysSo) {
  Folder folder;
  const auto path =
      write_nifti(folder, NiftiBytes().size({2, 1, 1}).spacing(1, 2, 3).type(2, 8).voxels<std::uint8_t>({0, 1}));
  const LoadedVolume loaded = read(path);
  EXPECT_FALSE(loaded.has_orientation);
  ASSERT_EQ(loaded.assumptions.size(), 1U);
  EXPECT_EQ(loaded.assumptions[0].code, "W_NO_ORIENT");
}

TEST(Nifti, ContradictingOrientationsAreAskedAbout) {
  Folder folder;
  const auto path = write_nifti(folder, NiftiBytes()
                                            .size({1, 1, 2})
                                            .spacing(2, 3, 4)
                                            .type(2, 8)
                                            .sform(kSform)
                                            .qform(0, 0, 0, {0, 0, 0})
                                            .voxels<std::uint8_t>({0, 1}));
  EXPECT_EQ(refusal_code(path), "E_ORIENTATION");
  const LoadedVolume sform = read(path, Role::image, {{Question::orientation, "sform"}});
  EXPECT_EQ(sform.grid.origin, (std::array<double, 3>{-10, 20, 5}));
  const LoadedVolume qform = read(path, Role::image, {{Question::orientation, "qform"}});
  EXPECT_EQ(qform.grid.origin, (std::array<double, 3>{0, 0, 0}));
}

TEST(Nifti, NotANumberIsKeptAndCounted) {
  Folder folder;
  const auto path = write_nifti(
      folder,
      NiftiBytes().size({4, 1, 1}).spacing(1, 1, 1).type(16, 32).sform(kSform).voxels<float>({NAN, 1, INFINITY, 3}));
  const LoadedVolume loaded = read(path);
  EXPECT_TRUE(std::isnan(loaded.volume.voxels<float>()[0]));
  EXPECT_EQ(loaded.values.nan, 1);
  EXPECT_EQ(loaded.values.inf, 1);
  EXPECT_EQ(loaded.values.sum, 4);
}

TEST(Nifti, AFourDimensionalFileNeedsAChoice) {
  Folder folder;
  const auto path = write_nifti(
      folder,
      NiftiBytes().size({2, 1, 1, 3}).spacing(1, 1, 1).type(16, 32).sform(kSform).voxels<float>({0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(refusal_code(path), "E_COMPONENTS");
  EXPECT_EQ(file_values(read(path, Role::image, {{Question::component, "1"}})), (std::vector<float>{2, 3}));
}

TEST(Nifti, DamagedFilesAreRefusedByName) {
  const NiftiBytes good =
      NiftiBytes().size({2, 1, 1}).spacing(1, 1, 1).type(2, 8).sform(kSform).voxels<std::uint8_t>({0, 1});
  const auto code_of = [](NiftiBytes nifti) {
    Folder folder;
    return refusal_code(write_nifti(folder, nifti));
  };
  EXPECT_EQ(code_of(good), "read");
  EXPECT_EQ(code_of(NiftiBytes(good).size({3, 1, 1})), "E_TRUNC");
  EXPECT_EQ(code_of(NiftiBytes(good).size({-2, 1, 1})), "E_HEADER");
  EXPECT_EQ(code_of(NiftiBytes(good).size({32767, 32767, 32767})), "E_SIZE");
  EXPECT_EQ(code_of(NiftiBytes(good).type(2, 16)), "E_HEADER");
  EXPECT_EQ(code_of(NiftiBytes(good).type(1536, 128)), "E_TYPE");
  EXPECT_EQ(code_of(NiftiBytes(good).put<float>(108, 1e9F)), "E_HEADER");
  EXPECT_EQ(code_of(NiftiBytes(good).put<std::int32_t>(0, 540)), "E_FORMAT");
  EXPECT_EQ(code_of(NiftiBytes(good).put<std::int32_t>(0, 7)), "E_FORMAT");
  EXPECT_EQ(code_of(NiftiBytes(good).sform({1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0})), "E_ORTHO");
  EXPECT_EQ(code_of(NiftiBytes(good).sform({0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0})), "E_GEOMETRY");
}

}  // namespace
}  // namespace lossscope
