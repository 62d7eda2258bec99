#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

#include "ledger/sync_writer.h"
#include "records/data_folder.h"
#include "records/field_map.h"
#include "tests/daemon/cli_fixture.h"
#include "tests/ledger/lay_down.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kPipeline = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/pipeline";
constexpr Instant kSeen = kTestNow - std::chrono::hours{24};

class IgnoredRejects : public RejectSink {
 public:
  void reject(const Reject&) override {}
};

// All that some exports hold.
std::shared_ptr<const Snapshot> load_exports(const std::string& folder) {
  Schema schema = Schema::standard();
  const auto files = open_folder({.paths = {folder}}, schema);
  EXPECT_TRUE(files);
  const auto shared = std::make_shared<const Schema>(std::move(schema));
  DataNeeds needs;
  for (const DataFile& file : files->files) {
    const std::size_t object = *shared->find_object(file.object);
    for (std::size_t field = 0; field < shared->object(object).fields.size(); ++field)
      needs.add_field(object, field);
  }
  IgnoredRejects rejects;
  Result<LoadedData> data = load(*files, shared, needs, rejects, {.keeping = Keeping::kEverything});
  EXPECT_TRUE(data) << data.error().to_string();
  return data->snapshot;
}

// The exports of a folder into the ledger, as one sync.
void ingest(Ledger& ledger, const std::string& folder, const std::string& fields, Instant seen_at) {
  Schema declared = Schema::standard();
  Diagnostics diagnostics;
  std::optional<FieldMap> map;
  if (!fields.empty()) {
    map = parse_field_map(text_of_file(fields), fields, diagnostics);
    apply(*map, declared, diagnostics);
  }
  Schema schema = declared;
  const auto files = open_folder({.paths = {folder}, .field_map = map ? &*map : nullptr}, schema);
  ASSERT_TRUE(files);
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, seen_at);
  ASSERT_TRUE(transaction) << transaction.error().to_string();
  IgnoredRejects rejects;
  const Result<SyncSummary> synced = write_sync(ledger, *transaction,
                                                {.source = "folder:" + folder,
                                                 .written_at = seen_at,
                                                 .folder = *files,
                                                 .declared = declared,
                                                 .schema = schema,
                                                 .field_map = map ? &*map : nullptr},
                                                rejects);
  ASSERT_TRUE(synced) << synced.error().to_string();
  const Result<std::string> done = transaction->commit();
  ASSERT_TRUE(done) << done.error().to_string();
}

class AuditLedger : public ::testing::Test {
 protected:
  const std::string& path() const { return path_; }
  Ran audit(std::vector<std::string> words) {
    words.insert(words.begin(), {"audit", "--ledger", path_});
    return run_words(words);
  }

  TempFolder folder_;
  std::string path_ = folder_.path_of("a.ledger");
  LedgerMaker maker_{path_};
};

// ---- the same as the exports

class LedgerOfExports : public AuditLedger,
                        public ::testing::WithParamInterface<std::tuple<std::string, std::string>> {};

TEST_P(LedgerOfExports, is_judged_as_they_are) {
  const auto [pack, format] = GetParam();
  const auto exports = load_exports(kPipeline);
  lay_down(*exports, kSeen, maker_);
  const std::vector<std::string> options = {"--pack", pack, "--format", format, "--include-unknown"};
  std::vector<std::string> of_exports = {"audit", kPipeline};
  of_exports.insert(of_exports.end(), options.begin(), options.end());
  const Ran expected = run_words(of_exports);
  const Ran found = audit(options);
  EXPECT_EQ(found.status, expected.status) << found.err;
  EXPECT_EQ(found.out, expected.out);
  EXPECT_THAT(found.out, Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Packs, LedgerOfExports,
                         ::testing::Combine(::testing::Values("essentials", "commercial-sales"),
                                            ::testing::Values("jsonl", "csv", "table")));

struct Delivered {
  std::string folder;  // from the repository
  std::string fields{};
};

class LedgerOfDeliveries
    : public AuditLedger,
      public ::testing::WithParamInterface<std::tuple<Delivered, std::string, std::string>> {
 protected:
  static std::string in_repository(const std::string& path) {
    return path.empty() ? path : std::string(PLUMBLINE_SOURCE_DIR) + "/" + path;
  }
};

TEST_P(LedgerOfDeliveries, is_judged_as_the_exports_it_was_filled_from) {
  const auto& [delivered, pack, format] = GetParam();
  const std::string folder = in_repository(delivered.folder);
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "NOT RUN: there is no " << folder;
  const std::string fields = in_repository(delivered.fields);
  ingest(maker_.ledger(), folder, fields, kSeen);
  std::vector<std::string> options = {"--pack", pack, "--format", format, "--include-unknown"};
  if (!fields.empty()) options.insert(options.end(), {"--fields", fields});
  std::vector<std::string> of_exports = {"audit", folder};
  of_exports.insert(of_exports.end(), options.begin(), options.end());
  const Ran expected = run_words(of_exports);
  const Ran found = audit(options);
  EXPECT_EQ(found.status, expected.status) << found.err;
  EXPECT_EQ(found.out, expected.out);
}

INSTANTIATE_TEST_SUITE_P(
    Exports, LedgerOfDeliveries,
    ::testing::Combine(::testing::Values(Delivered{.folder = "docs/examples/pipeline"},
                                         Delivered{.folder = "../shared/data/sfdc-data-cloud-workshop"},
                                         Delivered{.folder = "../shared/data/maven-crm-sales-opportunities",
                                                   .fields = "docs/examples/maven/field-map.yaml"}),
                       ::testing::Values("essentials", "commercial-sales"),
                       ::testing::Values("jsonl", "table")));

// Summaries are broken where a line is full, which depends on the length of a folder's name.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n';
    if (!is_blank || (!line.empty() && line.back() != ' ')) line += is_blank ? ' ' : c;
  }
  return line;
}

