// What docs/ledger.md asks SQLite can be asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "source_dir.h"
#include "tests/ledger/sync_world.h"

namespace plumbline {
namespace {

std::vector<std::string> queries_of(const std::string& file) {
  std::ifstream in(std::string(PLUMBLINE_SOURCE_DIR) + "/docs/" + file);
  constexpr std::string_view kCommand = "sqlite3 sales.ledger \"";
  std::vector<std::string> queries;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kCommand) && line.ends_with('"'))
      queries.push_back(line.substr(kCommand.size(), line.size() - kCommand.size() - 1));
  }
  return queries;
}

TEST(LedgerPage, its_queries_run) {
  SyncWorld world;
  world.sync(
      1, {{"Opportunity.csv", "Id,Name,StageName,Amount,CloseDate\n006Pc00000ABCDE,a,Open,1,2024-06-01\n"}});
  world.sync(
      2, {{"Opportunity.csv", "Id,Name,StageName,Amount,CloseDate\n006Pc00000ABCDE,a,Open,1,2024-06-08\n"}});
  const std::vector<std::string> queries = queries_of("ledger.md");
  ASSERT_EQ(queries.size(), 3U);
  for (const std::string& query : queries) EXPECT_EQ(world.rows(query).size(), 1U) << query;
}

// Exports of an organisation's own, where this machine has them.
TEST(RealData, real_exports_are_taken_in_and_known_the_second_time) {
  const std::string folder =
      std::string(PLUMBLINE_SOURCE_DIR) + "/../shared/data/maven-crm-sales-opportunities";
  const std::string fields = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/maven/field-map.yaml";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "NOT RUN: there is no " << folder;
  std::ifstream map(fields);
  SyncWorld world;
  world.set_fields(std::string(std::istreambuf_iterator<char>(map), {}));
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".csv") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  const SyncSummary first = world.sync(1, files);
  std::uint64_t rows = 0;
  for (const SyncedFile& file : first.files) rows += file.added;
  EXPECT_GT(rows, 8000U);
  const SyncSummary again = world.sync(2, files);
  for (const SyncedFile& file : again.files)
    EXPECT_EQ(file.unchanged + file.replaced, file.rows) << file.name;
}

}  // namespace
}  // namespace plumbline
