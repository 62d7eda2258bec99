#include "daemon/sources/source_set.h"

#include <limits>
#include <random>
#include <span>
#include <utility>

#include "base/crypto.h"
#include "connectors/clari/clari_source.h"
#include "connectors/exports/exports_source.h"
#include "connectors/http/curl_client.h"
#include "connectors/http/retrying_client.h"
#include "connectors/salesforce/salesforce_source.h"

namespace plumbline {
namespace {

CurlOptions curl_options(const Configuration& configuration) {
  const HttpSection& http = configuration.sources.http;
  CurlOptions options;
  if (http.proxy) options.proxy_url = http.proxy->text;
  if (http.no_proxy) options.no_proxy = http.no_proxy->text;
  if (http.total_time) options.total_time = *http.total_time;
  if (http.slow_time) options.slow_time = *http.slow_time;
  if (http.ca_file) options.ca_file = path_from(configuration, http.ca_file->text);
  return options;
}

// Chance that nobody can foresee, so that many services do not come again at one moment.
std::function<double()> chance() {
  std::uint64_t seed = 0;
  fill_random(std::span(reinterpret_cast<std::uint8_t*>(&seed), sizeof seed));
  return [engine = std::mt19937_64(seed)]() mutable {
    return std::generate_canonical<double, std::numeric_limits<double>::digits>(engine);
  };
}

RetryTools retry_tools(const SourceTools& tools) {
  return {.pauses = tools.pauses, .clock = tools.clock, .random = chance(), .on_repeat = tools.on_repeat};
}

// What the options of exports have as it was written: paths start from the configuration's folder.
ExportsOptions with_paths(const Configuration& configuration, ExportsOptions options) {
  for (ExportFile& file : options.files) {
    if (!file.path.empty()) file.path = path_from(configuration, file.path);
  }
  return options;
}

}  // namespace

// One of its own for each source: what a server does to one of them is no other's business.
Result<HttpClient*> SourceSet::add_client(const Configuration& configuration, const SourceTools& tools,
                                          PlainHttp plain) {
  CurlOptions options = curl_options(configuration);
  options.allow_plain_loopback = plain == PlainHttp::kOnLoopback;
  Result<std::unique_ptr<CurlClient>> client = CurlClient::make(tools.executor, std::move(options));
  if (!client) return fail(client.error());
  HttpClient& network = *clients_.emplace_back(*std::move(client));
  return clients_.emplace_back(std::make_unique<RetryingClient>(network, RetryOptions{}, retry_tools(tools)))
      .get();
}

Status SourceSet::add_salesforce(const Configuration& configuration, const SourceTools& tools) {
  const SalesforceSection& section = *configuration.sources.salesforce;
  // Whoever writes such an address means a sandbox on this machine; elsewhere plain http is refused.
  const bool is_plain = section.options.login.url.starts_with("http://");
  const Result<HttpClient*> client =
      add_client(configuration, tools, is_plain ? PlainHttp::kOnLoopback : PlainHttp::kNever);
  if (!client) return fail(client.error());
  sources_.push_back({.source = std::make_unique<SalesforceSource>(section.options, **client, tools.pauses),
                      .every = section.every});
  return {};
}

Status SourceSet::add_clari(const Configuration& configuration, const SourceTools& tools) {
  const ClariSection& section = *configuration.sources.clari;
  const Result<HttpClient*> client =
      add_client(configuration, tools,
                 section.options.allow_plain_loopback ? PlainHttp::kOnLoopback : PlainHttp::kNever);
  if (!client) return fail(client.error());
  sources_.push_back(
      {.source = std::make_unique<ClariSource>(section.options, **client, tools.pauses, tools.work),
       .every = section.every});
  return {};
}

Status SourceSet::add_exports(const Configuration& configuration, const SourceTools& tools) {
  const ExportsSection& section = *configuration.sources.exports;
  const Result<HttpClient*> client =
      add_client(configuration, tools,
                 section.options.allow_plain_loopback ? PlainHttp::kOnLoopback : PlainHttp::kNever);
  if (!client) return fail(client.error());
  ExportsOptions options = with_paths(configuration, section.options);
  sources_.push_back({.source = std::make_unique<ExportsSource>(std::move(options), **client, tools.work),
                      .every = section.every});
  return {};
}

Result<SourceSet> SourceSet::make(const Configuration& configuration, const SourceTools& tools) {
  SourceSet set;
  const SourcesSection& wanted = configuration.sources;
  Status added;
  if (wanted.salesforce) added = set.add_salesforce(configuration, tools);
  if (added && wanted.clari) added = set.add_clari(configuration, tools);
  if (added && wanted.exports) added = set.add_exports(configuration, tools);
  if (!added) return fail(added.error());
  return set;
}

std::vector<std::string> SourceSet::names() const {
  std::vector<std::string> names;
  for (const ScheduledSource& one : sources_) names.push_back(one.source->name());
  return names;
}

}  // namespace plumbline
