// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/reader/gates/hints.h"
#include "app/reader/gates/question.h"
#include "basics/displayable.h"
#include "losses/volume.h"

namespace lossscope {

/// What a person should know was taken for granted; ends in the JSON's `assumptions`.
struct Assumption {
  std::string code;  ///< stable, e.g. "W_ORTHO"
  Displayable text;
  bool operator==(const Assumption&) const = default;
};

enum class Role : std::uint8_t { image, mask, prediction };
[[nodiscard]] std::string_view to_string(Role role);

/// A named refusal: what is wrong with which file and what to do. Command line: exit code 3.
/// Where a person can choose a way out, `choices` has them: a window offers them, a command line names their flags.
struct Refusal : std::runtime_error {
  Refusal(std::string code, std::string file, Displayable reason, Displayable remedy, std::vector<Choice> choices = {},
          std::optional<Role> role = {});
  std::string code;  ///< stable, e.g. "E_TRUNC"
  std::string file;  ///< as the system knows it, not displayable
  Displayable reason, remedy;
  std::vector<Choice> choices;  ///< applied by Session::answer
  std::optional<Role> role;     ///< what the file was meant as
};

struct LabelCount {
  std::int64_t value = 0;
  std::int64_t voxels = 0;
  std::string name{};  ///< as the file calls it (3D Slicer's segmentations, DICOM SEG), fit to be shown; often empty
};

/// Statistics of the voxels as stored, before any conversion.
struct ValueSummary {
  double minimum = 0, maximum = 0, sum = 0;  ///< of the finite values
  std::int64_t nan = 0, inf = 0;
};

/// A file as the reader saw it. Images and predictions arrive as float32, masks as their labels (uint8 when all fit,
/// otherwise int32), and a prediction of whole numbers beyond 2^24, which may be labels, as int32. `volume` is empty
/// when only information was asked for.
struct LoadedVolume {
  std::string path;
  std::string format;       ///< as file_formats() names them, or a kind of one: "NIfTI-2", "DICOM SEG"
  std::string stored_type;  ///< "int16", "float32", ...
  int components = 1;
  std::string sha256;
  std::vector<std::string> files;  ///< all that it was read from, where that is more than the path
  Grid grid;
  bool has_grid = true;         ///< false: a picture or an array, which says nothing of millimetres
  bool has_orientation = true;  ///< false: the file says nothing of left and right; hide the letters
  ValueSummary values;
  std::vector<LabelCount> labels;  ///< at most 256, ascending; empty when the values are not whole numbers
  std::vector<Assumption> assumptions;
  std::set<Question> taken;  ///< answers that decided something while it was read
  bool is_cut = false;       ///< a mask that a threshold made 1, 0, and kNotCounted where a label is ignored
  Volume volume;
};

struct ReadRequest {
  std::string path;  ///< a file, or a folder of DICOM slices
  Role role = Role::image;
  Answers answers;  ///< to what the file leaves open; without one it is refused with the choices
  bool information_only = false;
  ReadingHints hints{};  ///< what the case knows of the file: it settles some of what the file leaves open
};

/// Called now and then with a share in [0, 1] and what is being done.
using Progress = std::function<void(double, std::string_view)>;

/// Reads a foreign file in a process of its own (lossscope-reader) and adopts the shared memory it fills.
/// Blocks; call it from a worker thread. Throws Refusal, and Cancelled when `stop` asks for it (the process is killed).
[[nodiscard]] LoadedVolume read_volume(const ReadRequest& request, const Progress& progress = {},
                                       std::stop_token stop = {});

/// The same of a prediction, with every component of its file as a volume of its own, all read at once; one where the
/// file has one, or where an answer makes one of them.
[[nodiscard]] std::vector<LoadedVolume> read_channels(const ReadRequest& request, const Progress& progress = {},
                                                      std::stop_token stop = {});

/// Writes a volume (uint8 or float32) to .nii, .nii.gz, .nrrd or .mha by way of SafeFile; what stands in the file is
/// compared with the volume before it takes the old file's place. Throws WriteError.
void write_volume(const Volume& volume, const std::string& path);

}  // namespace lossscope
