// SPDX-License-Identifier: Apache-2.0
// Every sound file of the corpus through plain ITK and through the programs: the same voxels and geometry, or a row of
// itk_faults.cpp says why ITK does not read it. And every row by files which show that the fault is still there.
#include <gtest/gtest.h>
#include <itkNrrdImageIO.h>
#include <itkVersion.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "app/reader/gates/gates.h"
#include "app/reader/gates/text_header.h"
#include "app/reader/itk_faults.h"
#include "tests/corpus/plain_itk.h"
#include "tests/corpus/run_case.h"
#include "tests/io/io_testing.h"

namespace lossscope::corpus {
namespace {

using reader::ItkFault;

/// Files of the corpus that show a fault.
struct Shown {
  std::vector<std::string> read_otherwise;  ///< sound ones, which ITK refuses or reads as something else
  std::vector<std::string> accepted;        ///< damaged ones, of which ITK gives voxels
};

const std::map<ItkFault, Shown>& shown() {
  static const std::map<ItkFault, Shown> kShown{
      {ItkFault::dicom_in_one_piece,
       {{"dicom_frames_backwards", "dicom_frames_slope_of_each_frame", "dicom_dose_grid",
         "dicom_dose_one_plane_with_offset"},
        {}}},
      {ItkFault::tiff_of_few_kinds,
       {{"tiff_labels_u32", "tiff_labels_i64", "tiff_pack_bits", "tiff_imagej_one_directory"}, {}}},
      {ItkFault::bmp_of_few_depths, {{"bmp_two_colours", "bmp_labels_by_colour"}, {}}},
      {ItkFault::jpeg_damage_is_grey, {{}, {"jpeg_cut_and_closed"}}},
      {ItkFault::analyze_without_scale, {{"analyze_scale_of_spm", "analyze_origin_of_spm"}, {}}},
      {ItkFault::nifti_2_unknown, {{"nifti2", "nifti2_big_endian", "nifti2_gz"}, {}}},
      {ItkFault::nifti_not_finite_is_0, {{"image_nan_gz"}, {}}},
      {ItkFault::nifti_of_another_name,
       {{"gz_beside_another", "gz_named_nii", "path_mixed_case_gz"}, {"gz_no_trailer"}}},
      {ItkFault::nifti_header_ends_it,
       {{"nifti_nan_sform_and_qform", "nifti_sheared_slightly", "nifti_slope_0_inter_5"}, {"nifti_one_byte_short"}}},
      {ItkFault::packed_damage_is_kept,
       {{"mha_compressed"}, {"mha_compressed_damaged", "mha_compressed_cut", "mha_compressed_too_few"}}},
      {ItkFault::text_is_bent, {{}, {"nrrd_text_out_of_range"}}},
      {ItkFault::nrrd_header_refused, {{"nrrd_unknown_field", "nrrd_none_without_kind", "nrrd_time_without_axis"}, {}}},
      {ItkFault::nrrd_las_is_turned, {{"nrrd_las"}, {}}}};
  return kShown;
}

/// What the programs make of voxels after they were read.
const std::set<std::string> kOwnSteps{"W_RGB", "W_MAGNITUDE", "W_HALF", "W_RESAMPLED", "W_ORDER"};

template <class Numbers>
bool near(const Numbers& a, const Numbers& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a[i] - b[i]) <= 1e-5 * std::max(1.0, std::abs(b[i])))) {
      return false;
    }
  }
  return true;
}

/// What is not the same; empty when all is.
std::string difference(const PlainImage& plain, const LoadedVolume& loaded, int component) {
  if (!plain.error.empty()) {
    return "ITK says: " + plain.error;
  }
  const Grid& grid = loaded.grid;
  if (plain.size != grid.size || plain.components() <= component) {
    return "another size";
  }
  std::string different;
  different += near(plain.spacing, grid.spacing) ? "" : " spacing";
  different += near(plain.origin, grid.origin) ? "" : " origin";
  different += near(plain.direction, grid.direction) ? "" : " direction";
  const std::vector<double> values = plain.component(component);
  const auto voxels = loaded.volume.voxels<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto its = static_cast<float>(values[i]);
    if (!(its == voxels[i] || (std::isnan(its) && std::isnan(voxels[i])))) {
      return different + " voxel " + std::to_string(i) + " is " + std::to_string(its) + ", not " +
             std::to_string(voxels[i]);
    }
  }
  return different;
}

Format format_at(const std::string& path) {
  return std::filesystem::is_directory(path) ? Format::dicom : reader::format_of(path, reader::FileSource(path));
}

