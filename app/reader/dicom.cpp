// SPDX-License-Identifier: Apache-2.0
// DICOM slices as one volume: one series, sorted by position, evenly spaced. The gate looks at every file; GDCM only
// decodes the pixels of those that were chosen.
#include <itkGDCMImageIO.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>

#include "app/reader/itk_scalar.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

using Vector = std::array<double, 3>;

struct Slice {
  std::string file;
  DicomSlice header;
  double along = 0;  ///< position along the normal, mm
};
using Slices = std::vector<Slice>;

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

Vector cross(const std::array<double, 6>& o) {
  return {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

/// The pictures among the files. A file that is no DICOM picture is skipped and named; a damaged one is refused, since
/// a volume without it would be another volume.
Slices slices_of(const std::vector<std::string>& files, std::vector<Note>& notes) {
  Slices slices;
  std::string skipped;
  int count = 0;
  for (const std::string& file : files) {
    try {
      slices.push_back({file, dicom_gate(FileSource(file)), 0});
    } catch (const Refused& refused) {
      if (files.size() == 1) {
        throw;
      }
      const bool no_picture =
          refused.code == "E_FORMAT" || refused.code == "E_DICOM_NO_IMAGE" || refused.code == "E_EMPTY";
      if (!no_picture) {
        throw Refused(refused.code, "the slice " + file_name(file) + ": " + refused.what(), refused.remedy);
      }
      if (++count <= 5) {
        skipped += (count == 1 ? "" : ", ") + file_name(file) + " (" + refused.what() + ")";
      }
    }
  }
  if (slices.empty()) {
    throw Refused("E_DICOM_EMPTY", "the folder holds no DICOM slices", "choose the folder that holds the .dcm files");
  }
  if (count > 0) {
    notes.push_back(
        {"W_SKIPPED", std::to_string(count) + " files were skipped: " + skipped + (count > 5 ? ", ..." : "")});
  }
  return slices;
}

/// Slices belong together when they share series, orientation, size and spacing; each group has a name that is the same
/// every time.
std::map<std::string, Slices> groups_of(Slices slices) {
  const auto shape = [](const DicomSlice& s) {
    std::ostringstream key;
    key << s.rows << 'x' << s.columns;
    for (const double v : s.orientation) {
      key << ' ' << std::lround(v * 1000);
    }
    for (const double v : s.spacing) {
      key << ' ' << std::lround(v * 10000);
    }
    return key.str();
  };
  std::map<std::string, std::map<std::string, Slices>> by_series;
  for (Slice& slice : slices) {
    auto& group = by_series[slice.header.series.empty() ? "unnamed" : slice.header.series][shape(slice.header)];
    group.push_back(std::move(slice));
  }
  std::map<std::string, Slices> groups;
  for (auto& [series, shapes] : by_series) {
    int n = 0;
    for (auto& [key, group] : shapes) {
      ++n;
      groups[shapes.size() == 1 ? series : series + "#" + std::to_string(n)] = std::move(group);
    }
  }
  return groups;
}

Slices chosen_group(std::map<std::string, Slices> groups, const Answers& answers) {
  if (groups.size() == 1) {
    return std::move(groups.begin()->second);
  }
  const std::string answer(answers.to(Question::series));
  if (const auto found = groups.find(answer); found != groups.end()) {
    return std::move(found->second);
  }
  std::size_t most = 0;
  for (const auto& [name, group] : groups) {
    most = std::max(most, group.size());
  }
  std::vector<Choice> choices;
  bool has_default = false;
  for (const auto& [name, group] : groups) {
    const DicomSlice& first = group.front().header;
    const std::string size = std::to_string(group.size()) + " slices of " + std::to_string(first.columns) + " x " +
                             std::to_string(first.rows);
    const bool safe = !has_default && group.size() == most;
    has_default = has_default || safe;
    choices.push_back({Question::series, name, (first.description.empty() ? name : first.description) + ", " + size,
                       "Opens the series " + name + ".", safe});
  }
  throw Refused("E_DICOM_SERIES",
                answer.empty() ? "the folder holds " + std::to_string(groups.size()) + " series"
                               : "the folder has no series '" + answer + "'",
                "choose one: --series NAME", choices);
}

/// Of slices at one place, the one that was asked for.
void settle_duplicates(Slices& slices, const Answers& answers, std::vector<Note>& notes) {
  constexpr double kSamePlace = 1e-3;  // mm
  const std::string_view answer = answers.to(Question::duplicates);
  Slices kept;
  std::size_t dropped = 0;
  for (Slice& slice : slices) {
    if (kept.empty() || slice.along - kept.back().along > kSamePlace) {
      kept.push_back(std::move(slice));
      continue;
    }
    ++dropped;
    if (answer.empty()) {
      throw Refused(
          "E_DICOM_DUPLICATES",
          "two slices lie at one place: " + file_name(kept.back().file) + " and " + file_name(slice.file),
          "say which counts: --duplicates first or --duplicates last",
          {{Question::duplicates, "first", "The earlier one", "Takes the slice with the lower instance number.", false},
           {Question::duplicates, "last", "The later one", "Takes the slice with the higher instance number.", false}});
    }
    if (answer == "last") {
      kept.back() = std::move(slice);  // equal places are in the order of their numbers
    }
  }
  slices = std::move(kept);
  if (dropped > 0) {
    notes.push_back({"W_DUPLICATES", std::to_string(dropped) + " slices at the place of another were left out"});
  }
}

/// Slices in the order of their positions along the normal; the geometry of the whole.
void sort_slices(Slices& slices, Layout& layout, const Answers& answers) {
  const DicomSlice& header = slices.front().header;
  if (slices.size() > 1 && !std::ranges::all_of(slices, [](const Slice& s) { return s.header.has_position; })) {
    throw Refused("E_DICOM_POSITION", "some slices do not say where they lie",
                  "export the series again, with positions");
  }
  const Vector normal = cross(header.orientation);
  for (Slice& slice : slices) {
    slice.along = dot(normal, slice.header.position);
  }
  std::ranges::sort(slices, [](const Slice& a, const Slice& b) {
    constexpr double kSamePlace = 1e-3;
    return std::abs(a.along - b.along) > kSamePlace ? a.along < b.along : a.header.instance < b.header.instance;
  });
  settle_duplicates(slices, answers, layout.notes);
  const DicomSlice& first = slices.front().header;
  layout.size = {first.columns, first.rows, static_cast<std::int64_t>(slices.size())};
  layout.has_orientation = first.has_position;
  layout.origin = first.position;
  layout.spacing = {first.spacing[1], first.spacing[0], first.thickness > 0 ? first.thickness : 1};
  Vector third = normal;
  if (slices.size() > 1) {
    third = minus(slices.back().header.position, first.position);
    const double length = std::sqrt(dot(third, third));
    layout.spacing[2] = length / static_cast<double>(slices.size() - 1);
    for (double& part : third) {
      part /= length;
    }
  }
  for (std::size_t row = 0; row < 3; ++row) {
    layout.direction[3 * row] = first.orientation[row];
    layout.direction[3 * row + 1] = first.orientation[3 + row];
    layout.direction[3 * row + 2] = third[row];
  }
  if (!first.has_spacing) {
    layout.notes.push_back({"W_NO_SPACING", "the slices give no spacing: 1 mm was taken"});
  }
  if (!first.has_position) {
    layout.notes.push_back(
        {"W_NO_ORIENT", "the slice says nothing of left and right: no orientation letters are shown"});
  }
}

/// Positions along the stack, mm; empty when they are even. Throws E_DICOM_SPACING.
std::vector<double> uneven_positions(const Slices& slices, const Layout& layout, const Answers& answers) {
  constexpr double kEven = 0.01, kRepairable = 0.2;
  if (slices.size() < 3) {
    return {};
  }
  const Vector third{layout.direction[2], layout.direction[5], layout.direction[8]};
  std::vector<double> positions;
  double worst = 0;
  std::size_t where = 0;
  for (const Slice& slice : slices) {
    const Vector from_first = minus(slice.header.position, slices.front().header.position);
    const double along = dot(third, from_first);
    double aside = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      aside = std::hypot(aside, from_first[i] - along * third[i]);
    }
    const double step = positions.empty() ? layout.spacing[2] : along - positions.back();
    const double off = std::max(std::abs(step / layout.spacing[2] - 1), aside / layout.spacing[2]);
    if (off > worst) {
      worst = off;
      where = positions.size();
    }
    positions.push_back(along);
  }
  if (worst <= kEven) {
    return {};
  }
  const std::string reason = "the slices are not evenly spaced: " + file_name(slices[where].file) + " is " +
                             std::to_string(std::lround(100 * worst)) + " % off its place";
  if (worst > kRepairable) {
    throw Refused("E_DICOM_SPACING", reason, "is a slice missing? Export the whole series again");
  }
  if (answers.to(Question::slices) != "resample") {
    throw Refused("E_DICOM_SPACING", reason, "resample it to even slices: --slices resample",
                  {{Question::slices, "resample", "Resample evenly",
                    "Interpolates between slices (labels by nearest slice); results are marked as resampled.", true}});
  }
  return positions;
}

/// One slice's rescaled values as float64; slope and intercept may differ from slice to slice.
void read_slice(const Slice& slice, std::byte* out) {
  const auto io = itk::GDCMImageIO::New();
  io->SetFileName(slice.file);
  io->ReadImageInformation();
  const bool same = static_cast<int>(io->GetDimensions(0)) == slice.header.columns &&
                    static_cast<int>(io->GetDimensions(1)) == slice.header.rows && io->GetNumberOfComponents() == 1;
  if (!same) {
    throw Refused("E_READ",
                  "the library that reads " + file_name(slice.file) + " sees another size than its header says",
                  "export the series again");
  }
  itk::ImageIORegion region(io->GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis) {
    region.SetSize(axis, io->GetDimensions(axis));
  }
  io->SetIORegion(region);
  std::vector<std::byte> raw(static_cast<std::size_t>(io->GetImageSizeInBytes()));
  io->Read(raw.data());
  const auto n = static_cast<std::size_t>(slice.header.rows) * static_cast<std::size_t>(slice.header.columns);
  with_type(scalar_of(io->GetComponentType()), [&](auto* example) {
    using T = std::remove_cvref_t<decltype(*example)>;
    for (std::size_t i = 0; i < n && (i + 1) * sizeof(T) <= raw.size(); ++i) {
      T value;
      std::memcpy(&value, raw.data() + i * sizeof(T), sizeof(T));
      const auto number = static_cast<double>(value);
      std::memcpy(out + i * sizeof(double), &number, sizeof(double));
    }
  });
}

const char* stored_type_of(const DicomSlice& slice) {
  const bool is_signed = slice.is_signed;
  return slice.bits_allocated == 8
             ? (is_signed ? "int8" : "uint8")
             : (slice.bits_allocated == 16 ? (is_signed ? "int16" : "uint16") : (is_signed ? "int32" : "uint32"));
}

}  // namespace

RawVolume read_dicom(const std::vector<std::string>& files, const Wish& wish) {
  Layout layout;
  layout.format = "DICOM";
  layout.scalar = Scalar::f64;
  Slices slices = chosen_group(groups_of(slices_of(files, layout.notes)), wish.answers);
  sort_slices(slices, layout, wish.answers);
  const std::vector<double> positions = uneven_positions(slices, layout, wish.answers);
  check_geometry(layout, wish.answers.to(Question::axes) == "resample");
  check_memory(layout, wish.available, 1, wish.answers);
  RawVolume volume(std::move(layout));
  volume.stored_type = stored_type_of(slices.front().header);
  const auto plane = static_cast<std::size_t>(volume.size[0] * volume.size[1]) * sizeof(double);
  volume.bytes.resize(plane * slices.size());
  for (std::size_t k = 0; k < slices.size(); ++k) {
    read_slice(slices[k], volume.bytes.data() + k * plane);
  }
  if (!positions.empty()) {
    resample_slices(volume, positions, wish.role == "mask");
  }
  return volume;
}

}  // namespace lossscope::reader
