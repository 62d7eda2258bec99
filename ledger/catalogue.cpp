#include "ledger/catalogue.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "ledger/record_tables.h"
#include "ledger/stored_time.h"

namespace plumbline {
namespace {

constexpr std::string_view kSalesforceRule = "salesforce";
constexpr std::string_view kNoIdsRule = "none";

class CatalogueReader {
 public:
  CatalogueReader(Database& database, std::int64_t organisation, std::optional<Instant> known_at)
      : database_(database),
        organisation_(organisation),
        known_at_(known_at),
        until_(known_at ? format_instant(*known_at) : std::string(kEndOfTime)) {}

  Result<Catalogue> read() {
    for (const auto step :
         {&CatalogueReader::read_objects, &CatalogueReader::read_fields, &CatalogueReader::read_hidden,
          &CatalogueReader::read_syncs, &CatalogueReader::read_files, &CatalogueReader::read_runs}) {
      if (Status done = (this->*step)(); !done) return fail(done.error());
    }
    return std::move(catalogue_);
  }

 private:
  // Runs a statement that wants the organisation, and the moment where it has a second parameter.
  template <class Take>
  Status each_row(std::string_view sql, const Take& take) {
    Result<std::unique_ptr<Statement>> rows = database_.prepare(sql);
    if (!rows) return fail(rows.error());
    (*rows)->bind_integer(1, organisation_);
    if (sql.find("?2") != std::string_view::npos) (*rows)->bind_text(2, until_);
    while (true) {
      const Result<bool> more = (*rows)->step();
      if (!more) return fail(more.error());
      if (!*more) return {};
      if (Status taken = take(**rows); !taken) return taken;
    }
  }

  Status read_objects() {
    return each_row("SELECT id, name, id_rule FROM object WHERE org = ?1 ORDER BY id",
                    [&](const Statement& row) -> Status {
                      const std::string_view rule = row.text(2);
                      by_id_.emplace(row.integer(0), catalogue_.objects.size());
                      catalogue_.objects.push_back(
                          {.id = row.integer(0),
                           .name = std::string(row.text(1)),
                           .id_rule = rule == kSalesforceRule ? IdRule::kSalesforce : IdRule::kAnyText,
                           .has_ids = rule != kNoIdsRule});
                      return {};
                    });
  }

  Status read_fields() {
    constexpr std::string_view kSql =
        "SELECT f.object, f.id, f.name, f.type, f.is_column, f.label, f.refers_to, a.seen_at, b.seen_at "
        "FROM field f LEFT JOIN sync a ON a.org = f.org AND a.id = f.first_sync "
        "LEFT JOIN sync b ON b.org = f.org AND b.id = f.last_sync WHERE f.org = ?1 ORDER BY f.id";
    return each_row(kSql, [&](const Statement& row) -> Status {
      const auto object = by_id_.find(row.integer(0));
      if (object == by_id_.end()) return {};
      if (row.text(2) == kUnseenField) {
        catalogue_.objects[object->second].unseen_field = row.integer(1);
        return {};
      }
      LedgerField field{.id = row.integer(1),
                        .name = std::string(row.text(2)),
                        .type = parse_field_type(row.text(3)).value_or(FieldType::kText),
                        .is_column = row.integer(4) != 0,
                        .label = std::string(row.text(5)),
                        .references = std::string(row.text(6))};
      for (const auto& [column, moment] :
           {std::pair{7, &LedgerField::first_seen}, std::pair{8, &LedgerField::last_seen}}) {
        if (row.is_null(column)) continue;
        const Result<Instant> at = stored_instant(row.text(column));
        if (!at) return fail(at.error());
        field.*moment = *at;
      }
      if (known_at_ && field.first_seen && *field.first_seen > *known_at_)
        field.first_seen = field.last_seen = std::nullopt;
      catalogue_.objects[object->second].fields.push_back(std::move(field));
      return {};
    });
  }

  // What was hidden at that moment; a later spell counts for nothing then.
  Status read_hidden() {
    constexpr std::string_view kSql =
        "SELECT f.object, h.field, h.hidden_at, h.shown_at, h.reason FROM hidden_field h "
        "JOIN field f ON f.org = h.org AND f.id = h.field WHERE h.org = ?1 AND h.hidden_at <= ?2 "
        "ORDER BY h.field, h.hidden_at";
    return each_row(kSql, [&](const Statement& row) -> Status {
      const auto object = by_id_.find(row.integer(0));
      if (object == by_id_.end()) return {};
      std::vector<LedgerField>& fields = catalogue_.objects[object->second].fields;
      const auto field = std::ranges::find(fields, row.integer(1), &LedgerField::id);
      if (field == fields.end()) return {};
      const Result<Instant> since = stored_instant(row.text(2));
      if (!since) return fail(since.error());
      field->hidden.reset();
      field->shown_at.reset();
      if (row.is_null(3) || row.text(3) > until_) {
        field->hidden = HiddenField{.since = *since, .reason = std::string(row.text(4))};
        return {};
      }
      const Result<Instant> shown_at = stored_instant(row.text(3));
      if (!shown_at) return fail(shown_at.error());
      field->shown_at = *shown_at;
      return {};
    });
  }

