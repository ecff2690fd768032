// SPDX-License-Identifier: Apache-2.0
// Hostile and awkward files of every format, made byte by byte, and what must become of each.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lossscope::corpus {

using Bytes = std::string;

/// What a loaded case must be, in LPS millimetres.
struct ExpectedGrid {
  std::array<std::int64_t, 3> size{};
  std::array<double, 3> spacing{1, 1, 1}, origin{0, 0, 0};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
};

struct Case {
  std::string name;                                        ///< also the folder it is made in
  std::string file;                                        ///< what is opened; "" is the folder itself
  std::map<std::string, Bytes> files;                      ///< made beside it
  std::function<void(const std::string& folder)> prepare;  ///< for what is no plain file
  std::string code;  ///< "": loads without a note; W_...: loads with this note; E_...: is refused
  std::string role = "image";
  std::vector<std::string> flags;  ///< further arguments of lossscope
  std::vector<double> voxels;      ///< i fastest; empty: not compared
  std::optional<ExpectedGrid> grid;
  std::string memory;                    ///< LOSSSCOPE_MEMORY, in MB
  std::optional<double> loss{};          ///< of an evaluation: the value of its first loss
  std::map<std::string, double> ways{};  ///< of a refused evaluation: the loss behind a way out, by its flag; "": the
                                         ///< first that is offered, and the first of what is asked then
  bool is_evaluation = false;            ///< flags are those of lossscope eval; files named there begin with "@"
  bool not_as_root = false;              ///< root may read everything

  Case& as(std::string what) { return role = std::move(what), *this; }
  Case& with(std::string flag, std::string value) {
    flags.push_back(std::move(flag));
    flags.push_back(std::move(value));
    return *this;
  }
  Case& gives(std::vector<double> values) { return voxels = std::move(values), *this; }
  Case& costs(double value) { return loss = value, *this; }
  Case& way_costs(const std::string& flag, double value) { return ways[flag] = value, *this; }
  Case& first_way_costs(double value) { return way_costs({}, value); }
  Case& on(const ExpectedGrid& expected) { return grid = expected, *this; }
  Case& beside(const std::string& other, Bytes content) { return files[other] = std::move(content), *this; }
  [[nodiscard]] bool is_refused() const { return code.starts_with("E_"); }
};

/// What a person has who did what the remedy of a refused case says.
struct Remedy {
  std::string refused;  ///< name of the case
  std::string says;     ///< words of its remedy
  Case done;
};

class Corpus {
 public:
  /// A case of one file.
  Case& add(std::string name, const std::string& file, Bytes content, std::string code = {}) {
    cases.push_back({.name = std::move(name),
                     .file = file,
                     .files = {{file, std::move(content)}},
                     .prepare = {},
                     .code = std::move(code),
                     .flags = {},
                     .voxels = {},
                     .grid = {},
                     .memory = {},
                     .loss = {},
                     .ways = {}});
    return cases.back();
  }
  /// The file of a refused case after its remedy, which says `says`.
  Case& mend(const std::string& refused, std::string says, const std::string& file, Bytes content,
             std::string code = {}) {
    Corpus alone;
    alone.add("mended_" + refused, file, std::move(content), std::move(code));
    remedies.push_back({refused, std::move(says), std::move(alone.cases.front())});
    return remedies.back().done;
  }
  std::vector<Case> cases;
  std::vector<Remedy> remedies;
};

void add_path_cases(Corpus& corpus);
void add_nifti_cases(Corpus& corpus);
void add_nifti_geometry_cases(Corpus& corpus);
void add_role_cases(Corpus& corpus);
void add_nrrd_cases(Corpus& corpus);
void add_metaimage_cases(Corpus& corpus);
void add_picture_cases(Corpus& corpus);
void add_dicom_cases(Corpus& corpus);
void add_pair_cases(Corpus& corpus);
void add_label_map_cases(Corpus& corpus);
void add_lattice_cases(Corpus& corpus);
void add_tiff_stack_cases(Corpus& corpus);
void add_numpy_cases(Corpus& corpus);
void add_volume_cases(Corpus& corpus);
void add_flat_picture_cases(Corpus& corpus);
void add_dicom_frame_cases(Corpus& corpus);
void add_dicom_packed_cases(Corpus& corpus);
void add_dicom_segment_cases(Corpus& corpus);
void add_way_array_cases(Corpus& corpus);
void add_way_out_cases(Corpus& corpus);
void add_remedies(Corpus& corpus);

[[nodiscard]] inline Corpus whole_corpus() {
  Corpus corpus;
  for (const auto add : {add_path_cases,        add_nifti_cases,        add_nifti_geometry_cases,
                         add_role_cases,        add_nrrd_cases,         add_metaimage_cases,
                         add_picture_cases,     add_dicom_cases,        add_pair_cases,
                         add_label_map_cases,   add_lattice_cases,      add_tiff_stack_cases,
                         add_numpy_cases,       add_volume_cases,       add_flat_picture_cases,
                         add_dicom_frame_cases, add_dicom_packed_cases, add_dicom_segment_cases,
                         add_way_array_cases,   add_way_out_cases,      add_remedies}) {
    add(corpus);
  }
  return corpus;
}

/// Small sound files of every format, of which each prefix must be refused (or read as the whole).
[[nodiscard]] std::vector<std::pair<std::string, Bytes>> sound_files();

}  // namespace lossscope::corpus
