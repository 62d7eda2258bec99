#include "daemon/service/service_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace plumbline {
namespace {

constexpr std::size_t kMostValueBytes = 2'000;  // of one value

bool is_plain(char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '=' && c != '\\'; }

class StderrLog : public ServiceLog {
 public:
  StderrLog() : log_("plumbline", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    log_.set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
    log_.flush_on(spdlog::level::info);
  }
  void write(LogLevel level, const std::string& line) override { log_.log(level_of(level), "{}", line); }

 private:
  static spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
      case LogLevel::kInfo:
        return spdlog::level::info;
      case LogLevel::kWarning:
        return spdlog::level::warn;
      case LogLevel::kError:
        break;
    }
    return spdlog::level::err;
  }

  spdlog::logger log_;
};

}  // namespace

std::string log_value(std::string_view text) {
  const bool is_cut = text.size() > kMostValueBytes;
  text = text.substr(0, kMostValueBytes);
  if (!text.empty() && !is_cut && std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    const bool is_control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    quoted += is_control ? ' ' : c;
  }
  return quoted + (is_cut ? "...\"" : "\"");
}

void ServiceLog::event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = fmt::format("event={}", event);
  for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, log_value(value));
  write(level, line);
}

std::unique_ptr<ServiceLog> make_service_log() { return std::make_unique<StderrLog>(); }

}  // namespace plumbline
