// Exports that were taken into a ledger are judged out of it as they are themselves: by every shipped pack,
// verdict by verdict, with all that is unknown and why.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ledger/ledger_snapshot.h"
#include "ledger/sync_writer.h"
#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "policies/pack.h"
#include "source_dir.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

constexpr Instant kSeen{std::chrono::sys_days{std::chrono::year{2024} / 5 / 31}};
constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 1}};

class IgnoredRejects : public RejectSink {
 public:
  void reject(const Reject&) override {}
};

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Exports {
  std::string folder;  // from the repository
  std::string fields{};
  std::string pack = "essentials";
};

class SameVerdicts : public ::testing::TestWithParam<Exports> {
 protected:
  static std::string in_repository(const std::string& path) {
    return std::string(PLUMBLINE_SOURCE_DIR) + "/" + path;
  }

  void open() {
    declared_ = Schema::standard();
    if (!GetParam().fields.empty()) {
      map_ = parse_field_map(text_of(in_repository(GetParam().fields)), "map.yaml", diagnostics_);
      ASSERT_TRUE(map_);
      apply(*map_, declared_, diagnostics_);
    }
    schema_ = declared_;
    const auto files = open_folder(
        {.paths = {in_repository(GetParam().folder)}, .field_map = map_ ? &*map_ : nullptr}, schema_);
    ASSERT_TRUE(files);
    files_ = *files;
  }

  void sync(Ledger& ledger) {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, kSeen);
    ASSERT_TRUE(transaction) << transaction.error().to_string();
    IgnoredRejects rejects;
    const Result<SyncSummary> synced = write_sync(ledger, *transaction,
                                                  {.source = "folder:test",
                                                   .written_at = kSeen,
                                                   .folder = files_,
                                                   .declared = declared_,
                                                   .schema = schema_,
                                                   .field_map = map_ ? &*map_ : nullptr},
                                                  rejects);
    ASSERT_TRUE(synced) << synced.error().to_string();
    const Result<std::string> done = transaction->commit();
    ASSERT_TRUE(done) << done.error().to_string();
  }

  BoundPack bind(const Schema& schema) {
    std::optional<Pack> pack =
        load_pack(*shipped_pack(GetParam().pack), diagnostics_, PackExamples::kNotNeeded);
    const std::vector<DerivedField> derived =
        map_ ? derived_fields(*map_, schema) : std::vector<DerivedField>{};
    return bind_pack(std::make_shared<const Pack>(*std::move(pack)), schema, derived, diagnostics_);
  }

  static DataNeeds needs_of(const BoundPack& pack) {
    DataNeeds needs;
    for (const BoundPolicy& policy : pack.policies) needs.add(policy.needs);
    return needs;
  }

  // All verdicts, and what was not judged.
  static std::vector<std::string> told(const BoundPack& pack, const LoadedData& data) {
    std::vector<std::string> lines;
    JudgeOptions options{.now = kNow};
    options.unknowns = JudgeOptions::Unknowns::kHandOn;
    EachVerdict sink([&](const Verdict& verdict) {
      std::string line =
          fmt::format("{} {} {} {} {} {} {} {}", verdict.policy, verdict.record_id, verdict.record_name,
                      verdict.owner_id, verdict.owner_name, verdict.message, verdict.remedy, verdict.reason);
      for (const EvidenceItem& item : verdict.evidence) {
        line += fmt::format(" {}={}", item.name, item.value.index());
        if (const auto* const text = std::get_if<std::string>(&item.value)) line += *text;
        if (const auto* const money = std::get_if<Money>(&item.value)) line += format_money(*money);
        if (const auto* const day = std::get_if<Day>(&item.value)) line += format_day(*day);
      }
      lines.push_back(std::move(line));
      return SinkAnswer::kMore;
    });
    IgnoredRejects rejects;
    const Result<JudgeSummary> summary =
        judge({&pack}, *data.snapshot, data.sources, options, sink, &rejects);
    EXPECT_TRUE(summary);
    for (const NotJudged& policy : summary->not_judged)
      lines.push_back(fmt::format("not judged: {}: {}", policy.policy, policy.reason));
    return lines;
  }

  Diagnostics diagnostics_;
  std::optional<FieldMap> map_;
  Schema declared_;
  Schema schema_;
  DataFolder files_;
};

TEST_P(SameVerdicts, come_out_of_a_ledger) {
  const std::string folder = in_repository(GetParam().folder);
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "NOT RUN: there is no " << folder;
  open();
  TempFolder place;
  Result<Ledger> ledger = Ledger::open(place.path_of("a.ledger"), {.access = DatabaseAccess::kCreate});
  ASSERT_TRUE(ledger) << ledger.error().to_string();
  sync(*ledger);

  const auto of_files = std::make_shared<const Schema>(schema_);
  const BoundPack file_pack = bind(*of_files);
  IgnoredRejects rejects;
  const Result<LoadedData> files = load(files_, of_files, needs_in(files_, *of_files, needs_of(file_pack)),
                                        rejects, {.field_map = map_ ? &*map_ : nullptr});
  ASSERT_TRUE(files) << files.error().to_string();

  // Without the field map's types and labels: the ledger has them. Its conditions it has not.
  Schema remembered = map_ ? declared_ : Schema::standard();
  add_to_schema(*known_in_ledger(*ledger, {}), map_ ? &*map_ : nullptr, remembered);
  const auto of_ledger = std::make_shared<const Schema>(std::move(remembered));
  const BoundPack ledger_pack = bind(*of_ledger);
  for (const unsigned threads : {1U, 2U}) {
    const Result<LoadedData> data = load_snapshot(*ledger, of_ledger, needs_of(ledger_pack), {},
                                                  {.threads = threads, .field_map = map_ ? &*map_ : nullptr});
    ASSERT_TRUE(data) << data.error().to_string();
    const std::vector<std::string> expected = told(file_pack, *files);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(told(ledger_pack, *data), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Exports, SameVerdicts,
                         ::testing::Values(Exports{.folder = "docs/examples/pipeline"},
                                           Exports{.folder = "docs/examples/pipeline",
                                                   .pack = "commercial-sales"},
                                           Exports{.folder = "../shared/data/sfdc-data-cloud-workshop"},
                                           Exports{.folder = "../shared/data/sfdc-data-cloud-workshop",
                                                   .pack = "commercial-sales"},
                                           Exports{.folder = "../shared/data/maven-crm-sales-opportunities",
                                                   .fields = "docs/examples/maven/field-map.yaml"}));

}  // namespace
}  // namespace plumbline
