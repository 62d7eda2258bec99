#include "ledger/past_records.h"

#include <algorithm>
#include <utility>

#include "ledger/change_rows.h"

namespace plumbline {

class PastReader {
 public:
  PastReader(Database& database, std::int64_t organisation, const Catalogue& catalogue,
             const std::set<std::int64_t>& fields, const Hindsight& moment)
      : database_(database), organisation_(organisation) {
    past_.moment_ = moment;
    for (const LedgerObject& object : catalogue.objects) {
      for (const LedgerField& field : object.fields) {
        if (fields.contains(field.id)) object_of_.emplace(field.id, &object);
      }
      if (fields.contains(object.unseen_field)) object_of_.emplace(object.unseen_field, &object);
    }
  }

  Result<PastRecords> read() {
    if (Status found = find_records(); !found) return fail(found.error());
    if (changes_.empty()) return std::move(past_);
    if (Status collected = collect(); !collected) return fail(collected.error());
    for (auto& [field, records] : changes_) {
      for (auto& [record, changes] : records) settle(field, record, changes);
    }
    return std::move(past_);
  }

 private:
  // Calls take(rows, field) for the changes of fields that are asked for.
  template <class Take>
  Status each_change(const Take& take) {
    Result<ChangeRows> rows = ChangeRows::open(database_, organisation_);
    if (!rows) return fail(rows.error());
    while (true) {
      const Result<bool> more = rows->next();
      if (!more) return fail(more.error());
      if (!*more) return {};
      const std::int64_t field = rows->integer(ChangeColumn::kField);
      if (object_of_.contains(field)) take(*rows, field);
    }
  }

  static KnownChange times_of(const ChangeRows& row) {
    KnownChange change{.id = row.integer(ChangeColumn::kId),
                       .happened_at = row.instant(ChangeColumn::kHappenedAt),
                       .seen_at = row.instant(ChangeColumn::kSeenAt),
                       .observed = row.is_null(ChangeColumn::kHistory)};
    if (!row.is_null(ChangeColumn::kSupersededAt))
      change.superseded_at = row.instant(ChangeColumn::kSupersededAt);
    return change;
  }

  static std::optional<std::string> text_of(const ChangeRows& row, ChangeColumn column) {
    if (row.is_null(column)) return std::nullopt;
    return std::string(row.text(column));
  }

  Status find_records() {
    return each_change([&](const ChangeRows& row, std::int64_t field) {
      if (stands(times_of(row), past_.moment_)) return;
      auto& records = changes_[field];
      const std::string_view key = row.text(ChangeColumn::kRecord);
      if (!records.contains(key)) records.emplace(key, std::vector<KnownChange>{});
    });
  }

  Status collect() {
    return each_change([&](const ChangeRows& row, std::int64_t field) {
      const auto records = changes_.find(field);
      if (records == changes_.end()) return;
      const auto record = records->second.find(row.text(ChangeColumn::kRecord));
      if (record == records->second.end()) return;
      KnownChange& change = record->second.emplace_back(times_of(row));
      change.old = text_of(row, ChangeColumn::kOld);
      change.now = text_of(row, ChangeColumn::kNew);
    });
  }

  void settle(std::int64_t field, const std::string& record, std::vector<KnownChange>& changes) {
    std::ranges::sort(changes, {},
                      [](const KnownChange& change) { return std::pair(change.happened_at, change.id); });
    const LedgerObject& object = *object_of_.at(field);
    const auto text = past_text(changes, past_.moment_, object.last_seen);
    if (text) past_.values_[object.id][record].push_back({.field = field, .text = *text->text});
  }

  Database& database_;
  std::int64_t organisation_;
  std::map<std::int64_t, const LedgerObject*> object_of_;  // by field
  std::map<std::int64_t, PastRecords::ByRecord<std::vector<KnownChange>>> changes_;
  PastRecords past_;
};

Result<PastRecords> PastRecords::read(Database& database, std::int64_t organisation,
                                      const Catalogue& catalogue, const std::set<std::int64_t>& fields,
                                      const Hindsight& moment) {
  return PastReader(database, organisation, catalogue, fields, moment).read();
}

std::span<const PastValue> PastRecords::of(std::int64_t object, std::string_view key) const {
  const auto records = values_.find(object);
  if (records == values_.end()) return {};
  const auto record = records->second.find(key);
  return record == records->second.end() ? std::span<const PastValue>{} : record->second;
}

}  // namespace plumbline
