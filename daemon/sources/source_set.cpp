#include "daemon/sources/source_set.h"

#include <utility>

#include "connectors/clari/clari_source.h"
#include "connectors/exports/exports_source.h"
#include "connectors/http/curl_client.h"
#include "connectors/http/retrying_client.h"
#include "connectors/salesforce/salesforce_source.h"
#include "daemon/sources/network_options.h"

namespace plumbline {
namespace {

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
  CurlOptions options = network_options(configuration);
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
