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

// A record that a picking scan has come to the end of.
struct PickedRecord {
  std::uint32_t end = 0;         // its line end
  std::uint32_t first_pick = 0;  // index of its first picked position in CsvIndex::ends
  std::uint64_t cells = 0;
};

// What scanning found. Positions are the scanned bytes' own, as `base` of CsvScanner::scan numbers them, and
// rise within each list. The caller empties the lists of what it has used.
struct CsvIndex {
  // Delimiters and line ends outside quotes: where cells end. Only the first end_count entries are set; the
  // rest is room to write into. CR LF is one line end, at the CR.
  std::vector<std::uint32_t> ends;
  std::size_t end_count = 0;
  std::vector<std::uint32_t> record_ends;  // which of `ends` are line ends, as indexes into it
  // Of a picking scan, instead of record_ends; `ends` then has the picked ones alone, those of the record
  // under way last.
  std::vector<PickedRecord> records;
  std::uint32_t cell_start = 0;  // of a picking scan: beyond the last cell end; 0 where there was none
  std::vector<std::uint32_t> doubled_quotes;  // the second quote of each "" inside a quoted cell
  std::vector<std::uint32_t> quoted_lines;    // line ends inside quotes
  std::vector<std::uint32_t> flaws;           // first byte of text after a closing quote
  std::vector<std::uint64_t> flaw_cells;      // of a picking scan: how many cells of the record end before it
};

// What one block must know of the bytes before it. All members are 0 or 1, but `inside`, which is all ones
// within quotes.
struct CsvCarry {
  std::uint64_t inside = 0;
  std::uint64_t after_quote = 0;  // the last byte closed a quoted cell, or is the first half of ""
  std::uint64_t cell_start = 1;
  std::uint64_t after_cr = 0;
};

// Where a picking scan stands in a record.
struct CsvPicks {
  std::vector<std::uint64_t> ordinals;  // of the ends to keep, rising; 0 is the end of a record's first cell
  std::uint64_t cells = 0;              // ended so far
  std::size_t taken = 0;                // of the ordinals
};

// Resumable: text may be handed over in pieces of any size, and the findings are the same. For one thread.
// The text must hold no NUL and no byte order mark.
class CsvScanner {
 public:
  explicit CsvScanner(char delimiter, CsvInstructions instructions = CsvInstructions::kBest);

  // Adds what is found in `text`, whose first byte has position `base`. `base + text.size()` must fit 32
  // bits.
  void scan(std::string_view text, std::uint32_t base, CsvIndex& index);

  // From here on only some of each record's cell ends are kept, which is faster where they are few: those of
  // `ordinals` (rising, at least one). Of the record under way `cells` have ended already, and the index
  // holds the picked ones of these.
  void pick(std::vector<std::uint64_t> ordinals, std::uint64_t cells);
  bool picking() const { return !picks_.ordinals.empty(); }
  // How many picked ends of the record under way the index holds.
  std::size_t open_picks() const { return picks_.taken; }

  // Whether a quoted cell is open after the last byte scanned.
  bool in_quotes() const;

 private:
  // Where the byte-wise scan stands in a record that the block-wise scan could not take.
  enum class Careful : std::uint8_t { kOff, kCellStart, kPlain, kQuoted, kQuoteSeen };

  std::size_t scan_tidy(std::string_view text, std::size_t from, std::uint32_t base, CsvIndex& index);
  std::size_t scan_careful(std::string_view text, std::size_t from, std::uint32_t base, CsvIndex& index);
  void take_end(std::uint32_t position, CsvIndex& index);
  void take_record_end(std::uint32_t position, CsvIndex& index);
  Careful after_quote_seen(char byte, std::uint32_t position, CsvIndex& index) const;
  Careful after_unquoted(char byte, bool at_cell_start) const;
  bool ends_cell(char byte) const { return byte == delimiter_ || byte == '\n' || byte == '\r'; }

  char delimiter_;
  bool avx2_;
  CsvCarry carry_;
  CsvPicks picks_;
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
