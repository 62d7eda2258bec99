#include "daemon/sources/source_set.h"

#include <limits>
#include <random>
#include <span>
#include <utility>

#include "base/crypto.h"
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

}  // namespace

Result<SourceSet> SourceSet::make(const Configuration& configuration, const SourceTools& tools) {
  SourceSet set;
  if (const auto& salesforce = configuration.sources.salesforce) {
    CurlOptions options = curl_options(configuration);
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
