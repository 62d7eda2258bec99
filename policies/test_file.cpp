#include "policies/test_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/nearest_name.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "base/utf8.h"
#include "policies/test_expect.h"
#include "policies/test_row.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr auto kByteOrderMark = "\xEF\xBB\xBF"sv;
constexpr auto kBlanks = " \t"sv;
constexpr auto kNothing = "nothing"sv;

enum class Key : std::uint8_t {
  kCase,
  kPack,
  kPackText,
  kAsOf,
  kZone,
  kPolicies,
  kOn,
  kCondition,
  kExpect,
  kExpectError,
};
struct KeyWord {
  Key key;
  std::string_view word;
};
constexpr std::array<KeyWord, 10> kKeys = {{{Key::kCase, "case"},
                                            {Key::kPack, "pack"},
                                            {Key::kPackText, "pack text"},
                                            {Key::kAsOf, "as_of"},
                                            {Key::kZone, "zone"},
                                            {Key::kPolicies, "policies"},
                                            {Key::kOn, "on"},
                                            {Key::kCondition, "condition"},
                                            {Key::kExpect, "expect"},
                                            {Key::kExpectError, "expect error"}}};

// Where rows, or indented lines, go that follow.
enum class Block : std::uint8_t { kNone, kTable, kExpected, kPackText, kError };

// A case, or what stands before the first of them and holds for all.
struct Scope {
  TestCase read{};
  std::map<Key, SourceSpan> seen{};
  bool is_case = false;
  bool expects_nothing = false;
};

std::uint32_t narrow(std::size_t number) { return static_cast<std::uint32_t>(number); }

// Text that runs to the end of its line: # may be part of it.
bool takes_whole_line(Key key) { return key == Key::kCase || key == Key::kCondition; }

class TestFileReader {
 public:
  TestFileReader(std::string_view text, std::string_view name, Diagnostics& diagnostics)
      : text_(text),
        diagnostics_(diagnostics),
        errors_before_(diagnostics.error_count()),
        expected_(diagnostics) {
    file_.name = name;
  }

