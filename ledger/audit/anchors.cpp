#include "ledger/audit/anchors.h"

#include <syslog.h>

#include "base/crypto.h"
#include "ledger/audit/small_file.h"

namespace plumbline {
namespace {

constexpr unsigned kAnchorMode = 0644;

}  // namespace

std::string journal_line(std::string_view checkpoint) {
  std::string line = "checkpoint of the audit log: ";
  for (const char c : checkpoint) {
    if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return line;
}

std::vector<Error> anchor_checkpoint(std::string_view checkpoint, const AnchorOptions& options) {
  std::vector<Error> failed;
  // An empty line between two checkpoints, for people.
  const std::string piece = std::string(checkpoint) + "\n";
  for (const std::string& path : options.paths) {
    const Status written = write_durably(path, as_bytes(piece), FileStart::kAppend, kAnchorMode);
    if (written) continue;
    Error error = written.error();
    error.message = "the checkpoint was not anchored, the ledger is as it should be: " + error.message;
    failed.push_back(std::move(error));
  }
  // syslog(3) cannot fail as far as its caller can tell.
  if (options.journal) ::syslog(LOG_DAEMON | LOG_NOTICE, "%s", journal_line(checkpoint).c_str());
  return failed;
}

}  // namespace plumbline
