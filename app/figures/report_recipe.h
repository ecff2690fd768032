// SPDX-License-Identifier: Apache-2.0
// The command line that writes a report again.
#pragma once

#include <QByteArray>
#include <QString>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "losses/configured_loss.h"

namespace lossscope {

struct Recipe {
  QString command;     ///< for a shell in the folder where the session's paths hold; empty where there is none
  QByteArray session;  ///< what the command's --session file holds; empty where flags say everything
};

/// The command that writes the report on these losses of a session again, the same bytes, into a file of that name.
/// How the case is looked at (layer, colours, window, ...) and a cut prediction have no flags: where they differ from a
/// fresh session's, the command takes them from a session file, `session_name`. No command reaches a state of a
/// descent.
[[nodiscard]] Recipe report_recipe(const Session& session, const std::vector<ConfiguredLoss>& losses,
                                   const QString& name, const QString& session_name);

/// A word as a POSIX shell reads it: in single quotes where it has anything but letters, digits and ,./:=_+-@.
[[nodiscard]] std::string shell_word(const std::string& word);

}  // namespace lossscope
