// Records in JSON: REST query pages, sfdx tree files, the CLI's query output, a bare array, or one record.
//
// A first pass (outline) tells which objects and keys there are; a second gives one object's rows to a
// RowSink. Nested parents become dotted keys (Owner.Name); children nested under a parent (sfdx trees,
// subqueries) are rows of their own object with two more columns: kParentColumn (id or reference of the
// parent) and kRelationshipColumn. SAX throughout: memory is the row at hand, whatever the document's size;
// children that stand before what names their parent wait for it, at most kMaxRecordBytes of them, and are
// rejected beyond that. Free functions without state; safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/rows.h"

namespace plumbline {

inline constexpr std::string_view kParentColumn = "$Parent";
// "Account.Opportunities"; "Opportunities" alone where the parent does not say its type.
inline constexpr std::string_view kRelationshipColumn = "$Relationship";

inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxJsonBytes = 0xFFFFFFFF;  // RapidJSON measures texts in 32 bits
inline constexpr std::size_t kMaxJsonObjects = 256;       // objects in one document
inline constexpr std::size_t kMaxJsonKeyBytes = 1024;     // a dotted key, or the name of a type

struct JsonObjectOutline {
  // attributes.type. Where records do not say: empty, or for children "Account/Opportunities" (the parent's
  // type, or nothing, and the relationship).
  std::string object;
  std::vector<std::string> keys{};  // in order of first appearance; compared without regard to case
  std::uint64_t rows = 0;
  std::vector<std::string> relationships{};  // the texts of kRelationshipColumn, at most kMaxJsonObjects
  bool by_reference = false;                 // some row's Id is a reference of an sfdx tree file
};

// A document without records (`{"records": []}`, `[]`) has one entry of no name, no keys and no rows.
// Errors have a line and column (never a file): kNotFound for JSON that holds no records in any shape that is
// read, kInvalidInput for text that is not JSON or is beyond a bound.
Result<std::vector<JsonObjectOutline>> outline_json(std::string_view document);

struct JsonStats {
  std::uint64_t rows = 0;       // handed to on_rows
  std::uint64_t rejected = 0;   // handed to on_reject
  std::uint64_t nul_bytes = 0;  // dropped out of cells
};

// Rows of `object` (as the outline spells it) through on_header and on_rows. Booleans and numbers arrive as
// their text, null and absent keys as CellState::kNull, arrays and objects of no record as their raw text. An
// sfdx `referenceId` stands for a missing Id, and in records that have one `@ref` values lose their @. A
// row's children come before the row itself where they had to wait for it.
Result<JsonStats> read_json(std::string_view document, std::string_view object, RowSink& sink);

}  // namespace plumbline
