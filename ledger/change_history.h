// The history object of an object, such as OpportunityFieldHistory, made of the ledger's changes: those the
// CRM's own history told and those seen from outside. Inner to ledger_snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "ledger/catalogue.h"
#include "ledger/database.h"
#include "ledger/past_value.h"
#include "records/snapshot.h"

namespace plumbline {

struct HistoryToMake {
  const Schema& schema;
  std::size_t object = 0;   // whose changes
  std::size_t history = 0;  // the object made
  const LedgerObject& records;
  const LedgerObject* told = nullptr;             // the history as syncs brought it; null where none did
  std::set<std::size_t> columns{};                // of the history
  std::optional<std::set<std::string>> fields{};  // whose changes are read; empty: all
  std::optional<Hindsight> moment{};              // empty: all that is known today
};

struct MadeHistory {
  std::unique_ptr<Table> table;
  std::set<std::int64_t> told{};      // LedgerField::id of fields the CRM's history tells of
  std::set<std::int64_t> observed{};  // of those a change was seen of from outside
};
Result<MadeHistory> make_history(Database& database, std::int64_t organisation, const HistoryToMake& wanted);

}  // namespace plumbline
