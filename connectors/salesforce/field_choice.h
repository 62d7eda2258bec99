// Which fields of an object are asked for, given what is wanted, what Salesforce describes today and what was
// read before. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/salesforce/describe_reply.h"
#include "connectors/salesforce/salesforce_options.h"
#include "model/source.h"

namespace plumbline {

// What is remembered of an object's fields from sync to sync.
struct KnownFields {
  std::vector<std::string> read;    // the ledger has them of every record
  std::vector<std::string> hidden;  // read or wanted, and not described

  // "Amount,Name|NextStep": for SourceState.
  std::string to_text() const;
  static KnownFields from_text(std::string_view text);
  friend bool operator==(const KnownFields&, const KnownFields&) = default;
};

struct FieldChoice {
  std::vector<std::string> spine;       // in every query: Id, the cursor, IsDeleted, CreatedDate
  std::vector<std::string> columns;     // all, beginning with the spine
  // Change without the record's stamp moving: formulas, or all, where nothing is stamped but the creation.
  std::vector<std::string> calculated;
  // Of what was read before: not described any more, now or for a while.
  std::vector<std::string> hidden;
  std::vector<std::string> newly_hidden;  // of these, first noticed now
  // Columns the ledger does not have of every record: new ones and returned ones.
  std::vector<std::string> to_fill;
  std::vector<std::string> returned;  // of these, hidden before
  std::string cursor;                 // what windows are over; empty: none can be filtered by
  std::string created;                // CreatedDate, where windows can be over it
  bool says_deleted = false;          // IsDeleted is there
};

// Never chosen: compound fields (their parts are), files, and what depends on who looks.
bool is_readable(const FieldDescription& field);

FieldChoice choose_fields(const SalesforceObject& wanted, const ObjectDescription& described,
                          const KnownFields& known);

// With types and references, for the ledger's columns.
std::vector<DescribedField> described_fields(const ObjectDescription& described,
                                             const std::vector<std::string>& columns);

// Rows are added and never changed, so that CreatedDate is all there is to go by: OpportunityFieldHistory.
bool is_history_object(std::string_view object);

}  // namespace plumbline
