// The service's log: one event a line, key=value, on standard error, which systemd takes to the journal. No
// secret ever comes here: errors and reports hold none.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace plumbline {

enum class LogLevel : std::uint8_t { kInfo, kWarning, kError };

using LogField = std::pair<std::string_view, std::string>;

// From any thread.
class ServiceLog {
 public:
  virtual ~ServiceLog() = default;
  virtual void write(LogLevel level, const std::string& line) = 0;
  // event=sync source=salesforce:main rows=12
  void event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
};

// On standard error.
std::unique_ptr<ServiceLog> make_service_log();

// As a value of a line: in quotes where it is not one word, with control characters made harmless.
std::string log_value(std::string_view text);

}  // namespace plumbline
