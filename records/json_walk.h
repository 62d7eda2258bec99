// The records of a JSON document one at a time, whatever shape the document has (docs/data.md lists them).
// Inner to records/json.h; both of its passes walk alike, so that their counts agree.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/json.h"

namespace plumbline {

inline constexpr std::size_t kNoJsonCell = static_cast<std::size_t>(-1);

// A value under its dotted key. Texts are offsets into the record's buffer, so that a record costs no
// allocation once the buffer is warm.
struct JsonCell {
  std::size_t key = 0;
  std::size_t key_size = 0;
  std::size_t text = 0;
  std::size_t text_size = 0;
  CellState state = CellState::kText;
};

struct JsonRecord {
  std::string object;        // its name in the outline, once complete
  std::string type;          // attributes.type
  std::string reference;     // attributes.referenceId
  std::string relationship;  // of a child: the key it was found under; once complete, the text of its column
  std::string buffer;
  std::vector<JsonCell> cells;
  std::vector<std::unique_ptr<JsonRecord>> waiting;  // children, until this record can be named
  std::size_t id_cell = kNoJsonCell;
  std::size_t bytes = 0;  // what it costs to keep
  std::size_t offset = 0;
  std::uint64_t line = 0;
  std::uint64_t nul_bytes = 0;
  std::string_view fault;  // why it must be rejected; empty where it need not
  bool child = false;
  bool by_reference = false;

  std::string_view key(const JsonCell& cell) const { return {buffer.data() + cell.key, cell.key_size}; }
  std::string_view text(const JsonCell& cell) const { return {buffer.data() + cell.text, cell.text_size}; }
  std::string_view id() const { return id_cell == kNoJsonCell ? std::string_view{} : text(cells[id_cell]); }

  void add(std::string_view key, std::string_view text, CellState state);
  void drop_from(std::size_t first_cell);
  void clear();
};

class JsonTaker {
 public:
  virtual ~JsonTaker() = default;
  // A complete record, children before or after their parent. An Error ends the walk.
  virtual Status take(const JsonRecord& record) = 0;
};

bool same_word(std::string_view a, std::string_view b);  // ASCII letters without regard to case

// `document` without a byte order mark. Errors are those of outline_json, and the taker's.
Status walk_json(std::string_view document, JsonTaker& taker);

}  // namespace plumbline
