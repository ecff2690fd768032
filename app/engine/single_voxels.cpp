// SPDX-License-Identifier: Apache-2.0
#include "app/engine/single_voxels.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "app/engine/voxel_place.h"
#include "losses/counts.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kWrongPiece = std::int64_t{1} << 20;  ///< voxels

class Neighbours {
 public:
  explicit Neighbours(const Problem& problem)
      : size_(problem.mask.grid.size),
        mask_(problem.mask.voxels<std::uint8_t>().data()),
        counts_(problem.counted()),
        prediction_(problem.prediction.voxels<float>().data()) {}

  /// Whether this voxel and those that hang together with it, as wrong as it is, are at most two.
  [[nodiscard]] bool single(std::int64_t at) const {
    const std::int64_t next = find(at, at, at);
    return next < 0 || (find(at, at, next) < 0 && find(next, at, at) < 0);
  }

 private:
  /// A voxel that touches `centre`, is as wrong as `as`, and is neither of the two nor `but`; -1 for none.
  [[nodiscard]] std::int64_t find(std::int64_t centre, std::int64_t as, std::int64_t but) const {
    const std::array<std::int64_t, 3> voxel = voxel_place(size_, centre);
    std::array<std::int64_t, 3> first{}, last{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      first[axis] = std::max<std::int64_t>(voxel[axis] - 1, 0);
      last[axis] = std::min(voxel[axis] + 1, size_[axis] - 1);
    }
    for (std::int64_t k = first[2]; k <= last[2]; ++k) {
      for (std::int64_t j = first[1]; j <= last[1]; ++j) {
        const std::int64_t row = (k * size_[1] + j) * size_[0];
        for (std::int64_t other = row + first[0]; other <= row + last[0]; ++other) {
          if (other != centre && other != as && other != but && as_wrong(other, as)) {
            return other;
          }
        }
      }
    }
    return -1;
  }

  [[nodiscard]] bool as_wrong(std::int64_t other, std::int64_t as) const {
    const bool in_mask = mask_[as] != 0;
    return (mask_[other] != 0) == in_mask && counts_at(counts_, other) &&
           (in_mask ? prediction_[other] <= prediction_[as] : prediction_[other] >= prediction_[as]);
  }

  std::array<std::int64_t, 3> size_;
  const std::uint8_t* mask_;
  const std::uint8_t* counts_;
  const float* prediction_;
};

}  // namespace

std::vector<WrongVoxel> wrong_voxels(const Problem& problem, const WrongLimits& limits, int threads,
                                     const std::stop_token& stop) {
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  const std::uint8_t* counts = problem.counted();
  const Neighbours neighbours(problem);
  const std::int64_t voxels = problem.mask.grid.voxels();
  std::vector<std::vector<WrongVoxel>> pieces(static_cast<std::size_t>((voxels + kWrongPiece - 1) / kWrongPiece));
  parallel_pieces(voxels, kWrongPiece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    std::vector<WrongVoxel>& piece = pieces[static_cast<std::size_t>(begin / kWrongPiece)];
    for (std::int64_t at = begin; at < end; ++at) {
      if (limits.hold(mask[at] != 0, prediction[at]) && counts_at(counts, at)) {
        piece.push_back({at, neighbours.single(at)});
      }
    }
  });
  std::vector<WrongVoxel> found;
  for (const std::vector<WrongVoxel>& piece : pieces) {
    found.insert(found.end(), piece.begin(), piece.end());
  }
  return found;
}

}  // namespace lossscope
