#include "tests/layout/layout.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>

namespace plumbline {
namespace {

namespace fs = std::filesystem;

// "messages/outbox" alone of the messages sees the ledger; the violations never do, although it lies below
// them.
const std::vector<Room> kRooms = {
    {"base", 0, {}},
    {"model", 1, {"base"}},
    {"records", 2, {"base", "model"}},
    {"policies", 3, {"base", "model", "records"}},
    {"ledger", 3, {"base", "model", "records"}},
    {"violations", 4, {"base", "model", "records", "policies"}},
    {"messages", 5, {"base", "model", "records", "policies", "violations"}},
    {"messages/outbox", 5, {"base", "model", "records", "policies", "violations", "ledger", "messages"}},
    {"connectors", 6, {"base", "model", "records"}},
    {"config", 7, {"base", "model", "records", "policies", "ledger", "violations", "messages", "connectors"}},
    {"daemon",
     8,
     {"base", "model", "records", "policies", "ledger", "violations", "messages", "connectors", "config"}},
    {"sandbox", 9, {"base", "records"}},
    {"bench",
     10,
     {"base", "model", "records", "policies", "ledger", "violations", "messages", "connectors", "config",
      "daemon", "sandbox"}},
    {"tests",
     11,
     {"base", "model", "records", "policies", "ledger", "violations", "messages", "connectors", "config",
      "daemon", "sandbox", "bench"}},
};

// Rooms inside this folder do not include each other, except the one they all stand on.
constexpr std::string_view kSiblingsApart = "connectors";
constexpr std::string_view kSharedSibling = "connectors/http";

constexpr std::string_view kOwnFolder = "tests/layout";

// Made by CMake (cmake/source_dir.h.in), so it lies in no folder of ours.
constexpr std::string_view kGeneratedHeader = "source_dir.h";

enum class BanKind : std::uint8_t {
  kInclude,  // `text` begins the path of an #include
  kCode,     // `text` stands in a line, comments aside
};

struct Ban {
  BanKind kind;
  std::string_view text;
  std::vector<std::string_view> allowed_in;  // files, or folders ending in '/'
  std::string_view remedy;
};

const std::vector<Ban> kBans = {
    {BanKind::kCode,
     "system_clock::now(",
     {"base/clock.cpp"},
     "take the Clock of base/clock.h as an argument"},
    // Tests may ask the zone library directly: it is their second opinion.
    {BanKind::kInclude, "date/", {"tests/"}, "use base/time_zone.h"},
    {BanKind::kInclude, "sqlite3.h", {"ledger/", "tests/ledger/", "bench/"}, "use ledger/database.h"},
    {BanKind::kInclude,
     "curl/",
     {"connectors/http/", "tests/connectors/http/"},
     "use connectors/http/http_client.h"},
    {BanKind::kInclude, "rapidjson/document.h", {}, "use base/json.h; clang-19 cannot compile this header"},
    {BanKind::kInclude, "rapidjson/pointer.h", {}, "use base/json.h; clang-19 cannot compile this header"},
    {BanKind::kInclude, "rapidjson/schema.h", {}, "use base/json.h; clang-19 cannot compile this header"},
};

enum class IncludeForm : std::uint8_t { kQuoted, kAngled };

struct Include {
  IncludeForm form = IncludeForm::kQuoted;
  std::string path;
};

bool is_inside(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// The innermost room that holds the file, or null.
const Room* room_of(std::string_view file) {
  const Room* found = nullptr;
  for (const Room& room : kRooms) {
    if (!is_inside(file, room.folder)) continue;
    if (found == nullptr || room.folder.size() > found->folder.size()) found = &room;
  }
  return found;
}

std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::optional<Include> parse_include(std::string_view line) {
  line = without_leading_blanks(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = without_leading_blanks(line.substr(1));
  constexpr std::string_view kDirective = "include";
  if (!line.starts_with(kDirective)) return std::nullopt;
  line = without_leading_blanks(line.substr(kDirective.size()));
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
  const bool quoted = line[0] == '"';
  const std::size_t end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{.form = quoted ? IncludeForm::kQuoted : IncludeForm::kAngled,
                 .path = std::string(line.substr(1, end - 1))};
}

// "connectors/salesforce" for "connectors/salesforce/bulk.h"; empty for a file that lies in no sibling.
std::string_view sibling_of(std::string_view file) {
  if (!is_inside(file, kSiblingsApart)) return {};
  const std::size_t slash = file.find('/', kSiblingsApart.size() + 1);
  return slash == std::string_view::npos ? std::string_view{} : file.substr(0, slash);
}

std::optional<std::string> sibling_fault(std::string_view file, std::string_view included) {
  const std::string_view from = sibling_of(file);
  const std::string_view to = sibling_of(included);
  if (from.empty() || to.empty() || from == to || to == kSharedSibling) return std::nullopt;
  return std::string(from) + " includes its sibling " + std::string(to) + " (" + std::string(included) +
         "); move what both need to " + std::string(kSharedSibling) + " or to model";
}

std::string seen_by(const Room& room) {
  std::string names(room.folder);
  for (const std::string_view folder : room.sees) names += ", " + std::string(folder);
  return names;
}

std::optional<std::string> floor_fault(std::string_view file, const Room& from, const Include& include) {
  if (include.form == IncludeForm::kAngled || include.path == kGeneratedHeader) return std::nullopt;
  const Room* to = room_of(include.path);
  if (to == nullptr) {
    return "\"" + include.path +
           "\" begins with no folder of ours; write the path from the repository root, " +
           "and other people's headers in <>";
  }
  if (to == &from || std::ranges::find(from.sees, to->folder) != from.sees.end()) {
    return sibling_fault(file, include.path);
  }
  return std::string(from.folder) + " (floor " + std::to_string(from.floor) + ") may not include " +
         std::string(to->folder) + " (floor " + std::to_string(to->floor) + "): " + include.path +
         "; it sees " + seen_by(from) + " only, so move the shared part down or hand the value in from above";
}

bool is_allowed(const Ban& ban, std::string_view file) {
  return std::ranges::any_of(ban.allowed_in, [&](std::string_view place) {
    return place.ends_with('/') ? file.starts_with(place) : file == place;
  });
}

bool is_broken_by(const Ban& ban, std::string_view line, const std::optional<Include>& include) {
  if (ban.kind == BanKind::kInclude) return include && include->path.starts_with(ban.text);
  return line.substr(0, line.find("//")).find(ban.text) != std::string_view::npos;
}

std::string ban_message(const Ban& ban) {
  std::string text(ban.text);
  if (ban.kind == BanKind::kInclude) text = "#include <" + text + (text.ends_with('/') ? "...>" : ">");
  std::string message = text + " is not used ";
  message += ban.allowed_in.empty() ? "anywhere" : "outside " + std::string(ban.allowed_in.front());
  return message + "; " + std::string(ban.remedy);
}

// Faults of one file; `file` is its path from the root.
class FileCheck {
 public:
  FileCheck(std::string file, std::vector<LayoutFault>& faults)
      : file_(std::move(file)), room_(room_of(file_)), faults_(faults) {}

  void run(std::istream& text) {
    if (room_ == nullptr) {
      line_ = 1;
      add("this folder has no floor; add a row to kRooms in " + std::string(kOwnFolder) + "/layout.cpp");
    }
    line_ = 0;
    for (std::string line; std::getline(text, line);) {
      ++line_;
      check_line(line);
    }
    if (line_ > kMostLines) {
      add("the file has " + std::to_string(line_) + " lines, the most is " + std::to_string(kMostLines) +
          "; divide it by what its parts are about");
    }
  }

 private:
  void check_line(std::string_view line) {
    const std::optional<Include> include = parse_include(line);
    if (include && room_ != nullptr) {
      if (std::optional<std::string> fault = floor_fault(file_, *room_, *include)) add(std::move(*fault));
    }
    for (const Ban& ban : kBans) {
      if (!is_allowed(ban, file_) && is_broken_by(ban, line, include)) add(ban_message(ban));
    }
  }

  void add(std::string message) {
    faults_.push_back({.file = file_, .line = line_, .message = std::move(message)});
  }

  std::string file_;
  const Room* room_;
  std::vector<LayoutFault>& faults_;
  std::size_t line_ = 0;
};

bool is_skipped_folder(const fs::path& from_root) {
  const std::string path = from_root.generic_string();
  return from_root.filename().string().starts_with('.') || path == "build" || path == kOwnFolder;
}

bool is_source(const fs::path& path) { return path.extension() == ".h" || path.extension() == ".cpp"; }

// Paths from the root, sorted, so that the report does not depend on the file system.
std::vector<std::string> source_files(const fs::path& root) {
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator it(root), end; it != end; ++it) {
    const fs::path from_root = it->path().lexically_relative(root);
    if (it->is_directory() && is_skipped_folder(from_root)) it.disable_recursion_pending();
    if (it->is_regular_file() && is_source(it->path())) files.push_back(from_root.generic_string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::span<const Room> rooms() { return kRooms; }

std::string LayoutFault::to_string() const { return file + ":" + std::to_string(line) + ": " + message; }

std::vector<LayoutFault> layout_faults(const fs::path& root) {
  std::vector<LayoutFault> faults;
  for (const std::string& file : source_files(root)) {
    std::ifstream text(root / file, std::ios::binary);
    FileCheck(file, faults).run(text);
  }
  return faults;
}

}  // namespace plumbline
