// SPDX-License-Identifier: Apache-2.0
// loading_benchmark ROUNDS FILE...: processor time and peak memory of getting the voxels of a file, by the reader's own
// way (gate, proof of the bytes, then ITK or own decoding) and by ITK alone, each in a process of its own, in turns.
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "app/reader/raw_volume.h"

namespace {

using namespace lossscope;

struct Cost {
  double milliseconds = 0, mebibytes = 0;
};

/// Of work() in a process of its own; its exit tells whether it succeeded.
template <class Work>
Cost cost_of(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  rusage used{};
  if (::wait4(child, &status, 0, &used) != child || status != 0) {
    std::exit(1);
  }
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return {ms(used.ru_utime) + ms(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024};
}

void by_the_reader(Format format, const std::string& path) {
  reader::Wish wish;
  wish.role = "image";
  wish.available = std::uint64_t{1} << 36;
  (void)reader::read_plain(path, format, reader::FileSource(path), wish);
}

void by_itk(Format format, const std::string& path) {
  itk::ImageIOBase::Pointer io = itk::MetaImageIO::New().GetPointer();
  if (format == Format::nifti) {
    io = itk::NiftiImageIO::New().GetPointer();
  } else if (format == Format::nrrd) {
    io = itk::NrrdImageIO::New().GetPointer();
  }
  io->SetFileName(path);
  io->ReadImageInformation();
  itk::ImageIORegion region(io->GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis) {
    region.SetSize(axis, io->GetDimensions(axis));
  }
  io->SetIORegion(region);
  std::vector<std::byte> bytes(static_cast<std::size_t>(io->GetImageSizeInBytes()));
  io->Read(bytes.data());
}

Cost median(std::vector<Cost> costs) {
  const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
  std::nth_element(costs.begin(), middle, costs.end(),
                   [](const Cost& a, const Cost& b) { return a.milliseconds < b.milliseconds; });
  return *middle;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  for (int i = 2; i < argc; ++i) {
    const std::string path = argv[i];
    const Format format = reader::format_of(path, reader::FileSource(path));
    std::vector<Cost> own, itk;
    for (int round = 0; round < rounds; ++round) {
      own.push_back(cost_of([&] { by_the_reader(format, path); }));
      itk.push_back(cost_of([&] { by_itk(format, path); }));
    }
    if (rounds > 0) {
      const Cost a = median(own), b = median(itk);
      std::printf("%-40s reader %7.1f ms %6.1f MiB   ITK alone %7.1f ms %6.1f MiB\n", path.c_str(), a.milliseconds,
                  a.mebibytes, b.milliseconds, b.mebibytes);
    }
  }
  return rounds > 0 && argc > 2 ? 0 : 2;
}
