// SPDX-License-Identifier: Apache-2.0
#include "app/reader/gates/layout.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lossscope::reader {
namespace {

using Matrix = std::array<double, 9>;

constexpr double kSheared = 1e-2;  ///< orthonormality_error from which on axes are not at right angles

double determinant(const Matrix& m) {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

Matrix inverse_transposed(const Matrix& m) {
  const double d = determinant(m);
  return {(m[4] * m[8] - m[5] * m[7]) / d, (m[5] * m[6] - m[3] * m[8]) / d, (m[3] * m[7] - m[4] * m[6]) / d,
          (m[2] * m[7] - m[1] * m[8]) / d, (m[0] * m[8] - m[2] * m[6]) / d, (m[1] * m[6] - m[0] * m[7]) / d,
          (m[1] * m[5] - m[2] * m[4]) / d, (m[2] * m[3] - m[0] * m[5]) / d, (m[0] * m[4] - m[1] * m[3]) / d};
}

[[noreturn]] void refuse(const std::string& reason) {
  throw Refused("E_GEOMETRY", reason, "correct the header, or export the volume again");
}

/// Three digits, or all of a larger whole number: never "1.03e+03".
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), value >= 999.5 && value < 1e15 ? "%.0f" : "%.3g", value);
  return text;
}

/// How far a corner moves, at most, when the direction becomes `to`.
double corner_shift(const Layout& layout, const Matrix& to) {
  double largest = 0;
  for (unsigned corner = 1; corner < 8; ++corner) {
    std::array<double, 3> shift{};
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const double mm =
            ((corner >> axis) & 1) != 0 ? layout.spacing[axis] * static_cast<double>(layout.size[axis] - 1) : 0;
        shift[row] += (to[3 * row + axis] - layout.direction[3 * row + axis]) * mm;
      }
    }
    largest = std::max(largest, std::hypot(shift[0], shift[1], shift[2]));
  }
  return largest;
}

std::string gigabytes(std::uint64_t bytes) { return short_number(static_cast<double>(bytes) / 1e9) + " GB"; }

/// Three digits in the unit that suits them.
std::string size_text(double bytes) {
  return bytes < 999.5e3   ? short_number(bytes / 1e3) + " kB"
         : bytes < 999.5e6 ? short_number(bytes / 1e6) + " MB"
                           : short_number(bytes / 1e9) + " GB";
}

/// A file that becomes so much more than it is: an honest map that is 0 nearly everywhere packs like this, too.
Refused unpacks_to_much(const Layout& layout, double unpacked_ratio, const Choice& half) {
  const auto unpacked = static_cast<double>(layout.bytes());
  const std::string size = size_text(unpacked);
  return {"E_BOMB",
          "its " + size_text(unpacked / unpacked_ratio) + " unpack to " + size + ", " + short_number(unpacked_ratio) +
              " times as much: a volume that is the same value nearly everywhere packs like this, and so does a "
              "file made to fill the memory",
          "if you know where it is from, open all " + size +
              " of it, --memory accept, or every second voxel, --memory half",
          {{Question::memory, "accept", "Open all " + size, "Unpacks the volume and opens it as it is."}, half}};
}

/// Masks and predictions of one scan are sheared alike, so that as they are they lie on each other.
[[noreturn]] void ask_about_axes(double deviation) {
  throw Refused(
      "E_ORTHO", "the axes are not at right angles (deviation " + short_number(deviation) + ")",
      "take the voxels as they are, --axes ignore, or resample them to an orthogonal grid, --axes resample",
      {{Question::axes, "ignore", "Use the voxels as they are",
        "Lays them out at right angles, none changed; files that are sheared alike still fit each other.", true},
       {Question::axes, "resample", "Resample to right angles",
        "Interpolates to an orthogonal grid (labels by nearest voxel); results are marked as resampled.", false}});
}

}  // namespace

void check_sizes(const Layout& layout) {
  __extension__ using Wide = unsigned __int128;
  Wide voxels = 1;
  for (const std::int64_t n : layout.size) {
    if (n < 1 || n > 32767) {
      throw Refused("E_HEADER", "the header is damaged: an axis has " + std::to_string(n) + " voxels",
                    "export the volume again");
    }
    voxels *= static_cast<Wide>(n);
  }
  if (layout.interleaved < 1 || layout.stacked < 1 || layout.interleaved > 65535 || layout.stacked > 65535 ||
      static_cast<std::int64_t>(layout.interleaved) * layout.stacked > 65535) {
    throw Refused("E_HEADER", "the header is damaged: it says there are more than 65535 components, or none",
                  "export the volume again");
  }
  if (voxels > (Wide{1} << 31) - 1) {
    throw Refused("E_SIZE", "there are more than 2^31 - 1 voxels", "crop or downsample the volume first");
  }
}

double orthonormality_error(const Matrix& m) {
  double largest = 0;
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      double dot = a == b ? -1 : 0;
      for (int row = 0; row < 3; ++row) {
        dot += m[3 * row + a] * m[3 * row + b];
      }
      largest = std::max(largest, std::abs(dot));
    }
  }
  return largest;
}

