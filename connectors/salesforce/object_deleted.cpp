// Records that were deleted: those in the recycle bin still have a row; of those purged from it nothing is
// left but that Salesforce remembers the deletion for a while.
#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "connectors/http/spool_file.h"
#include "connectors/salesforce/object_sync.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kDeleted = "deleted";
// Salesforce tells of no earlier ones.
constexpr std::chrono::seconds kMostSpan = std::chrono::hours{24 * 15} - std::chrono::hours{1};
// A shorter one is refused.
constexpr std::chrono::seconds kLeastSpan = std::chrono::minutes{2};

std::unexpected<ApiFailure> refused(Error error) { return std::unexpected(failure_of(std::move(error))); }

bool cannot_say(const ApiFailure& failure) {
  return failure.code == "INVALID_REPLICATION_DATE" || failure.code == "EXCEEDED_ID_LIMIT";
}

}  // namespace

Async<Answer<std::monostate>> ObjectSync::deleted(Instant server_now, Harvest& harvest) {
  const bool can_be_asked = memory_.described->replicable && choice_.says_deleted;
  if (!can_be_asked || is_history_object(wanted_.name)) co_return std::monostate{};
  std::string name = wanted_.name;
  Result<std::optional<Instant>> last = co_await kept_instant(tools_, std::move(name), kDeleted);
  if (!last) co_return refused(std::move(last.error()));
  if (!is_due(*last, tools_.options.deleted_every, server_now)) co_return std::monostate{};
  const Instant from = last->value_or(*high_) - tools_.options.overlap;
  if (server_now - from < kLeastSpan) co_return std::monostate{};
  if (server_now - from > kMostSpan) {
    harvest.compare_now = true;
    harvest.state.push_back(instant_state(wanted_.name, kDeleted, server_now));
    co_return std::monostate{};
  }
  ApiCall call{.path = tools_.session.path(deleted_address(wanted_.name, from, server_now)),
               .asked = fmt::format("the deleted records of {}", wanted_.name),
               .total_time = kQueryTime};
  Answer<HttpResponse> response = co_await tools_.session.fetch(std::move(call));
  if (!response && !cannot_say(response.error())) co_return std::unexpected(std::move(response.error()));
  DeletedReply reply;
  if (response) {
    Result<DeletedReply> read = read_deleted(response->body);
    if (!read) {
      read.error().message = fmt::format(
          "what Salesforce answered to the deleted records of {} {}; the next sync "
          "asks again",
          wanted_.name, read.error().message);
      co_return refused(std::move(read.error()));
    }
    reply = std::move(*read);
  }
  harvest.compare_now = !response || (reply.earliest && *reply.earliest > from);
  Answer<std::monostate> taken = co_await take_deleted(std::move(reply.records), harvest);
  if (!taken) co_return taken;
  harvest.state.push_back(
      instant_state(wanted_.name, kDeleted, std::min(reply.covered.value_or(server_now), server_now)));
  co_return std::monostate{};
}

Async<Answer<std::monostate>> ObjectSync::take_deleted(std::vector<DeletedReply::Record> records,
                                                       Harvest& harvest) {
  if (records.empty()) co_return std::monostate{};
  std::vector<std::string> ids;
  for (const DeletedReply::Record& record : records) ids.push_back(record.id);
  std::vector<std::string> found;
  Answer<RowsCame> rows = co_await refetch(std::move(ids), found);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  std::ranges::sort(found);
  std::erase_if(records, [&](const DeletedReply::Record& record) {
    return std::ranges::binary_search(found, id_key(record.id));
  });
  if (const Status written = write_purged(records, *rows); !written) {
    drop_files(*rows);
    co_return refused(written.error());
  }
  add_rows(harvest.rows, std::move(*rows));
  co_return std::monostate{};
}

// As an export would have them: nothing but that they are deleted, and when.
Status ObjectSync::write_purged(const std::vector<DeletedReply::Record>& purged, RowsCame& rows) const {
  if (purged.empty()) return {};
  const std::string name = fmt::format("{}.deleted.csv", wanted_.name);
  Result<SpoolFile> file = SpoolFile::open(tools_.spool / (name + ".part"));
  if (!file) return fail(std::move(file.error()));
  const bool stamped = choice_.cursor == "SystemModstamp";
  std::string text = stamped ? "Id,IsDeleted,SystemModstamp\n" : "Id,IsDeleted\n";
  for (const DeletedReply::Record& record : purged) {
    if (id_shape(record.id) != IdShape::kSalesforce) continue;
    text +=
        fmt::format("{},true{}{}\n", record.id, stamped ? "," : "", stamped ? format_instant(record.at) : "");
  }
  if (Status written = file->write(text); !written) return written;
  const std::filesystem::path path = tools_.spool / name;
  if (Status placed = file->place(path); !placed) return placed;
  rows.records += purged.size();
  rows.files.push_back({.path = path.string(),
                        .name = fmt::format("{}/{}", tools_.options.name, name),
                        .object = wanted_.name,
                        .format = DeliveredFile::Format::kCsv});
  return {};
}

}  // namespace plumbline
