#include "base/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "base/zone_file.h"

namespace plumbline {

using std::chrono::days;
using std::chrono::seconds;

// Stretches are by begin, at least one; the first has no beginning: it also holds for every instant before
// its `begin`.
struct ZoneTable {
  ZoneTable(std::string the_name, std::vector<ZoneStretch> as_spelled_out)
      : name(std::move(the_name)), spelled_out(std::move(as_spelled_out)) {}

  // All that hold within kMostOffset of the instant, and more.
  const std::vector<ZoneStretch>& around(Instant instant) const;

  std::string name;
  std::vector<ZoneStretch> spelled_out;  // in the file

 private:
  // Few runs ask for years so far ahead, and two thousand of them take longer to work out than to read the
  // file.
  mutable std::once_flag carried_once_{};
  mutable std::vector<ZoneStretch> carried_forward_{};
};

namespace {

constexpr std::size_t kLongestZoneName = 64;  // the longest real one has 32 bytes
constexpr int kLastYear = static_cast<int>(std::chrono::year_month_day{kLastDay}.year());

// Compiled zone files spell transitions out at least up to this year and leave the rest to a rule we do not
// read.
constexpr int kLastYearSpelledOut = 2037;
constexpr Instant kEndSpelledOut{std::chrono::sys_days{std::chrono::year{kLastYearSpelledOut + 1} / 1 / 1}};

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

// January-February or March-December of one of the last years spelled out, which later years repeat.
struct PartOfYear {
  Instant begin{};
  std::size_t first = 0;  // its stretches, from this one up to
  std::size_t end = 0;    // this one
};
using PartsByWeekday = std::array<PartOfYear, 7>;  // by the weekday of the part's first day

std::size_t weekday_of(std::chrono::sys_days date) { return std::chrono::weekday{date}.c_encoding(); }

PartsByWeekday last_parts(const std::vector<ZoneStretch>& stretches, std::size_t part, int newest) {
  const auto first_from = [&](Instant instant) {
    const auto found = std::ranges::lower_bound(stretches, instant, {}, &ZoneStretch::begin);
    return static_cast<std::size_t>(found - stretches.begin());
  };
  PartsByWeekday parts;
  for (int year = newest - kProxyYears + 1; year <= newest; ++year) {
    const auto begin = month_start_of(year, kPartStartMonths[part]);
    const auto end = month_start_of(year, kPartStartMonths[part + 1]);
    parts[weekday_of(begin)] = {.begin = begin, .first = first_from(begin), .end = first_from(end)};
  }
  return parts;
}

// A zone whose last transition lies before the end of what files spell out keeps one offset for good.
void carry_rules_forward(std::vector<ZoneStretch>& stretches) {
  const int newest = year_of(stretches.back().begin);
  if (newest < kLastYearSpelledOut) return;
  const std::array parts = {last_parts(stretches, 0, newest), last_parts(stretches, 1, newest)};
  constexpr std::size_t kChangesAYear = 2;  // as a rule
  stretches.reserve(stretches.size() + kChangesAYear * static_cast<std::size_t>(kLastYear - newest));
  for (int year = newest + 1; year <= kLastYear; ++year) {
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const auto begin = month_start_of(year, kPartStartMonths[part]);
      const PartOfYear& like = parts[part][weekday_of(begin)];
      for (std::size_t i = like.first; i < like.end; ++i)
        stretches.push_back(
            {.begin = begin + (stretches[i].begin - like.begin), .offset = stretches[i].offset});
    }
  }
}

std::size_t stretch_at(const std::vector<ZoneStretch>& stretches, Instant instant) {
  const auto after =
      std::upper_bound(stretches.begin() + 1, stretches.end(), instant,
                       [](Instant i, const ZoneStretch& stretch) { return i < stretch.begin; });
  return static_cast<std::size_t>(std::distance(stretches.begin(), after)) - 1;
}

constexpr std::string_view kUtcName = "UTC";

// Read when first asked for: most names are found without.
const std::vector<std::string>& all_names() {
  static const std::vector<std::string>& names = *new std::vector<std::string>(zone_file_names());
  return names;
}

// The name as its zone spells it; empty for one that no zone has.
std::string spelling_of(std::string_view name) {
  if (is_zone_file(name)) return std::string(name);
  const auto found =
      std::ranges::find_if(all_names(), [&](const std::string& known) { return equal_folded(known, name); });
  return found == all_names().end() ? "" : *found;
}

// Every table built so far, by folded name. Never destroyed, so that handles stay good in other static
// objects' destructors; bounded by the number of zones there are.
class Registry {
 public:
  static Registry& instance() {
    static Registry& registry = *new Registry;
    return registry;
  }

  // Null for a name no zone has.
  Result<const ZoneTable*> find(std::string_view name) {
    const std::string key = fold_case(name);
    const std::lock_guard lock(mutex_);
    if (const auto built = tables_.find(key); built != tables_.end()) {
      return built->second.get();
    }
    const std::string spelling = spelling_of(name);
    if (spelling.empty()) {
      return nullptr;
    }
    auto table = build(spelling);
    if (!table) {
      return fail(std::move(table.error()));
    }
    return tables_.emplace(key, *std::move(table)).first->second.get();
  }

 private:
  Registry() {
    tables_.emplace(
        fold_case(kUtcName),
        std::make_unique<ZoneTable>(std::string(kUtcName),
                                    std::vector<ZoneStretch>{{.begin = Instant{}, .offset = seconds{0}}}));
  }

  static Result<std::unique_ptr<const ZoneTable>> build(const std::string& name) {
    const Instant from{kFirstDay.time_since_epoch()};
    auto stretches = read_zone_file(name, from, month_start_of(kLastYear + 1, 1));
    if (!stretches) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("the data of time zone {} cannot be read ({}); reinstall the tzdata package",
                              name, stretches.error().message));
    }
    return std::make_unique<const ZoneTable>(name, *std::move(stretches));
  }

  std::mutex mutex_;  // guards tables_
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

const std::vector<ZoneStretch>& ZoneTable::around(Instant instant) const {
  if (instant < kEndSpelledOut - kMostOffset) return spelled_out;
  std::call_once(carried_once_, [this] {
    carried_forward_ = spelled_out;
    carry_rules_forward(carried_forward_);
  });
  return carried_forward_;
}

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
  const Result<const ZoneTable*> table = Registry::instance().find(name);
  if (!table) {
    return fail(table.error());
  }
  if (*table == nullptr) {
    return fail(unknown_zone(name, all_names()));
  }
  return TimeZone(*table);
}

TimeZone TimeZone::utc() {
  static const ZoneTable* const table = *Registry::instance().find(kUtcName);
  return TimeZone(table);
}

const std::vector<std::string>& TimeZone::known_names() { return all_names(); }

const std::string& TimeZone::name() const { return table_->name; }

seconds TimeZone::utc_offset(Instant instant) const {
  const std::vector<ZoneStretch>& stretches = table_->around(instant);
  return stretches[stretch_at(stretches, instant)].offset;
}

LocalTime TimeZone::local(Instant instant) const {
  const std::chrono::local_seconds shown{instant.time_since_epoch() + utc_offset(instant)};
  const Day day = std::chrono::floor<days>(shown);
  return {.day = day, .since_midnight = shown - day};
}

Instant TimeZone::to_instant(Day day, seconds since_midnight) const {
  const seconds shown = day.time_since_epoch() + since_midnight;
  const std::vector<ZoneStretch>& stretches = table_->around(Instant{shown});
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
