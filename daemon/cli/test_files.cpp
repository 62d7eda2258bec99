#include "daemon/cli/test_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/wrap.h"
#include "policies/bless_test.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMargin = "  ";
constexpr std::string_view kDeeper = "      ";

// A shipped pack, or a file named from where the test stands.
Result<PackText> find_pack_beside(const std::string& test, std::string_view name) {
  const std::string written(name);
  if (shipped_pack(written)) return find_pack(written);
  const fs::path path = fs::path(test).parent_path() / written;
  std::error_code code;
  const bool is_file = written.find('/') != std::string::npos || written.ends_with(".yaml") ||
                       written.ends_with(".yml") || fs::exists(path, code);
  return find_pack(is_file ? path.string() : written);
}

// One row of what differs.
struct Row {
  std::array<std::string, 4> cells;
  std::vector<std::pair<char, std::string>> details{};  // with a mark: + came, - expected, blank neither
};

Row row_of(const CaseDifference& difference, const TestCase& test) {
  Row row;
  const ExpectedLine* expected = difference.expected ? &test.expect.verdicts[*difference.expected] : nullptr;
  const CaseLine* came = difference.came ? &*difference.came : nullptr;
  row.cells = {printable(expected != nullptr ? expected->record.text : came->record),
               printable(expected != nullptr ? expected->policy.text : came->policy),
               std::string(expected != nullptr ? to_string(expected->verdict) : "nothing"),
               std::string(came != nullptr ? to_string(came->verdict) : "nothing")};
  if (row.cells[0].empty()) row.cells[0] = "(all)";
  const bool both = expected != nullptr && came != nullptr;
  if (both && expected->message) {
    row.details.emplace_back('-', printable(*expected->message));
    row.details.emplace_back('+', printable(came->message));
  } else if (came != nullptr) {
    row.details.emplace_back(' ', printable(came->message));
  } else if (!difference.why.empty()) {
    row.details.emplace_back(' ', printable(difference.why));
  }
  return row;
}

void write_row(std::string& text, const std::array<std::string, 4>& cells,
               const std::array<std::size_t, 4>& widths) {
  std::string line(kMargin);
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += i + 1 < cells.size() ? padded(cells[i], widths[i]) + "  " : cells[i];
  text += line + "\n";
}

std::string table_of(const CaseOutcome& outcome, const TestCase& test, std::size_t columns) {
  std::vector<Row> rows{{.cells = {"record", "policy", "expected", "came"}}};
  for (const CaseDifference& difference : outcome.differences) rows.push_back(row_of(difference, test));
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    write_row(text, row.cells, widths);
    for (const auto& [mark, detail] : row.details) {
      char begin = mark;
      for (const std::string& line : wrap_words(detail, columns - kDeeper.size() - 2)) {
        text += fmt::format("{}{} {}\n", kDeeper, begin, line);
        begin = ' ';
      }
    }
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// Lines that are in both once, those expected alone behind -, those that came alone behind +.
std::string error_difference(const std::string& expected, const std::string& came) {
  const std::vector<std::string> olds = lines_of(expected);
  const std::vector<std::string> news = lines_of(came);
  std::size_t head = 0;
  while (head < olds.size() && head < news.size() && olds[head] == news[head]) ++head;
  std::size_t tail = 0;
  while (tail + head < olds.size() && tail + head < news.size() &&
         olds[olds.size() - 1 - tail] == news[news.size() - 1 - tail]) {
    ++tail;
  }
  std::string text;
  const auto add = [&](char mark, const std::string& line) {
    text += fmt::format("{}{} {}\n", kMargin, mark, line);
  };
  for (std::size_t i = 0; i < head; ++i) add(' ', olds[i]);
  for (std::size_t i = head; i < olds.size() - tail; ++i) add('-', olds[i]);
  for (std::size_t i = head; i < news.size() - tail; ++i) add('+', news[i]);
  for (std::size_t i = olds.size() - tail; i < olds.size(); ++i) add(' ', olds[i]);
  return text;
}

std::string where_and_title(const TestCase& test) {
  return fmt::format("{}:{}: {}", test.title.where.file, test.title.where.line, printable(test.title.text));
}

std::string failure(const CaseOutcome& outcome, const TestCase& test, std::size_t columns) {
  if (test.expect.kind == Expectation::Kind::kError) {
    const bool none = outcome.error.empty();
    return fmt::format("{}: {} (- expected, + came)\n{}", where_and_title(test),
                       none ? "an error was expected, and there is none" : "the error is another",
                       error_difference(test.expect.error, outcome.error));
  }
  const auto wrong = static_cast<std::size_t>(std::ranges::count_if(
      outcome.differences, [](const CaseDifference& one) { return one.came.has_value(); }));
  std::string text = fmt::format("{}: {} not as expected, {} as expected\n", where_and_title(test),
                                 counted(outcome.differences.size(), "verdict", "verdicts"),
                                 with_commas(outcome.came.size() - wrong));
  text += table_of(outcome, test, columns);
  if (!outcome.passed_over.empty()) {
    text += fmt::format("{}({} not judged on these columns, such as {}: {})\n", kMargin,
                        counted(outcome.passed_over.size(), "policy", "policies"),
                        outcome.passed_over[0].policy, outcome.passed_over[0].reason);
  }
  return text;
}

std::string blessing_of(const CaseBlessing& blessing, const TestCase& test) {
  if (!blessing.refused.empty())
    return fmt::format("{}: left as it is: {}\n", where_and_title(test), blessing.refused);
  if (test.expect.kind == Expectation::Kind::kError)
    return fmt::format("{}: now expects the error that came\n", where_and_title(test));
  std::vector<std::string> parts;
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number > 0) parts.push_back(fmt::format("{} {}", counted(number, "verdict", "verdicts"), what));
  };
  add(blessing.added, "added");
  add(blessing.removed, "removed");
  add(blessing.changed, "changed");
  return fmt::format("{}: {}\n", where_and_title(test), fmt::join(parts, ", "));
}

