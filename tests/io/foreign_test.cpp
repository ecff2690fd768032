// SPDX-License-Identifier: Apache-2.0
// Files that ITK wrote, read by lossscope-reader: values and geometry must be those of ITK.
#include <itkGDCMImageIO.h>
#include <itkImage.h>
#include <itkImageFileWriter.h>
#include <itkImageSeriesWriter.h>
#include <itkMetaDataObject.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkRGBPixel.h>
#include <itkTIFFImageIO.h>
#include <sstream>

#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;

template <class Pixel, unsigned D>
typename itk::Image<Pixel, D>::Pointer make_image(const std::array<std::int64_t, 3>& size) {
  auto image = itk::Image<Pixel, D>::New();
  typename itk::Image<Pixel, D>::SizeType itk_size;
  std::size_t voxels = 1;
  for (unsigned axis = 0; axis < D; ++axis) {
    itk_size[axis] = static_cast<itk::SizeValueType>(size[axis]);
    voxels *= static_cast<std::size_t>(size[axis]);
  }
  image->SetRegions(itk_size);
  image->Allocate();
  for (std::size_t i = 0; i < voxels; ++i) {
    image->GetBufferPointer()[i] = static_cast<Pixel>((i * 37 + 11) % 251);
  }
  return image;
}

template <class Image>
void write(const Image& image, itk::ImageIOBase* io, const std::string& path) {
  auto writer = itk::ImageFileWriter<typename Image::ObjectType>::New();
  writer->SetInput(image);
  writer->SetImageIO(io);
  writer->SetFileName(path);
  writer->Update();
}

template <class Image>
void expect_values(const Image& image, const LoadedVolume& loaded) {
  const auto voxels = loaded.volume.voxels<float>();
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    ASSERT_EQ(voxels[i], static_cast<float>(image->GetBufferPointer()[i])) << i;
  }
}

using Short3 = itk::Image<short, 3>;

Short3::Pointer oblique_image() {
  auto image = make_image<short, 3>({5, 4, 3});
  const Grid grid = anisotropic_grid(true);
  Short3::DirectionType direction;
  for (unsigned row = 0; row < 3; ++row) {
    for (unsigned column = 0; column < 3; ++column) {
      direction[row][column] = grid.direction[3 * row + column];
    }
  }
  image->SetDirection(direction);
  image->SetSpacing(grid.spacing.data());
  image->SetOrigin(grid.origin.data());
  return image;
}

TEST(Foreign, VolumesOfItkKeepTheirGeometry) {
  Folder folder;
  const auto image = oblique_image();
  const std::vector<std::pair<std::string, itk::ImageIOBase::Pointer>> formats{
      {"volume.nii.gz", itk::NiftiImageIO::New().GetPointer()},
      {"volume.nrrd", itk::NrrdImageIO::New().GetPointer()},
      {"volume.nhdr", itk::NrrdImageIO::New().GetPointer()},
      {"volume.mha", itk::MetaImageIO::New().GetPointer()},
      {"volume.mhd", itk::MetaImageIO::New().GetPointer()}};
  for (const auto& [name, io] : formats) {
    SCOPED_TRACE(name);
    write(image, io, folder.file(name));
    const LoadedVolume loaded = read(folder.file(name));
    expect_same_grid(anisotropic_grid(true), loaded.grid);
    expect_values(image, loaded);
    EXPECT_EQ(loaded.stored_type, "int16");
  }
}

