// A .test file: cases of a few small tables, a moment, and the verdicts that must come of them
// (docs/testing-policies.md). Here it is read as text; names of objects, fields and policies are looked up in
// run_test.h. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace plumbline {

// A text and where it stands.
struct PlacedText {
  std::string text;
  SourceSpan where{};
};

struct TestCell {
  enum class Kind : std::uint8_t {
    kText,
    kNull,     // a blank cell
    kUnknown,  // `?`: a value that could not be read
  };
  Kind kind = Kind::kNull;
  std::string text{};  // blanks around it and escapes are gone
  SourceSpan where{};
};

struct TestTable {
  PlacedText object;
  std::vector<PlacedText> columns{};
  std::vector<std::vector<TestCell>> rows{};  // each as long as `columns`
  std::vector<SourceSpan> row_places{};
};

enum class CaseVerdict : std::uint8_t {
  kViolated,
  kUnknown,
  kNotJudged,  // the whole policy, for want of a column or table; goes without a record
};
std::string_view to_string(CaseVerdict verdict);  // "violated", "unknown", "not judged"

// A row of `expect:`.
struct ExpectedLine {
  PlacedText record;  // its id; empty for kNotJudged
  PlacedText policy;  // id or pack/id
  CaseVerdict verdict = CaseVerdict::kViolated;
  std::optional<std::string> message{};  // or the reason of another verdict; empty: not compared
  std::size_t line = 0;                  // of the file, from 0
};

// The `expect` of a case, and the lines of the file it takes up: [begin, end), from 0, the last one with
// something on it.
struct Expectation {
  enum class Kind : std::uint8_t { kVerdicts, kError };
  Kind kind = Kind::kVerdicts;
  std::vector<ExpectedLine> verdicts{};
  std::string error{};  // as the program prints it, lines ended by line feeds
  bool has_messages = false;
  std::size_t begin = 0;
  std::size_t end = 0;
  SourceSpan where{};
};

struct TestCase {
  PlacedText title;
  std::optional<PlacedText> pack{};       // name or file
  std::optional<PlacedText> pack_text{};  // `where` is of its first character
  std::uint32_t pack_text_indent = 0;     // bytes in front of each of its lines
  std::optional<PlacedText> condition{};  // judged instead of the pack's policies
  std::optional<PlacedText> on{};         // object of `condition`
  PlacedText as_of;                       // a day or a moment
  std::string zone{};                     // as the zone files spell it; empty: the pack's
  std::vector<PlacedText> policies{};     // those judged; empty: all that are switched on
  std::vector<TestTable> tables{};
  Expectation expect{};
};

struct TestFile {
  std::string name;
  std::string text;
  std::vector<TestCase> cases;
};

// All faults of form at once (PB060, PB162, PB190 to PB197, PB199), each with its place. A case with a fault
// is left out, so that the names in all others can be looked up in the same run; where the diagnostics hold
// an error, the file is good for nothing else. Empty where there is no text to speak of.
std::optional<TestFile> parse_test_file(std::string_view text, std::string_view name,
                                        Diagnostics& diagnostics);

// The words a line of a file can begin with.
const std::vector<std::string>& test_file_keys();

// A cell as it is written between two bars: blank for null, quoted and escaped where it needs to be.
std::string test_cell_text(const std::string& text);

inline constexpr std::size_t kMaxTestFileBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxCasesInTestFile = 1'000;
inline constexpr std::size_t kMaxRowsInTestCase = 1'000;  // of all its tables

}  // namespace plumbline
