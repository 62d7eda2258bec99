#include "ledger/run_writer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json.h"
#include "ledger/bulk_insert.h"
#include "ledger/query.h"

namespace plumbline {
namespace {

constexpr std::string_view kOpen = "open";
constexpr std::size_t kKinds = static_cast<std::size_t>(TransitionKind::kKnown) + 1;

// "violation.opened", by kind.
std::array<std::string, kKinds> entry_kinds() {
  std::array<std::string, kKinds> kinds;
  for (std::size_t i = 0; i < kKinds; ++i)
    kinds[i] = fmt::format("violation.{}", to_string(static_cast<TransitionKind>(i)));
  return kinds;
}

// The state a violation is in after it.
std::string_view state_after(TransitionKind kind) {
  switch (kind) {
    case TransitionKind::kResolved:
      return to_string(ViolationState::kResolved);
    case TransitionKind::kLapsed:
      return to_string(ViolationState::kLapsed);
    case TransitionKind::kRetracted:
      return to_string(ViolationState::kRetracted);
    default:
      return kOpen;
  }
}

// The members of a JSON object, without its braces: that is how the log wants them.
template <class Write>
void write_members(std::string& out, const Write& write) {
  out.clear();
  JsonWriter json(out);
  json.begin_object();
  write(json);
  json.end_object();
  out.pop_back();
  out.erase(0, 1);
}

void write_packs(JsonWriter& json, std::span<const RunPack> packs) {
  json.begin_array();
  for (const RunPack& pack : packs) {
    json.begin_object().key("pack").string(pack.name).key("hash").string(pack.hash).end_object();
  }
  json.end_array();
}

}  // namespace

class RunWriter::Impl {
 public:
  Impl(Ledger& ledger, LedgerTransaction& transaction, Instant written_at, std::span<const RunPack> packs)
      : ledger_(ledger),
        transaction_(transaction),
        packs_(packs.begin(), packs.end()),
        at_(format_instant(transaction.as_of())),
        written_at_(format_instant(written_at)),
        entry_kinds_(entry_kinds()) {
    JsonWriter json(packs_json_);
    write_packs(json, packs_);
  }

  Status begin() {
    for (const RunPack& pack : packs_) {
      if (Status kept = keep_pack(pack); !kept) return kept;
    }
    // Numbers are given once in the file, whosever records they are of.
    const auto last = ask_integer(ledger_.database(), "SELECT max(number) FROM violation", {});
    if (!last) return fail(last.error());
    next_ = first_opened_ = *last + 1;
    if (Status added = add_run(); !added) return added;
    return prepare();
  }

  Status take(const TransitionView& told) {
    const ViolationNumber number = told.number == 0 ? next_++ : told.number;
    const Result<std::int64_t> entry = log(told, number);
    if (!entry) return fail(entry.error());
    if (Status written = write_violation(told, number); !written) return written;
    ++counts_[static_cast<std::size_t>(told.kind)];
    BulkInsert& row = *transitions_;
    row.add_integer(number).add_text(to_string(told.kind)).add_text(told.owner);
    told.reason.empty() ? row.add_null() : row.add_text(told.reason);
    return row.add_integer(*entry).end_row();
  }

  Result<std::int64_t> finish(const RunTotals& totals) {
    if (Status written = opened_->flush(); !written) return fail(written.error());
    if (Status written = transitions_->flush(); !written) return fail(written.error());
    const Result<std::int64_t> entry = log_run(totals);
    if (!entry) return fail(entry.error());
    Result<std::unique_ptr<Statement>> update = ledger_.database().prepare(
        "UPDATE run SET records = ?2, violated = ?3, unknown = ?4, opened = ?5, changed = ?6, resolved = ?7, "
        "lapsed = ?8, reopened = ?9, retracted = ?10, audit_seq = ?11 WHERE id = ?1");
    if (!update) return fail(update.error());
    Statement& row = **update;
    row.bind_integer(1, run_);
    row.bind_integer(2, static_cast<std::int64_t>(totals.records));
    row.bind_integer(3, static_cast<std::int64_t>(totals.violated));
    row.bind_integer(4, static_cast<std::int64_t>(totals.unknown));
    int column = 5;
    for (const TransitionKind kind : kCounted) row.bind_integer(column++, count(kind));
    row.bind_integer(column, *entry);
    if (Status done = row.run(); !done) return fail(done.error());
    return run_;
  }

 private:
  // In the order of the run's columns and of its entry.
  static constexpr std::array kCounted{TransitionKind::kOpened,   TransitionKind::kChanged,
                                       TransitionKind::kResolved, TransitionKind::kLapsed,
                                       TransitionKind::kReopened, TransitionKind::kRetracted};

