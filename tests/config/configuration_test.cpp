#include "config/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "source_dir.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Field;

struct Read {
  std::optional<Configuration> configuration;
  std::string faults;
};

Read read(std::string_view text, std::string_view file = "plumbline.yaml") {
  Diagnostics diagnostics;
  Read result{.configuration = parse_configuration(text, file, diagnostics), .faults = {}};
  result.faults = render_all(diagnostics, text);
  return result;
}

std::vector<std::string> texts_of(const std::vector<PlacedText>& placed) {
  std::vector<std::string> texts;
  for (const PlacedText& one : placed) texts.push_back(one.text);
  return texts;
}

TEST(Configuration, ReadsEverySection) {
  const Read result = read(
      "organisation:\n  name: Acme\npacks: [essentials, ours.yaml]\nfields: map.yaml\nexports: [exports/]\n"
      "zone: europe/berlin\nlink_base: https://acme.my.salesforce.com\nthreads: 4\n"
      "ledger: {file: acme.ledger}\nretention: {changes: 3 years, raw: 18 months, rejects: forever}\n"
      "audit:\n  anchors: [/mnt/elsewhere/anchors, journal]\n");
  EXPECT_EQ(result.faults, "");
  ASSERT_TRUE(result.configuration);
  const Configuration& configuration = *result.configuration;
  EXPECT_EQ(configuration.organisation.name, "Acme");
  EXPECT_THAT(texts_of(configuration.packs), ElementsAre("essentials", "ours.yaml"));
  EXPECT_EQ(configuration.packs[1].where.line, 3U);
  EXPECT_EQ(configuration.packs[1].where.column, 21U);
  EXPECT_EQ(configuration.fields->text, "map.yaml");
  EXPECT_THAT(texts_of(configuration.exports), ElementsAre("exports/"));
  EXPECT_EQ(configuration.zone->name(), "Europe/Berlin");
  EXPECT_EQ(configuration.link_base->text, "https://acme.my.salesforce.com");
  EXPECT_EQ(configuration.threads, 4U);
  EXPECT_EQ(configuration.ledger.file->text, "acme.ledger");
  EXPECT_EQ(configuration.ledger.file->where.line, 9U);
  EXPECT_EQ(to_string(*configuration.retention.changes), "3 years");
  EXPECT_EQ(to_string(*configuration.retention.raw), "18 months");
  EXPECT_FALSE(configuration.retention.rejects);
  EXPECT_THAT(texts_of(configuration.audit.anchors), ElementsAre("/mnt/elsewhere/anchors", kJournalAnchor));
}

TEST(Configuration, ReadsWebhooksBesideOtherAnchors) {
  const Read result = read(
      "audit:\n  anchors: [journal, {webhook: auditor, url_file: hook}, {webhook: desk, credential: d}]\n");
  EXPECT_EQ(result.faults, "");
  const AuditSection& audit = result.configuration->audit;
  EXPECT_THAT(texts_of(audit.anchors), ElementsAre(kJournalAnchor));
  ASSERT_EQ(audit.webhooks.size(), 2U);
  EXPECT_EQ(audit.webhooks[0].name.text, "auditor");
  EXPECT_EQ(audit.webhooks[0].place->kind, SecretPlace::Kind::kFile);
  EXPECT_EQ(audit.webhooks[0].place->text.text, "hook");
  EXPECT_EQ(audit.webhooks[1].place->kind, SecretPlace::Kind::kCredential);
  EXPECT_TRUE(audit.webhooks[1].url.empty());
  EXPECT_EQ(read("audit: {anchors: {webhook: a, url_file: b}}\n").configuration->audit.webhooks.size(), 1U);
}

TEST(Configuration, AWebhookIsAskedByHttpsOrOnThisMachine) {
  for (const char* sound : {"https://audit.example/x", "http://127.0.0.1:80/x", "http://localhost:80/x"})
    EXPECT_EQ(fault_of_webhook(sound), "") << sound;
  for (const char* wrong :
       {"", "https://", "http://audit.example/x", "ftp://a", "https://a b", "https://a\nb"})
    EXPECT_NE(fault_of_webhook(wrong), "") << wrong;
}