Status write_file(const std::string& path, std::string_view text) {
  Result<OutputFile> file = OutputFile::create(path);
  if (!file) return fail(std::move(file.error()));
  file->write(text);
  return file->finish();
}

}  // namespace

std::vector<std::string> test_files_at(const std::string& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) return {path};
  std::vector<std::string> files;
  for (fs::directory_iterator entry(path, code), end; !code && entry != end; entry.increment(code)) {
    if (entry->path().extension() == kTestFileEnding && !entry->is_directory())
      files.push_back(entry->path().string());
  }
  std::ranges::sort(files);
  return files;
}

TestFileRun::TestFileRun(std::shared_ptr<const Schema> schema, SourceTexts& texts, Blessing blessing,
                         TestCoverage* coverage, Streams& streams)
    : schema_(std::move(schema)),
      texts_(texts),
      blessing_(blessing),
      coverage_(coverage),
      streams_(streams) {}

void TestFileRun::run(const std::string& path, TestTally& tally) {
  const Result<std::string> text = read_text(path);
  if (!text) {
    complain(streams_, text.error());
    tally.faulty = true;
    return;
  }
  texts_.add(path, *text);
  Diagnostics diagnostics;
  const std::optional<TestFile> file = parse_test_file(*text, path, diagnostics);
  std::vector<CaseOutcome> outcomes;
  if (file) {
    TestPacks packs(schema_, [&](std::string_view name) {
      Result<PackText> pack = find_pack_beside(path, name);
      if (pack) texts_.add(pack->file, pack->text);
      return pack;
    });
    const CaseVisit visit = [&](const TestCase& test, const BoundPack& pack, const CaseJudgement& judged) {
      if (coverage_ != nullptr) coverage_->see(test, pack, judged);
    };
    outcomes = run_test_file(*file, packs, diagnostics, visit);
  }
  streams_.err.write(render_faults(diagnostics, texts_));
  tally.faulty = tally.faulty || diagnostics.has_errors();
  if (blessing_ == Blessing::kYes && diagnostics.has_errors()) {
    complain(streams_, fmt::format("{} is left as it is: its faults come first", path));
  } else if (blessing_ == Blessing::kYes) {
    return bless(path, *file, outcomes, tally);
  }
  std::size_t failed = 0;
  for (const CaseOutcome& outcome : outcomes) {
    if (outcome.passed) continue;
    ++failed;
    streams_.out.write(failure(outcome, file->cases[outcome.number], streams_.out_terminal.columns));
  }
  tally.failed += failed;
  tally.passed += outcomes.size() - failed;
  if (diagnostics.has_errors()) return;
  streams_.out.write(fmt::format("{}: {}, {}\n", path, counted(outcomes.size(), "case", "cases"),
                                 failed == 0 ? "all as expected" : with_commas(failed) + " not as expected"));
}

void TestFileRun::bless(const std::string& path, const TestFile& file,
                        const std::vector<CaseOutcome>& outcomes, TestTally& tally) {
  const BlessedFile blessed = bless_test_file(file, outcomes);
  if (blessed.text != file.text) {
    if (const Status written = write_file(path, blessed.text); !written) {
      complain(streams_, written.error());
      tally.unwritable = true;
      return;
    }
  }
  std::size_t changed = 0;
  for (const CaseBlessing& blessing : blessed.cases) {
    streams_.out.write(blessing_of(blessing, file.cases[blessing.number]));
    changed += blessing.refused.empty() ? 1 : 0;
  }
  const std::size_t refused = blessed.cases.size() - changed;
  tally.failed += refused;
  tally.passed += outcomes.size() - refused;
  streams_.out.write(fmt::format("{}: {}, {}\n", path, counted(outcomes.size(), "case", "cases"),
                                 changed == 0 ? "none changed"
                                 : changed == 1
                                     ? "1 changed; read it before you keep it"
                                     : with_commas(changed) + " changed; read them before you keep them"));
}

}  // namespace plumbline
