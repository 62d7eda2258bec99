#include "daemon/sources/source_set.h"

#include <utility>

#include "connectors/http/curl_client.h"
#include "connectors/http/retrying_client.h"
#include "connectors/salesforce/salesforce_source.h"
#include "daemon/sources/network_options.h"

namespace plumbline {
namespace {

RetryTools retry_tools(const SourceTools& tools) {
  return {.pauses = tools.pauses, .clock = tools.clock, .random = chance(), .on_repeat = tools.on_repeat};
}

}  // namespace

Result<SourceSet> SourceSet::make(const Configuration& configuration, const SourceTools& tools) {
  SourceSet set;
  if (const auto& salesforce = configuration.sources.salesforce) {
    CurlOptions options = network_options(configuration);
    // Whoever writes such an address means a sandbox on this machine; elsewhere plain http is refused.
    options.allow_plain_loopback = salesforce->options.login.url.starts_with("http://");
    Result<std::unique_ptr<CurlClient>> client = CurlClient::make(tools.executor, std::move(options));
    if (!client) return fail(client.error());
    HttpClient& network = *set.clients_.emplace_back(*std::move(client));
    HttpClient& asked = *set.clients_.emplace_back(
        std::make_unique<RetryingClient>(network, RetryOptions{}, retry_tools(tools)));
    set.sources_.push_back(
        {.source = std::make_unique<SalesforceSource>(salesforce->options, asked, tools.pauses),
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
