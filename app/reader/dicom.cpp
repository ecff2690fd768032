// SPDX-License-Identifier: Apache-2.0
// A folder of DICOM slices as one volume: one series, slices sorted by position and evenly spaced.
#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

struct Slice {
  std::string file;
  std::array<double, 3> position{};
  double along = 0;  ///< position along the normal, mm
};

std::array<double, 3> normal_of(const std::array<double, 9>& d) {
  return {d[3] * d[7] - d[6] * d[4], d[6] * d[1] - d[0] * d[7], d[0] * d[4] - d[3] * d[1]};
}

std::vector<std::string> files_of(const std::string& folder) {
  auto names = itk::GDCMSeriesFileNames::New();
  names->SetUseSeriesDetails(true);
  names->SetDirectory(folder);
  const auto& series = names->GetSeriesUIDs();
  if (series.empty()) {
    throw Refused("E_DICOM_EMPTY", "the folder holds no DICOM slices", "choose the folder that holds the .dcm files");
  }
  if (series.size() > 1) {
    std::string list;
    for (const auto& uid : series) {
      list += (list.empty() ? "" : ", ") + uid;
    }
    throw Refused("E_DICOM_SERIES", "the folder holds " + std::to_string(series.size()) + " series: " + list,
                  "put the one you want into a folder of its own");
  }
  return names->GetFileNames(series.front());
}

}  // namespace

RawVolume read_dicom(const std::string& folder) {
  auto io = itk::GDCMImageIO::New();
  RawVolume volume;
  volume.format = "DICOM";
  std::vector<Slice> slices;
  std::array<double, 3> normal{};
  for (const std::string& file : files_of(folder)) {
    io->SetFileName(file);
    io->ReadImageInformation();
    std::array<double, 9> direction{};
    for (unsigned axis = 0; axis < 3; ++axis) {
      for (unsigned row = 0; row < 3; ++row) {
        direction[3 * row + axis] = io->GetDirection(axis)[row];
      }
    }
    const std::array<std::int64_t, 2> size{static_cast<std::int64_t>(io->GetDimensions(0)),
                                           static_cast<std::int64_t>(io->GetDimensions(1))};
    if (slices.empty()) {
      volume.size = {size[0], size[1], 1};
      volume.spacing = {io->GetSpacing(0), io->GetSpacing(1), io->GetSpacing(2)};
      volume.direction = direction;
      normal = normal_of(direction);
    }
    double turned = 0;
    for (std::size_t i = 0; i < 9; ++i) {
      turned = std::max(turned, std::abs(direction[i] - volume.direction[i]));
    }
    if (size[0] != volume.size[0] || size[1] != volume.size[1] || turned > 1e-3 || io->GetNumberOfComponents() != 1) {
      throw Refused("E_DICOM_SLICES", "the slice " + file + " has another size, orientation or colour than the first",
                    "put slices of one acquisition into a folder of their own");
    }
    Slice slice{file, {io->GetOrigin(0), io->GetOrigin(1), io->GetOrigin(2)}, 0};
    for (std::size_t row = 0; row < 3; ++row) {
      slice.along += normal[row] * slice.position[row];
    }
    slices.push_back(slice);
  }
  std::ranges::sort(slices, {}, &Slice::along);
  volume.size[2] = static_cast<std::int64_t>(slices.size());
  volume.origin = slices.front().position;
  for (std::size_t row = 0; row < 3; ++row) {
    volume.direction[3 * row + 2] = normal[row];
  }
  if (slices.size() > 1) {
    const double mean = (slices.back().along - slices.front().along) / static_cast<double>(slices.size() - 1);
    for (std::size_t i = 0; i + 1 < slices.size(); ++i) {
      if (!(std::abs(slices[i + 1].along - slices[i].along - mean) <= 0.01 * mean) || mean <= 0) {
        throw Refused("E_DICOM_SPACING", "the slices are not evenly spaced near " + slices[i].file,
                      "is a slice missing or there twice? Resample the series first");
      }
    }
    volume.spacing[2] = mean;
  }
  check_geometry(volume);

  // Rescaled values as doubles: slope and intercept may differ from slice to slice.
  volume.scalar = Scalar::f32;
  volume.stored_type = "DICOM";
  const auto plane = static_cast<std::size_t>(volume.size[0] * volume.size[1]);
  volume.bytes.resize(plane * slices.size() * sizeof(float));
  for (std::size_t k = 0; k < slices.size(); ++k) {
    io->SetFileName(slices[k].file);
    io->ReadImageInformation();
    itk::ImageIORegion region(3);
    region.SetSize(0, io->GetDimensions(0));
    region.SetSize(1, io->GetDimensions(1));
    region.SetSize(2, 1);
    io->SetIORegion(region);
    std::vector<std::byte> raw(static_cast<std::size_t>(io->GetImageSizeInBytes()));
    io->Read(raw.data());
    auto* out = reinterpret_cast<float*>(volume.bytes.data()) + k * plane;
    const auto convert = [&](auto example) {
      using T = decltype(example);
      for (std::size_t i = 0; i < plane; ++i) {
        T value;
        std::memcpy(&value, raw.data() + i * sizeof(T), sizeof(T));
        out[i] = static_cast<float>(value);
      }
    };
    switch (io->GetComponentType()) {
      case itk::IOComponentEnum::UCHAR:
        convert(std::uint8_t{});
        break;
      case itk::IOComponentEnum::CHAR:
        convert(std::int8_t{});
        break;
      case itk::IOComponentEnum::USHORT:
        convert(std::uint16_t{});
        break;
      case itk::IOComponentEnum::SHORT:
        convert(std::int16_t{});
        break;
      case itk::IOComponentEnum::UINT:
        convert(std::uint32_t{});
        break;
      case itk::IOComponentEnum::INT:
        convert(std::int32_t{});
        break;
      case itk::IOComponentEnum::FLOAT:
        convert(float{});
        break;
      default:
        convert(double{});
    }
  }
  return volume;
}

}  // namespace lossscope::reader
