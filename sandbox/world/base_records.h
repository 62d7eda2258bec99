// The organisation as it is when the sandbox starts: every record told from the seed and its number alone, so
// that a million of them need no memory until somebody changes them. Pure; safe from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "sandbox/world/dice.h"
#include "sandbox/world/schema.h"
#include "sandbox/world/value.h"

namespace plumbline::sandbox {

enum class Currencies : std::uint8_t { kOne, kSeveral };

struct WorldSizes {
  std::uint64_t seed = 1;
  std::size_t opportunities = 1000;
  Instant start{};  // the moment the records are made for
  Currencies currencies = Currencies::kOne;
};

struct Stamps {
  Instant created{};
  Instant changed{};
};

class BaseRecords {
 public:
  explicit BaseRecords(const WorldSizes& sizes);

  const WorldSizes& sizes() const { return sizes_; }
  std::size_t count(ObjectKind object) const { return counts_[static_cast<std::size_t>(object)]; }

  // `row` is below count().
  Stamps stamps(ObjectKind object, RowNumber row) const;
  // Every field, in the order of the object's fields.
  void make(ObjectKind object, RowNumber row, Row& out) const;

  // Base opportunities of an account are account, account + count(kAccount), ...
  RowNumber account_of(RowNumber opportunity) const;
  RowNumber owner_of(RowNumber account) const;
  std::string id(ObjectKind object, std::size_t row) const;

  Day today() const { return today_; }

 private:
  Dice dice(Matter matter, std::size_t index) const { return Dice{sizes_.seed, matter, index}; }
  void make_user(RowNumber row, Row& out) const;
  void make_role(RowNumber row, Row& out) const;
  void make_stage(RowNumber row, Row& out) const;
  void make_account(RowNumber row, Row& out) const;
  void make_contact(RowNumber row, Row& out) const;
  void make_opportunity(RowNumber row, Row& out) const;
  void make_history(RowNumber row, Row& out) const;
  void make_task(RowNumber row, Row& out) const;
  void make_event(RowNumber row, Row& out) const;
  void make_lead(RowNumber row, Row& out) const;
  void make_organization(Row& out) const;
  void make_currency(RowNumber row, Row& out) const;
  void describe_opportunity(Dice& dice, Row& out) const;
  void make_system(ObjectKind object, RowNumber row, Row& out) const;

  WorldSizes sizes_;
  Day today_;
  std::array<std::size_t, kObjectKinds> counts_{};
};

// What follows from StageName, Amount and CloseDate.
void derive_opportunity(Row& row);

}  // namespace plumbline::sandbox
