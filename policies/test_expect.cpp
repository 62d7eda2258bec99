#include "policies/test_expect.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 4> kColumns = {"Record", "Policy", "Verdict", "Message"};
enum ExpectColumn : std::size_t { kRecord, kPolicy, kVerdict, kMessage };
constexpr std::array<CaseVerdict, 3> kVerdicts = {CaseVerdict::kViolated, CaseVerdict::kUnknown,
                                                  CaseVerdict::kNotJudged};

}  // namespace

std::string_view to_string(CaseVerdict verdict) {
  switch (verdict) {
    case CaseVerdict::kViolated:
      return "violated";
    case CaseVerdict::kUnknown:
      return "unknown";
    case CaseVerdict::kNotJudged:
      return "not judged";
  }
  return "";
}

void ExpectTable::fault(std::string code, const SourceSpan& where, std::string message) {
  diagnostics_.error(std::move(code), where, std::move(message));
}

void ExpectTable::read_header(const std::vector<PlacedText>& names, const SourceSpan& where,
                              Expectation& expect) {
  const std::vector<std::string> known(kColumns.begin(), kColumns.end());
  std::array<bool, kColumns.size()> given{};
  columns_.assign(names.size(), kColumns.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto column = std::ranges::find_if(
        kColumns, [&](std::string_view one) { return equal_folded(one, names[i].text); });
    if (column != kColumns.end()) {
      columns_[i] = static_cast<std::size_t>(column - kColumns.begin());
      given[columns_[i]] = true;
    } else if (!names[i].text.empty()) {
      fault("PB195", names[i].where,
            fmt::format("`expect:` has the columns Record, Policy, Verdict and, if you like, Message, but no "
                        "{}{}",
                        names[i].text, did_you_mean(names[i].text, known)));
    }
  }
  complete_ = given[kRecord] && given[kPolicy] && given[kVerdict];
  if (!complete_) {
    fault("PB195", where, "the first row under `expect:` names the columns: | Record | Policy | Verdict |");
  }
  expect.has_messages = given[kMessage];
}

void ExpectTable::read_row(const std::vector<TestCell>& cells, std::size_t line, Expectation& expect) {
  if (!complete_) return;
  ExpectedLine expected;
  expected.line = line;
  bool sound = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const TestCell& cell = cells[i];
    const std::string text = cell.kind == TestCell::Kind::kUnknown ? "?" : cell.text;
    switch (columns_[i]) {
      case kRecord:
        expected.record = {text, cell.where};
        break;
      case kPolicy:
        expected.policy = {text, cell.where};
        break;
      case kVerdict:
        sound = read_verdict(text, cell.where, expected.verdict);
        break;
      case kMessage:
        if (cell.kind != TestCell::Kind::kNull) expected.message = text;
        break;
      default:
        break;
    }
  }
  if (sound) check(expected);
  if (sound) expect.verdicts.push_back(std::move(expected));
}

bool ExpectTable::read_verdict(const std::string& text, const SourceSpan& where, CaseVerdict& verdict) {
  std::vector<std::string> words;
  for (const CaseVerdict known : kVerdicts) {
    if (equal_folded(text, to_string(known))) {
      verdict = known;
      return true;
    }
    words.emplace_back(to_string(known));
  }
  const std::string guess = did_you_mean(text, words);
  fault("PB195", where,
        fmt::format("a verdict is violated, unknown or not judged, not `{}`{}", text,
                    guess.empty() ? "; what is not violated is not listed" : guess));
  return false;
}

void ExpectTable::check(const ExpectedLine& expected) {
  if (expected.policy.text.empty())
    fault("PB191", expected.policy.where, "which policy? Write its id, or pack/id");
  const bool judged = expected.verdict != CaseVerdict::kNotJudged;
  if (judged && expected.record.text.empty())
    fault("PB191", expected.record.where, "which record? Write its Id");
  if (!judged && !expected.record.text.empty()) {
    fault("PB197", expected.record.where,
          "a policy is not judged as a whole, for want of a column or a table; leave the record blank");
  }
}

}  // namespace plumbline