  std::optional<TestFile> read() {
    if (!is_readable()) return std::nullopt;
    for (std::size_t begin = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
         begin < text_.size(); ++line_) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      std::string_view line = text_.substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      read_line(line);
      begin = end + 1;
    }
    end_scope();
    if (cases_ == 0) {
      fault("PB191", {.file = file_.name, .line = 1, .column = 0, .length = 1},
            "the file has no case; begin one with `case: what it shows`");
    }
    file_.text = text_;
    return std::move(file_);
  }

 private:
  void fault(std::string code, const SourceSpan& where, std::string message) {
    diagnostics_.error(std::move(code), where, std::move(message));
  }
  SourceSpan place(std::size_t begin, std::size_t length) const {
    return {.file = file_.name,
            .line = narrow(line_ + 1),
            .column = narrow(begin + 1),
            .length = narrow(std::max<std::size_t>(length, 1))};
  }
  SourceSpan place(std::string_view line, std::string_view part) const {
    return place(static_cast<std::size_t>(part.data() - line.data()), part.size());
  }

  bool is_readable() {
    if (text_.size() > kMaxTestFileBytes) {
      fault("PB199", {.file = file_.name},
            fmt::format("the file has more than {} bytes; split it", kMaxTestFileBytes));
      return false;
    }
    const std::size_t at = first_invalid_utf8(text_);
    if (at == text_.size()) return true;
    const std::string_view before = text_.substr(0, at);
    line_ = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t begin = before.rfind('\n') + 1;  // 0 where there is none
    fault("PB193", place(at - begin, 1), "this byte is not UTF-8; save the file as UTF-8");
    return false;
  }

  void read_line(std::string_view line) {
    const bool indented = !line.empty() && kBlanks.contains(line.front());
    const std::string_view visible = trim(line);
    const bool takes_text = block_ == Block::kPackText || block_ == Block::kError;
    if (takes_text && (indented || visible.empty())) return read_text(line);
    if (takes_text) block_ = Block::kNone;
    if (visible.empty() || visible.front() == '#') return;
    if (visible.front() == '|') return read_row(line);
    read_key(line, visible);
  }

  // ---- Lines that begin with a word

  void read_key(std::string_view line, std::string_view visible) {
    block_ = Block::kNone;
    const std::size_t colon = visible.find(':');
    const std::string_view word = trim(visible.substr(0, colon));
    if (colon == std::string_view::npos || word.empty()) {
      return fault("PB190", place(line, visible),
                   fmt::format("this line is none that a test has; known are {}, a table's object as in "
                               "`Opportunity:`, rows between bars, and comments behind #",
                               known_keys()));
    }
    const auto known = std::ranges::find(kKeys, word, &KeyWord::word);
    const bool whole = known != kKeys.end() && takes_whole_line(known->key);
    const std::string_view value = value_of(visible.substr(colon + 1), whole);
    if (known == kKeys.end() && value.empty()) return begin_table(word, place(line, word));
    if (known == kKeys.end()) {
      const std::string guess = did_you_mean(word, test_file_keys());
      return fault(
          "PB190", place(line, word),
          fmt::format("a test has no `{}:`{}", word, guess.empty() ? "; known are " + known_keys() : guess));
    }
    if (known->key == Key::kCase) return begin_case({std::string(value), place(line, visible)});
    const auto [first, is_new] = scope_.seen.emplace(known->key, place(line, word));
    if (!is_new) {
      fault("PB192", place(line, word),
            fmt::format("`{}` is given twice, first in line {}; keep one", word, first->second.line));
    }
    const SourceSpan where = value.empty() ? place(line, word) : place(line, value);
    take(known->key, word, {std::string(value), where}, line);
  }

  static std::string_view value_of(std::string_view written, bool whole) {
    for (std::size_t i = 0; !whole && i < written.size(); ++i) {
      if (written[i] == '#' && i > 0 && kBlanks.contains(written[i - 1])) written = written.substr(0, i);
    }
    return trim(written);
  }

  static std::string known_keys() {
    std::vector<std::string> words;
    for (const KeyWord& key : kKeys) words.push_back(fmt::format("`{}:`", key.word));
    return fmt::format("{}", fmt::join(words, ", "));
  }

  void take(Key key, std::string_view word, PlacedText value, std::string_view line) {
    const bool is_block = key == Key::kPackText || key == Key::kExpectError || key == Key::kExpect;
    if (value.text.empty() && !is_block)
      return fault("PB191", value.where, fmt::format("`{}` is empty; write its value behind it", word));
    if (!value.text.empty() && is_block && key != Key::kExpect) {
      fault("PB196", value.where,
            fmt::format("the text of `{}` stands in the lines below it, indented", word));
      value.text.clear();
    }
    TestCase& read = scope_.read;
    switch (key) {
      case Key::kCase:
        break;
      case Key::kPack:
        read.pack = std::move(value);
        break;
      case Key::kPackText:
        read.pack_text = std::move(value);
        read.pack_text->where.length = 0;  // until a line has come
        block_ = Block::kPackText;
        break;
      case Key::kAsOf:
        take_moment(std::move(value));
        break;
      case Key::kZone:
        take_zone(value);
        break;
      case Key::kPolicies:
        take_policies(value, line);
        break;
      case Key::kOn:
        read.on = std::move(value);
        break;
      case Key::kCondition:
        read.condition = std::move(value);
        break;
      case Key::kExpect:
      case Key::kExpectError:
        begin_expect(key, value);
        break;
    }
  }

  void take_moment(PlacedText value) {
    if (!parse_day(value.text) && !parse_instant(value.text)) {
      fault("PB162", value.where,
            fmt::format("`{}` is neither a day (2022-04-23) nor a moment with its zone "
                        "(2022-04-23T09:00:00Z)",
                        value.text));
    }
    scope_.read.as_of = std::move(value);
  }

  void take_zone(const PlacedText& value) {
    const auto zone = TimeZone::find(value.text);
    if (zone) {
      scope_.read.zone = zone->name();
    } else {
      fault("PB060", value.where, zone.error().message);
    }
  }

  void take_policies(const PlacedText& value, std::string_view line) {
    const std::string_view all = line.substr(value.where.column - 1, value.text.size());
    for (std::size_t begin = 0; begin <= all.size();) {
      const std::size_t end = std::min(all.find(',', begin), all.size());
      const std::string_view name = trim(all.substr(begin, end - begin));
      if (name.empty()) {
        fault("PB191", place(line, all.substr(begin, end - begin)),
              "the name of a policy is missing here; names stand between commas");
      } else {
        scope_.read.policies.push_back({std::string(name), place(line, name)});
      }
      begin = end + 1;
    }
  }

  void begin_expect(Key key, const PlacedText& value) {
    const SourceSpan where = scope_.seen.at(key);
    if (!scope_.is_case) {
      fault("PB197", where, "this belongs to a case, and stands before the first; put `case:` above it");
    }
    if (scope_.seen.contains(key == Key::kExpect ? Key::kExpectError : Key::kExpect)) {
      fault("PB197", where, "a case expects verdicts or an error, not both; make two cases of it");
    }
    Expectation& expect = scope_.read.expect;
    expect.kind = key == Key::kExpect ? Expectation::Kind::kVerdicts : Expectation::Kind::kError;
    expect.where = where;
    expect.begin = line_;
    expect.end = line_ + 1;
    block_ = key == Key::kExpect ? Block::kExpected : Block::kError;
    columns_ = 0;
    if (key == Key::kExpectError || value.text.empty()) return;
    scope_.expects_nothing = value.text == kNothing;
    if (!scope_.expects_nothing) {
      fault("PB196", value.where,
            "what is expected stands in a table below, | Record | Policy | Verdict |; or write "
            "`expect: nothing`");
    }
  }

  // ---- Tables

  void begin_table(std::string_view object, const SourceSpan& where) {
    block_ = Block::kTable;
    columns_ = 0;
    const auto same = std::ranges::find_if(
        scope_.read.tables, [&](const TestTable& table) { return equal_folded(table.object.text, object); });
    if (same != scope_.read.tables.end()) {
      fault("PB192", where,
            fmt::format("there are two tables `{}`, the first in line {}; make one of them", object,
                        same->object.where.line));
    }
    scope_.read.tables.push_back({.object = {std::string(object), where}});
  }

  void read_row(std::string_view line) {
    const std::size_t first = line.find('|');
    if (block_ != Block::kTable && block_ != Block::kExpected) {
      if (!std::exchange(stray_rows_told_, true)) {
        fault("PB193", place(first, 1),
              "a row, but of no table; write the object above its first row, such as `Opportunity:`");
      }
      return;
    }
    stray_rows_told_ = false;
    const SplitRow row = split_row(line, columns_);
    if (!row.closed) {
      const SplitRow::Cell& last = row.cells.back();
      fault("PB193", place(last.begin, last.end - last.begin), "the row is not closed; end it with a bar |");
    }
    if (block_ == Block::kExpected) scope_.read.expect.end = line_ + 1;
    if (columns_ == 0) return read_header(line, row);
    if (row_of_columns_++ == 0 && is_rule(line, row)) return;
    if (row.cells.size() != columns_) {
      if (row.closed)
        fault("PB193", place(first, trim(line).size()),
              fmt::format("this row has {}, and the table's first row {}",
                          row.cells.size() == 1 ? "1 cell" : fmt::format("{} cells", row.cells.size()),
                          columns_));
      return;
    }
    std::vector<TestCell> cells;
    for (const SplitRow::Cell& cell : row.cells) cells.push_back(read_cell_text(line, cell));
    if (block_ == Block::kTable) return add_row(std::move(cells), place(first, 1));
    if (scope_.expects_nothing && !std::exchange(nothing_told_, true)) {
      fault("PB197", scope_.read.expect.where,
            "`expect: nothing`, and yet there are rows below; keep one of the two");
    }
    expected_.read_row(cells, line_, scope_.read.expect);
  }

  // |---|---|, as tables have it elsewhere.
  static bool is_rule(std::string_view line, const SplitRow& row) {
    return std::ranges::all_of(row.cells, [&](const SplitRow::Cell& cell) {
      const std::string_view text = line.substr(cell.begin, cell.end - cell.begin);
      return text.find("--") != std::string_view::npos &&
             text.find_first_not_of("-:") == std::string_view::npos;
    });
  }

  TestCell read_cell_text(std::string_view line, const SplitRow::Cell& cell) {
    const std::string_view written = line.substr(cell.begin, cell.end - cell.begin);
    TestCell read{.where = place(cell.begin, written.size())};
    if (written.empty()) return read;
    if (written == "?") {
      read.kind = TestCell::Kind::kUnknown;
      return read;
    }
    std::string wrong;
    read.text = unescaped_cell(written, wrong);
    read.kind = TestCell::Kind::kText;
    if (!wrong.empty()) fault("PB193", read.where, std::move(wrong));
    return read;
  }

  void read_header(std::string_view line, const SplitRow& row) {
    std::vector<PlacedText> names;
    for (const SplitRow::Cell& cell : row.cells) {
      const std::string_view name = line.substr(cell.begin, cell.end - cell.begin);
      const SourceSpan where = place(cell.begin, name.size());
      const bool again =
          std::ranges::any_of(names, [&](const PlacedText& other) { return equal_folded(other.text, name); });
      if (name.empty()) fault("PB193", where, "a column without a name; the first row of a table names them");
      if (again && !name.empty())
        fault("PB192", where, fmt::format("the table has two columns {}; keep one", name));
      names.push_back({std::string(name), where});
    }
    columns_ = names.size();
    row_of_columns_ = 0;
    if (block_ == Block::kTable) {
      scope_.read.tables.back().columns = std::move(names);
    } else {
      expected_.read_header(names, place(line.find('|'), 1), scope_.read.expect);
    }
  }

  void add_row(std::vector<TestCell> cells, const SourceSpan& where) {
    if (++scope_rows_ == kMaxRowsInTestCase + 1) {
      fault("PB199", where, fmt::format("a case has at most {} rows; split it", kMaxRowsInTestCase));
    }
    if (scope_rows_ > kMaxRowsInTestCase) return;
    TestTable& table = scope_.read.tables.back();
    table.rows.push_back(std::move(cells));
    table.row_places.push_back(where);
  }

  // ---- Indented text

  void read_text(std::string_view line) {
    TestCase& read = scope_.read;
    const bool is_pack = block_ == Block::kPackText;
    const std::string_view visible = trim(line);
    std::string& text = is_pack ? read.pack_text->text : read.expect.error;
    if (visible.empty()) {
      ++blank_lines_;  // counts only where more text comes
      return;
    }
    if (text.empty()) {
      blank_lines_ = 0;
      indent_ = std::min(line.find_first_not_of(kBlanks), line.size());
      if (is_pack) read.pack_text->where = place(indent_, visible.size());
      if (is_pack) read.pack_text_indent = narrow(indent_);
    }
    if (!is_pack) read.expect.end = line_ + 1;
    text.append(std::exchange(blank_lines_, 0), '\n');
    const std::size_t own = std::min(line.find_first_not_of(kBlanks), line.size());
    std::string_view rest = line.substr(std::min(indent_, own));
    while (!rest.empty() && kBlanks.contains(rest.back())) rest.remove_suffix(1);
    text.append(rest) += '\n';
  }

  // ---- Cases

  void begin_case(PlacedText title) {
    end_scope();
    const std::size_t errors_before_title = diagnostics_.error_count();
    if (title.text.empty()) {
      fault("PB191", title.where, "the case has no title; say in a few words what it shows");
    }
    scope_ = Scope{.is_case = true};
    errors_before_ = errors_before_title;
    scope_.read.title = std::move(title);
    block_ = Block::kNone;
    scope_rows_ = shared_rows_;
    nothing_told_ = false;
  }

  void end_scope() {
    check_scope();
    if (!scope_.is_case) {
      shared_ = std::move(scope_);
      shared_rows_ = scope_rows_;
      return;
    }
    inherit();
    check_case();
    if (++cases_ > kMaxCasesInTestFile) {
      if (cases_ > kMaxCasesInTestFile + 1) return;
      fault("PB199", scope_.read.title.where,
            fmt::format("a file has at most {} cases; split it", kMaxCasesInTestFile));
    }
    if (diagnostics_.error_count() == errors_before_) file_.cases.push_back(std::move(scope_.read));
  }

  void check_scope() {
    TestCase& read = scope_.read;
    for (const TestTable& table : read.tables) {
      if (table.columns.empty()) {
        fault("PB191", table.object.where,
              fmt::format("the table {} has no rows; its first row names the fields: | Id | Name |",
                          table.object.text));
      }
    }
    if (read.pack_text && read.pack_text->text.empty()) {
      fault("PB196", scope_.seen.at(Key::kPackText),
            "no pack follows; write it in the lines below, indented");
    }
    if (read.pack && read.pack_text) {
      fault("PB197", scope_.seen.at(Key::kPackText),
            "a pack by name and one written here; keep one of the two");
    }
    if (read.condition && !read.policies.empty()) {
      fault("PB197", scope_.seen.at(Key::kPolicies),
            "where there is a `condition`, it alone is judged; remove one of the two");
    }
  }

  void inherit() {
    TestCase& read = scope_.read;
    const TestCase& shared = shared_.read;
    if (!read.pack && !read.pack_text) {
      read.pack = shared.pack;
      read.pack_text = shared.pack_text;
      read.pack_text_indent = shared.pack_text_indent;
    }
    const bool chooses = !read.policies.empty();
    if (!read.condition && read.policies.empty()) read.policies = shared.policies;
    if (!read.condition && !chooses) read.condition = shared.condition;
    if (!read.on) read.on = shared.on;
    if (read.as_of.text.empty()) read.as_of = shared.as_of;
    if (read.zone.empty()) read.zone = shared.zone;
    std::vector<TestTable> tables;
    for (const TestTable& table : shared.tables) {
      const bool replaced = std::ranges::any_of(read.tables, [&](const TestTable& own) {
        return equal_folded(own.object.text, table.object.text);
      });
      if (!replaced) tables.push_back(table);
    }
    std::ranges::move(read.tables, std::back_inserter(tables));
    read.tables = std::move(tables);
  }

  void check_case() {
    const TestCase& read = scope_.read;
    const SourceSpan& where = read.title.where;
    const bool has_expect = scope_.seen.contains(Key::kExpect) || scope_.seen.contains(Key::kExpectError);
    if (!has_expect) {
      fault("PB191", where, "the case expects nothing in particular; end it with `expect:` and its verdicts");
    }
    if (!read.pack && !read.pack_text && !read.condition) {
      fault("PB191", where, "by which pack? Write `pack: essentials`, or a file, above the first case");
    }
    if (read.condition && !read.on) {
      fault("PB191", read.condition->where, "of which object? Write `on: Opportunity` above the condition");
    }
    if (!has_expect || read.expect.kind == Expectation::Kind::kError) return check_error(read, has_expect);
    if (read.expect.verdicts.empty() && !scope_.expects_nothing && !has_expect_table()) {
      fault("PB191", read.expect.where,
            "no verdicts follow; write a table | Record | Policy | Verdict |, or `expect: nothing`");
    }
    if (read.as_of.text.empty() && !scope_.seen.contains(Key::kAsOf))
      fault("PB191", where, "judged at which moment? Write `as_of: 2022-04-23` above the first case");
    if (read.tables.empty())
      fault("PB191", where, "the case has no records; write a table: `Opportunity:` and rows below it");
  }

  bool has_expect_table() const { return scope_.read.expect.end - scope_.read.expect.begin > 1; }

  void check_error(const TestCase& read, bool has_expect) {
    if (!has_expect || !read.expect.error.empty()) return;
    fault("PB196", read.expect.where,
          "no text follows; write what `plumbline policy check` says, in the lines below, indented");
  }

  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t errors_before_;  // the case under way
  TestFile file_;
  std::size_t line_ = 0;
  Scope shared_;
  Scope scope_;  // before the first case: what becomes shared_
  std::size_t cases_ = 0;
  std::size_t shared_rows_ = 0;
  std::size_t scope_rows_ = 0;
  Block block_ = Block::kNone;
  std::size_t columns_ = 0;         // of the table under way; 0: its first row is still to come
  std::size_t row_of_columns_ = 0;  // rows of it since
  ExpectTable expected_;
  std::size_t indent_ = 0;
  std::size_t blank_lines_ = 0;
  bool stray_rows_told_ = false;
  bool nothing_told_ = false;
};

}  // namespace

const std::vector<std::string>& test_file_keys() {
  static const std::vector<std::string> kWords = [] {
    std::vector<std::string> words;
    for (const KeyWord& key : kKeys) words.emplace_back(key.word);
    return words;
  }();
  return kWords;
}

std::optional<TestFile> parse_test_file(std::string_view text, std::string_view name,
                                        Diagnostics& diagnostics) {
  return TestFileReader(text, name, diagnostics).read();
}

}  // namespace plumbline
