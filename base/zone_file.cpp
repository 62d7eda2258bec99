#include "base/zone_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace plumbline {
namespace {

namespace fs = std::filesystem;

using std::chrono::seconds;

constexpr std::string_view kFolder = "/usr/share/zoneinfo";

// What else the folder holds: tables, other forms of the zones, and the machine's own setting, which no
// policy may hang on.
constexpr std::array<std::string_view, 12> kNotZones = {
    "Factory",    "iso3166.tab", "leap-seconds.list", "leapseconds", "localtime",    "posix",
    "posixrules", "right",       "tzdata.zi",         "zone.tab",    "zone1970.tab", "+VERSION"};

bool is_step(std::string_view name) {
  return !name.empty() && name.find('\0') == std::string_view::npos && name != "." && name != ".." &&
         std::ranges::find(kNotZones, name) == kNotZones.end();
}

// Whether every step of the path may be a zone, or a folder of zones.
bool may_be_zone(std::string_view name) {
  while (true) {
    const std::size_t end = std::min(name.find('/'), name.size());
    if (!is_step(name.substr(0, end))) return false;
    if (end == name.size()) return true;
    name.remove_prefix(end + 1);
  }
}

fs::path path_of(std::string_view name) { return fs::path(kFolder) / name; }

// Big-endian numbers one after another. Reading beyond the end gives 0 and is remembered.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  std::int64_t number(std::size_t width) {
    const std::string_view bytes = take(width);
    std::uint64_t value = !bytes.empty() && (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
  }

  std::string_view take(std::size_t count) {
    cut_off_ = cut_off_ || count > rest_.size();
    const std::string_view taken = cut_off_ ? std::string_view{} : rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  bool cut_off() const { return cut_off_; }

 private:
  std::string_view rest_;
  bool cut_off_ = false;
};

constexpr std::size_t kTypeBytes = 6;  // offset (4), daylight saving (1), index of its abbreviation (1)

struct Header {
  char version = 0;
  std::size_t utc_marks = 0;
  std::size_t standard_marks = 0;
  std::size_t leaps = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t letters = 0;

  std::size_t block_bytes(std::size_t time_bytes) const {
    return times * (time_bytes + 1) + types * kTypeBytes + letters + leaps * (time_bytes + 4) +
           standard_marks + utc_marks;
  }
};

std::optional<Header> read_header(Bytes& bytes) {
  constexpr std::size_t kReserved = 15;
  if (bytes.take(4) != "TZif") return std::nullopt;
  Header header{.version = static_cast<char>(bytes.number(1))};
  bytes.take(kReserved);
  for (std::size_t Header::* count : {&Header::utc_marks, &Header::standard_marks, &Header::leaps,
                                      &Header::times, &Header::types, &Header::letters}) {
    const std::int64_t value = bytes.number(4);
    if (value < 0 || static_cast<std::size_t>(value) > kMaxZoneFileBytes) return std::nullopt;
    header.*count = static_cast<std::size_t>(value);
  }
  return bytes.cut_off() || header.types == 0 ? std::nullopt : std::optional(header);
}

struct OffsetType {
  seconds offset{};
  bool daylight_saving = false;
};

struct Transition {
  std::int64_t at = 0;   // seconds since 1970
  std::size_t type = 0;  // from then on
};

struct Block {
  std::vector<Transition> transitions{};
  std::vector<OffsetType> types{};
};

std::optional<Block> read_block(Bytes& bytes, const Header& header, std::size_t time_bytes) {
  Block block;
  block.transitions.resize(header.times);
  for (Transition& transition : block.transitions) transition.at = bytes.number(time_bytes);
  for (Transition& transition : block.transitions)
    transition.type = static_cast<std::size_t>(bytes.number(1)) & 0xFF;
  for (std::size_t i = 0; i < header.types; ++i) {
    const seconds offset{bytes.number(4)};
    block.types.push_back({.offset = offset, .daylight_saving = bytes.number(1) != 0});
    bytes.take(1);
  }
  const bool sound =
      !bytes.cut_off() && std::ranges::is_sorted(block.transitions, {}, &Transition::at) &&
      std::ranges::all_of(block.transitions, [&](const auto& each) { return each.type < header.types; });
  return sound ? std::optional(std::move(block)) : std::nullopt;
}

// Files since 2006 hold a block of 32-bit times for old readers, and behind it the one that counts.
std::optional<Block> read_blocks(std::string_view text) {
  constexpr std::size_t kOldTimeBytes = 4;
  constexpr std::size_t kTimeBytes = 8;
  Bytes bytes(text);
  const auto first = read_header(bytes);
  if (!first) return std::nullopt;
  if (first->version == '\0') return read_block(bytes, *first, kOldTimeBytes);
  bytes.take(first->block_bytes(kOldTimeBytes));
  const auto second = read_header(bytes);
  return second ? read_block(bytes, *second, kTimeBytes) : std::nullopt;
}

// Before its first transition a zone keeps its first offset that is no daylight saving.
seconds first_offset(const Block& block) {
  const auto standard = std::ranges::find(block.types, false, &OffsetType::daylight_saving);
  return standard == block.types.end() ? block.types.front().offset : standard->offset;
}

std::vector<ZoneStretch> stretches_of(const Block& block, Instant from, Instant until) {
  std::vector<ZoneStretch> stretches = {{.begin = from, .offset = first_offset(block)}};
  for (const Transition& transition : block.transitions) {
    const Instant begin{seconds{transition.at}};
    const seconds offset = block.types[transition.type].offset;
    if (begin >= until) break;
    if (begin <= from) {
      stretches.front().offset = offset;
    } else if (offset != stretches.back().offset) {
      stretches.push_back({.begin = begin, .offset = offset});
    }
  }
  return stretches;
}

}  // namespace

std::vector<std::string> zone_file_names() {
  std::vector<std::string> names;
  std::error_code code;
  std::error_code no_target;  // of a link that leads nowhere
  fs::recursive_directory_iterator entry(kFolder, code);
  for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    const bool listed = is_step(entry->path().filename().native());
    if (entry->is_directory(no_target)) {
      if (!listed) entry.disable_recursion_pending();
    } else if (listed) {
      names.push_back(entry->path().native().substr(kFolder.size() + 1));
    }
  }
  if (code) names.clear();
  std::ranges::sort(names);
  return names;
}

bool is_zone_file(std::string_view name) {
  std::error_code code;
  return may_be_zone(name) && fs::is_regular_file(path_of(name), code);
}

Result<std::vector<ZoneStretch>> parse_zone_file(std::string_view bytes, Instant from, Instant until) {
  const auto block = read_blocks(bytes);
  if (!block) return fail(ErrorCode::kCorrupt, "it is no compiled zone file");
  return stretches_of(*block, from, until);
}

Result<std::vector<ZoneStretch>> read_zone_file(std::string_view name, Instant from, Instant until) {
  std::ifstream file(path_of(name), std::ios::binary);
  std::error_code code;
  const std::uintmax_t size = fs::file_size(path_of(name), code);
  if (!file || code || size > kMaxZoneFileBytes)
    return fail(ErrorCode::kCorrupt, "it cannot be opened, or is too long");
  std::string bytes(size, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return parse_zone_file(bytes, from, until);
}

}  // namespace plumbline
