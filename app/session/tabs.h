// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace lossscope {

/// The pages below the views, as a session names the one in front; BottomTabs adds them in this order.
inline constexpr std::array<std::string_view, 8> kTabs{"probe",    "classes", "errors", "histogram",
                                                       "distance", "curve",   "sweep",  "descent"};

}  // namespace lossscope
