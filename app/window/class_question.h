// SPDX-License-Identifier: Apache-2.0
// The ways between one structure and all classes, where a file or a loss leaves it open.
#pragma once

#include "app/io/reader_client.h"
#include "app/session/session.h"

namespace lossscope {

/// A refusal as the window asks it: a prediction of several channels may be that of all labels of the mask, and what
/// goes wrong with classes may go well with one structure.
[[nodiscard]] Refusal with_ways_of_classes(Refusal refusal, const Session& session);
/// Takes one of the ways of such a refusal.
void take_way(const Refusal& refusal, const Choice& choice, Session& session);

/// Every label of the mask against its channel; none of them is in front.
void look_at_all_classes(Session& session);
/// One structure again. Labels and channel are those that were chosen before.
void leave_classes(Session& session);

}  // namespace lossscope