  std::int64_t count(TransitionKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

  Status keep_pack(const RunPack& pack) {
    Result<std::unique_ptr<Statement>> add = ledger_.database().prepare(
        "INSERT OR IGNORE INTO pack(org, name, hash, text, first_used_at) VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!add) return fail(add.error());
    (*add)->bind_integer(1, ledger_.organisation());
    (*add)->bind_text(2, pack.name);
    (*add)->bind_text(3, pack.hash);
    (*add)->bind_text(4, pack.text);
    (*add)->bind_text(5, at_);
    if (Status added = (*add)->run(); !added) return added;
    if (ledger_.database().rows_changed() == 0) return {};
    write_members(body_, [&](JsonWriter& json) {
      json.key("pack").string(pack.name).key("hash").string(pack.hash).key("policies").integer(pack.policies);
    });
    const Result<std::int64_t> entry = transaction_.log({.kind = "pack.loaded", .body = body_});
    return entry ? Status{} : fail(entry.error());
  }

  // Its counts are known at the end; its number goes with every transition.
  Status add_run() {
    Result<std::unique_ptr<Statement>> add = ledger_.database().prepare(
        "INSERT INTO run(org, as_of, written_at, packs, records, violated, unknown, opened, changed, "
        "resolved, "
        "lapsed, reopened, retracted, audit_seq) VALUES(?1, ?2, ?3, ?4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)");
    if (!add) return fail(add.error());
    (*add)->bind_integer(1, ledger_.organisation());
    (*add)->bind_text(2, at_);
    (*add)->bind_text(3, written_at_);
    (*add)->bind_text(4, packs_json_);
    if (Status added = (*add)->run(); !added) return added;
    run_ = ledger_.database().last_key();
    return {};
  }

  Status prepare() {
    struct Wanted {
      std::unique_ptr<Statement>* statement;
      std::string_view sql;
    };
    const std::array wanted{
        Wanted{
            &reopen_,
            "UPDATE violation SET state = 'open', opened_at = ?3, opened_run = ?4, changed_at = ?3, "
            "closed_at = NULL, unknown_since = NULL, unknown_reason = NULL, "
            "times_opened = times_opened + 1, record = ?8, record_name = ?10, severity = ?11, owner = ?12, "
            "owner_name = ?13, owner_now = NULL, owner_now_name = NULL, evidence = ?14, digest = ?15, "
            "message = ?16, remedy = ?17 WHERE number = ?1 AND org = ?2"},
        Wanted{
            &change_,
            "UPDATE violation SET changed_at = ?3, unknown_since = NULL, unknown_reason = NULL, record = ?8, "
            "record_name = ?10, severity = ?11, owner_now = nullif(?12, owner), "
            "owner_now_name = CASE WHEN ?12 = owner THEN NULL ELSE ?13 END, evidence = ?14, digest = ?15, "
            "message = ?16, remedy = ?17 WHERE number = ?1 AND org = ?2"},
        Wanted{&close_,
               "UPDATE violation SET state = ?4, closed_at = ?3, changed_at = ?3, unknown_since = NULL, "
               "unknown_reason = NULL, owner_now = nullif(?5, owner), "
               "owner_now_name = CASE WHEN ?5 = owner THEN NULL ELSE ?6 END WHERE number = ?1 AND org = ?2"},
        Wanted{&doubt_,
               "UPDATE violation SET changed_at = ?3, unknown_since = ?3, unknown_reason = ?4, "
               "owner_now = nullif(?5, owner), "
               "owner_now_name = CASE WHEN ?5 = owner THEN NULL ELSE ?6 END WHERE number = ?1 AND org = ?2"},
    };
    for (const Wanted& one : wanted) {
      Result<std::unique_ptr<Statement>> prepared = ledger_.database().prepare(one.sql);
      if (!prepared) return fail(prepared.error());
      *one.statement = std::move(*prepared);
    }
    return prepare_inserts();
  }

  Status prepare_inserts() {
    Result<std::unique_ptr<BulkInsert>> opened = BulkInsert::prepare(
        ledger_.database(),
        {.table = "violation",
         .shared = {"org", "opened_run", "opened_at", "changed_at", "state", "times_opened"},
         .own = {"number", "pack", "policy", "object", "record", "record_key", "record_name", "severity",
                 "owner", "owner_name", "evidence", "digest", "message", "remedy"}});
    if (!opened) return fail(opened.error());
    opened_ = *std::move(opened);
    opened_->share_integer(1, ledger_.organisation());
    opened_->share_integer(2, run_);
    opened_->share_text(3, at_);
    opened_->share_text(4, at_);
    opened_->share_text(5, kOpen);
    opened_->share_integer(6, 1);
    Result<std::unique_ptr<BulkInsert>> transitions = BulkInsert::prepare(
        ledger_.database(), {.table = "transition",
                             .shared = {"org", "run", "at"},
                             .own = {"violation", "kind", "owner", "reason", "audit_seq"}});
    if (!transitions) return fail(transitions.error());
    transitions_ = *std::move(transitions);
    transitions_->share_integer(1, ledger_.organisation());
    transitions_->share_integer(2, run_);
    transitions_->share_text(3, at_);
    return {};
  }

  Status write_violation(const TransitionView& told, ViolationNumber number) {
    if (told.kind == TransitionKind::kOpened) return write_opened(told, number);
    // What is updated may be one that waits to be written.
    if (number >= first_opened_ && opened_->waits()) {
      if (Status written = opened_->flush(); !written) return written;
    }
    if (told.has_verdict)
      return write_verdict(told.kind == TransitionKind::kReopened ? *reopen_ : *change_, told, number);
    Statement& row = is_open_after(told.kind) ? *doubt_ : *close_;
    row.bind_integer(1, number);
    row.bind_integer(2, ledger_.organisation());
    row.bind_text(3, at_);
    row.bind_text(4, is_open_after(told.kind) ? told.reason : state_after(told.kind));
    row.bind_text(5, told.owner);
    row.bind_text(6, told.owner_name);
    return row.run();
  }

  Status write_opened(const TransitionView& told, ViolationNumber number) {
    BulkInsert& row = *opened_;
    row.add_integer(number).add_text(told.pack).add_text(told.policy).add_text(told.object);
    row.add_text(told.record).add_text(told.record_key).add_text(told.record_name);
    row.add_text(to_string(told.severity)).add_text(told.owner).add_text(told.owner_name);
    row.add_text(told.evidence).add_blob(told.digest).add_text(told.message).add_text(told.remedy);
    return row.end_row();
  }

  Status write_verdict(Statement& row, const TransitionView& told, ViolationNumber number) {
    row.bind_integer(1, number);
    row.bind_integer(2, ledger_.organisation());
    row.bind_text(3, at_);
    row.bind_integer(4, run_);
    row.bind_text(8, told.record);
    row.bind_text(10, told.record_name);
    row.bind_text(11, to_string(told.severity));
    row.bind_text(12, told.owner);
    row.bind_text(13, told.owner_name);
    row.bind_text(14, told.evidence);
    row.bind_blob(15, told.digest);
    row.bind_text(16, told.message);
    row.bind_text(17, told.remedy);
    return row.run();
  }

  Result<std::int64_t> log(const TransitionView& told, ViolationNumber number) {
    policy_.assign(told.pack).append("/").append(told.policy);
    // No digest of the evidence: whoever guesses what was erased could prove the guess by it. The log commits
    // to the evidence with salt, as to all that is personal.
    write_members(body_, [&](JsonWriter& json) {
      json.key("violation").integer(number).key("run").integer(run_).key("policy").string(policy_);
      json.key("object").string(told.object).key("record").string(told.record);
      json.key("owner").string(told.owner);
      if (told.has_verdict) json.key("severity").string(to_string(told.severity));
      if (!told.reason.empty()) json.key("reason").string(told.reason);
    });
    personal_.clear();
    JsonWriter json(personal_);
    json.begin_object().key("record_name").string(told.record_name);
    json.key("owner_name").string(told.owner_name);
    if (told.has_verdict) json.key("message").string(told.message).key("evidence").raw(told.evidence);
    json.end_object();
    return transaction_.log(
        {.kind = entry_kinds_[static_cast<std::size_t>(told.kind)], .body = body_, .personal = personal_});
  }

  Result<std::int64_t> log_run(const RunTotals& totals) {
    write_members(body_, [&](JsonWriter& json) {
      json.key("run").integer(run_).key("as_of").string(at_).key("packs").raw(packs_json_);
      json.key("records").integer(totals.records).key("violated").integer(totals.violated);
      json.key("unknown").integer(totals.unknown);
      for (const TransitionKind kind : kCounted) json.key(to_string(kind)).integer(count(kind));
      json.key("not_judged").begin_array();
      for (const RunNotJudged& one : totals.not_judged) {
        json.begin_object().key("policy").string(one.policy).key("reason").string(one.reason).end_object();
      }
      json.end_array();
    });
    return transaction_.log({.kind = "run", .body = body_});
  }

  Ledger& ledger_;
  LedgerTransaction& transaction_;
  std::vector<RunPack> packs_;
  std::string at_;
  std::string written_at_;
  std::string packs_json_;
  std::array<std::string, kKinds> entry_kinds_;
  std::int64_t run_ = 0;
  ViolationNumber next_ = 1;
  ViolationNumber first_opened_ = 1;  // by this run
  std::array<std::int64_t, kKinds> counts_{};
  std::unique_ptr<Statement> reopen_;
  std::unique_ptr<Statement> change_;
  std::unique_ptr<Statement> close_;
  std::unique_ptr<Statement> doubt_;
  std::unique_ptr<BulkInsert> opened_;
  std::unique_ptr<BulkInsert> transitions_;
  // Used again for each entry.
  std::string policy_;
  std::string body_;
  std::string personal_;
};

RunWriter::RunWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunWriter::~RunWriter() = default;

Result<std::unique_ptr<RunWriter>> RunWriter::begin(Ledger& ledger, LedgerTransaction& transaction,
                                                    Instant written_at, std::span<const RunPack> packs) {
  auto impl = std::make_unique<Impl>(ledger, transaction, written_at, packs);
  if (Status begun = impl->begin(); !begun) return fail(begun.error());
  return std::unique_ptr<RunWriter>(new RunWriter(std::move(impl)));
}

Status RunWriter::take(const TransitionView& transition) { return impl_->take(transition); }
Result<std::int64_t> RunWriter::finish(const RunTotals& totals) { return impl_->finish(totals); }

}  // namespace plumbline
