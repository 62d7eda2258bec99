#include "daemon/cli/source_secrets.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

namespace plumbline {
namespace {

constexpr std::string_view kPrivateKey = "PRIVATE KEY-----";

class SecretsReader {
 public:
  SecretsReader(const Configuration& configuration, const std::string& credentials,
                WithoutFolder without_folder, Diagnostics& diagnostics)
      : configuration_(configuration),
        credentials_(credentials),
        without_folder_(without_folder),
        diagnostics_(diagnostics) {}

  // Stays as it is where there is none, or a fault.
  void read(const std::optional<SecretPlace>& place, Secret& secret) {
    if (!place) return;
    const bool is_file = place->kind == SecretPlace::Kind::kFile;
    if (!is_file && credentials_.empty()) return without_folder(*place);
    const std::string path = is_file ? path_from(configuration_, place->text.text)
                                     : fmt::format("{}/{}", credentials_, place->text.text);
    Result<Secret> read = read_secret_file(path);
    if (read) {
      secret = *std::move(read);
    } else {
      fault(*place, fmt::format("{}: {}", path, read.error().message));
    }
  }

  // What the secret that was read at `place` has wrong, found out by its connector.
  void tell(const std::optional<SecretPlace>& place, const std::vector<std::string>& faults) {
    if (!place) return;
    for (const std::string& one : faults) fault(*place, one);
  }

  void read_key(const std::optional<SecretPlace>& place, Secret& secret) {
    read(place, secret);
    if (secret.empty() || secret.reveal().contains(kPrivateKey)) return;
    fault(*place,
          "this is no private key in PEM (it would have a line BEGIN PRIVATE KEY); name the key's file, not "
          "the "
          "certificate's");
  }

  void read_address(WebhookAnchor& webhook) {
    read(webhook.place, webhook.url);
    if (webhook.url.empty()) return;
    const std::string wrong = fault_of_webhook(webhook.url.reveal());
    if (!wrong.empty()) fault(*webhook.place, fmt::format("webhook {}: {}", webhook.name.text, wrong));
  }

 private:
  void without_folder(const SecretPlace& place) {
    if (without_folder_ == WithoutFolder::kPassedOver) return;
    fault(place,
          fmt::format("there is no credential {} here: only a service of systemd has credentials "
                      "(LoadCredential={}:FILE in its unit); name a file instead, or start the service",
                      place.text.text, place.text.text));
  }
  void fault(const SecretPlace& place, std::string message) {
    diagnostics_.error(std::string(kSecretFile), place.text.where, std::move(message));
  }

  const Configuration& configuration_;
  const std::string& credentials_;
  WithoutFolder without_folder_;
  Diagnostics& diagnostics_;
};

void read_salesforce_secrets(SalesforceSection& salesforce, SecretsReader& reader) {
  SalesforceLogin& login = salesforce.options.login;
  reader.read_key(salesforce.private_key, login.private_key);
  reader.read(salesforce.client_secret, login.client_secret);
  reader.read(salesforce.refresh_token, login.refresh_token);
}

void read_clari_key(ClariSection& clari, SecretsReader& reader) {
  reader.read(clari.api_key, clari.options.api_key);
  reader.tell(clari.api_key, secret_faults(clari.options));
}

void read_export_secrets(ExportsSection& exports, SecretsReader& reader) {
  const bool may_be_plain = exports.options.allow_plain_loopback;
  for (std::size_t i = 0; i < exports.places.size(); ++i) {
    const FileOfExports& places = exports.places[i];
    ExportFile& file = exports.options.files[i];
    reader.read(places.secret_url, file.secret_url);
    reader.tell(
        places.secret_url,
        secret_faults({.name = file.name, .object = {}, .secret_url = file.secret_url}, may_be_plain));
    reader.read(places.auth, file.auth.secret);
    reader.tell(places.auth,
                secret_faults({.name = file.name, .object = {}, .auth = file.auth}, may_be_plain));
  }
}

}  // namespace

std::string credentials_folder() {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder == nullptr ? std::string() : std::string(folder);
}

void read_source_secrets(Configuration& configuration, const std::string& credentials,
                         WithoutFolder without_folder, Diagnostics& diagnostics) {
  SecretsReader reader(configuration, credentials, without_folder, diagnostics);
  for (WebhookAnchor& webhook : configuration.audit.webhooks) reader.read_address(webhook);
  SourcesSection& sources = configuration.sources;
  if (sources.salesforce) read_salesforce_secrets(*sources.salesforce, reader);
  if (sources.clari) read_clari_key(*sources.clari, reader);
  if (sources.exports) read_export_secrets(*sources.exports, reader);
}

}  // namespace plumbline
