// The parser against a reader that is slow and plain, on thousands of generated inputs, cut in many ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "records/csv.h"
#include "tests/records/csv_testing.h"

namespace plumbline {
namespace {

using namespace csv_testing;

// The oracle: one byte after the other, over the whole text. It knows none of the size limits.
class PlainReader {
 public:
  explicit PlainReader(std::string_view text) {
    for (const char byte : text) {
      if (byte != '\0') text_.push_back(byte);
    }
  }

  Seen read() {
    if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
      seen_.error = "the file is in UTF-16; save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)";
      return seen_;
    }
    if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
    guess_delimiter();
    while (seen_.error.empty() && at_ < text_.size()) {
      if (is_line_end()) {
        ++seen_.empty_lines;
        take_line_end();
      } else {
        take_record();
      }
    }
    if (seen_.error.empty() && !header_)
      seen_.error = "the file is empty; export it again with a header line of column names";
    return seen_;
  }

 private:
  bool is_line_end() const { return text_[at_] == '\n' || text_[at_] == '\r'; }
  bool is_delimiter() const { return text_[at_] == delimiter_; }

  void take_line_end() {
    const bool cr = text_[at_++] == '\r';
    if (cr && at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  void guess_delimiter() {
    const std::string candidates = ",;\t|";
    std::size_t at = text_.find_first_not_of("\r\n");
    std::vector<std::size_t> counts(candidates.size(), 0);
    bool start = true;
    while (at < text_.size() && text_[at] != '\r' && text_[at] != '\n') {
      if (start && text_[at] == '"') {
        at = after_quoted(at);
        start = false;
        continue;
      }
      const std::size_t which = candidates.find(text_[at++]);
      start = which != std::string::npos;
      if (start) ++counts[which];
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < counts.size(); ++i) {
      if (counts[i] > counts[best]) best = i;
    }
    delimiter_ = candidates[best];
  }

  std::size_t after_quoted(std::size_t opening) const {
    std::size_t at = opening + 1;
    while (at < text_.size()) {
      if (text_[at] != '"') {
        ++at;
      } else if (at + 1 < text_.size() && text_[at + 1] == '"') {
        at += 2;
      } else {
        return at + 1;
      }
    }
    return std::string::npos;
  }

  void take_record() {
    const std::size_t begin = at_;
    const std::uint64_t line = line_;
    std::uint64_t lines = 0;
    std::uint32_t flaw = 0;
    Cells cells;
    for (;;) {
      std::string cell;
      if (at_ < text_.size() && text_[at_] == '"') {
        const std::size_t after = after_quoted(at_);
        if (after == std::string::npos) return fail_unclosed(line + lines);
        for (std::size_t i = at_ + 1; i + 1 < after; ++i) {
          cell.push_back(text_[i]);
          if (text_[i] == '"') ++i;
          if (text_[i] == '\r' || (text_[i] == '\n' && text_[i - 1] != '\r')) ++lines;
        }
        at_ = after;
        if (at_ < text_.size() && !is_line_end() && !is_delimiter() && flaw == 0) {
          flaw = static_cast<std::uint32_t>(cells.size() + 1);
        }
      }
      while (at_ < text_.size() && !is_line_end() && !is_delimiter()) cell.push_back(text_[at_++]);
      cells.push_back(cell);
      if (at_ == text_.size() || is_line_end()) break;
      ++at_;
    }
    const std::string raw = text_.substr(begin, std::min(at_ - begin, kMaxRawBytes));
    if (at_ < text_.size()) take_line_end();
    line_ += lines;
    take_cells(line, cells, flaw, raw);
  }

  void fail_unclosed(std::uint64_t line) {
    seen_.error = "exp.csv:" + std::to_string(line) +
                  ": a quoted cell is never closed: " + std::to_string(text_.size() - at_ - 1);
  }

  void take_cells(std::uint64_t line, const Cells& cells, std::uint32_t flaw, const std::string& raw) {
    const std::string flaw_reason =
        "has text after the closing quote of a cell; write a quote inside a quoted cell twice";
    if (!header_) {
      if (flaw != 0) {
        seen_.error = "exp.csv:" + std::to_string(line) + ": the header " + flaw_reason;
        return;
      }
      return take_header(line, cells);
    }
    ++record_;
    if (flaw != 0) {
      seen_.rejects.push_back({line, record_, flaw, flaw_reason, raw});
    } else if (cells.size() != seen_.header.size()) {
      const std::string counted = "has " + std::to_string(cells.size()) +
                                  (cells.size() == 1 ? " cell" : " cells") + ", the header has " +
                                  std::to_string(seen_.header.size());
      seen_.rejects.push_back({line, record_, 0, counted, raw});
    } else {
      seen_.rows.push_back({line, record_, cells});
    }
  }

  void take_header(std::uint64_t line, const Cells& cells) {
    header_ = true;
    Cells names;
    for (const std::string& cell : cells) {
      std::string name = cell;
      while (!name.empty() && std::string_view(" \t\r\n").contains(name.back())) name.pop_back();
      while (!name.empty() && std::string_view(" \t\r\n").contains(name.front())) name.erase(0, 1);
      names.push_back(name);
    }
    for (std::size_t b = 0; b < names.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        if (names[a].empty() || !same_name(names[a], names[b])) continue;
        seen_.error = "exp.csv:" + std::to_string(line) + ": columns " + std::to_string(a + 1) + " and " +
                      std::to_string(b + 1) + " are both named";
        return;
      }
    }
    seen_.header = names;
  }

  static bool same_name(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
      return lower(x) == lower(y);
    });
  }

