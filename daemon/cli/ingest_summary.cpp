#include "daemon/cli/ingest_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "daemon/cli/audit_facts.h"
#include "daemon/cli/sheet.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

struct ObjectCounts {
  std::string object;
  std::uint64_t rows = 0;
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t deleted = 0;
  std::uint64_t replaced = 0;
  std::uint64_t rejected_rows = 0;
  std::uint64_t rejected_cells = 0;
};

std::vector<ObjectCounts> by_object(const SyncSummary& sync) {
  std::vector<ObjectCounts> objects;
  for (const SyncedFile& file : sync.files) {
    auto counts = std::ranges::find(objects, file.object, &ObjectCounts::object);
    if (counts == objects.end()) counts = objects.insert(objects.end(), ObjectCounts{.object = file.object});
    counts->rows += file.rows;
    counts->added += file.added;
    counts->changed += file.changed;
    counts->unchanged += file.unchanged;
    counts->deleted += file.deleted;
    counts->replaced += file.replaced;
    counts->rejected_rows += file.rejected_rows;
    counts->rejected_cells += file.rejected_cells;
  }
  return objects;
}

// "1,000 added, 2 changed, 3 unchanged": what there is of each.
std::string told(const ObjectCounts& counts) {
  std::string text;
  const auto add = [&](std::uint64_t number, std::string_view what) {
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(number), what);
  };
  add(counts.added, "added");
  add(counts.changed, "changed");
  add(counts.unchanged, "unchanged");
  add(counts.deleted, "deleted");
  add(counts.replaced, "replaced by a later row with the same id");
  add(counts.rejected_rows, counts.rejected_rows == 1 ? "row rejected" : "rows rejected");
  add(counts.rejected_cells, counts.rejected_cells == 1 ? "cell unreadable" : "cells unreadable");
  return text.empty() ? "no rows" : text;
}

bool changed_nothing(const std::vector<ObjectCounts>& objects) {
  return std::ranges::all_of(objects, [](const ObjectCounts& counts) {
    return counts.added + counts.changed + counts.deleted == 0;
  });
}

void add_objects(Sheet& sheet, const std::vector<ObjectCounts>& objects) {
  std::vector<std::string> names;
  for (const ObjectCounts& counts : objects) names.push_back(counts.object);
  sheet.section("Taken in");
  for (const ObjectCounts& counts : objects)
    sheet.row(fmt::format("{}  {}", padded(counts.object, widest(names)), told(counts)));
  if (changed_nothing(objects)) sheet.line("nothing changed: all of it was known");
}

void add_rejects(Sheet& sheet, const IngestFacts& facts) {
  if (facts.rejects.count() == 0) return;
  sheet.section("Rejected");
  if (!facts.rejects_file.empty()) {
    sheet.line(fmt::format("{} written to {}",
                           counted(facts.rejects.count(), "row or cell", "rows and cells"),
                           facts.rejects_file));
  } else {
    for (const Reject& reject : facts.rejects.first()) sheet.line(place_and_fault(reject));
    const std::uint64_t more = facts.rejects.count() - facts.rejects.first().size();
    if (more > 0) sheet.line(fmt::format("{} more; --rejects FILE writes all", with_commas(more)));
  }
  if (facts.sync.kept_rejects < facts.sync.rejects)
    sheet.line(fmt::format("the ledger keeps the first {}", with_commas(facts.sync.kept_rejects)));
}

void add_notices(Sheet& sheet, const IngestFacts& facts) {
  sheet.section("Not read");
  std::vector<std::string> skipped;
  for (const SkippedFile& file : facts.folder.skipped)
    skipped.push_back(fmt::format("{}: {}", bare_name(file.name), file.reason));
  for (const auto& [lines, most] :
       {std::pair(skipped, kShownSkippedFiles), {facts.sync.notices, kShownNotices}}) {
    for (std::size_t i = 0; i < std::min(lines.size(), most); ++i) sheet.line(lines[i]);
    if (lines.size() > most) sheet.line(fmt::format("and {} more", with_commas(lines.size() - most)));
    sheet.section("Notices");
  }
}

}  // namespace

std::string ingest_summary(const IngestFacts& facts) {
  const std::vector<ObjectCounts> objects = by_object(facts.sync);
  Sheet sheet(facts.columns);
  sheet.section("Ledger");
  sheet.line(fmt::format("{}, sync {} as of {}", facts.ledger, facts.sync.sync, format_instant(facts.as_of)));
  add_objects(sheet, objects);
  if (!facts.sync.standing.empty()) sheet.section("Standing");
  for (const SyncSummary::Standing& standing : facts.sync.standing) {
    sheet.line(fmt::format("{} not in the files {} as {}; --complete says that such are deleted",
                           counted(standing.records, fmt::format("{} record", standing.object),
                                   fmt::format("{} records", standing.object)),
                           standing.records == 1 ? "stands" : "stand",
                           standing.records == 1 ? "it was" : "they were"));
  }
  add_notices(sheet, facts);
  add_rejects(sheet, facts);
  sheet.section("Log");
  sheet.line(counted(static_cast<std::uint64_t>(facts.sync.log_size), "entry", "entries"));
  std::uint64_t rows = 0;
  for (const ObjectCounts& counts : objects) rows += counts.rows;
  sheet.section("Time");
  const double speed = facts.seconds > 0 ? static_cast<double>(rows) / facts.seconds : 0;
  sheet.line(
      fmt::format("{:.2f} s, {} rows/s", facts.seconds, with_commas(static_cast<std::uint64_t>(speed))));
  return sheet.take();
}

}  // namespace plumbline
