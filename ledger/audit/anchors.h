// Where checkpoints go so that they are not on the same machine's disk as the log alone. Whoever holds the
// key can write another log; he cannot change the checkpoints that have left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

struct AnchorOptions {
  // Files that each checkpoint is added to (made where they are not there): a mounted share, a disk that
  // only takes additions, a folder that is copied away.
  std::vector<std::string> paths{};
  // One line a checkpoint to the system's journal (syslog, facility daemon).
  bool journal = false;
};

// Call it when the commit is done. Each anchor is tried whatever the others do; what failed comes back as
// sentences. A checkpoint that was not anchored takes nothing back: the next one covers its entries, too.
std::vector<Error> anchor_checkpoint(std::string_view checkpoint, const AnchorOptions& options);

// The line for the journal: the note on one line, its ends written as \n.
std::string journal_line(std::string_view checkpoint);

// The checkpoints of a text that was kept: as it is, or, where it has lines of the journal (journalctl, a log
// file), what they hold.
std::string checkpoints_in(std::string_view text);

}  // namespace plumbline
