// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lossscope {

/// A choice of colours. All are safe for the colour-blind but turbo, which is there for those who ask for it.
enum class ColourMap : std::uint8_t { fire, inferno, magma, viridis, turbo, grey, blue_red, purple_green, blue_brown };

struct ColourMapName {
  ColourMap map;
  std::string_view name;  ///< in sessions and on the command line
  bool diverging;         ///< for values of both signs
};
inline constexpr std::array<ColourMapName, 9> kColourMaps{{{ColourMap::fire, "fire", false},
                                                           {ColourMap::inferno, "inferno", false},
                                                           {ColourMap::magma, "magma", false},
                                                           {ColourMap::viridis, "viridis", false},
                                                           {ColourMap::turbo, "turbo", false},
                                                           {ColourMap::grey, "grey", false},
                                                           {ColourMap::blue_red, "blue-red", true},
                                                           {ColourMap::purple_green, "purple-green", true},
                                                           {ColourMap::blue_brown, "blue-brown", true}}};

[[nodiscard]] constexpr std::string_view colour_map_name(ColourMap map) {
  return kColourMaps[static_cast<std::size_t>(map)].name;
}

/// How values are spread over the colours: by their size, or by its logarithm (symmetric about 0 for both signs).
enum class Scaling : std::uint8_t { linear, logarithmic };

}  // namespace lossscope
