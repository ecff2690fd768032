// SPDX-License-Identifier: Apache-2.0
// What the formats share whose voxels are a block of numbers behind a header.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "app/reader/gates/inflate.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {

inline constexpr std::uint64_t kFewBytes = std::uint64_t{1} << 20;  ///< that may follow the last voxel

/// Says so when bytes follow the last voxel, unless the format has a footer.
void note_trailing(Layout& layout, bool any);

/// Everything that must hold before memory is taken: geometry, enough bytes in the file, the component where it is
/// asked for early, memory. `packed`: bytes of the file that hold the voxels. Throws Refused.
void admit(Layout& layout, std::uint64_t packed, const Wish& wish);

/// Refuses or asks as check_memory does; then this process may take what such a volume needs. `packed`: bytes of the
/// files that hold the voxels.
void allow_memory(const Layout& layout, std::uint64_t packed, const Wish& wish);

/// From the file's byte order to this machine's.
void swap_bytes(RawVolume& volume);

/// The voxels of inflated data that `inflater` is about to give, after the `early` ones.
void read_deflated(RawVolume& volume, Inflater& inflater, std::span<const std::byte> early);

/// Reads the bytes of raw voxels, all of which were found to be there, into this machine's byte order: of all
/// components, or of the `only` one of several volumes. None when the library does not take the header.
using LibraryReader = std::function<std::optional<std::vector<std::byte>>(std::optional<std::int64_t> only)>;

/// Voxels of a layout that is checked, or not yet: raw, deflated or text, from data_offset on. Throws Refused.
/// `library`, where there is one, reads raw ones.
[[nodiscard]] RawVolume read_voxels(Layout layout, const Source& source, const Wish& wish,
                                    const LibraryReader& library = {});

/// The file `name` beside `header`. Throws Refused E_DATA_FILE when it is a link, the header itself or no file.
[[nodiscard]] std::string path_beside(const std::string& header, const std::string& name);

}  // namespace lossscope::reader
