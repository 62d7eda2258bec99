#include "connectors/clari/forecast_memory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

constexpr std::string_view kNoJob = "-";
// In the ledger: never renamed.
constexpr std::string_view kLatest = "latest";
constexpr std::string_view kAll = "all";
constexpr std::string_view kCloses = "closes";

std::string_view kind_of(const WantedExport& wanted) {
  if (wanted.closes) return kCloses;
  return wanted.weeks == ClariWeeks::kAll ? kAll : kLatest;
}

std::string key_of(const std::string& forecast, std::string_view what) {
  return fmt::format("{}/{}", forecast, what);
}

// Empty where nothing is kept.
Async<Result<std::string>> kept(SyncSink& sink, std::string source, std::string key) {
  Result<std::optional<std::string>> value = co_await sink.state(std::move(source), std::move(key));
  if (!value) co_return fail(std::move(value.error()));
  co_return std::move(*value).value_or(std::string{});
}

std::optional<std::string> instant_text(std::optional<Instant> instant) {
  if (!instant) return std::nullopt;
  return format_instant(*instant);
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

std::string to_text(const OpenExport& open) {
  return fmt::format("{} {} {} {}", open.job.empty() ? kNoJob : std::string_view(open.job),
                     open.wanted.period, kind_of(open.wanted), format_instant(open.asked));
}

std::optional<OpenExport> open_export_from_text(std::string_view text) {
  std::array<std::string_view, 4> words{};
  for (std::string_view& word : words) {
    const std::size_t end = std::min(text.find(' '), text.size());
    word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const std::optional<Instant> asked = parse_instant(words[3]);
  const bool is_known = words[2] == kLatest || words[2] == kAll || words[2] == kCloses;
  if (words[0].empty() || words[1].empty() || !is_known || !asked || !text.empty()) return std::nullopt;
  return OpenExport{.job = words[0] == kNoJob ? std::string{} : std::string(words[0]),
                    .wanted = {.period = std::string(words[1]),
                               .weeks = words[2] == kAll ? ClariWeeks::kAll : ClariWeeks::kLatest,
                               .closes = words[2] == kCloses},
                    .asked = *asked};
}

Async<Result<ForecastMemory>> read_forecast_memory(SyncSink& sink, std::string source, std::string forecast) {
  constexpr std::array<std::string_view, 8> kKeys = {"exported", "all-weeks", "period", "closing",
                                                     "open",     "last-job",  "users",  "values"};
  std::array<std::string, kKeys.size()> texts;
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    std::string own_source = source;
    std::string key = key_of(forecast, kKeys[i]);
    Result<std::string> text = co_await kept(sink, std::move(own_source), std::move(key));
    if (!text) co_return fail(std::move(text.error()));
    texts[i] = std::move(*text);
  }
  ForecastMemory memory{.past = {.exported = parse_instant(texts[0]),
                                 .all_weeks = parse_instant(texts[1]),
                                 .period = std::move(texts[2]),
                                 .closing = std::move(texts[3])},
                        .open = open_export_from_text(texts[4]),
                        .last_job = std::move(texts[5]),
                        .users = 0,
                        .value_names = std::move(texts[7])};
  std::from_chars(texts[6].data(), texts[6].data() + texts[6].size(), memory.users);
  co_return memory;
}

SourceState open_state(const std::optional<OpenExport>& open, const std::string& forecast) {
  std::optional<std::string> text;
  if (open) text = to_text(*open);
  return {.key = key_of(forecast, "open"), .value = std::move(text)};
}

std::vector<SourceState> forecast_states(const ForecastMemory& memory, const std::string& forecast) {
  return {{.key = key_of(forecast, "exported"), .value = instant_text(memory.past.exported)},
          {.key = key_of(forecast, "all-weeks"), .value = instant_text(memory.past.all_weeks)},
          {.key = key_of(forecast, "period"), .value = unless_empty(memory.past.period)},
          {.key = key_of(forecast, "closing"), .value = unless_empty(memory.past.closing)},
          open_state(memory.open, forecast),
          {.key = key_of(forecast, "last-job"), .value = unless_empty(memory.last_job)},
          {.key = key_of(forecast, "users"), .value = fmt::format("{}", memory.users)},
          {.key = key_of(forecast, "values"), .value = unless_empty(memory.value_names)}};
}

}  // namespace plumbline