  std::string text_;
  char delimiter_ = ',';
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t record_ = 0;
  bool header_ = false;
  Seen seen_;
};

// The oracle gives the facts of a message, not its remedy.
Seen without_remedies(Seen seen, const Seen& oracle) {
  const auto cut = [](std::string& text, const std::string& fact) {
    if (text.starts_with(fact)) text = fact;
  };
  cut(seen.error, oracle.error.empty() ? seen.error : oracle.error);
  for (std::size_t i = 0; i < std::min(seen.rejects.size(), oracle.rejects.size()); ++i) {
    cut(seen.rejects[i].reason, oracle.rejects[i].reason);
  }
  return seen;
}

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

template <class List>
auto pick(Random& random, const List& list) {
  return list[below(random, std::size(list))];
}

// No structure at all.
std::string soup(Random& random, std::size_t tokens) {
  using namespace std::string_view_literals;
  static constexpr std::string_view kTokens[] = {"\""sv,
                                                 "\""sv,
                                                 "\"\""sv,
                                                 ","sv,
                                                 ","sv,
                                                 "\n"sv,
                                                 "\r\n"sv,
                                                 "\r"sv,
                                                 "\0"sv,
                                                 "a"sv,
                                                 "bb"sv,
                                                 " "sv,
                                                 ";"sv,
                                                 "\t"sv,
                                                 "\",\""sv,
                                                 "|"sv,
                                                 "\"\n"sv,
                                                 "\xC3\xA9"sv,
                                                 "seventeen letters"sv};
  std::string text;
  for (std::size_t i = 0; i < tokens; ++i) text += pick(random, kTokens);
  return text;
}

std::string tidy_cell(Random& random) {
  static constexpr std::string_view kPlain[] = {"",   "", "x", "12.50", "2024-01-31", "006A0000012abcDEF",
                                                "a b"};
  static constexpr std::string_view kQuoted[] = {
      "\"\"", "\"a,b\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", "\"cr\r\nlf\"", "\"\"\"\"\"\"", "\"plain\""};
  if (below(random, 40) == 0) return "\"" + std::string(below(random, 300), 'w') + "\"";
  return std::string(below(random, 3) == 0 ? pick(random, kQuoted) : pick(random, kPlain));
}

// Rows as an export has them, then a few bytes changed.
std::string damaged_export(Random& random, std::size_t rows, std::size_t damages) {
  static constexpr std::string_view kEnds[] = {"\n", "\r\n", "\r"};
  const std::string_view end = pick(random, kEnds);
  const char delimiter = pick(random, std::string_view(",;\t|"));
  const std::size_t columns = 1 + below(random, 12);
  std::string text = below(random, 4) == 0 ? "\xEF\xBB\xBF" : "";
  for (std::size_t row = 0; row <= rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      if (column > 0) text += delimiter;
      text += row == 0 ? "c" + std::to_string(column) : tidy_cell(random);
    }
    text += end;
  }
  for (std::size_t i = 0; i < damages; ++i) {
    text[below(random, text.size())] = pick(random, std::string_view("\",\n\r\0x;", 7));
  }
  return text;
}

std::vector<std::string_view> random_pieces(Random& random, std::string_view text, std::size_t longest) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t length = std::min(text.size(), 1 + below(random, longest));
    pieces.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return pieces;
}

// PlainReader leaves "exp.csv" off errors that have no line, so the parser is unnamed only for those.
Seen oracle(std::string_view text) {
  Seen seen = PlainReader(text).read();
  if (!seen.error.empty() && !seen.error.starts_with("exp.csv")) seen.error = "exp.csv: " + seen.error;
  return seen;
}

void expect_as_oracle(std::string_view text, const std::vector<std::string_view>& pieces,
                      CsvInstructions instructions) {
  const Seen expected = oracle(text);
  const Seen seen = without_remedies(read_pieces(pieces, named(instructions)), expected);
  ASSERT_EQ(seen, expected) << testing::PrintToString(std::string(text)) << " in " << pieces.size()
                            << " pieces";
}

