// The lower half of the CSV reader: finds where cells and records end, without looking at what is in them.
// The upper half (csv.cpp) cuts rows out of what is found here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace plumbline {

enum class CsvInstructions : std::uint8_t {
  kBest,      // AVX2 where the processor has it
  kBaseline,  // SSE2 only; the answers are the same
};

// A record that has come to its end.
struct CsvRecordEnd {
  std::uint32_t end = 0;        // its line end
  std::uint32_t first_end = 0;  // index of its first kept cell end in CsvIndex::ends
  std::uint64_t cells = 0;
  std::uint64_t quoted_lines = 0;  // line ends inside quotes
  std::uint32_t flaw_column = 0;   // first cell with text after its closing quote, from 1; 0 where none has
  bool doubled_quotes = false;     // "" inside a quoted cell
};

// What scanning found. Positions are the scanned bytes' own, as `base` of CsvScanner::scan numbers them, and
// rise. The caller empties the lists of what it has used.
struct CsvIndex {
  // Delimiters and line ends outside quotes: where cells end. Those of the record under way, from open_first
  // on, stand last. Only the first end_count entries are set; the rest is room to write into. CR LF is one
  // line end, at the CR. All ends, or the picked ones.
  std::vector<std::uint32_t> ends;
  std::size_t end_count = 0;
  std::size_t open_first = 0;
  std::vector<CsvRecordEnd> records;
  // Beyond the last cell end of the record under way, and its line ends inside quotes up to there. Where none
  // of its cells has ended, what stands here is of no record, and not beyond where this one starts.
  std::uint32_t cell_start = 0;
  std::uint64_t cell_lines = 0;
};

// Where cells end in a text of whole records, as one bit a byte: less to write than positions, where few of
// them are ever looked at.
struct CsvMappedRecord {
  std::uint32_t end = 0;           // its line end
  std::uint32_t quoted_lines = 0;  // line ends inside quotes
  std::uint32_t cells = 0;
  bool doubled_quotes = false;
  bool flawed = false;  // a cell has text after its closing quote
};
struct CsvMap {
  std::vector<std::uint64_t> ends;  // bit i % 64 of word i / 64: a cell ends with byte i
  std::vector<CsvMappedRecord> records;
  bool has_nul = false;  // the text has one; what else was found then means nothing
};

// Room that find_ends() needs behind the ends it is asked for.
inline constexpr std::size_t kEndsBeyond = 8;
// Writes down where cells end, from byte `from` on: at least `wanted` of them, unless the text has fewer.
// Answers how many are good, at most kEndsBeyond more than wanted.
std::size_t find_ends(const CsvMap& map, std::uint32_t from, std::size_t wanted, std::uint32_t* ends);

// What one block must know of the bytes before it. All members are 0 or 1, but `inside`, which is all ones
// within quotes.
struct CsvCarry {
  std::uint64_t inside = 0;
  std::uint64_t after_quote = 0;  // the last byte closed a quoted cell, or is the first half of ""
  std::uint64_t cell_start = 1;
  std::uint64_t after_cr = 0;
};

// What is known of the record under way.
struct CsvOpenRecord {
  std::uint64_t cells = 0;  // ended so far
  std::uint64_t quoted_lines = 0;
  std::uint64_t doubled_quotes = 0;  // not 0 where there are some
  std::uint32_t flaw_column = 0;
};

// Which cell ends to keep.
struct CsvPicks {
  std::vector<std::uint64_t> ordinals;  // rising, 0 is the end of a record's first cell; empty for all ends
  std::size_t taken = 0;                // of the record under way
};

// Resumable: text may be handed over in pieces of any size, and the findings are the same. For one thread.
// The text must hold no NUL, but where it is mapped, and no byte order mark.
class CsvScanner {
 public:
  explicit CsvScanner(char delimiter, CsvInstructions instructions = CsvInstructions::kBest);

  // Adds what is found in `text`, whose first byte has position `base`. `base + text.size()` must fit 32
  // bits.
  void scan(std::string_view text, std::uint32_t base, CsvIndex& index);

  // All of a text, which begins with a record. Where it does not end with a line end, the last record is not
  // among those found. Of a new scanner alone.
  void map(std::string_view text, CsvMap& map);

  // From here on only some of each record's cell ends are kept, which is faster where they are few: those of
  // `ordinals` (rising, at least one). Of the record under way the index must hold the picked ones already.
  void pick(std::vector<std::uint64_t> ordinals);
  bool picking() const { return !picks_.ordinals.empty(); }
  const CsvOpenRecord& open_record() const { return open_; }

  // Whether a quoted cell is open after the last byte scanned.
  bool in_quotes() const;

 private:
  // Where the byte-wise scan stands in a record that the block-wise scan could not take.
  enum class Careful : std::uint8_t { kOff, kCellStart, kPlain, kQuoted, kQuoteSeen };

  template <class Findings>
  std::size_t scan_tidy(std::string_view text, std::size_t from, std::uint32_t base, Findings& findings);
  template <class Findings>
  std::size_t scan_careful(std::string_view text, std::size_t from, std::uint32_t base, Findings& findings);
  void take_end(char byte, std::uint32_t position, CsvIndex& index);
  void take_end(char byte, std::uint32_t position, CsvMap& map);
  static void saw_nul(CsvIndex& index);
  static void saw_nul(CsvMap& map);
  Careful after_quote_seen(char byte);
  Careful after_unquoted(char byte, bool at_cell_start) const;
  bool ends_cell(char byte) const { return byte == delimiter_ || byte == '\n' || byte == '\r'; }

  char delimiter_;
  bool avx2_;
  CsvCarry carry_;
  CsvPicks picks_;
  CsvOpenRecord open_;
  Careful careful_ = Careful::kOff;
  bool quoted_cr_ = false;  // careful only: the last byte was a CR inside quotes
};

struct CsvCounts {
  std::uint64_t delimiters = 0;
  std::uint64_t lines = 0;
};

// Counts delimiters and line ends outside quotes with the scanner's own block operations and does nothing
// else: the floor that csv_bench measures the parser against. Assumes well-formed quotes.
void count_csv_structure(std::string_view text, char delimiter, CsvCarry& carry, CsvCounts& counts);

}  // namespace plumbline
