// SPDX-License-Identifier: Apache-2.0
// A small case with classes: its files, and what its losses are, written in float64.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "app/io/safe_file.h"
#include "tests/app/commands/run_program.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope::testing {

inline constexpr int kClasses = 3;
inline constexpr std::size_t kClassVoxels = 7 * 6 * 5;

/// Three labels in slabs, and logits that are often, not always, largest in the right channel.
struct ClassFiles {
  Folder folder;
  std::string mask = folder.file("mask.nii"), logits = folder.file("logits.nii"), softmax = folder.file("softmax.nii"),
              labels = folder.file("labels.nii");
  std::vector<std::uint8_t> y = std::vector<std::uint8_t>(kClassVoxels), most = y;
  std::array<std::vector<float>, kClasses> z;
  std::array<std::vector<double>, kClasses> p;

  explicit ClassFiles(int first_label = 0) {
    std::uint32_t state = 3;
    std::vector<float> all_z, all_p;
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      y[i] = static_cast<std::uint8_t>(i * kClasses / kClassVoxels);
    }
    for (std::size_t c = 0; c < kClasses; ++c) {
      for (std::size_t i = 0; i < kClassVoxels; ++i) {
        state = state * 1664525U + 1013904223U;
        z[c].push_back(4 * static_cast<float>(state >> 8) / 16777216.0F - 2 + (y[i] == c ? 1.5F : 0));
      }
      all_z.insert(all_z.end(), z[c].begin(), z[c].end());
      p[c].resize(kClassVoxels);
    }
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      double sum = 0;
      for (std::size_t c = 0; c < kClasses; ++c) {
        sum += std::exp(static_cast<double>(z[c][i]));
        most[i] = z[c][i] > z[most[i]][i] ? static_cast<std::uint8_t>(c) : most[i];
      }
      for (std::size_t c = 0; c < kClasses; ++c) {
        p[c][i] = std::exp(static_cast<double>(z[c][i])) / sum;
      }
    }
    for (const auto& channel : p) {
      all_p.insert(all_p.end(), channel.begin(), channel.end());
    }
    const auto renumbered = [&](std::vector<std::uint8_t> values) {
      for (std::uint8_t& value : values) {
        value = static_cast<std::uint8_t>(value == 0 ? 0 : value + first_label);
      }
      return values;
    };
    write(mask, {7, 6, 5}, 2, 8, renumbered(y));
    write(labels, {7, 6, 5}, 2, 8, renumbered(most));
    write(logits, {7, 6, 5, kClasses}, 16, 32, all_z);
    write(softmax, {7, 6, 5, kClasses}, 16, 32, all_p);
  }

  template <class T>
  static void write(const std::string& path, const std::vector<int>& size, int code, int bits,
                    const std::vector<T>& values) {
    NiftiBytes file;
    file.size(size).type(code, bits).spacing(1, 1, 2).sform({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0}).voxels(values);
    write_file(path, std::string(file.bytes().begin(), file.bytes().end()));
  }

  [[nodiscard]] Outcome eval(const std::string& prediction, std::vector<std::string> more) const {
    std::vector<std::string> arguments{"eval", "--mask", mask, "--prediction", prediction, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  }

  /// -ln p of a voxel's own class, of all voxels or of those of one class.
  [[nodiscard]] double cross_entropy(int of = -1) const {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      if (of < 0 || y[i] == of) {
        sum -= std::log(p[y[i]][i]);
        ++count;
      }
    }
    return sum / count;
  }
  [[nodiscard]] double dice_loss(std::size_t c, double smooth, const std::vector<std::size_t>& labels_of = {}) const {
    double overlap = 0, size = 0;
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      const bool is_in = labels_of.empty() ? y[i] == c : std::ranges::find(labels_of, y[i]) != labels_of.end();
      overlap += is_in ? p[c][i] : 0;
      size += p[c][i] + (is_in ? 1 : 0);
    }
    return 1 - (2 * overlap + smooth) / (size + smooth);
  }
};

}  // namespace lossscope::testing
