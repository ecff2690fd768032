// SPDX-License-Identifier: Apache-2.0
// NRRD, MetaImage, PNG and TIFF through ITK's readers, chosen by name and magic, never by trial of all.
#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

std::string lower_extension(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return extension;
}

std::string first_bytes(const std::string& path, std::size_t n) {
  std::string head(n, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(n));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

/// Value of "key = value" or "key: value" in a text header, empty when absent.
std::string header_value(const std::string& head, const std::string& key, char separator) {
  std::istringstream lines(head);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) {
      const auto at = line.find(separator);
      const auto from = at == std::string::npos ? at : line.find_first_not_of(" \t", at + 1);
      if (from != std::string::npos) {
        return line.substr(from, line.find_last_not_of(" \t\r") + 1 - from);
      }
    }
  }
  return {};
}

/// A detached data file must be a plain name of a regular file beside the header.
void check_data_file(const std::string& path, const std::string& name) {
  const bool plain = !name.empty() && name.find_first_of("%/\\") == std::string::npos && !name.starts_with("LIST") &&
                     !name.starts_with("..");
  const auto target = std::filesystem::path(path).parent_path() / name;
  std::error_code error;
  if (!plain || std::filesystem::equivalent(path, target, error) || !std::filesystem::is_regular_file(target, error)) {
    throw Refused("E_DATA_FILE", "the header names '" + name + "' as its data, which is not a plain file beside it",
                  "keep header and data together in one folder");
  }
}

/// Where the voxels lie: ITK's readers fill what is missing with zeros and say nothing.
struct Data {
  std::string file;        ///< empty where the format itself notices a cut file
  std::size_t offset = 0;  ///< of the first byte of the voxels
  bool packed = false;     ///< by zlib
};

Data data_of(const std::string& path, const std::string& head, const std::string& detached, const char* header_end) {
  if (!detached.empty()) {
    return {(std::filesystem::path(path).parent_path() / detached).string()};
  }
  const auto end = head.find(header_end);
  const auto line_end = end == std::string::npos ? end : head.find('\n', end + std::strlen(header_end) - 1);
  if (line_end == std::string::npos) {
    throw Refused("E_HEADER", "the header does not end", "export the volume again");
  }
  return {path, line_end + 1};
}

/// What is wrong in a header before ITK acts on it.
Data gate(const std::string& path, const std::string& extension) {
  const std::string head = first_bytes(path, 65536);
  if (extension == ".mha" || extension == ".mhd") {
    const std::string data = header_value(head, "ElementDataFile", '=');
    const std::string dimensions = header_value(head, "NDims", '=');
    if (dimensions != "2" && dimensions != "3" && dimensions != "4") {
      throw Refused("E_HEADER", "the MetaImage header says NDims = '" + dimensions + "'", "export the volume again");
    }
    if (data != "LOCAL") {
      check_data_file(path, data);
    }
    Data place = data_of(path, head, data == "LOCAL" ? std::string() : data, "ElementDataFile");
    place.packed = header_value(head, "CompressedData", '=') == "True";
    return place;
  }
  if (extension == ".nrrd" || extension == ".nhdr") {
    if (!head.starts_with("NRRD")) {
      throw Refused("E_FORMAT", "this is not NRRD", "is the name right?");
    }
    std::string data = header_value(head, "data file", ':');
    data = data.empty() ? header_value(head, "datafile", ':') : data;
    if (!data.empty()) {
      check_data_file(path, data);
    }
    const bool raw = header_value(head, "encoding", ':') == "raw";
    const char* end = head.find("\r\n\r\n") == std::string::npos ? "\n\n" : "\r\n\r\n";
    return raw ? data_of(path, head, data, end) : Data{};
  }
  if (extension == ".png" && !head.starts_with("\x89PNG\r\n\x1a\n")) {
    throw Refused("E_FORMAT", "this is not PNG", "is the name right?");
  }
  return {};
}

itk::ImageIOBase::Pointer reader_for(const std::string& extension) {
  if (extension == ".nrrd" || extension == ".nhdr") {
    return itk::NrrdImageIO::New().GetPointer();
  }
  if (extension == ".mha" || extension == ".mhd") {
    return itk::MetaImageIO::New().GetPointer();
  }
  if (extension == ".png") {
    auto png = itk::PNGImageIO::New();
    png->SetExpandRGBPalette(false);  // a palette's index is the label; its colour is not
    return png.GetPointer();
  }
  if (extension == ".tif" || extension == ".tiff") {
    return itk::TIFFImageIO::New().GetPointer();
  }
  throw Refused("E_FORMAT", "the format is not known",
                "the formats are .nii, .nii.gz, .nrrd, .mha, .mhd, .png, .tif and a folder of DICOM slices");
}