TEST(Configuration, OneTextStandsForAListOfOne) {
  EXPECT_THAT(texts_of(read("packs: essentials\n").configuration->packs), ElementsAre("essentials"));
}

TEST(Configuration, MayBeEmpty) {
  for (const char* text : {"", "# nothing yet\n"}) {
    const Read result = read(text);
    EXPECT_EQ(result.faults, "");
    ASSERT_TRUE(result.configuration);
    EXPECT_TRUE(result.configuration->packs.empty());
    EXPECT_FALSE(result.configuration->threads);
  }
}

TEST(Configuration, KeepsWhatCouldBeReadOfAFaultyOne) {
  const Read result = read("packs: [essentials]\nthreads: many\n");
  EXPECT_NE(result.faults, "");
  EXPECT_THAT(texts_of(result.configuration->packs), ElementsAre("essentials"));
}

TEST(Configuration, BoundsItsLists) {
  std::string text = "packs:\n";
  for (std::size_t i = 0; i <= kMaxConfiguredPacks; ++i) text += "  - p" + std::to_string(i) + ".yaml\n";
  EXPECT_THAT(read(text).faults, testing::HasSubstr("`packs` names 65; at most 64 are read [CF006]"));
}

TEST(Configuration, PathsStartFromItsFolder) {
  EXPECT_EQ(path_from(*read("", "/etc/plumbline/plumbline.yaml").configuration, "packs/../ours.yaml"),
            "/etc/plumbline/ours.yaml");
  EXPECT_EQ(path_from(*read("", "/etc/plumbline/plumbline.yaml").configuration, "/srv/ours.yaml"),
            "/srv/ours.yaml");
  EXPECT_EQ(path_from(*read("", "plumbline.yaml").configuration, "ours.yaml"), "ours.yaml");
}

TEST(Configuration, ReadsSources) {
  const Read result = read(
      "sources:\n  salesforce:\n    name: emea\n    login:\n      kind: client_credentials\n"
      "      url: https://acme.my.salesforce.com/\n      client_id: abc\n      secret_file: secrets/sf\n"
      "    objects: [Opportunity, {name: Account, fields: [Name, Industry]}]\n    every: 2 min\n"
      "    overlap: 15 minutes\n    budget: {leave_percent: 50, leave_calls: 1000}\n"
      "  http: {ca_file: ca.pem, total_time: 30 s, slow_time: 5 s}\ndaemon: {health_port: 0, stop_within: 5 "
      "s, most_memory_bytes: 536870912, measure_handlers: true}\n"
      "clock: sandbox://127.0.0.1:8600\n");
  EXPECT_EQ(result.faults, "");
  ASSERT_TRUE(result.configuration && result.configuration->sources.salesforce);
  const SalesforceSection& salesforce = *result.configuration->sources.salesforce;
  EXPECT_EQ(salesforce.options.name, "salesforce:emea");
  EXPECT_EQ(salesforce.options.login.grant, SalesforceGrant::kClientCredentials);
  EXPECT_EQ(salesforce.options.login.url, "https://acme.my.salesforce.com");
  ASSERT_TRUE(salesforce.client_secret);
  EXPECT_EQ(salesforce.client_secret->kind, SecretPlace::Kind::kFile);
  EXPECT_EQ(salesforce.client_secret->text.text, "secrets/sf");
  ASSERT_EQ(salesforce.options.objects.size(), 2U);
  EXPECT_THAT(salesforce.options.objects[1].fields, ElementsAre("Name", "Industry"));
  EXPECT_EQ(salesforce.every, std::chrono::minutes{2});
  EXPECT_EQ(salesforce.options.overlap, std::chrono::minutes{15});
  EXPECT_EQ(salesforce.options.budget.leave_percent, 50);
  EXPECT_EQ(salesforce.options.budget.leave_calls, 1000U);
  EXPECT_EQ(result.configuration->sources.http.ca_file->text, "ca.pem");
  EXPECT_EQ(result.configuration->daemon.health_port, 0);
  EXPECT_EQ(result.configuration->daemon.stop_within, std::chrono::seconds{5});
  EXPECT_EQ(result.configuration->daemon.most_memory_bytes, 536'870'912U);
  EXPECT_TRUE(result.configuration->daemon.measure_handlers);
  EXPECT_EQ(result.configuration->sources.http.total_time, std::chrono::seconds{30});
  EXPECT_EQ(result.configuration->sources.http.slow_time, std::chrono::seconds{5});
  EXPECT_EQ(result.configuration->clock->port, 8600);
}

