// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"

namespace lossscope {

/// What the command line asked of the window.
struct WindowOptions {
  Session session;                 ///< inputs, loss and parameters given as flags
  Session answers;                 ///< what flags answer of bare files and of a sample
  std::string session_path;        ///< the session file that was opened, absolute; empty: none
  Session saved_session;           ///< what stands in it
  std::vector<std::string> files;  ///< bare files, to be sorted into image, mask and prediction by their content
  std::string sample;              ///< "mni-head", "phantom" or empty
  std::string device;              ///< "cpu" or "cuda[:N]"; empty for the remembered one
  std::string demo;                ///< name or Markdown file of a demo to lead through, or empty
  std::string screenshot;          ///< save the window here once everything shown is computed, then leave
  bool recover = false;            ///< bring back the newest session that did not end properly
  std::string trace;               ///< write what the time was spent on here, or empty
  int width = 0, height = 0;       ///< of the window; 0 means remembered or default
};

}  // namespace lossscope
