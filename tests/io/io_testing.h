// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/io/case.h"

namespace lossscope::testing {

/// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lossscope-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A rotation about an oblique axis, its first column mirrored when `left_handed`.
inline std::array<double, 9> oblique(bool left_handed) {
  const double a = 0.3, b = -0.2;
  const std::array<double, 9> z{std::cos(a), -std::sin(a), 0, std::sin(a), std::cos(a), 0, 0, 0, 1};
  const std::array<double, 9> x{1, 0, 0, 0, std::cos(b), -std::sin(b), 0, std::sin(b), std::cos(b)};
  std::array<double, 9> product{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      for (std::size_t k = 0; k < 3; ++k) {
        product[3 * row + column] += z[3 * row + k] * x[3 * k + column];
      }
      if (left_handed && column == 0) {
        product[3 * row] = -product[3 * row];
      }
    }
  }
  return product;
}

inline Grid anisotropic_grid(bool left_handed) {
  return {{5, 4, 3}, {0.7, 1.3, 3.1}, {-12.5, 40.25, 7.75}, oblique(left_handed)};
}

inline void expect_same_grid(const Grid& expected, const Grid& actual, double tolerance = 1e-5) {
  EXPECT_EQ(expected.size, actual.size);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(expected.spacing[i], actual.spacing[i], tolerance);
    EXPECT_NEAR(expected.origin[i], actual.origin[i], 20 * tolerance);
  }
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(expected.direction[i], actual.direction[i], tolerance);
  }
}

inline LoadedVolume read(const std::string& path, Role role = Role::image, const Answers& answers = {}) {
  return read_volume({.path = path, .role = role, .answers = answers, .information_only = false});
}

/// The code with which a file is refused; "read" when it is not.
inline std::string refusal_code(const std::string& path, Role role = Role::image) {
  try {
    (void)read(path, role);
    return "read";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.file, path);
    EXPECT_FALSE(refusal.reason.empty());
    EXPECT_FALSE(refusal.remedy.empty());
    return refusal.code;
  }
}

inline void write_bytes(const std::string& path, const std::vector<char>& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<char> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace lossscope::testing
