// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "app/engine/case_loader.h"

namespace lossscope::testing {

/// A case in memory with four labels, and a prediction of four channels: a softmax that is often, not always, right.
class ClassMemory {
 public:
  static constexpr int kClasses = 4;

  ClassMemory() {
    grid_.size = {15, 13, 11};
    grid_.spacing = {0.9, 1.1, 1.6};
    grid_.direction = {-1, 0, 0, 0, -1, 0, 0, 0, 1};
  }

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] int reads() const { return reads_; }

  /// All classes against all channels.
  [[nodiscard]] static Session session() {
    Session session;
    session.study.image.path = "image";
    session.study.mask.path = "mask";
    session.study.classes.emplace();
    session.predict_from<FromFile>().file.path = "softmax";
    session.look.crosshair = {7, 6, 5};
    return session;
  }
  /// One class as a case of its own, as it was before there were classes: its label against its channel.
  [[nodiscard]] static Session binary(int c) {
    Session session = ClassMemory::session();
    session.study.classes.reset();
    session.study.labels.values = {c};
    session.predict_from<FromFile>().file.answers.set(Question::component, std::to_string(c));
    session.prediction().meaning = PredictionMeaning::probability;
    return session;
  }

  [[nodiscard]] Sources sources() {
    Sources sources;
    sources.files = [this](const InputChoice& input, const ReadingHints&, Role role, const Progress&,
                           const std::stop_token&) {
      ++reads_;
      return make(role,
                  role == Role::prediction ? std::stoi("0" + std::string(input.answers.to(Question::component))) : 0);
    };
    sources.channels = [this](const InputChoice&, const ReadingHints&, const Progress&, const std::stop_token&) {
      ++reads_;
      std::vector<LoadedVolume> channels;
      for (int c = 0; c < kClasses; ++c) {
        channels.push_back(make(Role::prediction, c));
      }
      return channels;
    };
    return sources;
  }

  [[nodiscard]] int label_at(std::int64_t voxel) const {
    const std::int64_t i = voxel % grid_.size[0], j = voxel / grid_.size[0] % grid_.size[1];
    return i < 5 ? 0 : j < 5 ? 1 : i + j < 18 ? 2 : 3;
  }
  [[nodiscard]] double p_at(std::int64_t voxel, int c) const {
    double sum = 0;
    for (int k = 0; k < kClasses; ++k) {
      sum += std::exp(logit(voxel, k));
    }
    return std::exp(logit(voxel, c)) / sum;
  }
  /// The most likely class of a voxel.
  [[nodiscard]] int found_at(std::int64_t voxel) const {
    int best = 0;
    for (int k = 1; k < kClasses; ++k) {
      best = p_at(voxel, k) > p_at(voxel, best) ? k : best;
    }
    return best;
  }

 private:
  [[nodiscard]] double logit(std::int64_t voxel, int c) const {
    return (label_at(voxel) == c ? 1.2 : 0) + std::sin(0.7 * static_cast<double>(voxel) * (c + 1) + c);
  }

  [[nodiscard]] LoadedVolume make(Role role, int component) const {
    LoadedVolume loaded;
    loaded.path = role == Role::mask ? "mask" : role == Role::image ? "image" : "softmax";
    loaded.format = "memory";
    loaded.grid = grid_;
    loaded.components = role == Role::prediction ? kClasses : 1;
    loaded.volume = make_volume(grid_, role == Role::mask ? VoxelType::uint8 : VoxelType::float32);
    for (std::int64_t at = 0; at < grid_.voxels(); ++at) {
      if (role == Role::mask) {
        loaded.volume.voxels<std::uint8_t>()[at] = static_cast<std::uint8_t>(label_at(at));
      } else {
        loaded.volume.voxels<float>()[at] =
            static_cast<float>(role == Role::image ? std::cos(static_cast<double>(at)) : p_at(at, component));
      }
    }
    if (role == Role::mask) {
      loaded.labels = {{0, 1}, {1, 1}, {2, 1, "liver"}, {3, 1}};
    }
    loaded.values.maximum = 0.99;
    return loaded;
  }

  Grid grid_;
  std::atomic<int> reads_{0};
};

}  // namespace lossscope::testing
