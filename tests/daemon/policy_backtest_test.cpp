// policy backtest over a small ledger with a known history, held against an audit as of each of its days.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <set>
#include <tuple>
#include <utility>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"
#include "tests/ledger/ledger_maker.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kRules = R"(
pack: rules
title: Rules
source: {document: Tests}
calendar:
  holidays: [2024-05-09]
policies:
  - id: late
    title: Late
    on: Opportunity
    severity: high
    judged_when: IsClosed = false
    violated_when: CloseDate < TODAY
    says: "The close date {CloseDate} has passed."
    fix: "Move it."
    section: Dates
    examples:
      - {given: {CloseDate: 2026-03-17}, as_of: 2026-03-18, violated: true}
      - {given: {CloseDate: 2026-03-18}, as_of: 2026-03-18, violated: false}
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// Asks for an end from the moment it has been asked `quiet` times, until that is heeded.
class SignalOnce : public StopSignals {
 public:
  explicit SignalOnce(int quiet) : quiet_(quiet) {}
  void watch() override { watched_ = true; }
  int seen() const override { return watched_ && asked_++ >= quiet_ ? SIGINT : 0; }
  void forget() override { watched_ = false; }

 private:
  int quiet_;
  bool watched_ = false;
  mutable int asked_ = 0;
};

// First seen on Monday 6 May 2024 at 08:00; the last sync is of 30 May.
class PolicyBacktest : public testing::Test {
 protected:
  PolicyBacktest() {
    folder_.write("rules.yaml", kRules);
    folder_.write("calmer.yaml",
                  replaced(std::string(kRules), "CloseDate < TODAY", "CloseDate < N_DAYS_AGO:3"));
    LedgerMaker maker(ledger_);
    const std::vector<std::string> fields{"Id",       "Name",        "OwnerId",  "CloseDate",
                                          "IsClosed", "CreatedDate", "IsDeleted"};
    const std::int64_t sync = maker.sync(at("2024-05-06T08:00:00Z"), "Opportunity", fields);
    maker.deliver(sync, "User", {"Id", "Name"});
    maker.sync(at("2024-05-30T08:00:00Z"), "Opportunity", fields);
    maker.record("User", "005A", {{"Id", "005A"}, {"Name", "Ada Marlowe"}}, kFirst);
    maker.record("User", "005B", {{"Id", "005B"}, {"Name", "Ben Okonjo"}}, kFirst);
    add_deals(maker);
  }

  static Instant at(std::string_view text) { return *parse_instant(text); }

  static void add_deal(LedgerMaker& maker, const std::string& id, const std::string& owner,
                       const std::string& close_date, const std::string& closed = "false",
                       const std::string& created = "2024-01-01T00:00:00Z", bool deleted = false) {
    maker.record("Opportunity", id,
                 {{"Id", id},
                  {"Name", "Deal " + id},
                  {"OwnerId", owner},
                  {"CloseDate", close_date},
                  {"IsClosed", closed},
                  {"CreatedDate", created},
                  {"IsDeleted", deleted ? "true" : "false"}},
                 kFirst, deleted);
  }

  static void add_deals(LedgerMaker& maker) {
    // Late on the 8th, moved on the 10th, as the CRM's history tells.
    add_deal(maker, "moved", "005A", "2024-08-01");
    maker.change({.record = "moved",
                  .field = "CloseDate",
                  .old = "2024-05-07",
                  .now = "2024-08-01",
                  .happened_at = at("2024-05-10T09:00:00Z"),
                  .seen_at = at("2024-05-11T08:00:00Z"),
                  .history = "h1"});
    // Late on the 9th, closed in the afternoon of the 14th, seen from outside.
    add_deal(maker, "closed", "005A", "2024-05-08", "true");
    maker.change({.record = "closed",
                  .field = "IsClosed",
                  .old = "false",
                  .now = "true",
                  .happened_at = at("2024-05-14T15:00:00Z"),
                  .seen_at = at("2024-05-15T08:00:00Z")});
    // Late all the time.
    add_deal(maker, "standing", "005B", "2024-05-01");
    // Seen from outside on the 16th; on the 30th the history told that it was moved on the 9th already.
    add_deal(maker, "retold", "005B", "2024-08-01");
    maker.change({.record = "retold",
                  .field = "CloseDate",
                  .old = "2024-05-07",
                  .now = "2024-08-01",
                  .happened_at = at("2024-05-16T08:00:00Z"),
                  .seen_at = at("2024-05-16T08:00:00Z"),
                  .superseded_at = at("2024-05-30T08:00:00Z")});
    maker.change({.record = "retold",
                  .field = "CloseDate",
                  .old = "2024-05-07",
                  .now = "2024-08-01",
                  .happened_at = at("2024-05-09T11:00:00Z"),
                  .seen_at = at("2024-05-30T08:00:00Z"),
                  .history = "h2"});
    // Made on the 13th, late from its beginning.
    add_deal(maker, "born-late", "005B", "2024-05-10", "false", "2024-05-13T09:00:00Z");
    // Late on the 10th, deleted on the 13th.
    add_deal(maker, "deleted", "005A", "2024-05-09", "false", "2024-01-01T00:00:00Z", true);
    maker.change({.record = "deleted",
                  .field = "IsDeleted",
                  .old = "false",
                  .now = "true",
                  .happened_at = at("2024-05-13T08:00:00Z"),
                  .seen_at = at("2024-05-13T08:00:00Z")});
    // Moved back and forth: two spells.
    add_deal(maker, "twice", "005A", "2024-08-01");
    const auto twice = [&](std::string_view moment, std::string_view old, std::string_view now) {
      maker.change({.record = "twice",
                    .field = "CloseDate",
                    .old = std::string(old),
                    .now = std::string(now),
                    .happened_at = at(moment),
                    .seen_at = at("2024-05-30T08:00:00Z"),
                    .history = std::string(moment)});
    };
    twice("2024-05-08T10:00:00Z", "2024-05-01", "2024-05-09");
    twice("2024-05-14T10:00:00Z", "2024-05-09", "2024-08-01");
  }