TEST(CsvOracleTest, ReadsSoupLikeThePlainReaderAtEverySplit) {
  Random random(1);
  for (int round = 0; round < 1500; ++round) {
    const std::string text = (below(random, 2) == 0 ? "A,B\n" : "") + soup(random, below(random, 40));
    ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, {text}, CsvInstructions::kBest));
    ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, in_steps(text, 1), CsvInstructions::kBest));
    for (std::size_t at = 0; round % 10 == 0 && at <= text.size(); ++at) {
      const std::string_view whole = text;
      ASSERT_NO_FATAL_FAILURE(
          expect_as_oracle(text, {whole.substr(0, at), whole.substr(at)}, CsvInstructions::kBest));
    }
  }
}

TEST(CsvOracleTest, ReadsDamagedExportsLikeThePlainReader) {
  Random random(2);
  for (int round = 0; round < 1500; ++round) {
    const std::string text = damaged_export(random, below(random, 30), below(random, 4));
    ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, {text}, CsvInstructions::kBest));
    ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, {text}, CsvInstructions::kBaseline));
    ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, random_pieces(random, text, 100), CsvInstructions::kBest));
    if (round % 10 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, in_steps(text, 1), CsvInstructions::kBaseline));
    }
  }
}

// Long enough for several of the parser's windows and pieces.
TEST(CsvOracleTest, ReadsLargeDamagedExportsLikeThePlainReader) {
  Random random(3);
  for (int round = 0; round < 12; ++round) {
    const std::string text = damaged_export(random, 8000, below(random, 30));
    ASSERT_NO_FATAL_FAILURE(expect_as_oracle(text, {text}, CsvInstructions::kBest));
    ASSERT_NO_FATAL_FAILURE(
        expect_as_oracle(text, random_pieces(random, text, 50000), CsvInstructions::kBaseline));
  }
}

// What reading all columns gives, but for the cells nobody wants.
Seen only_columns(Seen seen, const std::vector<std::uint32_t>& wanted) {
  for (SeenRow& row : seen.rows) {
    Cells cells;
    for (const std::uint32_t column : wanted) cells.push_back(row.cells[column]);
    row.cells = std::move(cells);
  }
  return seen;
}

Seen read_columns(const std::vector<std::string_view>& pieces, const std::vector<std::uint32_t>& wanted,
                  CsvInstructions instructions) {
  Collector sink(wanted);
  CsvParser parser(named(instructions), sink);
  Status fed;
  for (const std::string_view piece : pieces) {
    const std::vector<char> own(piece.begin(), piece.end());
    fed = parser.feed({own.data(), own.size()});
    if (!fed) break;
  }
  return finished(parser, sink, fed);
}

void expect_few_columns_as_all(Random& random, std::string_view text,
                               const std::vector<std::string_view>& pieces, CsvInstructions instructions) {
  const Seen all = read(text, named());
  std::vector<std::uint32_t> wanted;
  for (std::size_t i = below(random, 3); i > 0 && !all.header.empty(); --i) {
    wanted.push_back(static_cast<std::uint32_t>(below(random, all.header.size())));
  }
  ASSERT_EQ(read_columns(pieces, wanted, instructions), only_columns(all, wanted))
      << testing::PrintToString(std::string(text)) << " in " << pieces.size() << " pieces, columns "
      << testing::PrintToString(wanted);
}

TEST(CsvOracleTest, FewColumnsOfManyReadLikeAll) {
  Random random(4);
  for (int round = 0; round < 1500; ++round) {
    const std::string text = damaged_export(random, below(random, 30), below(random, 4));
    ASSERT_NO_FATAL_FAILURE(expect_few_columns_as_all(random, text, {text}, CsvInstructions::kBaseline));
    ASSERT_NO_FATAL_FAILURE(
        expect_few_columns_as_all(random, text, random_pieces(random, text, 200), CsvInstructions::kBest));
    if (round % 10 == 0) {
      ASSERT_NO_FATAL_FAILURE(
          expect_few_columns_as_all(random, text, in_steps(text, 1), CsvInstructions::kBest));
    }
  }
}

TEST(CsvOracleTest, FewColumnsOfLargeExportsReadLikeAll) {
  Random random(5);
  for (int round = 0; round < 12; ++round) {
    const std::string text = damaged_export(random, 8000, below(random, 30));
    ASSERT_NO_FATAL_FAILURE(expect_few_columns_as_all(random, text, {text}, CsvInstructions::kBest));
    ASSERT_NO_FATAL_FAILURE(expect_few_columns_as_all(random, text, random_pieces(random, text, 50000),
                                                      CsvInstructions::kBaseline));
  }
}