Scalar scalar_of(itk::IOComponentEnum type) {
  switch (type) {
    case itk::IOComponentEnum::UCHAR:
      return Scalar::u8;
    case itk::IOComponentEnum::CHAR:
      return Scalar::i8;
    case itk::IOComponentEnum::USHORT:
      return Scalar::u16;
    case itk::IOComponentEnum::SHORT:
      return Scalar::i16;
    case itk::IOComponentEnum::UINT:
      return Scalar::u32;
    case itk::IOComponentEnum::INT:
      return Scalar::i32;
    case itk::IOComponentEnum::ULONG:
    case itk::IOComponentEnum::ULONGLONG:
      return Scalar::u64;
    case itk::IOComponentEnum::LONG:
    case itk::IOComponentEnum::LONGLONG:
      return Scalar::i64;
    case itk::IOComponentEnum::FLOAT:
      return Scalar::f32;
    case itk::IOComponentEnum::DOUBLE:
      return Scalar::f64;
    default:
      throw Refused("E_TYPE", "the voxel type is not supported",
                    "convert the volume to an integer or floating point type");
  }
}

const char* format_name(const std::string& extension) {
  return extension.starts_with(".n")
             ? "NRRD"
             : (extension.starts_with(".m") ? "MetaImage" : (extension == ".png" ? "PNG" : "TIFF"));
}

int set_grid(RawVolume& volume, const itk::ImageIOBase& io) {
  const unsigned dimensions = io.GetNumberOfDimensions();
  int stacked = 1;
  for (unsigned axis = 0; axis < dimensions; ++axis) {
    if (axis >= 3) {
      stacked *= static_cast<int>(io.GetDimensions(axis));
      continue;
    }
    volume.size[axis] = static_cast<std::int64_t>(io.GetDimensions(axis));
    volume.spacing[axis] = io.GetSpacing(axis);
    volume.origin[axis] = io.GetOrigin(axis);
    const auto column = io.GetDirection(axis);
    for (unsigned row = 0; row < 3 && row < column.size() && dimensions >= 3; ++row) {
      volume.direction[3 * row + axis] = column[row];
    }
  }
  return stacked;
}

/// Throws E_TRUNC when fewer than `need` bytes of voxels are there, E_CRC when they are damaged.
void check_complete(const Data& data, std::size_t need) {
  if (data.file.empty()) {
    return;
  }
  std::size_t there = std::filesystem::file_size(data.file);
  there = there > data.offset ? there - data.offset : 0;
  if (data.packed) {
    std::vector<std::byte> bytes(there);
    std::ifstream file(data.file, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(data.offset));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(there));
    there = inflated(bytes).size();
  }
  if (there < need) {
    throw Refused("E_TRUNC", "there are fewer voxels in the file than its header says",
                  "the file was cut: copy or download it again");
  }
}

}  // namespace

RawVolume read_with_itk(const std::string& path, std::optional<int> component) {
  const std::string extension = lower_extension(path);
  const auto io = reader_for(extension);
  const Data data = gate(path, extension);
  io->SetFileName(path);
  io->ReadImageInformation();

  RawVolume volume;
  volume.format = format_name(extension);
  volume.scalar = scalar_of(io->GetComponentType());
  volume.stored_type = name_of(volume.scalar);
  const int stacked = set_grid(volume, *io);
  volume.has_orientation = extension != ".png" && !extension.starts_with(".tif");
  check_geometry(volume);
  const auto interleaved = static_cast<int>(io->GetNumberOfComponents());
  const std::size_t need = static_cast<std::size_t>(volume.voxels()) * static_cast<std::size_t>(stacked) *
                           static_cast<std::size_t>(interleaved) * bytes_of(volume.scalar);
  check_complete(data, need);
  if (stacked > 1 && interleaved > 1) {
    throw Refused("E_COMPONENTS", "the file is both 4-D and a vector image", "extract one volume first");
  }
  itk::ImageIORegion region(io->GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis) {
    region.SetSize(axis, io->GetDimensions(axis));
  }
  io->SetIORegion(region);
  volume.bytes.resize(need);
  io->Read(volume.bytes.data());
  choose_component(volume, stacked * interleaved, interleaved > 1, component);
  return volume;
}

}  // namespace lossscope::reader
