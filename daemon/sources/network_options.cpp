#include "daemon/sources/network_options.h"

#include <cstdint>
#include <limits>
#include <random>
#include <span>

#include "base/crypto.h"

namespace plumbline {

CurlOptions network_options(const Configuration& configuration) {
  const HttpSection& http = configuration.sources.http;
  CurlOptions options;
  if (http.proxy) options.proxy_url = http.proxy->text;
  if (http.no_proxy) options.no_proxy = http.no_proxy->text;
  if (http.total_time) options.total_time = *http.total_time;
  if (http.slow_time) options.slow_time = *http.slow_time;
  if (http.ca_file) options.ca_file = path_from(configuration, http.ca_file->text);
  return options;
}

std::function<double()> chance() {
  std::uint64_t seed = 0;
  fill_random(std::span(reinterpret_cast<std::uint8_t*>(&seed), sizeof seed));
  return [engine = std::mt19937_64(seed)]() mutable {
    return std::generate_canonical<double, std::numeric_limits<double>::digits>(engine);
  };
}

}  // namespace plumbline
