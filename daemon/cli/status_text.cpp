// One screen for people.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "daemon/cli/status_output.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kCountColumns = 12;

std::string size_words(std::uint64_t bytes) {
  constexpr double kStep = 1024;
  constexpr std::array kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return counted(bytes, "byte", "bytes");
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= kStep && unit + 1 < kUnits.size(); ++unit) size /= kStep;
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

class StatusText {
 public:
  StatusText(const StatusFacts& facts, std::size_t columns)
      : facts_(facts), overview_(facts.overview), columns_(columns) {}

  std::string write(const std::vector<std::string>& problems) {
    line("{}: {}, {}", printable(facts_.organisation), facts_.ledger, size_words(facts_.bytes));
    write_problems(problems);
    write_records();
    write_syncs();
    write_violations();
    write_waivers();
    write_log();
    return std::move(out_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> form, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Values>(values)...);
    out_ += '\n';
  }

  std::string ago(Instant moment) const {
    return moment > facts_.now ? "yet to come" : span_words(facts_.now - moment) + " ago";
  }

  void write_problems(const std::vector<std::string>& problems) {
    if (problems.empty()) return;
    line("\nProblems");
    constexpr std::size_t kIndent = 4;
    for (const std::string& problem : problems) {
      std::string_view mark = "  - ";
      for (const std::string& piece : wrap_words(printable(problem), columns_ - kIndent)) {
        line("{}{}", mark, piece);
        mark = "    ";
      }
    }
  }

  void write_records() {
    if (overview_.objects.empty()) {
      line("\nNo records yet; plumbline ingest brings the first.");
      return;
    }
    std::size_t name_columns = 0;
    for (const ObjectOverview& object : overview_.objects)
      name_columns = std::max(name_columns, printable(object.name).size());
    line("\nRecords");
    for (const ObjectOverview& object : overview_.objects) {
      line("  {} {:>{}}  as of {}, {} (sync {})", padded(printable(object.name), name_columns),
           with_commas(object.records), kCountColumns, format_instant(object.seen_at), ago(object.seen_at),
           object.sync);
    }
    for (const PrunedOverview& pruned : overview_.pruned)
      line("  pruned: {} before {}", pruned.kind, format_instant(pruned.before));
  }

  void write_syncs() {
    if (overview_.newest_syncs.empty()) return;
    const std::size_t shown = overview_.newest_syncs.size();
    line("\nSyncs{}", overview_.syncs > shown
                          ? fmt::format(" (the newest {} of {})", shown, with_commas(overview_.syncs))
                          : "");
    for (const SyncOverview& sync : overview_.newest_syncs) {
      line("  {:>4}  {}  {}{}", sync.id, format_instant(sync.seen_at), printable(sync.source),
           sync.is_complete ? ", complete" : "");
      line("        {} in {}: {} added, {} changed, {} deleted", counted(sync.rows, "row", "rows"),
           counted(sync.files, "file", "files"), with_commas(sync.added), with_commas(sync.changed),
           with_commas(sync.deleted));
      if (sync.rejected_rows + sync.rejected_cells == 0) continue;
      line("        rejected: {}, {}", counted(sync.rejected_rows, "row", "rows"),
           counted(sync.rejected_cells, "cell", "cells"));
    }
  }

  void write_violations() {
    if (!overview_.newest_run) {
      if (overview_.syncs > 0) line("\nNothing was judged yet.");
      return;
    }
    line("\nViolations (judged as of {}, {})", format_instant(overview_.newest_run->as_of),
         ago(overview_.newest_run->as_of));
    for (const OpenViolations& one : overview_.open) {
      line("  {} {:>{}} open{}", padded(printable(one.severity), 8), with_commas(one.open), kCountColumns,
           one.unknown > 0 ? fmt::format(", {} of them no longer known", with_commas(one.unknown)) : "");
    }
    if (overview_.open.empty()) line("  none is open");
    if (overview_.waived > 0) line("  waived: {} of the open ones", with_commas(overview_.waived));
    const LatelyOverview& lately = overview_.lately;
    line("  last {} days: {} opened, {} resolved, {} lapsed, {} retracted", kOverviewSpan.count(),
         with_commas(lately.opened), with_commas(lately.resolved), with_commas(lately.lapsed),
         with_commas(lately.retracted));
  }

  void write_waivers() {
    if (overview_.waivers == 0) return;
    line("\nWaivers: {} in force{}", with_commas(overview_.waivers),
         overview_.ending.empty() ? "" : fmt::format(", ending within {} days:", kOverviewSpan.count()));
    for (const WaiverOverview& waiver : overview_.ending) {
      std::vector<std::string> scope;
      if (!waiver.policy.empty()) scope.push_back(printable(waiver.policy));
      if (!waiver.record.empty()) scope.push_back("record " + printable(waiver.record));
      if (!waiver.owner.empty()) scope.push_back("owner " + printable(waiver.owner));
      line("  W{}  {} until {}, in {}: {}", waiver.number, waiver.kind, format_instant(waiver.until),
           span_words(waiver.until - facts_.now),
           scope.empty() ? "everything" : fmt::format("{}", fmt::join(scope, ", ")));
    }
  }

  std::string checkpoint_words(const std::optional<CheckpointOverview>& checkpoint) const {
    if (!checkpoint) return "no checkpoint";
    return fmt::format("a checkpoint of {}{}", counted(checkpoint->size, "entry", "entries"),
                       checkpoint->at ? ", " + ago(*checkpoint->at) : "");
  }

  void write_log() {
    if (overview_.entries == 0) return;
    line("\nAudit log");
    line("  {}; newest: {}", counted(overview_.entries, "entry", "entries"),
         checkpoint_words(overview_.newest_checkpoint));
    for (const AnchorFacts& anchor : facts_.anchors) {
      const bool is_told = anchor.kind == AnchorFacts::Kind::kWebhook || anchor.fault.empty();
      if (anchor.kind == AnchorFacts::Kind::kJournal) {
        line("  anchor: {}", anchor.name);
      } else if (is_told) {
        line("  anchor: {}, {}", printable(anchor.name), checkpoint_words(anchor.newest));
      }
    }
    if (facts_.anchors.empty()) {
      line("  no anchor is configured (audit.anchors): a log cut back would not be seen");
    }
  }

  const StatusFacts& facts_;
  const LedgerOverview& overview_;
  std::size_t columns_;
  std::string out_;
};

}  // namespace

std::string status_text(const StatusFacts& facts, const std::vector<std::string>& problems,
                        std::size_t columns) {
  return StatusText(facts, columns).write(problems);
}

}  // namespace plumbline
