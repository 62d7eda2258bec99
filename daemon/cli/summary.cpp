#include "daemon/cli/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/sheet.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

void add_read(Sheet& sheet, const AuditFacts& facts) {
  std::vector<std::string> names;
  std::vector<std::string> numbers;
  for (const LoadCounts& counts : facts.data.counts) {
    names.push_back(counts.object);
    numbers.push_back(counted(counts.rows, "row", "rows"));
  }
  sheet.section("Read");
  if (names.empty()) sheet.line("nothing");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const LoadCounts& counts = facts.data.counts[i];
    const std::string files = files_of(facts.folder, counts.object);
    sheet.row(fmt::format("{}  {:>{}}{}{}{}", padded(names[i], widest(names)), numbers[i], widest(numbers),
                          files.empty() ? "" : "  ", files, troubles_of(counts)));
  }
}

void add_ledger(Sheet& sheet, const AuditFacts& facts) {
  sheet.section("Ledger");
  for (const std::string& fact : facts.ledger) sheet.line(fact);
}

void add_not_read(Sheet& sheet, const AuditFacts& facts) {
  sheet.section("Not read");
  for (const std::string& file : files_not_read(facts)) sheet.line(file);
}

// The pack's name only where there are several.
std::string name_of(const AuditFacts& facts, std::string_view pack, std::string_view policy) {
  return facts.packs.size() > 1 ? fmt::format("{}/{}", pack, policy) : std::string(policy);
}

void add_judged(Sheet& sheet, const AuditFacts& facts) {
  sheet.section("Judged");
  sheet.line(fmt::format("{} by {} of {}, as of {}", counted(facts.judged.records, "record", "records"),
                         counted(facts.judged.policies.size(), "policy", "policies"),
                         fmt::join(facts.packs, ", "), facts.moment));
}

void add_violations(Sheet& sheet, const AuditFacts& facts) {
  sheet.section("Violations");
  const std::vector<const PolicyCount*> policies = worst_first(facts.judged, &PolicyCount::violated);
  std::vector<std::string> names;
  std::vector<std::string> numbers;
  std::uint64_t total = 0;
  for (const PolicyCount* policy : policies) {
    names.push_back(name_of(facts, policy->pack, policy->policy));
    numbers.push_back(with_commas(policy->violated));
    total += policy->violated;
  }
  if (total == 0) return sheet.line("none");
  names.emplace_back("total");
  numbers.push_back(with_commas(total));
  const std::size_t number_columns = widest(numbers);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view severity = i < policies.size() ? to_string(policies[i]->severity) : "";
    sheet.row(fmt::format("{:<6}  {}  {:>{}}", severity, padded(names[i], widest(names)), numbers[i],
                          number_columns));
  }
}

void add_unknown(Sheet& sheet, const AuditFacts& facts) {
  sheet.section("Unknown");
  for (const PolicyCount* policy : worst_first(facts.judged, &PolicyCount::unknown)) {
    const std::string reason = policy->example_reason.empty() ? "" : ", such as: " + policy->example_reason;
    sheet.line(fmt::format("{}: {}{}", name_of(facts, policy->pack, policy->policy),
                           counted(policy->unknown, "record", "records"), reason));
  }
}

// One line a reason, as long as the list of policies may be.
void add_not_judged(Sheet& sheet, const AuditFacts& facts) {
  sheet.section("Not judged");
  for (const NotJudgedTogether& together : by_reason(facts.judged.not_judged)) {
    std::vector<std::string> names;
    for (const NotJudged* policy : together.policies)
      names.push_back(name_of(facts, policy->pack, policy->policy));
    sheet.line(fmt::format("{}: {}", fmt::join(names, ", "), together.reason));
  }
}

void add_notices(Sheet& sheet, const AuditFacts& facts) {
  const std::vector<std::string> notices = notices_of(facts);
  sheet.section("Notices");
  for (std::size_t i = 0; i < std::min(notices.size(), kShownNotices); ++i) sheet.line(notices[i]);
  if (notices.size() > kShownNotices)
    sheet.line(fmt::format("and {} more", with_commas(notices.size() - kShownNotices)));
}

void add_rejects(Sheet& sheet, const AuditFacts& facts) {
  if (facts.rejects.count() == 0) return;
  sheet.section("Rejected");
  if (!facts.rejects_file.empty()) {
    return sheet.line(fmt::format("{} written to {}",
                                  counted(facts.rejects.count(), "row or cell", "rows and cells"),
                                  facts.rejects_file));
  }
  for (const Reject& reject : facts.rejects.first()) sheet.line(place_and_fault(reject));
  const std::uint64_t more = facts.rejects.count() - facts.rejects.first().size();
  if (more > 0) sheet.line(fmt::format("{} more; --rejects FILE writes all", with_commas(more)));
}

void add_time(Sheet& sheet, const AuditFacts& facts) {
  std::uint64_t rows = 0;
  for (const LoadCounts& counts : facts.data.counts) rows += counts.rows;
  sheet.section("Time");
  if (facts.seconds <= 0) return sheet.line("none to speak of");
  const auto speed = static_cast<std::uint64_t>(static_cast<double>(rows) / facts.seconds);
  sheet.line(fmt::format("{:.2f} s, {} rows/s", facts.seconds, with_commas(speed)));
}

}  // namespace

std::string audit_summary(const AuditFacts& facts) {
  Sheet sheet(facts.columns);
  add_ledger(sheet, facts);
  add_read(sheet, facts);
  add_not_read(sheet, facts);
  add_judged(sheet, facts);
  if (facts.counts == AuditFacts::Counts::kTold) {
    add_violations(sheet, facts);
    add_unknown(sheet, facts);
  }
  add_not_judged(sheet, facts);
  add_notices(sheet, facts);
  add_rejects(sheet, facts);
  add_time(sheet, facts);
  return sheet.take();
}

}  // namespace plumbline
