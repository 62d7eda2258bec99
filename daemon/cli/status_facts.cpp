#include "daemon/cli/status_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "daemon/cli/wrap.h"
#include "ledger/anchor_state.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWrittenAheadSuffix = "-wal";
constexpr std::string_view kKeySuffix = ".key";
constexpr std::size_t kNamedFields = 5;  // of an object, in one sentence

std::uint64_t bytes_of(const std::string& path) {
  std::error_code code;
  const std::uintmax_t bytes = fs::file_size(path, code);
  return code ? 0 : bytes;
}

AnchorFacts look_at_anchor(const std::string& path) {
  AnchorFacts anchor{.name = path};
  std::error_code code;
  if (!fs::is_regular_file(path, code)) {
    anchor.fault =
        code && code != std::errc::no_such_file_or_directory ? code.message() : "there is no such file";
    return anchor;
  }
  std::ifstream file(path, std::ios::binary);
  const std::uint64_t bytes = bytes_of(path);
  file.seekg(static_cast<std::streamoff>(bytes - std::min<std::uint64_t>(bytes, kAnchorTailBytes)));
  const std::string tail{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    anchor.fault = "it cannot be read";
    return anchor;
  }
  anchor.newest = last_checkpoint(tail);
  return anchor;
}

// Nobody asks the webhook itself: what it was told stands in the ledger.
Result<AnchorFacts> look_at_webhook(const Ledger& ledger, const std::string& webhook) {
  AnchorFacts anchor{.name = anchor_name(webhook), .kind = AnchorFacts::Kind::kWebhook};
  const Result<AnchorState> state = anchor_state(ledger, anchor.name);
  if (!state) return fail(state.error());
  if (state->reached)
    anchor.newest = CheckpointOverview{.size = state->reached->size, .at = state->reached->at};
  if (state->failure)
    anchor.fault = fmt::format("{}: {}", format_instant(state->failure->at), state->failure->why);
  return anchor;
}

class Problems {
 public:
  explicit Problems(const StatusFacts& facts) : facts_(facts), overview_(facts.overview) {}

  std::vector<std::string> find() {
    look_at_clock();
    look_at_log();
    look_at_anchors();
    look_at_syncs();
    look_at_fields();
    return std::move(found_);
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> form, Values&&... values) {
    found_.push_back(fmt::format(form, std::forward<Values>(values)...));
  }

  void look_at_clock() {
    if (overview_.last_at <= facts_.now) return;
    add("the ledger was written as of {}, and the clock says {}: nothing can be written before that moment; "
        "set the clock right",
        format_instant(overview_.last_at), format_instant(facts_.now));
  }

  void look_at_log() {
    if (overview_.entries == 0) return;
    const std::uint64_t covered = overview_.newest_checkpoint ? overview_.newest_checkpoint->size : 0;
    if (covered != overview_.entries) {
      add("the audit log has {}, and its newest checkpoint covers {}; plumbline log verify {} looks closer",
          counted(overview_.entries, "entry", "entries"), with_commas(covered), facts_.ledger);
    }
    if (!overview_.newest_checkpoint) return;
    if (facts_.key.state == KeyFile::State::kMissing) {
      add("{} is missing: without the key nothing more can be logged; bring it back from the backup",
          facts_.key.path);
    } else if (facts_.key.state == KeyFile::State::kReadByOthers) {
      add("{} may be read by others, who could then sign a log of their own; chmod 600 it", facts_.key.path);
    }
  }

  void look_at_anchors() {
    const std::uint64_t size = overview_.newest_checkpoint ? overview_.newest_checkpoint->size : 0;
    for (const AnchorFacts& anchor : facts_.anchors) {
      if (anchor.kind == AnchorFacts::Kind::kJournal || size == 0) continue;
      const std::uint64_t reached = anchor.newest ? anchor.newest->size : 0;
      if (anchor.kind == AnchorFacts::Kind::kWebhook) {
        look_at_webhook(anchor, reached, size);
        continue;
      }
      if (!anchor.fault.empty()) {
        add("anchor {}: {}; checkpoints do not leave this machine that way", anchor.name, anchor.fault);
      } else if (reached < size) {
        add("anchor {} has the log up to {} of {}; the next commit should bring the rest, look whether it "
            "may "
            "be written",
            anchor.name, with_commas(reached), counted(size, "entry", "entries"));
      } else if (reached > size) {
        add("anchor {} knows {}, the log has {}: it was cut back, or the anchor is another ledger's; "
            "plumbline "
            "log verify {} --anchor {} tells",
            anchor.name, counted(reached, "entry", "entries"), with_commas(size), facts_.ledger, anchor.name);
      }
    }
  }

