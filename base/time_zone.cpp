#include "base/time_zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {

namespace {

using std::chrono::days;
using std::chrono::seconds;

// From `begin` until the next stretch begins, clocks are `offset` ahead of UTC.
struct Stretch {
  Instant begin;
  seconds offset;
};

}  // namespace

// The first stretch has no beginning: it also holds for every instant before its `begin`.
struct ZoneTable {
  std::string name;
  std::vector<Stretch> stretches;  // by begin; at least one
};

namespace {

constexpr std::size_t kLongestZoneName = 64;  // the longest real one has 32 bytes
constexpr int kLastYear = static_cast<int>(std::chrono::year_month_day{kLastDay}.year());

// Compiled zone files spell transitions out up to this year and leave the rest to a rule the library does not
// read.
constexpr int kLastYearSpelledOut = 2037;

// More than any zone was ever away from UTC (Manila before 1845: 15:56:08).
constexpr seconds kMostOffset = std::chrono::hours{24};

// Daylight saving rules speak of the n-th or last weekday of a month, so a later year's transitions are those
// of a year whose weekdays fall alike. The leap day makes 14 kinds of year, and finding them all takes 28
// years, back into rules long abolished. January-February and March-December, taken apart, have 7 kinds each,
// and any 11 years of this century hold all of those.
constexpr int kProxyYears = 11;
constexpr std::array<unsigned, 3> kPartStartMonths = {1, 3, 13};

std::chrono::sys_days month_start_of(int year, unsigned month) {
  const int carried = year + static_cast<int>((month - 1) / 12);
  return std::chrono::year{carried} / std::chrono::month{(month - 1) % 12 + 1} / 1;
}

int year_of(Instant instant) {
  return static_cast<int>(std::chrono::year_month_day{std::chrono::floor<days>(instant)}.year());
}

std::vector<Stretch> stretches_in_file(const date::time_zone& zone) {
  const Instant end = month_start_of(kLastYear + 1, 1);
  std::vector<Stretch> stretches;
  Instant begin{kFirstDay.time_since_epoch()};
  while (begin < end) {
    const date::sys_info info = zone.get_info(begin);
    if (stretches.empty() || stretches.back().offset != info.offset) {
      stretches.push_back({.begin = begin, .offset = info.offset});
    }
    if (info.end <= begin) {
      throw std::runtime_error("transitions out of order");  // caught below, with what the library throws
    }
    begin = info.end;
  }
  return stretches;
}

// The last year, up to `newest`, in which the part's first day is the same day of the week as in `year`.
int proxy_year(int year, unsigned part_start_month, int newest) {
  const std::chrono::weekday wanted{month_start_of(year, part_start_month)};
  int proxy = newest;
  while (proxy > newest - kProxyYears + 1 &&
         std::chrono::weekday{month_start_of(proxy, part_start_month)} != wanted) {
    --proxy;
  }
  return proxy;
}

void copy_part(std::vector<Stretch>& stretches, int year, std::size_t part, int newest) {
  const int proxy = proxy_year(year, kPartStartMonths[part], newest);
  const Instant from = month_start_of(proxy, kPartStartMonths[part]);
  const Instant until = month_start_of(proxy, kPartStartMonths[part + 1]);
  const seconds shift = month_start_of(year, kPartStartMonths[part]) - from;
  const auto starts_before = [](const Stretch& stretch, Instant instant) { return stretch.begin < instant; };
  auto source = static_cast<std::size_t>(std::distance(
      stretches.begin(), std::lower_bound(stretches.begin(), stretches.end(), from, starts_before)));
  for (; source < stretches.size() && stretches[source].begin < until; ++source) {
    const Stretch copy{.begin = stretches[source].begin + shift, .offset = stretches[source].offset};
    stretches.push_back(copy);
  }
}

// A zone whose last transition lies before the end of what files spell out keeps one offset for good.
void carry_rules_forward(std::vector<Stretch>& stretches) {
  const int newest = year_of(stretches.back().begin);
  if (newest < kLastYearSpelledOut) {
    return;
  }
  for (int year = newest + 1; year <= kLastYear; ++year) {
    copy_part(stretches, year, 0, newest);
    copy_part(stretches, year, 1, newest);
  }
}

std::size_t stretch_at(const std::vector<Stretch>& stretches, Instant instant) {
  const auto after = std::upper_bound(stretches.begin() + 1, stretches.end(), instant,
                                      [](Instant i, const Stretch& stretch) { return i < stretch.begin; });
  return static_cast<std::size_t>(std::distance(stretches.begin(), after)) - 1;
}

constexpr std::string_view kUtcName = "UTC";

std::vector<std::string> read_known_names() {
  std::vector<std::string> names;
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      if (zone.name() != "localtime") {  // not a zone: the machine's own setting, which no policy may hang on
        names.push_back(zone.name());
      }
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    names.clear();  // no zone files: find() says so when a zone is asked for
  }
  std::ranges::sort(names);
  return names;
}

