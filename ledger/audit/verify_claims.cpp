#include <fmt/format.h>

#include <algorithm>

#include "base/ordered_run.h"
#include "ledger/audit/verify_impl.h"

namespace plumbline::verifying {
namespace {

// Rows read before their signatures are looked at, and those that a thread takes at once.
constexpr std::size_t kBatchRows = 2048;
constexpr std::size_t kPieceRows = 32;

struct Row {
  std::int64_t id = 0;
  std::int64_t organisation = 0;
  std::int64_t size = 0;
  std::string note;
};

struct ReadRow {
  std::optional<Checkpoint> checkpoint{};  // where it is one
  std::string fault{};                     // why it counts for nothing; empty where it does
};

std::string reason_of(const Error& error) {
  return error.where && error.where->line > 0 ? fmt::format("line {}: {}", error.where->line, error.message)
                                              : error.message;
}

// Whether the note is a checkpoint of this log, signed by its key.
ReadRow look_at(std::string_view note_text, const LogFacts& log) {
  const Result<SignedNote> note = parse_note(note_text);
  if (!note) return {.fault = fmt::format("cannot be read ({})", reason_of(note.error()))};
  Result<Checkpoint> checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return {.fault = fmt::format("cannot be read ({})", reason_of(checkpoint.error()))};
  ReadRow read{.checkpoint = std::move(*checkpoint)};
  if (read.checkpoint->origin != log.origin) {
    read.fault = fmt::format("is of another log, {}", read.checkpoint->origin);
  } else if (!is_signed_by(*note, *log.key)) {
    read.fault = fmt::format("is not rightly signed by {}", log.origin);
  }
  return read;
}

// Goes through the rows in their order. One thread.
class CheckpointRows {
 public:
  CheckpointRows(std::span<const LogFacts> logs, std::span<LogReport> reports, Faults& rest)
      : logs_(logs), reports_(reports), rest_(rest), newest_(logs.size()) {
    claims_.of_log.resize(logs.size());
    claims_.rows.resize(logs.size());
  }

  std::size_t log_of(std::int64_t organisation) const {
    return static_cast<std::size_t>(std::ranges::find(logs_, organisation, &LogFacts::id) - logs_.begin());
  }
  // Signatures are what takes time; the rest goes in order.
  ReadRow read(const Row& row) const {
    const std::size_t log = log_of(row.organisation);
    if (log == logs_.size() || logs_[log].key == nullptr) return {};
    return look_at(row.note, logs_[log]);
  }
  void take(const Row& row, const ReadRow& read);
  CheckpointClaims finish() { return std::move(claims_); }

 private:
  struct Newest {
    std::int64_t id = 0;
    Checkpoint checkpoint;
  };

  void check_number(const Row& row);
  void check_order(const Row& row, const Checkpoint& checkpoint, std::size_t log);