TEST_F(AuditLedger, the_summary_says_which_and_as_of_when) {
  lay_down(*load_exports(kPipeline), kSeen, maker_);
  const Ran now = audit({});
  EXPECT_THAT(on_one_line(now.err), HasSubstr("Ledger " + path() +
                                              ", organisation default: 1 sync, of "
                                              "2024-05-31T12:00:00Z the records as they are now"));
  const Ran then = audit({"--as-of", "2024-06-01T00:00:00Z", "--known-at", "2024-06-01"});
  EXPECT_THAT(on_one_line(then.err),
              HasSubstr("as they were at 2024-06-01T00:00:00Z, as known at 2024-06-01T12:00:00Z"));
}

TEST_F(AuditLedger, pages_for_browsers_say_which_ledger) {
  lay_down(*load_exports(kPipeline), kSeen, maker_);
  EXPECT_THAT(audit({"--format", "html"}).out, HasSubstr("organisation default: 1 sync"));
}

TEST_F(AuditLedger, nothing_is_written_to_it) {
  lay_down(*load_exports(kPipeline), kSeen, maker_);
  maker_.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string before = text_of_file(path());
  EXPECT_EQ(audit({}).status, 0);
  EXPECT_EQ(text_of_file(path()), before);
}

TEST_F(AuditLedger, records_are_explained_out_of_it) {
  lay_down(*load_exports(kPipeline), kSeen, maker_);
  const std::vector<std::string> question = {"policy", "explain", "006Rt00000000TSIAY"};
  std::vector<std::string> of_exports = question;
  of_exports.insert(of_exports.end(), {"--data", kPipeline});
  std::vector<std::string> of_ledger = question;
  of_ledger.insert(of_ledger.end(), {"--ledger", path()});
  const Ran expected = run_words(of_exports);
  EXPECT_EQ(expected.status, 0) << expected.err;
  EXPECT_EQ(run_words(of_ledger).out, expected.out);
}

TEST_F(AuditLedger, packs_are_compared_by_it) {
  lay_down(*load_exports(kPipeline), kSeen, maker_);
  const std::string calmer = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/calmer-rules.yaml";
  const Ran expected = run_words({"policy", "diff", calmer, "--data", kPipeline});
  const Ran found = run_words({"policy", "diff", calmer, "--ledger", path()});
  EXPECT_EQ(found.out, expected.out);
  EXPECT_THAT(found.err, HasSubstr("organisation default"));
}

// ---- what does not go together

TEST_F(AuditLedger, exports_and_a_ledger_are_two_sources) {
  const Ran ran = audit({kPipeline});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("two sources"));
}

TEST_F(AuditLedger, known_at_wants_a_ledger_and_a_moment) {
  const Ran without_ledger = run_words({"audit", kPipeline, "--known-at", "2024-06-01"});
  EXPECT_EQ(without_ledger.status, 2);
  EXPECT_THAT(without_ledger.err, HasSubstr("--ledger FILE"));
  const Ran without_moment = audit({"--known-at", "2024-06-01"});
  EXPECT_EQ(without_moment.status, 2);
  EXPECT_THAT(without_moment.err, HasSubstr("--known-at goes with --as-of"));
  EXPECT_THAT(audit({"--as-of", "2024-06-01", "--known-at", "soon"}).err, HasSubstr("is no moment"));
}

TEST_F(AuditLedger, an_empty_one_says_what_fills_it) {
  const Ran ran = audit({});
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.err, HasSubstr("plumbline ingest"));
}