/// ITK gives the fourth axis a direction of its own, and every direction a fourth number.
TEST(Foreign, VolumesOfFourAxesKeepTheGeometryOfTheFirstThree) {
  Folder folder;
  auto image = itk::Image<short, 4>::New();
  image->SetRegions(itk::Size<4>{{4, 3, 2, 2}});
  image->Allocate();
  for (short i = 0; i < 48; ++i) {
    image->GetBufferPointer()[i] = i;
  }
  const double spacing[4] = {0.5, 1, 2, 7}, origin[4] = {10, -20, 5, 3};
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  write(image, itk::NrrdImageIO::New(), folder.file("series.nrrd"));
  write(image, itk::MetaImageIO::New(), folder.file("series.mha"));
  for (const char* name : {"series.nrrd", "series.mha"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(refusal_code(folder.file(name)), "E_COMPONENTS");
    const LoadedVolume second = read(folder.file(name), Role::image, {{Question::component, "1"}});
    expect_same_grid({{4, 3, 2}, {0.5, 1, 2}, {10, -20, 5}}, second.grid);
    EXPECT_EQ(second.volume.voxels<float>()[0], 24.0F);
    EXPECT_EQ(second.volume.voxels<float>()[23], 47.0F);
  }
}

TEST(Foreign, GreyPicturesAreOneSlice) {
  Folder folder;
  const auto image = make_image<unsigned char, 2>({7, 5, 1});
  write(image, itk::PNGImageIO::New(), folder.file("picture.png"));
  write(image, itk::TIFFImageIO::New(), folder.file("picture.tif"));
  for (const char* name : {"picture.png", "picture.tif"}) {
    SCOPED_TRACE(name);
    const LoadedVolume loaded = read(folder.file(name));
    EXPECT_EQ(loaded.grid.size, (std::array<std::int64_t, 3>{7, 5, 1}));
    EXPECT_FALSE(loaded.has_orientation);
    expect_values(image, loaded);
  }
}

TEST(Foreign, SixteenBitPicturesKeepTheirValues) {
  Folder folder;
  auto image = make_image<unsigned short, 2>({7, 5, 1});
  image->GetBufferPointer()[3] = 65535;
  write(image, itk::PNGImageIO::New(), folder.file("deep.png"));
  write(image, itk::TIFFImageIO::New(), folder.file("deep.tif"));
  expect_values(image, read(folder.file("deep.png")));
  expect_values(image, read(folder.file("deep.tif")));
}

TEST(Foreign, AColourPictureNeedsAChoice) {
  Folder folder;
  auto image = itk::Image<itk::RGBPixel<unsigned char>, 2>::New();
  image->SetRegions(itk::Size<2>{{4, 3}});
  image->Allocate();
  for (unsigned i = 0; i < 12; ++i) {
    image->GetBufferPointer()[i].Set(static_cast<unsigned char>(i), static_cast<unsigned char>(100 + i),
                                     static_cast<unsigned char>(200 + i));
  }
  write(image, itk::PNGImageIO::New(), folder.file("colour.png"));
  EXPECT_EQ(refusal_code(folder.file("colour.png")), "E_COMPONENTS");
  EXPECT_EQ(read(folder.file("colour.png"), Role::image, {{Question::component, "1"}}).volume.voxels<float>()[5],
            105.0F);
}

/// A DICOM series of one slice per file, written in an order that is not that of the positions.
void write_series(const Short3::Pointer& image, const Folder& folder, bool gap) {
  const auto size = image->GetLargestPossibleRegion().GetSize();
  for (unsigned k = 0; k < size[2]; ++k) {
    auto slice = itk::Image<short, 3>::New();
    Short3::SizeType one{{size[0], size[1], 1}};
    slice->SetRegions(one);
    slice->SetSpacing(image->GetSpacing());
    slice->SetDirection(image->GetDirection());
    itk::ContinuousIndex<double, 3> at;
    at[0] = at[1] = 0;
    at[2] = gap && k + 1 == size[2] ? k + 1.0 : k;
    Short3::PointType origin;
    image->TransformContinuousIndexToPhysicalPoint(at, origin);
    slice->SetOrigin(origin);
    slice->Allocate();
    std::copy_n(image->GetBufferPointer() + k * size[0] * size[1], size[0] * size[1], slice->GetBufferPointer());
    auto io = itk::GDCMImageIO::New();
    io->KeepOriginalUIDOn();
    itk::MetaDataDictionary dictionary;
    std::ostringstream position;
    position.precision(10);
    position << origin[0] << '\\' << origin[1] << '\\' << origin[2];
    itk::EncapsulateMetaData<std::string>(dictionary, "0008|0060", "CT");
    itk::EncapsulateMetaData<std::string>(dictionary, "0028|0004", "MONOCHROME2");
    itk::EncapsulateMetaData<std::string>(dictionary, "0020|000d", "1.2.3");
    itk::EncapsulateMetaData<std::string>(dictionary, "0020|000e", "1.2.3.4");
    itk::EncapsulateMetaData<std::string>(dictionary, "0008|0018", "1.2.3.4." + std::to_string(k + 1));
    itk::EncapsulateMetaData<std::string>(dictionary, "0020|0032", position.str());
    itk::EncapsulateMetaData<std::string>(dictionary, "0020|0013", std::to_string(k + 1));
    slice->SetMetaDataDictionary(dictionary);
    auto writer = itk::ImageFileWriter<Short3>::New();
    writer->SetInput(slice);
    writer->SetImageIO(io);
    writer->UseInputMetaDataDictionaryOn();
    writer->SetFileName(folder.file("slice" + std::to_string((k * 5 + 3) % 7) + ".dcm"));
    writer->Update();
  }
}

Short3::Pointer dicom_image() {
  auto image = make_image<short, 3>({6, 5, 4});
  const double spacing[3] = {0.8, 0.9, 2.5};
  const double origin[3] = {-30, -20, 100};
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  return image;
}

TEST(Foreign, ADicomFolderIsOneVolumeSortedByPosition) {
  Folder folder;
  const auto image = dicom_image();
  write_series(image, folder, false);
  const LoadedVolume loaded = read(std::filesystem::path(folder.file("x")).parent_path().string());
  expect_same_grid({{6, 5, 4}, {0.8, 0.9, 2.5}, {-30, -20, 100}}, loaded.grid, 1e-4);
  expect_values(image, loaded);
  EXPECT_EQ(loaded.format, "DICOM");
}

TEST(Foreign, ADicomFolderWithAMissingSliceIsRefused) {
  Folder folder;
  write_series(dicom_image(), folder, true);
  EXPECT_NE(refusal_code(std::filesystem::path(folder.file("x")).parent_path().string()), "read");
}

}  // namespace
}  // namespace lossscope