// Every table built so far, by folded name. Never destroyed, so that handles stay good in other static
// objects' destructors; bounded by the number of zones there are.
class Registry {
 public:
  static Registry& instance() {
    static Registry& registry = *new Registry;
    return registry;
  }

  const std::vector<std::string>& names() const { return names_; }

  // Null for a name no zone has.
  Result<const ZoneTable*> find(std::string_view name) {
    const std::string key = fold_case(name);
    const std::lock_guard lock(mutex_);
    if (const auto built = tables_.find(key); built != tables_.end()) {
      return built->second.get();
    }
    const auto spelled = spelling_.find(key);
    if (spelled == spelling_.end()) {
      return nullptr;
    }
    auto table = build(spelled->second);
    if (!table) {
      return fail(std::move(table.error()));
    }
    return tables_.emplace(key, *std::move(table)).first->second.get();
  }

 private:
  Registry() : names_(read_known_names()) {
    for (const std::string& name : names_) {
      spelling_.emplace(fold_case(name), name);
    }
    tables_.emplace(fold_case(kUtcName), std::make_unique<ZoneTable>(ZoneTable{
                                             .name = std::string(kUtcName),
                                             .stretches = {{.begin = Instant{}, .offset = seconds{0}}}}));
  }

  static Result<std::unique_ptr<const ZoneTable>> build(const std::string& name) {
    try {
      std::vector<Stretch> stretches = stretches_in_file(*date::locate_zone(name));
      carry_rules_forward(stretches);
      return std::make_unique<const ZoneTable>(ZoneTable{.name = name, .stretches = std::move(stretches)});
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& problem) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("the data of time zone {} cannot be read ({}); reinstall the tzdata package",
                              name, problem.what()));
    }
  }

  std::vector<std::string> names_;
  std::map<std::string, std::string> spelling_;  // folded name to the name as it is written
  std::mutex mutex_;                             // guards tables_
  std::map<std::string, std::unique_ptr<const ZoneTable>> tables_;
};

Error unknown_zone(std::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) {
    return {.code = ErrorCode::kUnavailable,
            .message =
                fmt::format("time zone {} cannot be looked up: this machine has no time zone data; install "
                            "the tzdata package",
                            name),
            .where = std::nullopt};
  }
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) {
    hint = "; give an IANA name such as Europe/Berlin or UTC";
  }
  return {.code = ErrorCode::kNotFound,
          .message = fmt::format("unknown time zone \"{}\"{}", name, hint),
          .where = std::nullopt};
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view iana_name) {
  const std::string_view name = trim(iana_name);
  if (name.empty()) {
    return fail(ErrorCode::kNotFound,
                "the time zone is blank; give an IANA name such as Europe/Berlin or UTC");
  }
  if (name.size() > kLongestZoneName) {
    return fail(
        ErrorCode::kNotFound,
        fmt::format("a text of {} bytes is no time zone; give an IANA name such as Europe/Berlin or UTC",
                    name.size()));
  }
  Registry& registry = Registry::instance();
  const Result<const ZoneTable*> table = registry.find(name);
  if (!table) {
    return fail(table.error());
  }
  if (*table == nullptr) {
    return fail(unknown_zone(name, registry.names()));
  }
  return TimeZone(*table);
}

TimeZone TimeZone::utc() {
  static const ZoneTable* const table = *Registry::instance().find(kUtcName);
  return TimeZone(table);
}

const std::vector<std::string>& TimeZone::known_names() { return Registry::instance().names(); }

const std::string& TimeZone::name() const { return table_->name; }

seconds TimeZone::utc_offset(Instant instant) const {
  return table_->stretches[stretch_at(table_->stretches, instant)].offset;
}

LocalTime TimeZone::local(Instant instant) const {
  const std::chrono::local_seconds shown{instant.time_since_epoch() + utc_offset(instant)};
  const Day day = std::chrono::floor<days>(shown);
  return {.day = day, .since_midnight = shown - day};
}

Instant TimeZone::to_instant(Day day, seconds since_midnight) const {
  const std::vector<Stretch>& stretches = table_->stretches;
  const seconds shown = day.time_since_epoch() + since_midnight;
  // Every stretch before this one ended before clocks anywhere could show the time sought.
  std::size_t index = stretch_at(stretches, Instant{shown - kMostOffset});
  while (index + 1 < stretches.size() &&
         Instant{shown - stretches[index].offset} >= stretches[index + 1].begin) {
    ++index;
  }
  const Instant met{shown - stretches[index].offset};
  // Met before its stretch began: the time fell into the gap that opened there.
  return index == 0 ? met : std::max(met, stretches[index].begin);
}

}  // namespace plumbline