  Status read_syncs() {
    return each_row("SELECT count(*), min(seen_at), max(seen_at) FROM sync WHERE org = ?1 AND seen_at <= ?2",
                    [&](const Statement& row) -> Status {
                      catalogue_.syncs = static_cast<std::uint64_t>(row.integer(0));
                      return read_span(row, 1, catalogue_.first_sync, catalogue_.last_sync);
                    });
  }

  Status read_files() {
    constexpr std::string_view kSql =
        "SELECT f.object, min(s.seen_at), max(s.seen_at) FROM sync_file f "
        "JOIN sync s ON s.org = f.org AND s.id = f.sync WHERE f.org = ?1 AND s.seen_at <= ?2 "
        "GROUP BY f.object";
    return each_row(kSql, [&](const Statement& row) -> Status {
      const std::string_view name = row.text(0);
      const auto object = std::ranges::find_if(
          catalogue_.objects, [&](const LedgerObject& one) { return same_name(one.name, name); });
      if (object == catalogue_.objects.end()) return {};
      return read_span(row, 1, object->first_seen, object->last_seen);
    });
  }

  Status read_runs() {
    return each_row("SELECT count(*) FROM run WHERE org = ?1 AND as_of <= ?2",
                    [&](const Statement& row) -> Status {
                      catalogue_.judged = row.integer(0) > 0;
                      return {};
                    });
  }

  static Status read_span(const Statement& row, int column, std::optional<Instant>& first,
                          std::optional<Instant>& last) {
    if (row.is_null(column)) return {};
    const Result<Instant> begin = stored_instant(row.text(column));
    const Result<Instant> end = stored_instant(row.text(column + 1));
    if (!begin || !end) return fail((begin ? end : begin).error());
    first = *begin;
    last = *end;
    return {};
  }

  Database& database_;
  std::int64_t organisation_;
  std::optional<Instant> known_at_;
  std::string until_;
  Catalogue catalogue_;
  std::map<std::int64_t, std::size_t> by_id_;
};

bool is_mapped(const FieldMap* map, std::string_view object, std::string_view field) {
  const MappedObject* const mapped = map == nullptr ? nullptr : map->find(object);
  return mapped != nullptr && std::ranges::any_of(mapped->fields, [&](const MappedField& one) {
           return same_name(one.field, field);
         });
}

void add_field_to_schema(const LedgerField& field, std::size_t object, Schema& schema) {
  const auto there = schema.object(object).find(field.name);
  if (!there) {
    schema.add_field(object, {.name = field.name,
                              .label = field.label,
                              .type = field.is_column ? field.type : FieldType::kText,
                              .references = field.references});
    return;
  }
  const FieldSchema& known = schema.object(object).fields[*there];
  if (!field.is_column || known.type == field.type) return;
  schema.add_field(object, {.name = known.name,
                            .label = field.label,
                            .type = field.type,
                            .references = field.references.empty() ? known.references : field.references});
}

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find_if(all, [&](const Named& one) { return same_name(one.name, name); });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const LedgerField* LedgerObject::find(std::string_view field) const {
  if (const LedgerField* const found = find_named(fields, field)) return found;
  const auto header =
      std::ranges::find_if(headers, [&](const auto& one) { return same_name(one.first, field); });
  return header == headers.end() ? nullptr : find_named(fields, header->second);
}

void add_headers(const FieldMap& map, Catalogue& catalogue) {
  for (LedgerObject& object : catalogue.objects) {
    const MappedObject* const mapped = map.find(object.name);
    if (mapped == nullptr) continue;
    for (const MappedField& field : mapped->fields) {
      if (!field.from.empty()) object.headers.emplace_back(field.from, field.field);
    }
  }
}

const LedgerObject* Catalogue::find(std::string_view object) const { return find_named(objects, object); }

Result<Catalogue> read_catalogue(Database& database, std::int64_t organisation,
                                 std::optional<Instant> known_at) {
  return CatalogueReader(database, organisation, known_at).read();
}

void add_to_schema(const Catalogue& catalogue, const FieldMap* map, Schema& schema) {
  for (const LedgerObject& object : catalogue.objects) {
    const std::size_t index = schema.add_object(object.name);
    for (const LedgerField& field : object.fields) {
      if (!is_mapped(map, object.name, field.name)) add_field_to_schema(field, index, schema);
    }
    const MappedObject* const mapped = map == nullptr ? nullptr : map->find(object.name);
    if (mapped == nullptr) continue;
    for (const MappedField& field : mapped->fields) {
      if (!field.from.empty() && !schema.object(index).find(field.from))
        schema.add_field(index, {.name = field.from, .label = ""});
    }
  }
}

}  // namespace plumbline
