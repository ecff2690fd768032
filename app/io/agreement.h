// SPDX-License-Identifier: Apache-2.0
// Which order and direction of its axes a volume without a place has: the mask shows it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/io/lattice.h"
#include "app/io/reader_client.h"

namespace lossscope {

/// One of the 48 ways to lay a volume's axes along the grid's, as three letters: along the grid's i, j, k run the
/// volume's axes of these names, backwards where the letter is a capital one ("kji", "Ijk").
struct Turn {
  std::array<std::size_t, 3> from{0, 1, 2};  ///< as in Placement
  std::array<bool, 3> flip{};

  static constexpr std::size_t kAll = 48;
  [[nodiscard]] static Turn of_number(std::size_t number);  ///< 0: as it is
  [[nodiscard]] std::string letters() const;
  [[nodiscard]] std::string words() const;  ///< "k, j and i backwards"
  /// Where a volume of `size` lies on a grid; none when the sizes do not fit.
  [[nodiscard]] std::optional<Placement> on(const Grid& grid, const std::array<std::int64_t, 3>& size) const;
};
/// The number of a turn by its letters; none for any other text.
[[nodiscard]] std::optional<std::size_t> turn_number(std::string_view letters);

struct Agreement {
  Turn turn;
  double correlation = 0;  ///< of the volume's values with the mask
};
/// The turns in which a volume agrees much better with the mask than as it is, those of alike
/// correlation with the fewest axes backwards first, and at most three; empty when
/// it agrees well as it is, with no turn, or with the mask empty or full. `as_it_is` becomes the correlation of that,
/// or -2 when its size does not fit. `mask`: uint8, on the grid of the case.
[[nodiscard]] std::vector<Agreement> better_turns(const Volume& mask, const LoadedVolume& loaded, double& as_it_is);

/// "its voxels agree much better with the mask (correlation 0.95, as it is 0.31)".
[[nodiscard]] std::string agreement_text(const Agreement& agreement, double as_it_is);

}  // namespace lossscope