// Takes down where cuts are, and which row comes next.
class CutCollector : public Collector {
 public:
  void on_cut(const RowCut& cut) override { cuts.push_back(cut); }
  std::vector<RowCut> cuts;
};

TEST(CsvOracleTest, AFileReadFromACutGoesOnWithTheRecordThere) {
  Random random(6);
  std::size_t cuts_seen = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string text = damaged_export(random, below(random, 60), below(random, 3));
    const Seen all = read(text, named());
    Cells sound;
    for (std::size_t i = 0; i < all.header.size(); ++i) sound.push_back("c" + std::to_string(i));
    if (!all.error.empty() || all.header != sound) continue;
    CutCollector sink;
    CsvOptions options = named();
    options.cut_bytes = 100;
    CsvParser parser(options, sink);
    for (const std::string_view piece : random_pieces(random, text, 150)) ASSERT_TRUE(parser.feed(piece));
    ASSERT_TRUE(parser.finish());
    ASSERT_EQ(sink.seen.rows, all.rows);
    for (const RowCut& cut : sink.cuts) {
      ++cuts_seen;
      Seen expected = all;
      std::erase_if(expected.rows, [&](const SeenRow& row) { return row.record < cut.place.record; });
      const std::string header = text.substr(0, text.find_first_of("\r\n")) + "\n";
      CsvOptions same = named();
      const std::size_t delimiter = header.find_first_of(",;\t|");
      if (delimiter != std::string::npos) same.delimiter = header[delimiter];
      Collector after;
      CsvParser second(same, after);
      ASSERT_TRUE(second.feed(header));
      ASSERT_TRUE(second.feed(std::string_view(text).substr(cut.offset)));
      ASSERT_TRUE(second.finish());
      ASSERT_EQ(after.seen.rows.size(), expected.rows.size()) << testing::PrintToString(text);
      for (std::size_t i = 0; i < expected.rows.size(); ++i) {
        ASSERT_EQ(after.seen.rows[i].cells, expected.rows[i].cells);
        ASSERT_EQ(after.seen.rows[i].line - 2, expected.rows[i].line - cut.place.line);
      }
    }
  }
  EXPECT_GT(cuts_seen, 100U);
}

// The first row that is read where a text starts in the middle of a file.
Cells first_row_at(std::string_view text, const std::string& header, char delimiter) {
  CsvOptions options = named();
  options.delimiter = delimiter;
  Collector after;
  CsvParser parser(options, after);
  EXPECT_TRUE(parser.feed(header + "\n"));
  EXPECT_TRUE(parser.feed(text));
  EXPECT_TRUE(parser.finish());
  return after.seen.rows.empty() ? Cells{} : after.seen.rows.front().cells;
}

TEST(CsvOracleTest, EveryRecordBeginsWhereItIsSaidTo) {
  Random random(7);
  std::size_t rows_seen = 0;
  for (int round = 0; round < 200; ++round) {
    const std::string text = damaged_export(random, below(random, 40), below(random, 3));
    CutCollector sink;
    CsvOptions options = named();
    options.cut_bytes = 150;
    CsvParser parser(options, sink);
    bool sound = true;
    for (const std::string_view piece : random_pieces(random, text, 150))
      sound &= parser.feed(piece).has_value();
    if (!sound || !parser.finish()) continue;
    const std::vector<std::uint32_t> starts = parser.take_starts();
    if (text.find('\0') != std::string::npos) continue;
    ASSERT_EQ(starts.size(), parser.stats().rows + parser.stats().rejects);
    const std::string header = text.substr(0, text.find_first_of("\r\n"));
    for (const SeenRow& row : sink.seen.rows) {
      ++rows_seen;
      const auto after = std::ranges::upper_bound(sink.cuts, row.record, {},
                                                  [](const RowCut& cut) { return cut.place.record; });
      const std::uint64_t start = std::prev(after)->offset + starts[row.record - 1];
      const Cells cells = first_row_at(std::string_view(text).substr(start), header, parser.delimiter());
      ASSERT_EQ(cells, row.cells) << testing::PrintToString(text);
    }
  }
  EXPECT_GT(rows_seen, 500U);
}

TEST(CsvOracleTest, WhereRecordsBeginIsNotToldBehindANul) {
  CutCollector sink;
  CsvOptions options = named();
  options.cut_bytes = 150;
  CsvParser parser(options, sink);
  ASSERT_TRUE(parser.feed(std::string_view("a,b\n1,\0002\n3,4\n", 13)));
  ASSERT_TRUE(parser.finish());
  EXPECT_EQ(parser.stats().rows, 2U);
  EXPECT_TRUE(parser.take_starts().empty());
}

}  // namespace
}  // namespace plumbline
