// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/engine/frame.h"
#include "app/session/demo.h"

namespace lossscope {

/// Whether the words and numbers of a session mean something: losses, parameters and their ranges, the tab, what a
/// sweep runs along, shares from 0 to 1, a range whose ends differ. A window shows a session that says nonsense as well
/// as it can; the author of a demo wants to be told. Throws std::invalid_argument that names the member as it stands in
/// the file ('view.tab').
void check_words(const Session& session, const DemoPlay& play = {});

/// What a session asks for and its case cannot show: voxels outside the volume, a sweep of a prediction that is not
/// made from the mask, a loss without its mask or prediction. Sentences; empty when all is well.
[[nodiscard]] std::vector<std::string> cannot_show(const DemoState& state, const CaseData& data);

}  // namespace lossscope