TEST_F(AuditLedger, a_moment_before_all_knowledge_is_answered_with_another_question) {
  maker_.sync(kSeen, "Opportunity", {"Id"});
  const Ran ran = audit({"--as-of", "2024-01-01T00:00:00Z"});
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("knew nothing at 2024-01-01T00:00:00Z"),
                             HasSubstr("--known-at 2024-05-31T12:00:00Z")));
}

// ---- as it was

class AuditThePast : public AuditLedger {
 protected:
  static constexpr const char* kDeal = "006000000000001AAA";
  static constexpr const char* kKey = "006000000000001";

  // A pack of one policy, violated where the condition holds; "NAME: yes", "NAME: unknown", "no" or "not
  // judged".
  std::string holds(const std::string& condition, std::vector<std::string> options = {}) {
    const std::string pack =
        folder_.write("one.yaml",
                      "pack: one\ntitle: One\npolicies:\n  - id: it\n"
                      "    title: It\n    on: Opportunity\n    severity: low\n"
                      "    judged_when: StageName != 'passing'\n"
                      "    violated_when: StageName = 'violated' OR (" +
                          condition +
                          ")\n    says: It is so.\n    fix: Change it.\n"
                          "    examples:\n"
                          "      - {given: {StageName: violated}, as_of: 2024-06-01, violated: true}\n"
                          "      - {given: {StageName: passing}, as_of: 2024-06-01, violated: false}\n");
    options.insert(options.begin(), {"--pack", pack, "--format", "jsonl", "--include-unknown"});
    const Ran ran = audit(options);
    EXPECT_EQ(ran.status, 0) << ran.err;
    if (ran.err.find("Not judged") != std::string::npos) return "not judged";
    if (ran.out.find("\"status\":\"unknown\"") != std::string::npos) return "unknown";
    return ran.out.empty() ? "no" : "yes";
  }
  static Instant may(int day) { return Instant{std::chrono::sys_days{std::chrono::year{2024} / 5 / day}}; }

  // Seen on 10, 20 and 30 May: a close date that was moved twice, and no history.
  void make_pushed_deal() {
    const std::vector<std::string> fields = {"Id", "CreatedDate", "CloseDate", "StageName"};
    for (const int day : {10, 20, 30}) maker_.sync(may(day), "Opportunity", fields);
    maker_.record("Opportunity", kKey,
                  {{"Id", kDeal},
                   {"CreatedDate", "2024-01-15T00:00:00Z"},
                   {"CloseDate", "2024-09-30"},
                   {"StageName", "2-Scoping"}},
                  may(10));
    maker_.change({.record = kKey,
                   .field = "CloseDate",
                   .old = "2024-06-30",
                   .now = "2024-07-31",
                   .happened_at = may(18),
                   .seen_at = may(20)});
    maker_.change({.record = kKey,
                   .field = "CloseDate",
                   .old = "2024-07-31",
                   .now = "2024-09-30",
                   .happened_at = may(27),
                   .seen_at = may(30)});
  }
};

TEST_F(AuditThePast, values_are_those_of_then_as_known_then) {
  make_pushed_deal();
  EXPECT_EQ(holds("CloseDate = 2024-09-30"), "yes");
  EXPECT_EQ(holds("CloseDate = 2024-06-30", {"--as-of", "2024-05-19T00:00:00Z"}), "yes");
  EXPECT_EQ(holds("CloseDate = 2024-07-31", {"--as-of", "2024-05-19T00:00:00Z", "--known-at", "2024-05-21"}),
            "yes");
  EXPECT_EQ(holds("CloseDate = 2024-07-31", {"--as-of", "2024-05-28T00:00:00Z"}), "yes");
  EXPECT_EQ(holds("CloseDate = 2024-09-30", {"--as-of", "2024-05-28T00:00:00Z", "--known-at", "2024-06-01"}),
            "yes");
}

TEST_F(AuditThePast, functions_read_changes_that_were_only_seen) {
  make_pushed_deal();
  EXPECT_EQ(holds("SET_AT(CloseDate) = 2024-05-27T00:00:00Z"), "yes");
  EXPECT_EQ(holds("PRIORVALUE(CloseDate) = 2024-07-31"), "yes");
  EXPECT_EQ(holds("CHANGES(CloseDate, 20) = 2"), "yes");
  EXPECT_EQ(holds("CHANGES(CloseDate, 7) = 1"), "yes");
  EXPECT_EQ(holds("PUSHES(CloseDate, 20) = 2"), "yes");
}

TEST_F(AuditThePast, functions_know_no_more_than_was_known_then) {
  make_pushed_deal();
  EXPECT_EQ(holds("PRIORVALUE(CloseDate) = 2024-06-30", {"--as-of", "2024-05-28T00:00:00Z"}), "yes");
  EXPECT_EQ(
      holds("CHANGES(CloseDate, 10) = 2", {"--as-of", "2024-05-28T00:00:00Z", "--known-at", "2024-06-01"}),
      "yes");
}

