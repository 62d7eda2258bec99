// One object in one sync: what it is like today, all of it the first time, what changed since, what was
// deleted, and what Salesforce computes without saying so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connectors/salesforce/deleted_reply.h"
#include "connectors/salesforce/field_choice.h"
#include "connectors/salesforce/harvest.h"

namespace plumbline {

// For one thread and one sync.
class ObjectSync {
 public:
  ObjectSync(SyncTools& tools, SalesforceObject wanted, ObjectMemory& memory);

  const std::string& name() const { return wanted_.name; }
  const FieldChoice& choice() const { return choice_; }
  bool is_loaded() const { return high_.has_value(); }
  // Up to when everything that was saved has been asked for; before the delivery, up to when it had.
  std::optional<Instant> high() const { return high_; }

  // Asks what the object is like, unless it is as it was. NOT_FOUND: there is none, or the user sees none.
  Async<Answer<std::monostate>> describe();

  // The first load, or everything since the last sync, up to a little before `server_now`. Where a field went
  // while it was asked for, once more without it.
  Async<Answer<Harvest>> bring(Instant server_now);

  // Of all records the fields that Salesforce computes; nothing to deliver where there are none.
  Async<Answer<Harvest>> refresh(Instant server_now);

  // What must be delivered even where bring() failed: that fields are hidden.
  Harvest hidden_alone();

  // The records with these ids, with all columns; which of them Salesforce still has goes into `found`, by
  // 15 characters.
  Async<Answer<RowsCame>> refetch(std::vector<std::string> ids, std::vector<std::string>& found);

 private:
  Async<Answer<std::monostate>> ask_description(bool even_if_known);
  Async<Answer<std::monostate>> recall();
  Async<Answer<Harvest>> bring_once(Instant server_now);
  Async<Answer<Harvest>> first_load(Instant high);
  Async<Answer<Harvest>> delta(Instant high);
  Async<Answer<RowsCame>> by_size(SoqlQuery query, Among among, std::string_view job, Harvest& harvest);
  Async<Answer<bool>> is_for_bulk(const SoqlQuery& query, Among among);
  Async<Answer<BulkCame>> by_bulk(const SoqlQuery& query, std::string_view job, Instant high);
  Async<Answer<RowsCame>> by_rest(SoqlQuery query, Among among, std::uint64_t most_rows);
  Async<Answer<std::monostate>> deleted(Instant server_now, Harvest& harvest);
  Async<Answer<std::monostate>> take_deleted(std::vector<DeletedReply::Record> records, Harvest& harvest);
  Status write_purged(const std::vector<DeletedReply::Record>& purged, RowsCame& rows) const;
  SoqlQuery query_for(std::vector<std::string> columns) const;
  bool bulk_can() const { return !memory_.bulk_refused; }
  void tell_fields(Harvest& harvest) const;
  std::string since() const;

  SyncTools& tools_;
  SalesforceObject wanted_;
  ObjectMemory& memory_;
  FieldChoice choice_{};
  KnownFields known_{};
  std::optional<Instant> high_{};
};

}  // namespace plumbline
