// SPDX-License-Identifier: Apache-2.0
#include <itkImageFileWriter.h>
#include <itkImportImageFilter.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <sys/mman.h>

#include <filesystem>

#include "app/reader/convert.h"
#include "app/reader/written.h"

namespace lossscope::reader {
namespace {

itk::ImageIOBase::Pointer writer_for(const std::string& extension) {
  if (extension == ".nii" || extension == ".nii.gz") {
    return itk::NiftiImageIO::New().GetPointer();
  }
  if (extension == ".nrrd") {
    return itk::NrrdImageIO::New().GetPointer();
  }
  if (extension == ".mha") {
    return itk::MetaImageIO::New().GetPointer();
  }
  throw Refused("E_WRITE", "the extension names no format that can be written", "Use .nii, .nii.gz, .nrrd or .mha.");
}

template <class T>
void write_as(T* voxels, const nlohmann::json& request, const std::string& path, itk::ImageIOBase* io) {
  using Importer = itk::ImportImageFilter<T, 3>;
  auto importer = Importer::New();
  const std::array<std::int64_t, 3> size = request["size"];
  const std::array<double, 3> spacing = request["spacing"], origin = request["origin"];
  const std::array<double, 9> cosines = request["direction"];
  typename Importer::RegionType region;
  typename Importer::DirectionType direction;
  for (unsigned axis = 0; axis < 3; ++axis) {
    region.SetSize(axis, static_cast<itk::SizeValueType>(size[axis]));
    for (unsigned column = 0; column < 3; ++column) {
      direction[axis][column] = cosines[3 * axis + column];
    }
  }
  importer->SetRegion(region);
  importer->SetSpacing(spacing.data());
  importer->SetOrigin(origin.data());
  importer->SetDirection(direction);
  importer->SetImportPointer(voxels, static_cast<itk::SizeValueType>(region.GetNumberOfPixels()), false);
  auto writer = itk::ImageFileWriter<typename Importer::OutputImageType>::New();
  writer->SetInput(importer->GetOutput());
  writer->SetFileName(path);
  writer->SetImageIO(io);
  writer->SetUseCompression(!path.ends_with(".nii"));
  writer->Update();
}

}  // namespace

void write_file(const nlohmann::json& request) {
  const std::string path = path_of(request);
  const std::string extension =
      path.ends_with(".nii.gz") ? ".nii.gz" : std::filesystem::path(path).extension().string();
  const auto io = writer_for(extension);
  const std::size_t size = request["bytes"];
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, request["descriptor"].get<int>(), 0);
  try {
    if (memory == MAP_FAILED) {
      throw std::bad_alloc();
    }
    if (request["type"] == "uint8") {
      write_as(static_cast<std::uint8_t*>(memory), request, path, io);
    } else {
      write_as(static_cast<float*>(memory), request, path, io);
    }
  } catch (const std::exception&) {
    throw Refused("E_WRITE", "the volume could not be written", "Choose another folder.");
  }
  if (!holds_voxels(path, {static_cast<const std::byte*>(memory), size})) {
    throw Refused("E_WRITE", "the file does not hold what was written to it",
                  "Check the disk, or choose another folder.");
  }
}

}  // namespace lossscope::reader
