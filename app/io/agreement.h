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
/// How much a turn speaks against a volume as it is, by r and s, the correlations with the mask turned and as it is,
/// and by chance: how many of the other turns of a volume that has nothing to do with the mask would reach 0.9 r, as
/// 4000 of them do that are shifted at random, round the edges. A poor network that lies right does so against all
/// odds, too.
enum class Evidence : std::uint8_t {
  none,    ///< also where s <= -0.2 and r < 0.8 |s|: an inverted volume, or the background's, lies right
  some,    ///< r >= 0.3, and 1 - r at most 0.8 (1 - s): worth an offer behind others
  strong,  ///< told, offered first: r >= 0.5, and r >= s + 0.2, or r >= s + 0.05 with 1 - r at most 0.7 (1 - s); or a
           ///< chance of at most 0.3, with r >= 0.1, s + 0.07 and 1.3 s
  clear    ///< asked about: r >= 0.6, r >= s + 0.2, and 1 - r at most half of 1 - s; or r >= 0.2 with s <= -0.2; or a
           ///< chance of at most 0.02, with r >= 0.1, |s| + 0.07 and 2 |s|, and 0.9 s is reached by a hundredth of the
           ///< shifted ones; in each case with 8 voxels or more in the mask, and no other label of the mask that the
           ///< volume covers as it is
};

struct BetterTurns {
  std::vector<Agreement> turns;  ///< with the best correlation or nearly, those with the fewest axes backwards first
  double as_it_is = -2;          ///< correlation; -2: its size does not fit
  Evidence evidence = Evidence::none;
  bool is_opposite = false;  ///< it lies right and shows where the mask is not
};
/// The turns in which a volume agrees better with the mask than as it is, at most three; none where there is no
/// evidence, and with a mask that is empty or full. `mask`: uint8, on the grid of the case; `labels`: what it was
/// chosen from, on the same grid, or null: what is more like all of them than like the chosen ones is compared with
/// all, unless it `shows_the_chosen` alone, as the channel of a class does.
[[nodiscard]] BetterTurns better_turns(const Volume& mask, const LoadedVolume& loaded,
                                       const LoadedVolume* labels = nullptr, bool shows_the_chosen = false);

/// To two digits.
[[nodiscard]] std::string rounded_text(double correlation);
/// "it agrees much better with the mask (correlation 0.95, as it is 0.31)".
[[nodiscard]] std::string agreement_text(const Agreement& agreement, const BetterTurns& better);

}  // namespace lossscope
