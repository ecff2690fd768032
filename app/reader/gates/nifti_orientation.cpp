// SPDX-License-Identifier: Apache-2.0
// Where a NIfTI file says that its voxels lie. Headers that nibabel, FSL and ITK open are opened, with a note where
// something had to be repaired.
#include <algorithm>
#include <cmath>

#include "app/reader/gates/nifti_header.h"

namespace lossscope::reader::nifti {
namespace {

constexpr double kLongest = 1.1;       // square of a quaternion's length that is still taken for rounding
constexpr double kRounding = 1e-6;     // of it that is not worth a note
constexpr double kApart = 0.1;         // voxels by which sform and qform may differ
constexpr double kPixdimApart = 0.01;  // share by which pixdim may differ from the sform

bool all_finite(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

std::size_t used_axes(const Fields& f) { return static_cast<std::size_t>(std::clamp<std::int64_t>(f.dim[0], 1, 3)); }

bool says_size(double pixdim) { return std::isfinite(pixdim) && pixdim != 0; }

/// Voxel sizes as pixdim says them, without a sign; 1 mm where it says nothing.
std::array<double, 3> voxel_sizes(const Fields& f) {
  std::array<double, 3> sizes{1, 1, 1};
  for (std::size_t axis = 0; axis < used_axes(f); ++axis) {
    sizes[axis] = says_size(f.pixdim[axis + 1]) ? std::abs(f.pixdim[axis + 1]) : 1;
  }
  return sizes;
}

/// Of a file whose spacing is pixdim's.
void note_repaired_sizes(Layout& layout, const Fields& f) {
  for (std::size_t axis = 0; axis < used_axes(f); ++axis) {
    const double pixdim = f.pixdim[axis + 1];
    const std::string name = "pixdim[" + std::to_string(axis + 1) + "]";
    if (!says_size(pixdim)) {
      layout.notes.push_back({"W_NO_SPACING", name + " gives no spacing: 1 mm was taken"});
    } else if (pixdim < 0) {
      layout.notes.push_back({"W_PIXDIM", name + " is negative: its absolute value was taken"});
    }
  }
}

double squared_length(const std::array<double, 3>& q) { return q[0] * q[0] + q[1] * q[1] + q[2] * q[2]; }

/// Why the qform cannot be taken; empty when it can.
std::string damage_of_qform(const Fields& f) {
  if (!all_finite(f.quatern) || !all_finite(f.qoffset)) {
    return "its qform is not finite";
  }
  return squared_length(f.quatern) <= kLongest ? "" : "the quaternion is longer than 1";
}

/// Whether numbers that the qform needs are missing: taken for the usual ones unless an sform says better.
bool is_vague(const Fields& f) {
  bool sizes = true;
  for (std::size_t axis = 0; axis < used_axes(f); ++axis) {
    sizes = sizes && says_size(f.pixdim[axis + 1]);
  }
  return !sizes || std::isnan(f.pixdim[0]);
}

Affine qform(const Fields& f) {
  std::array<double, 3> q = f.quatern;
  const double norm = squared_length(q);
  if (norm > 1) {
    for (double& part : q) {
      part /= std::sqrt(norm);
    }
  }
  const auto [b, c, d] = q;
  const double a = std::sqrt(std::max(0.0, 1 - squared_length(q)));
  const std::array<double, 9> r{
      a * a + b * b - c * c - d * d, 2 * (b * c - a * d),           2 * (b * d + a * c),
      2 * (b * c + a * d),           a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
      2 * (b * d - a * c),           2 * (c * d + a * b),           a * a + d * d - c * c - b * b};
  const std::array<double, 3> sizes = voxel_sizes(f);
  Affine m{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      const double flip = column == 2 && f.pixdim[0] < 0 ? -1 : 1;
      m[4 * row + column] = r[3 * row + column] * sizes[column] * flip;
    }
    m[4 * row + 3] = f.qoffset[row];
  }
  return m;
}

double column_length(const Affine& a, std::size_t column) {
  return std::hypot(a[column], a[4 + column], a[8 + column]);
}

/// Largest distance between the corners that two affines give, in the first one's smallest voxel widths.
double corner_difference(const Affine& a, const Affine& b, const std::array<std::int64_t, 3>& size) {
  double largest = 0;
  for (unsigned corner = 0; corner < 8; ++corner) {
    std::array<double, 3> apart{};
    for (std::size_t row = 0; row < 3; ++row) {
      apart[row] = a[4 * row + 3] - b[4 * row + 3];
      for (std::size_t column = 0; column < 3; ++column) {
        const double index = ((corner >> column) & 1) != 0 ? static_cast<double>(size[column] - 1) : 0.0;
        apart[row] += (a[4 * row + column] - b[4 * row + column]) * index;
      }
    }
    largest = std::max(largest, std::hypot(apart[0], apart[1], apart[2]));
  }
  return largest / std::min({column_length(a, 0), column_length(a, 1), column_length(a, 2)});
}

/// RAS affine to LPS spacing, origin and direction.
void set_nifti_geometry(Layout& layout, const Affine& a) {
  for (std::size_t column = 0; column < 3; ++column) {
    const double length = column_length(a, column);
    layout.spacing[column] = length;
    for (std::size_t row = 0; row < 3; ++row) {
      const double sign = row < 2 ? -1 : 1;
      layout.direction[3 * row + column] = sign * a[4 * row + column] / length;
      layout.origin[row] = sign * a[4 * row + 3];
    }
  }
}

/// Whether the axes of an affine span space.
bool is_solid(const Affine& a) {
  const double volume =
      a[0] * (a[5] * a[10] - a[6] * a[9]) - a[1] * (a[4] * a[10] - a[6] * a[8]) + a[2] * (a[4] * a[9] - a[5] * a[8]);
  return std::abs(volume) >= 0.5 * column_length(a, 0) * column_length(a, 1) * column_length(a, 2) && volume != 0;
}

enum class Form : std::uint8_t { none, sform, qform };

/// Of two that are set; a damaged one does not count.
Form chosen_of_both(Layout& layout, const Fields& f, std::string_view answer) {
  std::string damage = damage_of_qform(f);
  const bool sound_sform = all_finite(f.srow) && is_solid(f.srow);
  if (answer == "qform") {
    return Form::qform;
  }
  if (answer == "sform" || (!sound_sform && !damage.empty())) {
    return Form::sform;
  }
  if (!sound_sform) {
    layout.notes.push_back({"W_SFORM", "its sform is damaged and was left out: the qform places the voxels"});
    return Form::qform;
  }
  if (damage.empty() && is_vague(f)) {
    damage = "pixdim lacks a number that it needs";
  }
  if (!damage.empty()) {
    layout.notes.push_back(
        {"W_QFORM", "its qform is damaged (" + damage + ") and was left out: the sform places the voxels"});
    return Form::sform;
  }
  if (!(corner_difference(f.srow, qform(f), layout.size) <= kApart)) {
    throw Refused("E_ORIENTATION", "sform and qform contradict each other by more than 0.1 voxel",
                  "say which is right: --orientation sform or --orientation qform",
                  {{Question::orientation, "sform", "Use the sform", "Places the voxels as nibabel and FSL do.", true},
                   {Question::orientation, "qform", "Use the qform", "Places the voxels as ITK and 3D Slicer do."}});
  }
  return Form::sform;
}

Form chosen_form(Layout& layout, const Fields& f, const Answers& answers) {
  if (f.sform_code > 0 && f.qform_code > 0) {
    constexpr double kSame = 1e-3;  // voxels; where they are one, the answer decides nothing
    const bool differ = !all_finite(f.srow) || !damage_of_qform(f).empty() ||
                        !(corner_difference(f.srow, qform(f), layout.size) <= kSame);
    return chosen_of_both(layout, f, differ ? answers.take(Question::orientation) : std::string_view());
  }
  return f.sform_code > 0 ? Form::sform : (f.qform_code > 0 ? Form::qform : Form::none);
}

void take_qform(Layout& layout, const Fields& f) {
  if (const std::string damage = damage_of_qform(f); !damage.empty()) {
    damaged(damage);
  }
  set_nifti_geometry(layout, qform(f));
  note_repaired_sizes(layout, f);
  if (squared_length(f.quatern) > 1 + kRounding) {
    layout.notes.push_back({"W_QUATERNION", "the quaternion of its qform is a little longer than 1 and was shortened"});
  }
  if (std::isnan(f.pixdim[0])) {
    layout.notes.push_back({"W_QFAC", "pixdim[0] is not a number: the axes were taken as right-handed (qfac 1)"});
  }
}

void take_sform(Layout& layout, const Fields& f) {
  if (!all_finite(f.srow)) {
    damaged("its affine is not finite");
  }
  set_nifti_geometry(layout, f.srow);
  for (std::size_t axis = 0; axis < used_axes(f); ++axis) {
    if (!(std::abs(layout.spacing[axis] - f.pixdim[axis + 1]) <= kPixdimApart * layout.spacing[axis])) {
      layout.notes.push_back({"W_PIXDIM", "the spacing of the sform was used; pixdim says another one"});
      return;
    }
  }
}

}  // namespace

void set_orientation(Layout& layout, const Fields& f, const Answers& answers) {
  switch (chosen_form(layout, f, answers)) {
    case Form::sform:
      take_sform(layout, f);
      return;
    case Form::qform:
      take_qform(layout, f);
      return;
    case Form::none:
      break;
  }
  layout.has_orientation = false;
  layout.spacing = voxel_sizes(f);
  note_repaired_sizes(layout, f);
  layout.notes.push_back({"W_NO_ORIENT", "the file says nothing of left and right: no orientation letters are shown"});
}

}  // namespace lossscope::reader::nifti
