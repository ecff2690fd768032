// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/io/reader_client.h"

namespace lossscope {

/// Names the labels of a mask as the dataset.json of nnU-Net does that lies in the folder of its file or in the one
/// above (labelsTr/case.nii.gz), in either of its two spellings, {"liver": 1} or {"1": "liver"}. What the file itself
/// names, and sets of labels, stay as they are. Told as W_NAMES; without such a file, or with a damaged one, nothing
/// happens.
void name_by_dataset(LoadedVolume& mask);

}  // namespace lossscope