/// The layout as far as the table of faults asks for it.
reader::Layout layout_at(const std::string& path, Format format) {
  switch (format) {
    case Format::nrrd:
      return reader::nrrd_gate(reader::FileSource(path));
    case Format::metaimage:
      return reader::metaimage_gate(reader::FileSource(path));
    default:
      return {};
  }
}

int chosen_component(const Case& made) {
  return static_cast<int>(reader::whole_number(answers_of(made).to(Question::component)).value_or(0));
}

bool is_small(const Case& made) {
  std::size_t bytes = 0;
  for (const auto& [name, content] : made.files) {
    bytes += content.size();
  }
  return bytes < (std::size_t{1} << 20);
}

std::set<std::string> files_shown_by_trying() {
  std::set<std::string> names;
  for (const reader::ItkFaultRow& row : reader::itk_faults()) {
    if (row.keeps_from == nullptr) {
      const auto& files = shown().at(row.fault).read_otherwise;
      names.insert(files.begin(), files.end());
    }
  }
  return names;
}

TEST(PlainItk, ReadsTheSoundFilesOfTheCorpusAsTheProgramsDoOrARowSaysWhyNot) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  const std::set<std::string> tried = files_shown_by_trying();
  std::map<std::string, std::size_t> count;
  for (const Case& made : whole_corpus().cases) {
    if (made.is_refused() || made.is_evaluation || !made.memory.empty() || !is_small(made)) {
      continue;
    }
    SCOPED_TRACE(made.name);
    const std::string path = make_files(made, root);
    const LoadedVolume loaded = load(made, path, Role::image);
    const bool changed = std::ranges::any_of(
        loaded.assumptions, [](const Assumption& assumption) { return kOwnSteps.contains(assumption.code); });
    const Format format = format_at(path);
    const bool own = reader::itk_fault_of(format, layout_at(path, format)).has_value();
    const auto plain = read_by_plain_itk(format, path);
    if (!plain || changed) {
      ++count[plain ? "made into something else after they were read" : "of formats that ITK has no reader of"];
      continue;
    }
    const std::string different = difference(*plain, loaded, chosen_component(made));
    EXPECT_TRUE(different.empty() || own || tried.contains(made.name)) << different;
    ++count[std::string(own ? "read here" : "read by ITK") + (different.empty() ? ", the same" : ", not the same")];
  }
  for (const auto& [what, files] : count) {
    std::printf("%zu files %s\n", files, what.c_str());
  }
  EXPECT_GT(count["read by ITK, the same"], 0U);
}

TEST(PlainItk, HasEveryFaultOfTheTableStill) {
  const testing::Folder folder;
  const std::string root = folder.file("cases");
  std::filesystem::create_directory(root);
  std::map<std::string, Case> cases;
  for (const Case& made : whole_corpus().cases) {
    cases.emplace(made.name, made);
  }
  for (const auto& [fault, files] : shown()) {
    const auto rows = reader::itk_faults();
    const auto row = std::ranges::find(rows, fault, &reader::ItkFaultRow::fault);
    ASSERT_NE(row, rows.end());
    const std::string mended = std::string("ITK ") + itk::Version::GetITKVersion() +
                               " reads it as it should: mended? Of " + std::string(row->files) + " it " +
                               std::string(row->wrong);
    for (const std::string& name : files.read_otherwise) {
      const Case& made = cases.at(name);
      const std::string path = make_files(made, root);
      const auto plain = read_by_plain_itk(format_at(path), path);
      EXPECT_NE(difference(plain.value(), load(made, path, Role::image), chosen_component(made)), "")
          << name << ": " << mended;
    }
    for (const std::string& name : files.accepted) {
      const Case& made = cases.at(name);
      EXPECT_TRUE(made.is_refused());
      const std::string path = make_files(made, root);
      EXPECT_EQ(read_by_plain_itk(format_at(path), path).value().error, "") << name << ": " << mended;
    }
  }
}

/// The rows that no file of the corpus shows.
TEST(PlainItk, HasNoReaderOfMghAndReadsWholeNrrds) {
#if __has_include(<itkMGHImageIO.h>)
  FAIL() << "ITK has a reader of MGH: ItkFault::no_reader";
#endif
  EXPECT_FALSE(itk::NrrdImageIO::New()->CanStreamRead()) << "ItkFault::nrrd_all_of_several";
  for (const reader::ItkFaultRow& row : reader::itk_faults()) {
    const bool here = row.fault == ItkFault::no_reader || row.fault == ItkFault::nrrd_all_of_several;
    EXPECT_TRUE(here || shown().contains(row.fault)) << row.files << " " << row.wrong;
  }
}

}  // namespace
}  // namespace lossscope::corpus
