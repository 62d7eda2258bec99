// The secrets that the configuration's sources and webhooks name: read from their files and credentials.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "config/configuration.h"

namespace plumbline {

// Where systemd puts the credentials of this service ($CREDENTIALS_DIRECTORY); empty outside of one.
std::string credentials_folder();

// What becomes of credentials where there is no folder of them.
enum class WithoutFolder : std::uint8_t {
  kPassedOver,  // they will be there when the service starts
  kFault,
};

// Fills the secrets of `configuration.sources` and of its webhooks. Files and credentials that cannot be
// used, and what is no key, address or token in them, are faults (CF023).
void read_source_secrets(Configuration& configuration, const std::string& credentials,
                         WithoutFolder without_folder, Diagnostics& diagnostics);

}  // namespace plumbline
