// How the network is reached, whoever asks it: what the configuration says of it, and chance.
#pragma once

#include <functional>

#include "config/configuration.h"
#include "connectors/http/curl_client.h"

namespace plumbline {

// `sources.http`; everything else as clients have it.
CurlOptions network_options(const Configuration& configuration);

// From 0 up to, and not including, 1. Nobody can foresee it, so that many services do not come again at one
// moment. For one thread.
std::function<double()> chance();

}  // namespace plumbline
