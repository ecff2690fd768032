// SPDX-License-Identifier: Apache-2.0
// Where frames lie: PS3.3 C.7.6.16 (functional groups), C.8.8.3 (dose grids), C.7.6.2 (one plane).
#include <algorithm>
#include <span>

#include "app/reader/gates/dicom_file.h"
#include "app/reader/gates/dicom_values.h"
#include "app/reader/gates/vector3.h"

namespace lossscope::reader {
namespace {

constexpr DicomTag kThickness = 0x00180050, kBetweenSlices = 0x00180088, kInstance = 0x00200013, kPosition = 0x00200032,
                   kOrientation = 0x00200037, kPositionGroup = 0x00209113, kOrientationGroup = 0x00209116,
                   kPixelSpacing = 0x00280030, kIntercept = 0x00281052, kSlope = 0x00281053, kMeasures = 0x00289110,
                   kValueGroup = 0x00289145, kGridOffsets = 0x3004000C, kDoseScaling = 0x3004000E,
                   kSegmentGroup = 0x0062000A, kSegmentReferred = 0x0062000B, kSharedGroups = 0x52009229,
                   kFrameGroups = 0x52009230;

Vector normal_of(const std::array<double, 6>& o) {
  return {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

void set_position(DicomFrame& frame, const DicomValues& values) {
  const auto position = values.decimals(kPosition, 3, "ImagePositionPatient");
  if (!position.empty()) {
    std::copy(position.begin(), position.end(), frame.position.begin());
    frame.has_position = true;
  }
}

void set_orientation(DicomFrame& frame, const DicomValues& values) {
  const auto orientation = values.decimals(kOrientation, 6, "ImageOrientationPatient");
  if (!orientation.empty()) {
    std::copy(orientation.begin(), orientation.end(), frame.orientation.begin());
  }
}

void set_measures(DicomFrame& frame, const DicomValues& values) {
  const auto spacing = values.decimals(kPixelSpacing, 2, "PixelSpacing");
  if (!spacing.empty()) {
    frame.spacing = {spacing[0], spacing[1]};
    frame.has_spacing = true;
    if (!(spacing[0] > 0 && spacing[1] > 0)) {
      damaged_dicom("PixelSpacing is '" + values.text(kPixelSpacing).substr(0, 40) + "'");
    }
  }
  frame.thickness = values.decimal(kThickness, "SliceThickness", frame.thickness);
  frame.thickness = values.decimal(kBetweenSlices, "SpacingBetweenSlices", frame.thickness);
}

void set_frames_scaling(DicomFrame& frame, const DicomValues& values) {
  frame.slope = values.decimal(kSlope, "RescaleSlope", frame.slope);
  frame.intercept = values.decimal(kIntercept, "RescaleIntercept", frame.intercept);
}

/// What one group of functional macros says; the others stay as they are.
void apply_groups(DicomFrame& frame, const DicomValues& groups) {
  set_position(frame, groups.first_item(kPositionGroup));
  set_orientation(frame, groups.first_item(kOrientationGroup));
  set_measures(frame, groups.first_item(kMeasures));
  set_frames_scaling(frame, groups.first_item(kValueGroup));
  frame.segment = groups.first_item(kSegmentGroup).whole(kSegmentReferred, frame.segment);
}

/// The plane that the file describes as a whole.
DicomFrame plane_of(const DicomValues& values) {
  DicomFrame frame;
  set_position(frame, values);
  frame.has_position = frame.has_position && !values.text(kOrientation).empty();
  set_orientation(frame, values);
  // SliceThickness alone: SpacingBetweenSlices of single slices is often the distance to nothing.
  set_measures(frame, values);
  set_frames_scaling(frame, values);
  frame.slope *= values.decimal(kDoseScaling, "DoseGridScaling", 1);
  frame.instance = static_cast<std::int64_t>(std::clamp(values.decimal(kInstance, "InstanceNumber", 0), -1e15, 1e15));
  return frame;
}

/// Puts frames that do not say where they lie one behind the other.
void follow_one_another(DicomFile& file) {
  file.frames_are_placed = false;
  const double thickness = file.frames.front().thickness, step = thickness > 0 ? thickness : 1;
  const Vector normal = normal_of(file.frames.front().orientation);
  for (std::size_t i = 0; i < file.frames.size(); ++i) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      file.frames[i].position[axis] += normal[axis] * step * static_cast<double>(i);
    }
  }
  file.notes.push_back(
      {"W_FRAMES", "the frames do not say where they lie: they were taken one after the other, " +
                       std::string(thickness > 0 ? "as far apart as slices are thick" : "1 mm apart")});
}

/// Frames along the normal: as a dose grid's offsets say, else a thickness apart.
void place_along_normal(DicomFile& file, const DicomFrame& plane, std::vector<double> offsets, std::size_t count) {
  if (!offsets.empty() && offsets.size() != count) {
    file.notes.push_back({"W_FRAMES", "the file gives the places of " + std::to_string(offsets.size()) +
                                          " frames and holds " + std::to_string(count)});
    if (offsets.size() < count) {
      offsets.clear();
    }
  }
  const bool has_offsets = !offsets.empty();
  const Vector normal = normal_of(plane.orientation);
  // The first offset is 0, or (for axial grids) the place of the first frame along z.
  const double start = has_offsets ? offsets.front() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    DicomFrame& frame = file.frames.emplace_back(plane);
    const double along = has_offsets ? offsets[i] - start : 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      frame.position[axis] += normal[axis] * along;
    }
  }
  if (!has_offsets && count > 1) {
    follow_one_another(file);
  }
}

}  // namespace

void place_frames(DicomFile& file, const DicomValues& values, std::size_t count) {
  const DicomFrame plane = plane_of(values);
  const std::vector<DicomValues> groups = values.items(kFrameGroups);
  if (groups.empty() || (count == 1 && file.kind == DicomKind::image && plane.has_position)) {
    place_along_normal(file, plane, values.decimals(kGridOffsets, 0, "GridFrameOffsetVector"), count);
  } else {
    if (groups.size() < count) {
      damaged_dicom("it describes " + std::to_string(groups.size()) + " frames and holds " + std::to_string(count));
    }
    if (groups.size() > count) {
      file.notes.push_back({"W_FRAMES", "the file describes " + std::to_string(groups.size()) + " frames and holds " +
                                            std::to_string(count) + ": the first ones were taken for these"});
    }
    DicomFrame shared = plane;
    shared.has_position = false;
    apply_groups(shared, values.first_item(kSharedGroups));
    for (const DicomValues& group : std::span(groups).first(count)) {
      DicomFrame& frame = file.frames.emplace_back(shared);
      frame.instance = static_cast<std::int64_t>(file.frames.size());
      apply_groups(frame, group);
    }
    file.frames_are_placed = count == 1 || std::ranges::any_of(file.frames, &DicomFrame::has_position);
    if (!file.frames_are_placed) {
      follow_one_another(file);
    }
  }
  for (const DicomFrame& frame : file.frames) {
    if (!std::isfinite(frame.slope) || !std::isfinite(frame.intercept)) {
      damaged_dicom("its scale is not finite");
    }
  }
}

}  // namespace lossscope::reader