TEST(Configuration, ACredentialIsTheSecretItsKindOfLoginNeeds) {
  const Read result = read(
      "sources: {salesforce: {login: {kind: refresh_token, client_id: abc, credential: sf-token, "
      "secret_file: "
      "s}}}\n");
  EXPECT_EQ(result.faults, "");
  const SalesforceSection& salesforce = *result.configuration->sources.salesforce;
  EXPECT_EQ(salesforce.refresh_token->kind, SecretPlace::Kind::kCredential);
  EXPECT_EQ(salesforce.refresh_token->text.text, "sf-token");
  EXPECT_TRUE(salesforce.client_secret);
  EXPECT_FALSE(salesforce.private_key);
}

// config/plumbline.yaml has every key of `messages`.
TEST(Configuration, ReadsEveryKeyOfMessages) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/config/plumbline.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Read result = read(text);
  EXPECT_EQ(result.faults, "");
  ASSERT_TRUE(result.configuration && result.configuration->messages);
  const MessageOptions& options = result.configuration->messages->options;
  EXPECT_EQ(options.contact, "sales-ops@example.com");
  EXPECT_EQ(options.people_channel()->service, "slack_bot");
  EXPECT_EQ(options.fresh_for("ForecastSubmission"), std::chrono::hours{2});
  EXPECT_EQ(options.fresh_for("Opportunity"), std::chrono::hours{24});
  EXPECT_EQ(options.reminder_links.at("forecast-weekly"), "https://app.clari.com");
  ASSERT_EQ(options.routes.size(), 1U);
  const MessageRoute& route = options.routes[0];
  EXPECT_THAT(*route.tell, ElementsAre("owner", "manager"));
  EXPECT_THAT(route.severities, ElementsAre(Severity::kHigh, Severity::kMedium));
  EXPECT_EQ(route.send, SendTime::kAtOnce);
  EXPECT_EQ(route.repeat, std::chrono::days{3});
  EXPECT_EQ(route.escalate_after, 0);
  EXPECT_TRUE(route.goes_on);
  for (const MapKeys& map : configuration_keys()) {
    if (map.map != "messages") continue;
    for (const std::string_view key : map.keys)
      EXPECT_NE(text.find("\n  " + std::string(key) + ":"), std::string::npos) << key << " is not in it";
  }
}

// Another part reads what a service asks for.
TEST(Configuration, KeepsWhatStandsBesideAChannelsService) {
  const Read result = read(
      "messages: {contact: a@b.c, sales_operations: {channel: ops}, channels: {direct: {service: slack_bot, "
      "reaches: people, token_file: slack.token}, ops: {service: teams}}}\n");
  EXPECT_EQ(result.faults, "");
  const auto& channels = result.configuration->messages->channels;
  ASSERT_NE(channels.at("direct").find("token_file"), nullptr);
  EXPECT_EQ(channels.at("direct").find("token_file")->text, "slack.token");
  EXPECT_TRUE(channels.at("ops").entries.empty());
}

// One small file a mistake, its name says which: tests/config/configurations/NAME.yaml, and NAME.expected for
// what is said of it. PLUMBLINE_BLESS=1 writes the latter.
TEST(Configuration, TellsEveryMistake) {
  std::size_t count = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(PLUMBLINE_SOURCE_DIR) / "tests/config/configurations")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string faults = read(text, entry.path().filename().string()).faults;
    const fs::path expected = fs::path(entry.path()).replace_extension(".expected");
    if (std::getenv("PLUMBLINE_BLESS") != nullptr) std::ofstream(expected, std::ios::binary) << faults;
    std::ifstream kept(expected, std::ios::binary);
    EXPECT_EQ(faults, std::string(std::istreambuf_iterator<char>(kept), {})) << expected;
    EXPECT_NE(faults, "") << entry.path();
  }
  EXPECT_GE(count, 10U);
}

}  // namespace
}  // namespace plumbline
