// A made-up CRM for tests: a schema with fields of every type, tables with everything that goes wrong in
// exports, and all of its relations resolved. The same seed gives the same world on every machine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/language/binder.h"
#include "records/snapshot.h"
#include "tests/policies/random_source.h"

namespace plumbline {

// One object of the world and the fields its table has, unless a world leaves one out.
struct WorldObject {
  std::string_view name;
  std::vector<std::string_view> fields;
  // Fields a condition may name although no table ever has them.
  std::vector<std::string_view> never{};
};
std::span<const WorldObject> world_objects();

// The standard schema and, on Opportunity, a custom field of every type; more lookups, a one-row relationship
// that goes by a text key, and one by a fallback. The same object every time.
std::shared_ptr<const Schema> world_schema();

// Fields of world_schema() that are conditions: Hot__c on Opportunity, Sleepy__c on Account.
const std::vector<DerivedField>& world_derived_fields();

// The largest table: more than two batches of rows, whichever of the usual sizes a batch has.
inline constexpr std::size_t kMaxWorldRows = 5'000;

struct RandomWorldOptions {
  std::optional<std::string_view> object{};  // the object judged
  std::optional<std::size_t> rows{};         // of its table
};

struct RandomWorld {
  RandomWorld(std::uint64_t seed, const RandomWorldOptions& options = {});

  std::size_t object = 0;  // judged
  Instant now{};
  // Has every lookup, relationship and history that a condition may ask for.
  std::shared_ptr<const Snapshot> snapshot;

  std::size_t rows() const { return snapshot->table(object)->rows(); }
};

}  // namespace plumbline
