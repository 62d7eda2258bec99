// The pretend export host: every object as a CSV or JSON file, behind each of the ways in that real hosts
// have. For one thread.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/web/faults.h"
#include "sandbox/web/message.h"
#include "sandbox/world/world.h"

namespace plumbline::sandbox {

struct ExportSecrets {
  std::string bearer;
  std::string user = "export";
  std::string password;
  std::string header = "X-Export-Key";
  std::string header_value;
  std::string signing_key;
};

class Exports {
 public:
  Exports(const World& world, Faults& faults, ExportSecrets secrets)
      : world_(world), faults_(faults), secrets_(std::move(secrets)) {}

  // /exports/{bearer,basic,header,signed,open}/{Object}.{csv,json} and the same with .gz behind it.
  Response handle(const Request& request);
  const ExportSecrets& secrets() const { return secrets_; }
  // Path and query of a file that needs no other secret, good until then by the sandbox's clock.
  std::string signed_target(std::string_view file, Instant until) const;

 private:
  bool may_read(const Request& request, std::string_view way, std::string_view file) const;
  Response file(const Request& request, std::string_view name);

  const World& world_;
  Faults& faults_;
  ExportSecrets secrets_;
};

}  // namespace plumbline::sandbox
