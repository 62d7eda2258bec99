#include "daemon/cli/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/nearest_name.h"
#include "base/yaml.h"

namespace plumbline {
namespace {

constexpr std::size_t kReadBytes = kMaxYamlBytes + 1;
constexpr std::size_t kFirstBytes = std::size_t{16} << 10;  // more than most files have

Error unreadable(std::string_view name, std::string fact) {
  return {.code = ErrorCode::kNotFound,
          .message = fmt::format("cannot read {}: {}", name, fact),
          .where = std::nullopt};
}

bool looks_like_file(std::string_view name) {
  return name.find_first_of("/\\") != std::string_view::npos || name.ends_with(".yaml") ||
         name.ends_with(".yml");
}

}  // namespace

Result<std::string> read_text(std::istream& in, std::string_view name) {
  std::string text;
  while (in && text.size() < kReadBytes) {
    const std::size_t had = text.size();
    text.resize(std::min(kReadBytes, std::max(kFirstBytes, 2 * had)));
    in.read(text.data() + had, static_cast<std::streamsize>(text.size() - had));
    text.resize(had + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return fail(unreadable(name, "reading failed"));
  text.shrink_to_fit();
  return text;
}

Result<std::string> read_text(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code))
    return fail(unreadable(path, "it is a folder; name a file in it"));
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(unreadable(path, errno == ENOENT ? "there is no such file" : std::strerror(errno)));
  return read_text(file, path);
}

Result<PackText> find_pack(const std::string& name_or_file) {
  if (std::optional<PackText> shipped = shipped_pack(name_or_file)) return *std::move(shipped);
  std::error_code code;
  if (!looks_like_file(name_or_file) && !std::filesystem::exists(name_or_file, code)) {
    const std::vector<std::string> names = shipped_pack_names();
    const std::string nearest = did_you_mean(name_or_file, names);
    return fail(
        ErrorCode::kNotFound,
        fmt::format("there is no shipped pack and no file called {}{}", name_or_file,
                    nearest.empty() ? fmt::format("; shipped packs: {}", fmt::join(names, ", ")) : nearest));
  }
  Result<std::string> text = read_text(name_or_file);
  if (!text) return fail(std::move(text.error()));
  return PackText{.file = name_or_file, .text = *std::move(text)};
}

void SourceTexts::add(std::string file, std::string text) {
  texts_.emplace_back(std::move(file), std::move(text));
}

std::string_view SourceTexts::find(std::string_view file) const {
  for (const auto& [name, text] : texts_) {
    if (name == file) return text;
  }
  if (shipped_.empty()) {
    for (const std::string& name : shipped_pack_names()) {
      if (std::optional<PackText> pack = shipped_pack(name))
        shipped_.emplace_back(pack->file, std::move(pack->text));
    }
  }
  for (const auto& [name, text] : shipped_) {
    if (name == file) return text;
  }
  return {};
}

std::string render_faults(const Diagnostics& diagnostics, const SourceTexts& texts) {
  const std::vector<Diagnostic> kept = diagnostics.sorted();
  std::string out;
  for (const Diagnostic& diagnostic : kept) out += render(diagnostic, texts.find(diagnostic.where.file));
  const std::size_t more = diagnostics.error_count() + diagnostics.warning_count() - kept.size();
  if (more > 0) out += fmt::format("and {} more\n", more);
  return out;
}

Result<Fields> read_fields(const std::string& path, SourceTexts& texts, Diagnostics& diagnostics) {
  Fields fields;
  if (path.empty()) return fields;
  Result<std::string> text = read_text(path);
  if (!text) return fail(std::move(text.error()));
  texts.add(path, *text);
  fields.map = parse_field_map(*text, path, diagnostics);
  if (fields.map) apply(*fields.map, fields.schema, diagnostics);
  return fields;
}

}  // namespace plumbline