  // Seen first on 20 May, when its history told that it was moved on the 10th.
  static void add_deal_before_sync(LedgerMaker& maker) {
    maker.record("Opportunity", "old",
                 {{"Id", "old"},
                  {"Name", "Old"},
                  {"OwnerId", "005A"},
                  {"CloseDate", "2024-08-01"},
                  {"IsClosed", "false"},
                  {"CreatedDate", "2024-01-01T00:00:00Z"}},
                 at("2024-05-20T08:00:00Z"));
    for (const auto& [moment, old, now] : {std::tuple("2024-05-08T09:00:00Z", "2024-04-30", "2024-05-07"),
                                           std::tuple("2024-05-10T09:00:00Z", "2024-05-07", "2024-08-01")}) {
      maker.change({.record = "old",
                    .field = "CloseDate",
                    .old = old,
                    .now = now,
                    .happened_at = at(moment),
                    .seen_at = at("2024-05-20T08:00:00Z"),
                    .history = moment});
    }
  }

  Ran backtest(std::vector<std::string> options, std::string_view draft = "rules.yaml",
               StopSignals* signals = nullptr) const {
    options.insert(options.begin(), {"policy", "backtest", folder_.path_of(draft), "--ledger", ledger_});
    if (signals == nullptr) return run_words(options);
    StringOutput out;
    StringOutput err;
    std::istringstream in;
    const FixedClock clock(kTestNow);
    Streams streams{.out = out, .err = err, .in = in, .clock = clock, .signals = signals};
    const int status = run_command_line(options, streams);
    return {.status = status, .out = out.text(), .err = err.text()};
  }

  // The named text of each line, "-" for null.
  static std::string member(const std::string& line, std::string_view key) {
    const std::string begin = fmt::format("\"{}\":", key);
    const std::size_t at = line.find(begin);
    if (at == std::string::npos) return "";
    const std::size_t value = at + begin.size();
    if (line.substr(value, 4) == "null") return "-";
    const bool quoted = line[value] == '"';
    const std::size_t end = quoted ? line.find('"', value + 1) : line.find_first_of(",}", value);
    return line.substr(value + (quoted ? 1 : 0), end - value - (quoted ? 1 : 0));
  }

  // As it would be on an endless line.
  static std::string unwrapped(const std::string& text) {
    std::istringstream in(text);
    std::string words;
    for (std::string word; in >> word;) words += (words.empty() ? "" : " ") + word;
    return words;
  }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  // "moved 2024-05-08 2024-05-10 resolved 1", sorted.
  static std::set<std::string> spells(const Ran& ran) {
    std::set<std::string> spells;
    for (const std::string& line : lines_of(ran.out)) {
      spells.insert(fmt::format("{} {} {} {} {}", member(line, "record_id"), member(line, "from"),
                                member(line, "until"), member(line, "end"), member(line, "working_days")));
    }
    return spells;
  }

  // Records that an audit of that day, with all that is known now, finds violated.
  std::set<std::string> audited(Day day, std::string_view pack = "rules.yaml") const {
    const Ran ran = run_words({"audit", "--ledger", ledger_, "--pack", folder_.path_of(pack), "--as-of",
                               format_day(day), "--known-at", format_instant(kTestNow), "--format", "jsonl"});
    EXPECT_EQ(ran.status, kExitDone) << ran.err;
    std::set<std::string> records;
    for (const std::string& line : lines_of(ran.out)) records.insert(member(line, "record_id"));
    return records;
  }

