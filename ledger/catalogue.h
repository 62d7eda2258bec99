// What a ledger holds, as far as it was known at some moment: objects, their fields, and which syncs brought
// them. Read once, before records are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/database.h"
#include "records/field_map.h"
#include "records/record_id.h"
#include "records/schema.h"

namespace plumbline {

// A field that the CRM did not show: nobody knows its values.
struct HiddenField {
  Instant since{};
  std::string reason;
};

struct LedgerField {
  std::int64_t id = 0;
  std::string name;
  FieldType type = FieldType::kText;
  bool is_column = true;  // else kept in the records' _other
  std::string label{};    // as a field map said it; may be empty
  std::string references{};
  std::optional<Instant> first_seen{};  // when a sync delivered it first and last; empty where none did
  std::optional<Instant> last_seen{};
  std::optional<HiddenField> hidden{};  // empty: it is shown
  std::optional<Instant> shown_at{};    // again, the last time; empty where it never was hidden, or is
};

struct LedgerObject {
  std::int64_t id = 0;
  std::string name;
  IdRule id_rule = IdRule::kSalesforce;
  bool has_ids = true;  // else rows are known by what is in them
  std::vector<LedgerField> fields{};
  // Whose changes tell when records could not be found (kUnseenField), which is no field of the CRM; 0 where
  // there is none.
  std::int64_t unseen_field = 0;
  std::optional<Instant> first_seen{};  // when a sync brought a file of it first and last
  std::optional<Instant> last_seen{};
  // Headers that a field map renames, each with the field it becomes: the map's conditions call it so.
  std::vector<std::pair<std::string, std::string>> headers{};

  // By its name, or by such a header.
  const LedgerField* find(std::string_view field) const;
};

struct Catalogue {
  std::vector<LedgerObject> objects{};
  std::uint64_t syncs = 0;
  std::optional<Instant> first_sync{};  // the moments of the first and the last of them
  std::optional<Instant> last_sync{};
  bool judged = false;  // some run has told what was violated

  const LedgerObject* find(std::string_view object) const;
};

// Of what syncs and runs up to `known_at` brought; of all of them where it is empty.
Result<Catalogue> read_catalogue(Database& database, std::int64_t organisation,
                                 std::optional<Instant> known_at);

// Lets the fields that `map` renames be found by their headers, too.
void add_headers(const FieldMap& map, Catalogue& catalogue);

// Adds to `schema`, which is the standard one with or without a field map, what the ledger has besides: its
// objects, its columns with their types, and undeclared fields as texts. Fields that `map` (may be null)
// names stay as they are; those of all others get the types they have in the ledger.
// Headers that the map renames become fields as well.
void add_to_schema(const Catalogue& catalogue, const FieldMap* map, Schema& schema);

}  // namespace plumbline