  void look_at_webhook(const AnchorFacts& anchor, std::uint64_t reached, std::uint64_t size) {
    if (reached == size && anchor.fault.empty()) return;
    add("{} knows the log up to {} of {}{}{}; plumbline run tries again by itself, plumbline log anchor at "
        "once",
        anchor.name, with_commas(reached), counted(size, "entry", "entries"),
        anchor.fault.empty() ? "" : "; the newest attempt failed, ", anchor.fault);
  }

  void look_at_syncs() {
    for (const ObjectOverview& object : overview_.objects) {
      if (facts_.now - object.seen_at <= kStaleAfter) continue;
      add("{}: its newest sync is {} old ({}); ingest a new export", object.name,
          span_words(facts_.now - object.seen_at), format_instant(object.seen_at));
    }
    if (overview_.newest_syncs.empty()) return;
    const SyncOverview& newest = overview_.newest_syncs.front();
    if (newest.rejected_rows + newest.rejected_cells > 0) {
      add("sync {} could not read {} and {}; SELECT * FROM reject WHERE sync = {} lists them", newest.id,
          counted(newest.rejected_rows, "row", "rows"), counted(newest.rejected_cells, "cell", "cells"),
          newest.id);
    }
    if (!overview_.newest_run || overview_.newest_run->written_at < newest.written_at) {
      add("sync {} is not judged yet; plumbline judge does it", newest.id);
    }
  }

  void look_at_fields() {
    for (std::size_t first = 0; first < overview_.vanished.size();) {
      const std::string& object = overview_.vanished[first].object;
      std::size_t end = first;
      std::vector<std::string> names;
      for (; end < overview_.vanished.size() && overview_.vanished[end].object == object; ++end) {
        if (names.size() < kNamedFields) names.push_back(overview_.vanished[end].field);
      }
      const std::size_t more = end - first - names.size();
      add("{}: the newest sync no longer has {}: {}{}; records keep what stood there last", object,
          counted(end - first, "field", "fields"), fmt::join(names, ", "),
          more == 0 ? std::string() : fmt::format(" and {} more", more));
      first = end;
    }
  }

  const StatusFacts& facts_;
  const LedgerOverview& overview_;
  std::vector<std::string> found_;
};

}  // namespace

KeyFile look_at_key(const std::string& ledger) {
  KeyFile key{.path = ledger + std::string(kKeySuffix)};
  std::error_code code;
  const fs::file_status status = fs::status(key.path, code);
  if (code || !fs::exists(status)) return key;
  constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
  key.state = (status.permissions() & kOthers) == fs::perms::none ? KeyFile::State::kPrivate
                                                                  : KeyFile::State::kReadByOthers;
  return key;
}

Result<StatusFacts> read_status(const Ledger& ledger, const LedgerSettings& settings, Instant now) {
  Result<LedgerOverview> overview = read_overview(ledger, now);
  if (!overview) return fail(overview.error());
  StatusFacts facts{
      .ledger = ledger.path(),
      .organisation = ledger.organisation_name(),
      .bytes = bytes_of(ledger.path()) + bytes_of(ledger.path() + std::string(kWrittenAheadSuffix)),
      .now = now,
      .overview = *std::move(overview),
      .key = look_at_key(ledger.path())};
  for (const std::string& path : settings.anchors.paths) facts.anchors.push_back(look_at_anchor(path));
  if (settings.anchors.journal)
    facts.anchors.push_back({.name = std::string(kJournalAnchor), .kind = AnchorFacts::Kind::kJournal});
  for (const std::string& webhook : settings.webhooks) {
    Result<AnchorFacts> anchor = look_at_webhook(ledger, webhook);
    if (!anchor) return fail(anchor.error());
    facts.anchors.push_back(*std::move(anchor));
  }
  return facts;
}

std::vector<std::string> problems_of(const StatusFacts& facts) { return Problems(facts).find(); }

std::string span_words(std::chrono::seconds span) {
  struct Unit {
    std::chrono::seconds length;
    std::string_view one;
    std::string_view many;
  };
  constexpr std::array kUnits = {Unit{std::chrono::days{1}, "day", "days"},
                                 Unit{std::chrono::hours{1}, "hour", "hours"},
                                 Unit{std::chrono::minutes{1}, "minute", "minutes"}};
  for (const Unit& unit : kUnits) {
    if (span >= unit.length)
      return counted(static_cast<std::uint64_t>(span / unit.length), unit.one, unit.many);
  }
  return "less than a minute";
}

}  // namespace plumbline
