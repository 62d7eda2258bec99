// Bringing Clari's opportunities: some at each sync, in the order of their ids, and from the beginning again
// once all were asked for.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "connectors/clari/clari_sync.h"
#include "connectors/clari/opportunity_rows.h"
#include "connectors/http/spool_file.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAfterKey = "opportunities/after";

Result<fs::path> write_file(const fs::path& path, std::string_view text) {
  Result<SpoolFile> file = SpoolFile::open(path.string() + ".part");
  if (!file) return fail(std::move(file.error()));
  if (Status written = file->write(text); !written) return fail(std::move(written.error()));
  if (Status placed = file->place(path); !placed) return fail(std::move(placed.error()));
  return path;
}

// The next ones after `after`, at most `most`; `is_last` where there are none behind them.
std::vector<std::string> next_ids(std::vector<std::string> ids, std::string_view after, std::size_t most,
                                  bool& is_last) {
  std::ranges::sort(ids);
  auto first = std::ranges::upper_bound(ids, after);
  const auto left = static_cast<std::size_t>(ids.end() - first);
  is_last = left <= most;
  const auto last = first + static_cast<std::ptrdiff_t>(std::min(left, most));
  return {first, last};
}

}  // namespace

Async<Status> ClariSource::deliver_opportunities(Sync& sync, std::vector<fs::path> files,
                                                 std::optional<std::string> after) {
  Delivery delivery{.source = options_.name, .seen_at = sync.now, .fields = OpportunityRows::described()};
  for (const fs::path& path : files) {
    delivery.files.push_back({.path = path.string(),
                              .name = fmt::format("clari/opportunities/{}", path.filename().string()),
                              .object = std::string(kClariOpportunityObject),
                              .format = DeliveredFile::Format::kCsv});
  }
  delivery.state.push_back({.key = std::string(kAfterKey), .value = std::move(after)});
  Result<Delivered> delivered = co_await sync.sink.deliver(std::move(delivery));
  if (!delivered) co_return fail(std::move(delivered.error()));
  sync.report.delivered.add(std::move(*delivered));
  co_return Status{};
}

Async<ClariSource::Outcome> ClariSource::bring_opportunities(Sync& sync) {
  const ClariOpportunityOptions& wanted = options_.opportunities;
  std::string source = options_.name;
  std::string key(kAfterKey);
  Result<std::optional<std::string>> after = co_await sync.sink.state(std::move(source), std::move(key));
  if (!after) co_return fail(std::move(after.error()));
  const Instant from = sync.now - std::chrono::days{wanted.created_within_days};
  const Instant to = sync.now + std::chrono::days{1};
  std::string object = "Opportunity";
  Result<std::vector<std::string>> known = co_await sync.sink.ids(std::move(object), from, to);
  if (!known) co_return fail(std::move(known.error()));
  bool is_last = false;
  const std::vector<std::string> ids = next_ids(std::move(*known), after->value_or(std::string{}),
                                                wanted.most_calls * kMostOpportunityIds, is_last);
  const std::vector<ClariOpportunityField> fields =
      wanted.fields.empty() ? default_opportunity_fields() : wanted.fields;
  OpportunityRows rows(fields);
  std::optional<Error> error;
  std::optional<std::string> reached = *after;
  for (std::size_t begin = 0; begin < ids.size() && !error; begin += kMostOpportunityIds) {
    std::vector<std::string> some;
    for (std::size_t i = begin; i < std::min(begin + kMostOpportunityIds, ids.size()); ++i)
      some.push_back(long_id(ids[i]));
    const std::string last = ids[std::min(begin + kMostOpportunityIds, ids.size()) - 1];
    ClariAnswer<std::string> body = co_await api_.opportunities(std::move(some));
    if (!body) {
      error = failed(sync, std::move(body.error()));
    } else if (Status read = rows.read(*body); !read) {
      error = std::move(read.error());
    } else {
      reached = last;
    }
  }
  if (!error && is_last) reached.reset();
  if (rows.rows() > 0 && !rows.never_seen().empty()) {
    sync.report.alarms.push_back(fmt::format(
        "Clari tells nothing called {} of any opportunity; name its own ids in opportunities.fields",
        fmt::join(rows.never_seen(), ", ")));
  }
  std::vector<fs::path> files;
  for (const OpportunityFile& file : rows.take()) {
    Result<fs::path> path = write_file(sync.spool / fmt::format("{}.csv", sync.next_file++), file.text);
    if (!path) co_return fail(std::move(path.error()));
    files.push_back(std::move(*path));
  }
  if (!files.empty() || reached != *after) {
    Status delivered = co_await deliver_opportunities(sync, std::move(files), std::move(reached));
    if (!delivered) co_return fail(std::move(delivered.error()));
  }
  co_return std::move(error);
}

}  // namespace plumbline