Matrix nearest_orthonormal(Matrix m) {
  for (int step = 0; step < 20; ++step) {  // Newton's iteration for the polar factor
    const Matrix other = inverse_transposed(m);
    for (std::size_t i = 0; i < m.size(); ++i) {
      m[i] = (m[i] + other[i]) / 2;
    }
  }
  return m;
}

bool is_sheared(const Layout& layout) { return orthonormality_error(layout.direction) > kSheared; }

void check_geometry(Layout& layout, const Answers& answers) {
  check_sizes(layout);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double h = layout.spacing[axis];
    if (!std::isfinite(h) || h < 1e-4 || h > 1e3) {
      refuse("the spacing " + short_number(h) + " mm is not between 0.0001 and 1000 mm");
    }
    if (!std::isfinite(layout.origin[axis]) || std::abs(layout.origin[axis]) > 1e5) {
      refuse("the origin is more than 100 m away");
    }
  }
  const auto [least, most] = std::ranges::minmax(layout.spacing);
  if (most > 1000 * least) {
    refuse("a voxel is more than 1000 times as long as wide");
  }
  if (most > 20 * least) {
    layout.notes.push_back({"W_ANISOTROPIC", "a voxel is " + short_number(most / least) +
                                                 " times as long as wide: is the spacing right?"});
  }
  const double e = orthonormality_error(layout.direction);
  if (!std::isfinite(e) || std::abs(determinant(layout.direction)) < 0.5) {
    throw Refused("E_GEOMETRY", "the axes lie nearly in one plane", "correct the header, or export the volume again");
  }
  const std::string_view axes = e > kSheared ? answers.take(Question::axes) : std::string_view();
  if (axes == "resample") {
    return;
  }
  if (e > kSheared && axes != "ignore") {
    ask_about_axes(e);
  }
  const Matrix repaired = e > 1e-12 ? nearest_orthonormal(layout.direction) : layout.direction;
  const std::string moved = short_number(corner_shift(layout, repaired)) + " mm";
  if (e > kSheared) {
    layout.notes.push_back({"W_ORTHO",
                            "the axes are not at right angles, and the voxels were taken as they are as if "
                            "they were: a corner moved by " +
                                moved + ", and distances are off by up to that"});
  } else if (e > 1e-4) {
    layout.notes.push_back(
        {"W_ORTHO", "the axes were not quite at right angles and were made so: a corner moved by " + moved});
  }
  layout.direction = repaired;
}

std::uint64_t memory_to_read(const Layout& layout) {
  return layout.bytes() + 4 * static_cast<std::uint64_t>(layout.voxels());
}

std::uint64_t memory_to_work(std::uint64_t voxels, unsigned classes) {
  return voxels * (4 + std::uint64_t{4 + 1} * classes + 4);  // image; prediction and mask; one map
}

void check_memory(const Layout& layout, std::uint64_t available, double unpacked_ratio, const Answers& answers,
                  const Delivery& delivery) {
  const auto voxels = static_cast<std::uint64_t>(layout.voxels());
  const bool halved = answers.to(Question::memory) == "half";
  const auto accepted = [&] { return !answers.take(Question::memory).empty(); };
  const std::uint64_t half = memory_to_read(layout) + memory_to_work(voxels / 8, delivery.volumes);
  const std::uint64_t need = halved ? half : memory_to_read(layout) + memory_to_work(voxels, delivery.volumes);
  const double share = static_cast<double>(need) / static_cast<double>(std::max<std::uint64_t>(available, 1));
  const Choice take_half{Question::memory, "half", "Every second voxel",
                         "Takes every second voxel along each axis, of every file: an eighth of the memory.", false};
  const Choice accept{Question::memory, "accept", "Open it whole", "Opens the volume as it is.", true};
  const std::string numbers =
      "it needs about " + gigabytes(need) + " of the " + gigabytes(available) + " of memory that are free";
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  const bool small = static_cast<double>(layout.bytes()) < unpacked_ratio * static_cast<double>(kMebibyte);
  const std::uint64_t peak = layout.bytes() + std::uint64_t{delivery.voxel_bytes} * delivery.volumes * voxels;
  const bool swells = unpacked_ratio > 200 && (layout.bytes() > 256 * kMebibyte || (small && peak > 224 * kMebibyte));
  if (swells && !accepted()) {
    throw unpacks_to_much(layout, unpacked_ratio, take_half);
  }
  if (share > 0.6) {
    const bool half_fits = !halved && static_cast<double>(half) <= 0.6 * static_cast<double>(available);
    throw Refused("E_MEMORY", numbers, "close other programs, or crop or downsample the volume first",
                  half_fits ? std::vector{take_half} : std::vector<Choice>{});
  }
  if (share > 0.25 && !accepted()) {
    throw Refused("E_LARGE", numbers, "say whether to open it: --memory accept or --memory half", {accept, take_half});
  }
}

}  // namespace lossscope::reader
