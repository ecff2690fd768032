// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace lossscope::commands {

/// Runs `work` and then writes what it spent its time on to `path`, in the trace event format of Chrome's
/// about://tracing, which Perfetto reads, too; with an empty path it just runs. Returns what `work` returned.
/// Throws OutputError when the file cannot be written.
int traced(const std::string& path, const std::function<int()>& work);

}  // namespace lossscope::commands
