#include "ledger/anchor_state.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "ledger/audit/signed_note.h"
#include "ledger/query.h"
#include "ledger/source_facts.h"

namespace plumbline {
namespace {

// Rows of source_state: docs/formats/ledger.md.
constexpr std::string_view kReached = "reached";  // "12345 2024-06-01T12:00:00Z"
constexpr std::string_view kFailure = "failure";  // "2024-06-01T12:00:00Z the sentence"

std::string source_of(std::string_view name) { return fmt::format("anchor:{}", name); }

std::optional<AnchorReach> parse_reach(std::string_view text) {
  AnchorReach reach;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, reach.size);
  if (code != std::errc{} || stop == end || *stop != ' ') return std::nullopt;
  const std::optional<Instant> at = parse_instant(std::string_view(stop + 1, end));
  if (!at) return std::nullopt;
  reach.at = *at;
  return reach;
}

std::optional<AnchorFailure> parse_failure(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::optional<Instant> at = parse_instant(text.substr(0, blank));
  if (!at) return std::nullopt;
  return AnchorFailure{.at = *at, .why = std::string(text.substr(blank + 1))};
}

}  // namespace

std::string anchor_name(std::string_view webhook) { return fmt::format("webhook:{}", webhook); }

// What somebody else wrote there is as good as nothing: the anchor is told once more.
Result<AnchorState> anchor_state(const Ledger& ledger, std::string_view name) {
  const std::string source = source_of(name);
  const Result<std::optional<std::string>> reached = source_state(ledger, source, kReached);
  if (!reached) return fail(reached.error());
  const Result<std::optional<std::string>> failure = source_state(ledger, source, kFailure);
  if (!failure) return fail(failure.error());
  AnchorState state;
  if (*reached) state.reached = parse_reach(**reached);
  if (*failure) state.failure = parse_failure(**failure);
  return state;
}

Status keep_anchor_state(Ledger& ledger, std::string_view name, const AnchorState& state, Instant now) {
  const std::string source = source_of(name);
  SourceState reached{.key = std::string(kReached), .value = std::nullopt};
  if (state.reached)
    reached.value = fmt::format("{} {}", state.reached->size, format_instant(state.reached->at));
  SourceState failure{.key = std::string(kFailure), .value = std::nullopt};
  if (state.failure)
    failure.value = fmt::format("{} {}", format_instant(state.failure->at), state.failure->why);
  if (Status begun = ledger.database().begin(); !begun) return begun;
  Status kept = keep_source_state(ledger, source, reached, now);
  if (kept) kept = keep_source_state(ledger, source, failure, now);
  if (kept) kept = ledger.database().commit();
  if (!kept) ledger.database().rollback();
  return kept;
}

Result<std::optional<NewestCheckpoint>> newest_checkpoint(const Ledger& ledger) {
  std::string note;
  const Status read =
      for_each_row(ledger.database(),
                   "SELECT note FROM audit_checkpoint WHERE org = ?1 ORDER BY size DESC, id DESC LIMIT 1",
                   {ledger.organisation()}, [&](const Statement& row) { note = row.text(0); });
  if (!read) return fail(read.error());
  if (note.empty()) return std::nullopt;
  const Result<SignedNote> parsed = parse_note(note);
  if (!parsed) return fail(parsed.error());
  Result<Checkpoint> says = parse_checkpoint(parsed->text);
  if (!says) return fail(std::move(says.error()));
  return NewestCheckpoint{.note = std::move(note), .says = *std::move(says)};
}

// Of two checkpoints of one log, the later one has more entries, or the same ones and a later moment. An
// older copy of the ledger that was put back is told of as well.
bool is_due(const AnchorState& state, const Checkpoint& newest) {
  return !state.reached || state.reached->size != newest.size || state.reached->at != newest.at;
}

}  // namespace plumbline