  // Records in a spell on that day.
  static std::set<std::string> replayed(const Ran& ran, Day day, std::string_view side = "draft") {
    std::set<std::string> records;
    for (const std::string& line : lines_of(ran.out)) {
      const std::string until = member(line, "until");
      const bool over = until != "-" && *parse_day(until) <= day;
      if (member(line, "side") == side && *parse_day(member(line, "from")) <= day && !over)
        records.insert(member(line, "record_id"));
    }
    return records;
  }

  static constexpr Instant kFirst{std::chrono::sys_days{std::chrono::year{2024} / 5 / 6} +
                                  std::chrono::hours{8}};
  TempFolder folder_;
  std::string ledger_ = folder_.path_of("sales.ledger");
};

TEST_F(PolicyBacktest, tells_each_spell_with_its_days_and_its_end) {
  const Ran ran = backtest({"--from", "2024-05-06", "--to", "2024-05-20", "--format", "jsonl"});
  ASSERT_EQ(ran.status, kExitDone) << ran.err;
  // 9 May is a holiday.
  EXPECT_EQ(spells(ran), (std::set<std::string>{
                             "moved 2024-05-08 2024-05-10 resolved 1",
                             "closed 2024-05-09 2024-05-15 lapsed 4",
                             "standing 2024-05-06 - stands -",
                             "retold 2024-05-08 2024-05-09 resolved 0",
                             "born-late 2024-05-13 - stands -",
                             "deleted 2024-05-10 2024-05-13 lapsed 1",
                             "twice 2024-05-06 2024-05-08 resolved 2",
                             "twice 2024-05-10 2024-05-14 resolved 2",
                         }));
}

TEST_F(PolicyBacktest, has_on_each_day_what_an_audit_of_that_day_has) {
  const Ran ran = backtest({"--from", "2024-05-06", "--to", "2024-06-01", "--against",
                            folder_.path_of("calmer.yaml"), "--format", "jsonl"});
  ASSERT_EQ(ran.status, kExitDone) << ran.err;
  std::size_t violated = 0;
  for (Day day = *parse_day("2024-05-06"); day <= *parse_day("2024-06-01"); day += std::chrono::days{1}) {
    EXPECT_EQ(replayed(ran, day), audited(day)) << format_day(day);
    EXPECT_EQ(replayed(ran, day, "present"), audited(day, "calmer.yaml")) << format_day(day);
    violated += audited(day).size();
  }
  EXPECT_EQ(violated, 65U);
}

TEST_F(PolicyBacktest, says_why_a_spell_lapsed) {
  const Ran ran = backtest({"--from", "2024-05-06", "--to", "2024-05-20", "--format", "jsonl"});
  for (const std::string& line : lines_of(ran.out)) {
    if (member(line, "record_id") == "deleted") {
      EXPECT_EQ(member(line, "reason"), "the record is gone");
    } else if (member(line, "record_id") == "closed") {
      EXPECT_EQ(member(line, "reason"), "out of scope: it no longer holds that IsClosed = false");
    } else {
      EXPECT_EQ(member(line, "reason"), "-") << line;
    }
  }
}

TEST_F(PolicyBacktest, is_a_table_that_is_read_in_a_minute) {
  const Ran ran = backtest({"--from", "2024-05-06", "--to", "2024-05-20"});
  ASSERT_EQ(ran.status, kExitDone) << ran.err;
  expect_golden("policy_backtest.txt", replaced(ran.out, folder_.path() + "/", ""));
}

TEST_F(PolicyBacktest, against_the_present_pack_tells_how_many_fewer) {
  const Ran ran =
      backtest({"--from", "2024-05-06", "--to", "2024-05-20", "--against", folder_.path_of("rules.yaml")},
               "calmer.yaml");
  ASSERT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("would have told 8: 3 fewer now."), HasSubstr("change"), HasSubstr("-3")));
}

TEST_F(PolicyBacktest, of_one_day_counts_what_stood_on_it) {
  const Ran ran = backtest({"--from", "2024-05-08", "--to", "2024-05-08", "--format", "jsonl"});
  EXPECT_EQ(spells(ran),
            (std::set<std::string>{"moved 2024-05-08 - stands -", "standing 2024-05-08 - stands -",
                                   "retold 2024-05-08 - stands -"}));
}

TEST_F(PolicyBacktest, every_week_looks_at_the_same_weekday_alone) {
  const Ran ran =
      backtest({"--from", "2024-05-06", "--to", "2024-05-21", "--every", "week", "--format", "jsonl"});
  EXPECT_THAT(unwrapped(ran.err), HasSubstr("Replayed 3 days in"));
  EXPECT_EQ(spells(ran), (std::set<std::string>{
                             "standing 2024-05-06 - stands -", "twice 2024-05-06 2024-05-20 resolved 9",
                             "closed 2024-05-13 2024-05-20 lapsed 5", "born-late 2024-05-13 - stands -"}));
}

