// SPDX-License-Identifier: Apache-2.0
// A damaged journal: read as far as it is whole; what was read can be recorded and read again.
#include <string>

#include "app/session/journal.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto history = lossscope::read_journal({reinterpret_cast<const char*>(data), size});
  if (history) {
    lossscope::testing::must(history->index <= history->steps.size(), "more steps are done than there are");
    lossscope::testing::must(lossscope::read_journal(lossscope::journal_line({}, *history)) == history,
                             "a history is another one after it was recorded and read");
  }
  return 0;
}
