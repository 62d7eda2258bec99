#include "ledger/audit/anchors.h"

#include <syslog.h>

#include <algorithm>

#include "base/crypto.h"
#include "ledger/audit/small_file.h"

namespace plumbline {
namespace {

constexpr unsigned kAnchorMode = 0644;
constexpr std::string_view kJournalMark = "checkpoint of the audit log: ";
constexpr std::string_view kWrittenLineEnd = "\\n";

// A note's own lines have no backslashes.
std::string note_of(std::string_view line) {
  std::string note;
  while (!line.empty()) {
    const std::size_t end = line.find(kWrittenLineEnd);
    if (end == std::string_view::npos) return note;
    note += line.substr(0, end);
    note += '\n';
    line.remove_prefix(end + kWrittenLineEnd.size());
  }
  return note;
}

}  // namespace

std::string journal_line(std::string_view checkpoint) {
  std::string line(kJournalMark);
  for (const char c : checkpoint) {
    if (c == '\n') {
      line += kWrittenLineEnd;
    } else {
      line += c;
    }
  }
  return line;
}

std::string checkpoints_in(std::string_view text) {
  if (text.find(kJournalMark) == std::string_view::npos) return std::string(text);
  std::string notes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t mark = line.find(kJournalMark);
    if (mark != std::string_view::npos) notes += note_of(line.substr(mark + kJournalMark.size()));
  }
  return notes;
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
