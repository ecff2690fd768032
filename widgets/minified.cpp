// SPDX-License-Identifier: Apache-2.0
#include "widgets/minified.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

namespace lossscope::widgets {
namespace {

/// Pixels from `first` to before `last`, and the voxels below each.
struct Axis {
  int first = 0, last = 0;
  std::vector<VoxelRun> runs;
};

/// Where the voxels of one axis lie, `size` pixels each from `begin` on: a voxel is below the pixel that has its
/// centre.
Axis axis_of(double begin, double end, int voxels, int seen) {
  const double size = (end - begin) / voxels;
  const int edge_first = static_cast<int>(std::lround(begin)),
            edge_last = std::max(edge_first + 1, static_cast<int>(std::lround(end)));
  Axis axis{std::max(0, edge_first), std::min(seen, edge_last), {}};
  for (int pixel = axis.first; pixel < axis.last; ++pixel) {
    const auto centre_after = [&](int edge) {  // the first voxel whose centre lies at or behind it
      return std::clamp(static_cast<int>(std::ceil((edge - begin) / size - 0.5)), 0, voxels);
    };
    VoxelRun run{centre_after(pixel), centre_after(pixel + 1)};
    run.first = pixel == edge_first ? 0 : run.first;  // the edges' pixels have what rounding left outside
    run.last = pixel == edge_last - 1 ? voxels : run.last;
    if (run.first >= run.last) {
      run.first = std::clamp(static_cast<int>(std::floor((pixel + 0.5 - begin) / size)), 0, voxels - 1);
      run.last = run.first + 1;
    }
    axis.runs.push_back(run);
  }
  return axis;
}

/// Whether `value` is shown rather than `before`.
bool outdoes(float value, float before) { return std::abs(value) > std::abs(before) || std::isnan(value); }

std::vector<float> largest_of(const std::vector<float>& values, int width, const PixelGrid& grid) {
  std::vector<float> shown, row(static_cast<std::size_t>(width));
  shown.reserve(grid.rows.size() * grid.columns.size());
  for (const VoxelRun& rows : grid.rows) {
    const float* line = values.data() + static_cast<std::ptrdiff_t>(rows.first) * width;
    std::copy(line, line + width, row.begin());
    for (int y = rows.first + 1; y < rows.last; ++y) {
      line += width;
      for (int x = 0; x < width; ++x) {
        row[static_cast<std::size_t>(x)] =
            outdoes(line[x], row[static_cast<std::size_t>(x)]) ? line[x] : row[static_cast<std::size_t>(x)];
      }
    }
    for (const VoxelRun& columns : grid.columns) {
      float most = row[static_cast<std::size_t>(columns.first)];
      for (int x = columns.first + 1; x < columns.last; ++x) {
        const float value = row[static_cast<std::size_t>(x)];
        most = outdoes(value, most) ? value : most;
      }
      shown.push_back(most);
    }
  }
  return shown;
}

/// The class that most voxels have, of those with a colour; the first of several; -1 for none.
std::vector<float> most_frequent(const std::vector<float>& values, int width, const PixelGrid& grid,
                                 const std::vector<QRgb>& colours) {
  std::vector<float> shown;
  shown.reserve(grid.rows.size() * grid.columns.size());
  std::vector<int> voxels(colours.size());
  for (const VoxelRun& rows : grid.rows) {
    for (const VoxelRun& columns : grid.columns) {
      std::ranges::fill(voxels, 0);
      for (int y = rows.first; y < rows.last; ++y) {
        for (int x = columns.first; x < columns.last; ++x) {
          const float value =
              values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
          if (value >= 0 && value < static_cast<float>(colours.size())) {
            const auto place = static_cast<std::size_t>(value);
            voxels[place] += qAlpha(colours[place]) != 0 ? 1 : 0;
          }
        }
      }
      const auto most = std::ranges::max_element(voxels);
      shown.push_back(most == voxels.end() || *most == 0 ? -1.0F : static_cast<float>(most - voxels.begin()));
    }
  }
  return shown;
}

}  // namespace

PixelGrid pixel_grid(const QRectF& target, QSize voxels, QSize seen) {
  Axis x = axis_of(target.left(), target.right(), voxels.width(), seen.width());
  Axis y = axis_of(target.top(), target.bottom(), voxels.height(), seen.height());
  return {QRect(QPoint(x.first, y.first), QPoint(x.last - 1, y.last - 1)), std::move(x.runs), std::move(y.runs)};
}

std::vector<float> most_of(const std::vector<float>& values, int width, const PixelGrid& grid,
                           const ColourScale& scale) {
  return scale.classes.empty() ? largest_of(values, width, grid) : most_frequent(values, width, grid, scale.classes);
}

QImage mean_grey_of(const QImage& voxels, const PixelGrid& grid) {
  QImage mean(grid.pixels.size(), QImage::Format_RGB32);
  std::vector<std::uint32_t> row(static_cast<std::size_t>(voxels.width()));
  for (std::size_t y = 0; y < grid.rows.size(); ++y) {
    std::ranges::fill(row, 0U);
    for (int line = grid.rows[y].first; line < grid.rows[y].last; ++line) {
      const auto* grey = reinterpret_cast<const QRgb*>(voxels.constScanLine(line));
      for (std::size_t x = 0; x < row.size(); ++x) {
        row[x] += grey[x] & 0xffU;
      }
    }
    auto* pixels = reinterpret_cast<QRgb*>(mean.scanLine(static_cast<int>(y)));
    const auto rows = static_cast<std::uint32_t>(grid.rows[y].last - grid.rows[y].first);
    for (std::size_t x = 0; x < grid.columns.size(); ++x) {
      const auto [first, last] = grid.columns[x];
      const std::uint32_t count = rows * static_cast<std::uint32_t>(last - first);
      const std::uint32_t sum = std::accumulate(row.begin() + first, row.begin() + last, count / 2);
      pixels[x] = 0xff000000U | sum / count * 0x010101U;
    }
  }
  return mean;
}

QImage common_of(const QImage& voxels, const PixelGrid& grid) {
  QImage common(grid.pixels.size(), voxels.format());
  for (std::size_t y = 0; y < grid.rows.size(); ++y) {
    const VoxelRun& rows = grid.rows[y];
    auto* pixels = reinterpret_cast<QRgb*>(common.scanLine(static_cast<int>(y)));
    for (std::size_t x = 0; x < grid.columns.size(); ++x) {
      const VoxelRun& columns = grid.columns[x];
      const auto at = [&voxels](int column, int line) {
        return reinterpret_cast<const QRgb*>(voxels.constScanLine(line))[column];
      };
      bool all = true;
      for (int line = rows.first; line < rows.last; ++line) {
        for (int column = columns.first; column < columns.last; ++column) {
          all = all && qAlpha(at(column, line)) != 0;
        }
      }
      pixels[x] = all ? at((columns.first + columns.last) / 2, (rows.first + rows.last) / 2) : 0U;
    }
  }
  return common;
}

}  // namespace lossscope::widgets
