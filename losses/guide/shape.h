// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "losses/predictions/components.h"
#include "losses/volume.h"

namespace lossscope {

/// The grid of a picture (one voxel thick along some axis) with that axis as its last one: the same voxels in the same
/// memory. Of several such axes the first is moved, and none where the last is one; other grids are left as they are.
[[nodiscard]] Grid flat_last(const Grid& grid);

/// The area of a mask's surface (mm^2) by the Crofton formula: how often lines through the voxels' centres in 13
/// directions cross the surface, every direction weighed by the part of the sphere that is nearest to it. For a ball
/// every direction gives the same area, so that it is right whatever the weights; a plane is right to a few per cent
/// whatever its tilt, where the faces of voxels give up to 73 % too much (Lang, Ohser, Hilfer: On the analysis of
/// spatial binary images. Journal of Microscopy 203, 2001).
/// Of a grid with one slice, along any axis: the length of the outline (mm), by four directions. The volume's border is
/// no surface, nor that of voxels that do not count (`counts` as in Problem). Throws Cancelled.
[[nodiscard]] double surface_of(const Volume& mask, int threads = 0, const std::stop_token& stop = {},
                                const Volume& counts = {});

/// How round a mask is: the surface (outline) of a ball (circle) of its volume (area) by its own. 1 for a ball, small
/// for thin or folded structures, 0 without a surface. `volume` in mm^3 (one slice: mm^2), `surface` as surface_of.
[[nodiscard]] double sphericity_of(double volume, double surface, bool flat);

/// How much a mask looks like a line where one stands in it: (a - b) / a of the two largest variances of the mask's
/// voxels within `radius` mm, the median over at most 300 voxels of the mask. (The name is that of laser scanning,
/// where points are told into lines, planes and volumes so.) Near 1 for tubes that are thin against the radius, near 0
/// for balls and for sheets. 0 for an empty mask.
[[nodiscard]] double linearity_of(const Volume& mask, const Components& components, double radius);

}  // namespace lossscope