  std::span<const LogFacts> logs_;
  std::span<LogReport> reports_;
  Faults& rest_;
  std::int64_t last_id_ = 0;
  std::vector<Newest> newest_;
  CheckpointClaims claims_;
};

void CheckpointRows::check_number(const Row& row) {
  const std::int64_t expected = last_id_ + 1;
  if (row.id < expected) {
    rest_.add(
        fmt::format("checkpoint {} has a number that checkpoints do not have; they count from 1", row.id));
    return;
  }
  if (row.id > expected && row.id == expected + 1) {
    rest_.add(fmt::format("checkpoint {} is missing", expected));
  } else if (row.id > expected) {
    rest_.add(fmt::format("checkpoints {} to {} are missing", expected, row.id - 1));
  }
  last_id_ = row.id;
}

void CheckpointRows::take(const Row& row, const ReadRow& read) {
  check_number(row);
  const std::size_t log = log_of(row.organisation);
  if (log == logs_.size()) {
    rest_.add(fmt::format("checkpoint {} belongs to organisation {}, which is not in the ledger", row.id,
                          row.organisation));
    return;
  }
  ++claims_.rows[log];
  if (logs_[log].key == nullptr) return;
  Faults& faults = reports_[log].faults;
  if (!read.fault.empty()) {
    const std::string label = read.checkpoint
                                  ? checkpoint_label(row.id, read.checkpoint->size, read.checkpoint->at)
                                  : fmt::format("checkpoint {}", row.id);
    faults.add(fmt::format("{} {}", label, read.fault));
    return;
  }
  const Checkpoint& checkpoint = *read.checkpoint;
  if (row.size < 0 || static_cast<std::uint64_t>(row.size) != checkpoint.size) {
    faults.add(fmt::format("{} stands in a row that says {} entries",
                           checkpoint_label(row.id, checkpoint.size, checkpoint.at), row.size));
  }
  check_order(row, checkpoint, log);
  claims_.of_log[log].push_back({.kind = Claim::Kind::kCheckpoint,
                                 .place = row.id,
                                 .size = checkpoint.size,
                                 .root = checkpoint.root,
                                 .at = checkpoint.at});
}

void CheckpointRows::check_order(const Row& row, const Checkpoint& checkpoint, std::size_t log) {
  Newest& newest = newest_[log];
  Faults& faults = reports_[log].faults;
  const std::string label = checkpoint_label(row.id, checkpoint.size, checkpoint.at);
  const auto before = [&] {
    return checkpoint_label(newest.id, newest.checkpoint.size, newest.checkpoint.at);
  };
  if (newest.id != 0 && checkpoint.size < newest.checkpoint.size) {
    faults.add(fmt::format("{} has fewer entries than {} before it", label, before()));
  } else if (newest.id != 0 && checkpoint.at < newest.checkpoint.at) {
    faults.add(fmt::format("{} is of an earlier time than {} before it", label, before()));
  } else if (newest.id != 0 && checkpoint == newest.checkpoint) {
    faults.add(fmt::format("{} repeats {}", label, before()));
  } else {
    newest = {.id = row.id, .checkpoint = checkpoint};
  }
}

Result<bool> read_batch(Statement& rows, std::vector<Row>& batch) {
  batch.clear();
  while (batch.size() < kBatchRows) {
    const Result<bool> row = rows.step();
    if (!row || !*row) return row;
    batch.push_back({.id = rows.integer(0),
                     .organisation = rows.integer(1),
                     .size = rows.integer(2),
                     .note = std::string(rows.text(3))});
  }
  return true;
}

void check_batch(const std::vector<Row>& batch, CheckpointRows& rows, std::size_t threads) {
  using Pieces = std::vector<ReadRow>;
  using Run = OrderedRun<Pieces>;
  std::size_t taken = 0;
  const Run::Take take = [&](Pieces pieces) {
    for (const ReadRow& read : pieces) rows.take(batch[taken++], read);
    return Run::Answer::kMore;
  };
  Run run((batch.size() + kPieceRows - 1) / kPieceRows, take);
  run.run(threads, [&] {
    return [&](std::size_t piece) {
      Pieces pieces;
      const std::size_t end = std::min(batch.size(), (piece + 1) * kPieceRows);
      for (std::size_t i = piece * kPieceRows; i < end; ++i) pieces.push_back(rows.read(batch[i]));
      return pieces;
    };
  });
}

// Adds the anchor to the log it is of; says why not.
std::string take_anchor(std::string_view text, std::span<const LogFacts> logs, AnchorClaims& claims) {
  const Result<SignedNote> note = parse_note(text);
  const Result<Checkpoint> checkpoint = note ? parse_checkpoint(note->text) : fail(note.error());
  if (!checkpoint) return fmt::format("cannot be read ({})", reason_of(checkpoint.error()));
  const auto log = std::ranges::find(logs, checkpoint->origin, &LogFacts::origin);
  if (log == logs.end())
    return fmt::format("is of {}, and this ledger holds no such log", checkpoint->origin);
  if (log->key == nullptr) return {};
  if (!is_signed_by(*note, *log->key)) return fmt::format("is not rightly signed by {}", log->origin);
  claims.of_log[static_cast<std::size_t>(log - logs.begin())].push_back(
      {.kind = Claim::Kind::kAnchor,
       .place = static_cast<std::int64_t>(claims.labels.size() - 1),
       .size = checkpoint->size,
       .root = checkpoint->root,
       .at = checkpoint->at});
  claims.labels.back() += fmt::format(" ({} entries, {})", checkpoint->size, format_instant(checkpoint->at));
  return {};
}

}  // namespace

std::string checkpoint_label(std::int64_t row, std::uint64_t size, Instant at) {
  return fmt::format("checkpoint {} ({} entries, {})", row, size, format_instant(at));
}

Result<CheckpointClaims> read_checkpoints(Database& database, std::span<const LogFacts> logs,
                                          std::span<LogReport> reports, Faults& rest, std::size_t threads) {
  Result<std::unique_ptr<Statement>> all =
      database.prepare("SELECT id, org, size, note FROM audit_checkpoint ORDER BY id");
  if (!all) return fail(all.error());
  CheckpointRows rows(logs, reports, rest);
  std::vector<Row> batch;
  bool more = true;
  while (more) {
    const Result<bool> read = read_batch(**all, batch);
    if (!read && read.error().code != ErrorCode::kCorrupt) return fail(read.error());
    if (!read) rest.add(fmt::format("checkpoints cannot all be read: {}", read.error().message));
    more = read && *read;
    check_batch(batch, rows, threads);
  }
  return rows.finish();
}

AnchorClaims read_anchors(std::span<const AnchorFile> files, std::span<const LogFacts> logs,
                          VerifyReport& report) {
  AnchorClaims claims;
  claims.of_log.resize(logs.size());
  for (const AnchorFile& file : files) {
    const std::vector<std::string_view> notes = split_notes(file.text);
    if (notes.empty()) report.faults.add(fmt::format("anchor file {} holds no checkpoint", file.name));
    for (std::size_t i = 0; i < notes.size(); ++i) {
      claims.labels.push_back(fmt::format("anchor {} of {}", i + 1, file.name));
      const std::string fault = take_anchor(notes[i], logs, claims);
      // Whoever writes it may have been interrupted.
      const bool cut_off = i > 0 && i + 1 == notes.size() && !parse_note(notes[i]);
      if (cut_off) {
        report.notes.push_back(
            fmt::format("{} was cut off while it was written, and does not count", claims.labels.back()));
      } else if (!fault.empty()) {
        report.faults.add(fmt::format("{} {}", claims.labels.back(), fault));
      }
    }
  }
  return claims;
}

}  // namespace plumbline::verifying