TEST_F(PolicyBacktest, leaves_out_days_before_history_begins_and_says_so) {
  const Ran early = backtest({"--from", "2024-05-01", "--to", "2024-05-20", "--format", "jsonl"});
  const Ran ran = backtest({"--from", "2024-05-06", "--to", "2024-05-20", "--format", "jsonl"});
  EXPECT_EQ(early.out, ran.out);
  EXPECT_THAT(unwrapped(early.err),
              HasSubstr("1 May 2024 to 5 May 2024 were not replayed: the ledger's history begins "
                        "2024-05-06T08:00:00Z"));
  EXPECT_THAT(unwrapped(ran.err), Not(HasSubstr("not replayed")));
}

TEST_F(PolicyBacktest, goes_back_before_the_first_sync_as_far_as_histories_tell) {
  LedgerMaker maker(folder_.path_of("told.ledger"));
  maker.sync(at("2024-05-20T08:00:00Z"), "Opportunity",
             {"Id", "Name", "OwnerId", "CloseDate", "IsClosed", "CreatedDate"});
  add_deal_before_sync(maker);
  std::vector<std::string> words{"policy",
                                 "backtest",
                                 folder_.path_of("rules.yaml"),
                                 "--ledger",
                                 folder_.path_of("told.ledger"),
                                 "--from",
                                 "2024-05-01",
                                 "--format",
                                 "jsonl"};
  const Ran ran = run_words(words);
  ASSERT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(spells(ran), (std::set<std::string>{"old 2024-05-08 2024-05-10 resolved 1"}));
  EXPECT_THAT(unwrapped(ran.err),
              AllOf(HasSubstr("1 May 2024 to 7 May 2024 were not replayed"),
                    HasSubstr("only what histories tell is as it was (Opportunity.CloseDate)"),
                    HasSubstr("after the last sync (2024-05-20T08:00:00Z)")));
}

TEST_F(PolicyBacktest, refuses_days_that_make_no_sense) {
  EXPECT_THAT(backtest({}).err, HasSubstr("from which day on? Say --from 2024-03-01"));
  EXPECT_THAT(backtest({"--from", "May"}).err, HasSubstr("--from May is no day"));
  EXPECT_THAT(backtest({"--from", "2024-05-06", "--to", "2024-06-02"}).err,
              HasSubstr("--to 2024-06-02 is after today, 2024-06-01"));
  EXPECT_THAT(backtest({"--from", "2024-05-06", "--to", "2024-05-05"}).err,
              HasSubstr("--from 2024-05-06 is after 2024-05-05"));
  EXPECT_THAT(backtest({"--from", "1924-05-06"}).err, HasSubstr("are more than the 4000"));
  EXPECT_EQ(backtest({"--from", "May"}).status, kExitUsage);
  const Ran before = backtest({"--from", "2024-04-01", "--to", "2024-05-05"});
  EXPECT_EQ(before.status, kExitInput);
  EXPECT_THAT(before.err, HasSubstr("no day to replay: the ledger's history begins 2024-05-06T08:00:00Z"));
}

TEST_F(PolicyBacktest, interrupted_shows_the_days_done_so_far) {
  const std::vector<std::string> all{"--from", "2024-05-06", "--to", "2024-05-20", "--format", "jsonl"};
  std::set<std::size_t> reached;
  for (int quiet = 0; quiet < 200; quiet += 7) {
    SignalOnce signals(quiet);
    const Ran ran = backtest(all, "rules.yaml", &signals);
    if (ran.status == kExitDone) break;
    ASSERT_EQ(ran.status, kExitSignal + SIGINT) << ran.err;
    const std::string said = "interrupted after ";
    ASSERT_THAT(ran.err, HasSubstr(said));
    const auto days = static_cast<std::size_t>(std::stoi(ran.err.substr(ran.err.find(said) + said.size())));
    reached.insert(days);
    if (days == 0) {
      EXPECT_EQ(ran.out, "");
      continue;
    }
    const Day last = *parse_day("2024-05-06") + std::chrono::days{days - 1};
    EXPECT_EQ(ran.out, backtest({"--from", "2024-05-06", "--to", format_day(last), "--format", "jsonl"}).out);
  }
  EXPECT_GT(reached.size(), 2U);
}

TEST_F(PolicyBacktest, is_the_same_for_any_number_of_threads) {
  const std::vector<std::string> days{"--from", "2024-05-06", "--to", "2024-05-20"};
  std::vector<std::string> one = days;
  one.insert(one.end(), {"--threads", "1"});
  std::vector<std::string> four = days;
  four.insert(four.end(), {"--threads", "4"});
  EXPECT_EQ(backtest(one).out, backtest(four).out);
}

}  // namespace
}  // namespace plumbline
