// SPDX-License-Identifier: Apache-2.0
#include "tests/corpus/plain_itk.h"

#include <fcntl.h>
#include <itkBMPImageIO.h>
#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImage.h>
#include <itkImageSeriesReader.h>
#include <itkJPEGImageIO.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/reader/gates/scalar.h"
#include "app/reader/itk_scalar.h"

namespace lossscope::corpus {
namespace {

using Json = nlohmann::json;

itk::ImageIOBase::Pointer reader_of(Format format) {
  switch (format) {
    case Format::nifti:
    case Format::pair:
      return itk::NiftiImageIO::New().GetPointer();
    case Format::nrrd:
      return itk::NrrdImageIO::New().GetPointer();
    case Format::metaimage:
      return itk::MetaImageIO::New().GetPointer();
    case Format::dicom:
      return itk::GDCMImageIO::New().GetPointer();
    case Format::png: {
      const auto io = itk::PNGImageIO::New();
      io->SetExpandRGBPalette(false);
      return io.GetPointer();
    }
    case Format::tiff: {
      const auto io = itk::TIFFImageIO::New();
      io->SetExpandRGBPalette(false);
      return io.GetPointer();
    }
    case Format::jpeg:
      return itk::JPEGImageIO::New().GetPointer();
    case Format::bmp:
      return itk::BMPImageIO::New().GetPointer();
    case Format::mgh:
    case Format::numpy:
      break;
  }
  return nullptr;
}

Json geometry_of(const itk::ImageIOBase& io) {
  const unsigned dimensions = io.GetNumberOfDimensions();
  Json image{{"size", {1, 1, 1}},
             {"spacing", {1.0, 1.0, 1.0}},
             {"origin", {0.0, 0.0, 0.0}},
             {"direction", {1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0}},
             {"interleaved", io.GetNumberOfComponents()}};
  std::uint64_t stacked = 1;
  for (unsigned axis = 0; axis < dimensions; ++axis) {
    if (axis >= 3) {
      stacked *= io.GetDimensions(axis);
      continue;
    }
    image["size"][axis] = io.GetDimensions(axis);
    image["spacing"][axis] = io.GetSpacing(axis);
    image["origin"][axis] = io.GetOrigin(axis);
    const std::vector<double> column = io.GetDirection(axis);
    for (unsigned row = 0; row < 3 && row < column.size(); ++row) {
      image["direction"][3 * row + axis] = column[row];
    }
  }
  image["stacked"] = stacked;
  return image;
}

/// The numbers as bytes of doubles: JSON knows no NaN.
Json numbers_of(const std::vector<char>& bytes, itk::IOComponentEnum type) {
  std::vector<std::uint8_t> numbers;
  reader::with_type(reader::scalar_of(type), [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    numbers.resize(bytes.size() / sizeof(T) * sizeof(double));
    for (std::size_t i = 0; i < bytes.size() / sizeof(T); ++i) {
      T stored;
      std::memcpy(&stored, bytes.data() + i * sizeof(T), sizeof(T));
      const auto number = static_cast<double>(stored);
      std::memcpy(numbers.data() + i * sizeof(double), &number, sizeof(double));
    }
  });
  return Json::binary(std::move(numbers));
}

Json read_file(itk::ImageIOBase& io, const std::string& path) {
  io.SetFileName(path);
  io.ReadImageInformation();
  Json image = geometry_of(io);
  itk::ImageIORegion region(io.GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io.GetNumberOfDimensions(); ++axis) {
    region.SetSize(axis, io.GetDimensions(axis));
  }
  io.SetIORegion(region);
  std::vector<char> bytes(static_cast<std::size_t>(io.GetImageSizeInBytes()));
  io.Read(bytes.data());
  image["type"] = itk::ImageIOBase::GetComponentTypeAsString(io.GetComponentType());
  image["values"] = numbers_of(bytes, io.GetComponentType());
  return image;
}

Json read_series(const std::string& folder) {
  using Volume = itk::Image<double, 3>;
  const auto names = itk::GDCMSeriesFileNames::New();
  names->SetUseSeriesDetails(true);
  names->SetDirectory(folder);
  const auto series = itk::ImageSeriesReader<Volume>::New();
  const auto io = itk::GDCMImageIO::New();
  series->SetImageIO(io);
  series->SetFileNames(names->GetInputFileNames());
  series->Update();
  const Volume& volume = *series->GetOutput();
  Json image{{"interleaved", 1}, {"stacked", 1}, {"type", "double"}, {"direction", Json::array()}};
  for (unsigned axis = 0; axis < 3; ++axis) {
    image["size"][axis] = volume.GetLargestPossibleRegion().GetSize(axis);
    image["spacing"][axis] = volume.GetSpacing()[axis];
    image["origin"][axis] = volume.GetOrigin()[axis];
    for (unsigned column = 0; column < 3; ++column) {
      image["direction"].push_back(volume.GetDirection()[axis][column]);
    }
  }
  const auto* first = reinterpret_cast<const char*>(volume.GetBufferPointer());
  const std::size_t bytes = volume.GetLargestPossibleRegion().GetNumberOfPixels() * sizeof(double);
  image["values"] = numbers_of({first, first + bytes}, itk::IOComponentEnum::DOUBLE);
  return image;
}

/// In the process of its own: reads and says it, and never returns. ITK's warnings go nowhere.
[[noreturn]] void read_and_say(Format format, const std::string& path, int to) {
  ::alarm(20);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDERR_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  Json said;
  try {
    said = std::filesystem::is_directory(path) ? read_series(path) : read_file(*reader_of(format), path);
  } catch (const std::exception& error) {
    said = {{"error", error.what()}};
  }
  const std::vector<std::uint8_t> bytes = Json::to_cbor(said);
  for (std::size_t done = 0; done < bytes.size();) {
    const auto n = ::write(to, bytes.data() + done, bytes.size() - done);
    if (n <= 0) {
      break;
    }
    done += static_cast<std::size_t>(n);
  }
  ::_exit(0);
}

PlainImage image_said(const std::vector<std::uint8_t>& bytes, int status) {
  PlainImage image;
  const Json said = Json::from_cbor(bytes, true, false);
  if (!said.is_object()) {
    image.error = !WIFSIGNALED(status)          ? "it says nothing"
                  : WTERMSIG(status) == SIGALRM ? "it hung"
                                                : "signal " + std::to_string(WTERMSIG(status));
    return image;
  }
  if (said.contains("error")) {
    image.error = said["error"];
    return image;
  }
  image.size = said["size"];
  image.interleaved = said["interleaved"];
  image.stacked = said["stacked"];
  image.spacing = said["spacing"];
  image.origin = said["origin"];
  image.direction = said["direction"];
  image.type = said["type"];
  const auto& values = said["values"].get_binary();
  image.values.resize(values.size() / sizeof(double));
  std::memcpy(image.values.data(), values.data(), values.size());
  return image;
}

}  // namespace

std::vector<double> PlainImage::component(int index) const {
  const auto voxels = static_cast<std::size_t>(size[0] * size[1] * size[2]);
  const auto inner = static_cast<std::size_t>(interleaved), at = static_cast<std::size_t>(index);
  std::vector<double> numbers;
  for (std::size_t i = 0; i < voxels; ++i) {
    numbers.push_back(values.at((at / inner * voxels + i) * inner + at % inner));
  }
  return numbers;
}

std::optional<PlainImage> read_by_plain_itk(Format format, const std::string& path) {
  if (reader_of(format) == nullptr) {
    return std::nullopt;
  }
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    throw std::runtime_error("no pipe");
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    read_and_say(format, path, ends[1]);
  }
  ::close(ends[1]);
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 4096> part{};
  for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
    bytes.insert(bytes.end(), part.begin(), part.begin() + n);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return image_said(bytes, status);
}

}  // namespace lossscope::corpus
