// Which header of an export stands for which field: proposals for a field map, each with how sure it is and
// why. Pure: works on samples; safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "records/sample_file.h"
#include "records/schema.h"
#include "records/value_shapes.h"

namespace plumbline {

enum class Sureness : std::uint8_t {
  kCertain,  // the name says so, and the values agree
  kLikely,   // another word for it, or values that agree with part of the name
  kGuess,    // to be looked at by a person before it is used
};
std::string_view to_string(Sureness sureness);

// What is known of one object's data: its files' columns together, or a describe document's fields.
struct ObjectSource {
  std::size_t object = 0;
  std::vector<std::string> files{};  // as given
  // Of a file whose name does not tell the object: its bare name, for the map to say, and how sure that is.
  std::string file{};
  Sureness file_sure = Sureness::kCertain;
  std::string file_why{};
  std::vector<SampledColumn> columns{};  // those with a name that can be written
  std::vector<std::string> nameless{};   // names of those that cannot
  std::uint64_t rows = 0;                // sampled
  bool whole = true;                     // and there are no more
  bool described = false;                // by a describe document alone: no rows
};

struct FieldProposal {
  std::size_t field = 0;     // of the object
  std::size_t column = 0;    // of the source, whose values are the field's; of a `when` over a field, that
                             // field's column
  std::string when{};        // a condition; the field is true where it holds
  std::string told_field{};  // of a `when` over a column's own words: the text field to be added for it
  std::string format{};      // of dates; empty for ISO
  std::string references{};  // the object whose own keys stand in the column
  Sureness sure = Sureness::kGuess;
  std::string why{};
  std::vector<std::string> rivals{};  // other headers that may mean the field
  bool held_back = false;             // shipped policies could not use the `when`: only to be told
  bool same_name = false;             // the header is the field's name, and nothing needs to be said
};

// What a record of the object is known by.
struct KeyProposal {
  enum class Kind : std::uint8_t {
    kId,      // its Id column, or there is no need of one
    kRename,  // a column of Salesforce ids of another name: a field Id
    kOwnKey,  // a column of keys of the organisation's own
    kNone,    // no column tells the records apart
  };
  Kind kind = Kind::kId;
  std::size_t column = 0;
  Sureness sure = Sureness::kCertain;
  std::string why{};
};

struct ObjectProposal {
  std::size_t source = 0;
  KeyProposal key{};
  std::vector<FieldProposal> fields{};  // in the schema's order
};

// An object without a file that others name by words of their own, not by ids: its key must be said.
struct NamedOnly {
  std::size_t object = 0;
  std::string by{};  // "Opportunity.OwnerId"
};

struct MapProposal {
  std::vector<ObjectProposal> objects{};
  std::vector<NamedOnly> named_only{};
};

using WantedFields = std::map<std::size_t, std::set<std::size_t>>;  // object -> fields

// Fields of `wanted`, and others of the schema where the match is at least likely. A header stands for one
// field at most, and a field has one header.
MapProposal propose_fields(const Schema& schema, const std::vector<ObjectSource>& sources,
                           const WantedFields& wanted);

// What a file of unknown object most looks like, by its columns.
struct ObjectGuess {
  std::size_t object = 0;
  Sureness sure = Sureness::kGuess;
  std::vector<std::string> fields{};  // of the object that it seems to hold, the surest first
};
// Empty where it looks like none. kGuess is only to be told, not to be used.
std::optional<ObjectGuess> guess_object(const Schema& schema, const std::vector<SampledColumn>& columns);

// Objects whose records others refer to and verdicts name: they need an Id or a key.
bool needs_identity(const ObjectSchema& object);

}  // namespace plumbline
