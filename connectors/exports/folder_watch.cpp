#include "connectors/exports/folder_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kEndings = {".csv", ".tsv", ".txt", ".json"};
constexpr std::array<std::string_view, 6> kHalfDone = {".part", ".partial",    ".tmp",
                                                       ".temp", ".crdownload", ".filepart"};

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_half_done(std::string_view name) {
  const std::string own = lower_case(name);
  return own.starts_with('.') || own.starts_with('~') ||
         std::ranges::any_of(kHalfDone, [&](std::string_view ending) { return own.ends_with(ending); });
}

bool is_export(std::string_view name) {
  if (is_half_done(name)) return false;
  std::string own = lower_case(name);
  if (own.ends_with(".gz")) own.resize(own.size() - std::string_view(".gz").size());
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return own.ends_with(ending); });
}

std::unexpected<Error> cannot_look(const std::string& path, int fault) {
  const bool is_missing = fault == ENOENT || fault == ENOTDIR;
  return fail(is_missing ? ErrorCode::kNotFound : ErrorCode::kInvalidInput,
              fmt::format("cannot look at {}: {}; {}", path, std::generic_category().message(fault),
                          is_missing ? "check the path, and whether what it lies on is mounted"
                                     : "let this user read it"));
}

// Nothing for what is no file, or has just gone.
std::optional<SeenFile> seen_file(const fs::path& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return SeenFile{.name = path.filename().string(),
                  .inode = facts.st_ino,
                  .bytes = static_cast<std::uint64_t>(facts.st_size),
                  .modified_ns = facts.st_mtim.tv_sec * kNanoseconds + facts.st_mtim.tv_nsec};
}

template <class Number>
bool take_number(std::string_view& line, Number& number) {
  const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (fault != std::errc{} || end == line.data() + line.size() || *end != ' ') return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  return true;
}

std::optional<SeenFile> from_line(std::string_view line) {
  SeenFile file;
  int taken = 0;
  const bool is_whole = take_number(line, file.inode) && take_number(line, file.bytes) &&
                        take_number(line, file.modified_ns) && take_number(line, taken);
  if (!is_whole) return std::nullopt;
  file.taken = taken != 0;
  file.name = line;
  return file;
}

}  // namespace

Result<std::vector<SeenFile>> look_at(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return cannot_look(path, errno);
  std::vector<SeenFile> files;
  if (!S_ISDIR(facts.st_mode)) {
    if (std::optional<SeenFile> file = seen_file(path)) files.push_back(std::move(*file));
    return files;
  }
  std::error_code fault;
  for (fs::directory_iterator entry(path, fault), end; !fault && entry != end; entry.increment(fault)) {
    std::optional<SeenFile> file = seen_file(entry->path());
    // A line break would be two lines of what is remembered.
    if (!file || file->name.contains('\n')) continue;
    if (files.size() == kMostFolderFiles) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{} has more than {} files; move old ones elsewhere", path, kMostFolderFiles));
    }
    files.push_back(std::move(*file));
  }
  if (fault) return cannot_look(path, fault.value());
  std::ranges::sort(files, {}, [](const SeenFile& file) { return std::tie(file.modified_ns, file.name); });
  return files;
}

std::string looks_to_text(const std::vector<SeenFile>& files) {
  std::string text;
  for (const SeenFile& file : files)
    text += fmt::format("{} {} {} {} {}\n", file.inode, file.bytes, file.modified_ns, file.taken ? 1 : 0,
                        file.name);
  return text;
}

std::vector<SeenFile> looks_from_text(std::string_view text) {
  std::vector<SeenFile> files;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (std::optional<SeenFile> file = from_line(text.substr(0, end))) files.push_back(std::move(*file));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return files;
}

FolderPlan plan_folder(const std::vector<SeenFile>& before, std::vector<SeenFile> now, PlaceKind kind) {
  FolderPlan plan{.kind = kind, .files = std::move(now)};
  for (std::size_t i = 0; i < plan.files.size(); ++i) {
    SeenFile& file = plan.files[i];
    const auto known = std::ranges::find_if(before, [&](const SeenFile& old) { return file.stood(old); });
    const bool stood = known != before.end();
    file.taken = stood && known->taken;
    const bool is_meant = kind == PlaceKind::kFile || is_export(file.name);
    if (is_meant && stood && !file.taken) plan.ready.push_back(i);
    if (!is_meant && !stood && !is_half_done(file.name)) plan.passed_over.push_back(file.name);
  }
  return plan;
}

}  // namespace plumbline
