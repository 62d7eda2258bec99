#include "daemon/service/sync_report.h"

#include <fmt/format.h>

#include <vector>

#include <fmt/ranges.h>

#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr double kMillisecondsOfSecond = 1'000;

std::string counts_of(const Delivered& delivered) {
  std::vector<std::string> parts;
  const auto tell = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  tell(delivered.added, "added");
  tell(delivered.changed, "changed");
  tell(delivered.deleted, "deleted");
  tell(delivered.unchanged, "as they were");
  tell(delivered.stale, "older than what is known");
  tell(delivered.rejected, "rejected");
  return parts.empty() ? std::string() : fmt::format(" ({})", fmt::join(parts, ", "));
}

}  // namespace

std::string sync_report(const SyncOutcome& outcome) {
  const double seconds = static_cast<double>(outcome.time.count()) / kMillisecondsOfSecond;
  if (!outcome.report)
    return fmt::format("{}: failed after {:.1f} s: {}\n", printable(outcome.source), seconds,
                       printable(outcome.report.error().to_string()));
  const SourceReport& report = *outcome.report;
  std::string text = fmt::format("{}: {}{}, {}, {:.1f} s\n", printable(outcome.source),
                                 counted(report.delivered.rows, "row", "rows"), counts_of(report.delivered),
                                 counted(report.calls, "request", "requests"), seconds);
  for (const std::string& notice : report.delivered.notices)
    text += fmt::format("  note: {}\n", printable(notice));
  for (const std::string& alarm : report.alarms) text += fmt::format("  alarm: {}\n", printable(alarm));
  return text;
}

}  // namespace plumbline
