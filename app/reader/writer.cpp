// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <itkImageFileWriter.h>
#include <itkImportImageFilter.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "app/reader/convert.h"

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
  throw Refused("E_WRITE", "the extension names no format that can be written", "use .nii, .nii.gz, .nrrd or .mha");
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

/// On disk before the rename, so that a crash leaves the old file or the new one.
void flush_to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 || ::fsync(file) != 0) {
    throw std::runtime_error("the file could not be flushed to the disk");
  }
  ::close(file);
}

}  // namespace

void write_file(const nlohmann::json& request) {
  const std::string path = request["path"];
  const std::filesystem::path target(path);
  const std::string extension = path.ends_with(".nii.gz") ? ".nii.gz" : target.extension().string();
  const auto io = writer_for(extension);
  const std::string temporary =
      (target.parent_path() / ("." + target.stem().string() + "." + std::to_string(::getpid()) + extension)).string();
  const std::size_t size = request["bytes"];
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, request["descriptor"].get<int>(), 0);
  try {
    if (memory == MAP_FAILED) {
      throw std::bad_alloc();
    }
    if (request["type"] == "uint8") {
      write_as(static_cast<std::uint8_t*>(memory), request, temporary, io);
    } else {
      write_as(static_cast<float*>(memory), request, temporary, io);
    }
    flush_to_disk(temporary);
    std::filesystem::rename(temporary, target);
  } catch (const std::exception&) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw Refused("E_WRITE", "the file could not be written", "is the folder there, writable and not full?");
  }
}

}  // namespace lossscope::reader
