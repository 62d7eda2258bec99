#include "ledger/source_ids.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "base/crypto.h"
#include "ledger/query.h"
#include "ledger/record_tables.h"
#include "ledger/sqlite_upkeep.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kCreatedField = "CreatedDate";
constexpr std::size_t kSummedBytes = 8;

// Where an object's ids are found: in its table, or in the view that shows its history.
struct Place {
  std::string from;    // a table and the condition that its rows count; ?1 is the organisation
  std::string id;      // a column
  bool dated = false;  // it has CreatedDate
};

// Empty where nobody knows the object.
Result<std::optional<Place>> find_place(const Ledger& ledger, std::string_view name) {
  const Result<RecordTables> tables = RecordTables::read(ledger);
  if (!tables) return fail(tables.error());
  const RecordObject* const object = tables->find(name);
  if (object == nullptr) return std::nullopt;
  const std::string table = record_table_name(object->name);
  const Result<bool> stored = has_record_table(ledger.database(), table);
  if (!stored) return fail(stored.error());
  if (!*stored) {
    return Place{.from = fmt::format(R"({} WHERE "_org" = ?1 AND "Id" <> '')", quoted_name(table)),
                 .id = R"("Id")",
                 .dated = true};
  }
  const std::optional<std::size_t> created = object->find(kCreatedField);
  return Place{.from = fmt::format(R"({} WHERE "_org" = ?1 AND "_deleted" = 0 AND "_unseen_at" IS NULL)",
                                   quoted_name(table)),
               .id = R"("_key")",
               .dated = created && object->fields[*created].is_column && object->fields[*created].first_sync};
}

using TakeId = std::function<void(std::string_view)>;

Status each_id(const Ledger& ledger, std::string_view object, Instant from, Instant to,
               std::string_view order, const TakeId& take) {
  const Result<std::optional<Place>> place = find_place(ledger, object);
  if (!place) return fail(place.error());
  if (!*place) return {};
  if (!(*place)->dated) {
    return fail(
        {.code = ErrorCode::kNotFound,
         .message = fmt::format("records of {} cannot be compared by when they were made: no sync has "
                                "brought their CreatedDate; let the source read it",
                                object),
         .where = SourceSpan{.file = ledger.path()}});
  }
  const std::string begin = format_instant(from);
  const std::string end = format_instant(to);
  return for_each_row(ledger.database(),
                      fmt::format(R"(SELECT {0} FROM {1} AND "CreatedDate" >= ?2 AND "CreatedDate" < ?3{2})",
                                  (*place)->id, (*place)->from, order),
                      {ledger.organisation(), begin, end},
                      [&](const Statement& row) { take(id_key(row.text(0))); });
}

std::uint64_t summand(std::string_view id) {
  const Sha256Digest digest = sha256(id);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kSummedBytes; ++i) sum = sum << 8U | digest[i];
  return sum;
}

}  // namespace

Result<IdDigest> digest_of_ids(const Ledger& ledger, std::string_view object, Instant from, Instant to) {
  IdDigest digest;
  const Status read = each_id(ledger, object, from, to, "", [&](std::string_view id) {
    ++digest.count;
    digest.sum += summand(id);
  });
  if (!read) return fail(read.error());
  return digest;
}

Result<std::vector<std::string>> ids_created(const Ledger& ledger, std::string_view object, Instant from,
                                             Instant to) {
  std::vector<std::string> ids;
  const Status read =
      each_id(ledger, object, from, to, " ORDER BY 1", [&](std::string_view id) { ids.emplace_back(id); });
  if (!read) return fail(read.error());
  return ids;
}

Result<std::uint64_t> count_records(const Ledger& ledger, std::string_view object) {
  const Result<std::optional<Place>> place = find_place(ledger, object);
  if (!place) return fail(place.error());
  if (!*place) return 0;
  const Result<std::int64_t> count = ask_integer(
      ledger.database(), fmt::format("SELECT count(*) FROM {}", (*place)->from), {ledger.organisation()});
  if (!count) return fail(count.error());
  return static_cast<std::uint64_t>(*count);
}

}  // namespace plumbline
