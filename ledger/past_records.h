// What was otherwise in a ledger's records at one moment, as far as it was known at another: the values that
// differ from today's, by record. Read once, before the records themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ledger/catalogue.h"
#include "ledger/database.h"
#include "ledger/past_value.h"

namespace plumbline {

struct PastValue {
  std::int64_t field = 0;             // LedgerField::id
  std::optional<std::string> text{};  // empty: null
};

// Read-only and safe from any thread once it was read.
class PastRecords {
 public:
  // Of the fields named (LedgerField::id) alone. Goes through all changes twice: first for the records that
  // were different, then for what they were.
  static Result<PastRecords> read(Database& database, std::int64_t organisation, const Catalogue& catalogue,
                                  const std::set<std::int64_t>& fields, const Hindsight& moment);

  const Hindsight& moment() const { return moment_; }
  // What was different of this record.
  std::span<const PastValue> of(std::int64_t object, std::string_view key) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return hash_text(text); }
  };
  template <class T>
  using ByRecord = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  Hindsight moment_;
  std::map<std::int64_t, ByRecord<std::vector<PastValue>>> values_;  // by object

  friend class PastReader;
};

}  // namespace plumbline