// The deal is older than the first look at it: nobody knows what was before.
TEST_F(AuditThePast, what_nobody_saw_accuses_nobody) {
  make_pushed_deal();
  EXPECT_EQ(holds("SET_AT(StageName) < 2024-05-01T00:00:00Z"), "unknown");
  EXPECT_EQ(holds("PRIORVALUE(StageName) = null"), "unknown");
  EXPECT_EQ(holds("CHANGES(CloseDate, 60) = 2"), "unknown");
  EXPECT_EQ(holds("PUSHES(CloseDate, 60) = 2"), "unknown");
}

TEST_F(AuditThePast, a_deal_that_was_seen_from_its_beginning_is_known_whole) {
  const std::vector<std::string> fields = {"Id", "CreatedDate", "StageName"};
  for (const int day : {10, 20}) maker_.sync(may(day), "Opportunity", fields);
  maker_.record("Opportunity", kKey,
                {{"Id", kDeal}, {"CreatedDate", "2024-05-15T00:00:00Z"}, {"StageName", "2-Scoping"}},
                may(20));
  EXPECT_EQ(holds("SET_AT(StageName) = 2024-05-15T00:00:00Z"), "yes");
  EXPECT_EQ(holds("CHANGES(StageName, 300) = 0"), "yes");
}

TEST_F(AuditThePast, one_look_without_a_history_is_not_judged) {
  maker_.sync(may(10), "Opportunity", {"Id", "CreatedDate", "StageName"});
  maker_.record("Opportunity", kKey, {{"Id", kDeal}, {"StageName", "2-Scoping"}}, may(10));
  EXPECT_EQ(holds("CHANGES(StageName, 3) = 0"), "not judged");
}

TEST_F(AuditThePast, deleted_deals_are_judged_as_long_as_they_were_there) {
  maker_.sync(may(10), "Opportunity", {"Id", "StageName", "IsDeleted"});
  maker_.sync(may(20), "Opportunity", {"Id", "StageName", "IsDeleted"});
  maker_.record("Opportunity", kKey, {{"Id", kDeal}, {"StageName", "2-Scoping"}, {"IsDeleted", "true"}},
                may(10), true);
  maker_.change({.record = kKey,
                 .field = "IsDeleted",
                 .old = "false",
                 .now = "true",
                 .happened_at = may(20),
                 .seen_at = may(20)});
  EXPECT_EQ(holds("StageName = '2-Scoping'"), "no");
  EXPECT_EQ(holds("StageName = '2-Scoping'", {"--as-of", "2024-05-19T00:00:00Z"}), "yes");
}

// ---- earlier violations

TEST_F(AuditLedger, account_moves_that_were_ignored_are_counted_from_earlier_runs) {
  const std::string owner = "005000000000001AAA";
  const std::vector<std::string> words = {"--pack",     "commercial-sales",
                                          "--policy",   "roe-repeatedly-ignored",
                                          "--format",   "jsonl",
                                          "--as-of",    "2022-08-01T12:00:00Z",
                                          "--known-at", "2024-06-01"};
  maker_.sync(kSeen, "User", {"Id", "Name", "IsActive", "Email"});
  maker_.record("User", owner.substr(0, 15), {{"Id", owner}, {"Name", "Ada Byron"}, {"IsActive", "true"}},
                Instant{});
  const Ran before = audit(words);
  EXPECT_THAT(before.err, AllOf(HasSubstr("Not judged"), HasSubstr("Violation")));
  maker_.run("INSERT INTO run VALUES(1, 1, '2022-03-01T09:00:00Z', '', '[]', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)");
  for (int i = 1; i <= 6; ++i) {
    maker_.run(fmt::format(
        "INSERT INTO violation(number, org, pack, policy, object, record, record_key, record_name, "
        "severity, state, owner, owner_name, opened_at, opened_run, changed_at, closed_at, "
        "unknown_since, unknown_reason, times_opened, evidence, digest, message, remedy) "
        "VALUES({}, 1, 'commercial-sales', 'roe-move-to-territory', "
        "'Account', 'a{}', 'a{}', '', 'high', 'open', '{}', '', '', 1, '', NULL, NULL, NULL, "
        "1, '', x'', '', '')",
        i, i, i, owner));
    maker_.run(
        fmt::format("INSERT INTO transition(org, run, violation, kind, at, owner, audit_seq) VALUES(1, 1, "
                    "{}, 'opened', '2022-03-01T09:00:00Z', '{}', 0)",
                    i, owner));
  }
  const Ran after = audit(words);
  EXPECT_EQ(after.status, 0) << after.err;
  EXPECT_THAT(after.out, HasSubstr("\"record_name\":\"Ada Byron\""));
}

}  // namespace
}  // namespace plumbline
