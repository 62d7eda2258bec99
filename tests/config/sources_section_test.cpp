// Clari and exports of a configuration; Salesforce, and every mistake, are in configuration_test.cpp.
#include "config/sources_section.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "config/configuration.h"
#include "source_dir.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SourcesSection sources_of(std::string_view text) {
  Diagnostics diagnostics;
  const std::optional<Configuration> read = parse_configuration(text, "plumbline.yaml", diagnostics);
  EXPECT_EQ(render_all(diagnostics, text), "");
  return read ? read->sources : SourcesSection{};
}

TEST(SourcesSection, reads_clari) {
  const SourcesSection sources = sources_of(
      "sources:\n  clari:\n    name: emea\n    url: https://api.clari.example/v4/\n    api_key_file: key\n"
      "    forecasts: net_arr\n    types: [forecast, quota]\n    currency: EUR\n    scope: 1905::MGR\n"
      "    fiscal_year_starts: 7\n    fiscal_year_named_by: start\n    every: 2 hours\n"
      "    export_every: 12 hours\n    leave_percent: 50\n    synchronous: true\n"
      "    job_patience: 5 minutes\n    most_result_bytes: 1000000\n    allow_plain_loopback: true\n"
      "    opportunities:\n      wanted: true\n      created_within_days: 90\n      most_calls: 7\n"
      "      mode: PIPELINE\n      fields: {opportunity.amount: Amount, opportunity.arr: Arr}\n");
  ASSERT_TRUE(sources.clari);
  const ClariSection& clari = *sources.clari;
  EXPECT_EQ(clari.options.name, "clari:emea");
  EXPECT_EQ(clari.options.url, "https://api.clari.example/v4");
  ASSERT_TRUE(clari.api_key);
  EXPECT_EQ(clari.api_key->text.text, "key");
  EXPECT_THAT(clari.options.forecasts, ElementsAre("net_arr"));
  EXPECT_THAT(clari.options.types, ElementsAre("forecast", "quota"));
  EXPECT_EQ(clari.options.currency, "EUR");
  EXPECT_EQ(clari.options.scope, "1905::MGR");
  EXPECT_EQ(clari.options.fiscal_year_starts, 7U);
  EXPECT_EQ(clari.options.fiscal_year_named_by, FiscalYearName::kStartYear);
  EXPECT_EQ(clari.every, std::chrono::hours{2});
  EXPECT_EQ(clari.options.export_every, std::chrono::hours{12});
  EXPECT_EQ(clari.options.leave_percent, 50);
  EXPECT_TRUE(clari.options.synchronous);
  EXPECT_EQ(clari.options.job_patience, std::chrono::minutes{5});
  EXPECT_EQ(clari.options.most_result_bytes, 1'000'000U);
  EXPECT_TRUE(clari.options.allow_plain_loopback);
  const ClariOpportunityOptions& opportunities = clari.options.opportunities;
  EXPECT_TRUE(opportunities.wanted);
  EXPECT_EQ(opportunities.created_within_days, 90);
  EXPECT_EQ(opportunities.most_calls, 7U);
  EXPECT_EQ(opportunities.mode, "PIPELINE");
  ASSERT_EQ(opportunities.fields.size(), 2U);
  EXPECT_EQ(opportunities.fields[1].id, "opportunity.arr");
  EXPECT_EQ(opportunities.fields[1].field, "Arr");
}

TEST(SourcesSection, clari_needs_a_key_and_a_forecast_alone) {
  const SourcesSection sources =
      sources_of("sources: {clari: {credential: clari, forecasts: [net_arr, renewals]}}\n");
  ASSERT_TRUE(sources.clari);
  EXPECT_EQ(sources.clari->options.name, "clari:main");
  EXPECT_EQ(sources.clari->api_key->kind, SecretPlace::Kind::kCredential);
  EXPECT_EQ(sources.clari->every, kDefaultClariEvery);
  EXPECT_TRUE(sources.clari->options.api_key.empty());
}

TEST(SourcesSection, reads_exports) {
  const SourcesSection sources = sources_of(
      "sources:\n  exports:\n    name: lms\n    every: 30 minutes\n    most_bytes: 5000\n"
      "    total_time: 2 minutes\n    files:\n"
      "      - name: milestones\n        object: Milestone\n        url: https://lms.example.com/m.csv\n"
      "        auth: {kind: header, header: X-Api-Key, secret_file: key}\n        format: json\n"
      "        complete: true\n        accept: 0123456789ab\n"
      "      - {name: absences, object: Absence, path: drop/absences}\n"
      "      - {name: events, object: EventRegistration, credential: events,\n"
      "         auth: {kind: basic, user: anna, credential: password}}\n");
  ASSERT_TRUE(sources.exports);
  const ExportsSection& exports = *sources.exports;
  EXPECT_EQ(exports.options.name, "exports:lms");
  EXPECT_EQ(exports.every, std::chrono::minutes{30});
  EXPECT_EQ(exports.options.most_bytes, 5'000U);
  EXPECT_EQ(exports.options.total_time, std::chrono::minutes{2});
  ASSERT_EQ(exports.options.files.size(), 3U);
  ASSERT_EQ(exports.places.size(), 3U);
  const ExportFile& milestones = exports.options.files[0];
  EXPECT_EQ(milestones.name, "milestones");
  EXPECT_EQ(milestones.object, "Milestone");
  EXPECT_EQ(milestones.url, "https://lms.example.com/m.csv");
  EXPECT_EQ(milestones.auth.kind, ExportAuth::Kind::kHeader);
  EXPECT_EQ(milestones.auth.header, "X-Api-Key");
  EXPECT_EQ(milestones.format, DeliveredFile::Format::kJson);
  EXPECT_TRUE(milestones.complete);
  EXPECT_EQ(milestones.accept, "0123456789ab");
  EXPECT_EQ(exports.places[0].auth->text.text, "key");
  EXPECT_EQ(exports.options.files[1].path, "drop/absences");
  EXPECT_FALSE(exports.options.files[1].format);
  EXPECT_EQ(exports.options.files[2].auth.user, "anna");
  EXPECT_EQ(exports.places[2].secret_url->text.text, "events");
  EXPECT_EQ(exports.places[2].auth->kind, SecretPlace::Kind::kCredential);
  EXPECT_TRUE(exports.options.files[2].secret_url.empty());
}

TEST(SourcesSection, counts_what_is_there) {
  EXPECT_TRUE(sources_of("sources: {http: {ca_file: ca.pem}}\n").empty());
  const SourcesSection sources = sources_of(
      "sources:\n  exports: {files: [{name: a, object: A, path: a.csv}]}\n"
      "  clari: {credential: clari, forecasts: a}\n");
  EXPECT_FALSE(sources.empty());
  EXPECT_EQ(sources.places().size(), 2U);
}

// It is what somebody begins with: sound, and with every key there is.
TEST(SourcesSection, the_reference_is_sound_and_has_every_key) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/config/plumbline.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const SourcesSection sources = sources_of(text);
  EXPECT_EQ(sources.places().size(), 3U);
  for (const MapKeys& map : configuration_keys()) {
    for (const std::string_view key : map.keys)
      EXPECT_THAT(text, HasSubstr(std::string(key) + ":")) << "of " << map.map;
  }
}

}  // namespace
}  // namespace plumbline
