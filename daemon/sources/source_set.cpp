#include "daemon/sources/source_set.h"

#include <utility>

#include "connectors/http/curl_client.h"
#include "connectors/salesforce/salesforce_source.h"

namespace plumbline {
namespace {

CurlOptions curl_options(const Configuration& configuration) {
  const HttpSection& http = configuration.sources.http;
  CurlOptions options;
  if (http.proxy) options.proxy_url = http.proxy->text;
  if (http.no_proxy) options.no_proxy = http.no_proxy->text;
  if (http.ca_file) options.ca_file = path_from(configuration, http.ca_file->text);
  return options;
}

}  // namespace

Result<SourceSet> SourceSet::make(const Configuration& configuration, Executor executor, Pauses& pauses) {
  SourceSet set;
  if (const auto& salesforce = configuration.sources.salesforce) {
    CurlOptions options = curl_options(configuration);
    // Whoever writes such an address means a sandbox on this machine; elsewhere plain http is refused.
    options.allow_plain_loopback = salesforce->options.login.url.starts_with("http://");
    Result<std::unique_ptr<CurlClient>> client = CurlClient::make(executor, std::move(options));
    if (!client) return fail(client.error());
    HttpClient& asked = *set.clients_.emplace_back(*std::move(client));
    set.sources_.push_back({.source = std::make_unique<SalesforceSource>(salesforce->options, asked, pauses),
                            .every = salesforce->every});
  }
  return set;
}

std::vector<std::string> SourceSet::names() const {
  std::vector<std::string> names;
  for (const ScheduledSource& one : sources_) names.push_back(one.source->name());
  return names;
}

}  // namespace plumbline
