#include "config/exports_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "config/source_section.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeys = {"name"sv,       "every"sv,     "files"sv, "allow_plain_loopback"sv,
                              "most_bytes"sv, "total_time"sv};
constexpr std::array kFileKeys = {"name"sv, "object"sv, "url"sv,    "secret_url_file"sv, "credential"sv,
                                  "path"sv, "auth"sv,   "format"sv, "complete"sv,        "accept"sv};
constexpr std::array kAuthKeys = {"kind"sv, "user"sv, "header"sv, "secret_file"sv, "credential"sv};
// Who writes one of these is told where secrets go.
constexpr std::array kFileSecretKeys = {"secret_url"sv, "signed_url"sv};
constexpr std::array kAuthSecretKeys = {"secret"sv, "password"sv, "token"sv, "bearer"sv, "key"sv, "value"sv};

constexpr std::array kAuthNames = {"bearer"sv, "basic"sv, "header"sv};
constexpr std::array kAuthKinds = {ExportAuth::Kind::kBearer, ExportAuth::Kind::kBasic,
                                   ExportAuth::Kind::kHeader};
constexpr std::array kFormatNames = {"csv"sv, "json"sv};
constexpr std::array kFormats = {DeliveredFile::Format::kCsv, DeliveredFile::Format::kJson};

// What storage services call the part of an address that makes it a key.
constexpr std::array kSignatures = {"signature="sv, "&sig="sv, "?sig="sv, "token="sv};

constexpr std::string_view kAddressToCome = "https://to-come.example/";
constexpr std::size_t kMostFiles = 200;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;

class ExportsReader : private SourceReader {
 public:
  ExportsReader(ExportsSection& section, Diagnostics& diagnostics)
      : SourceReader(diagnostics), section_(section) {}

  void read(const YamlNode& node) {
    section_.where = node.where;
    check_keys(node, "`exports`", kKeys);
    ExportsOptions& options = section_.options;
    read_source_name(node, "exports", options.name);
    read_every(node, section_.every);
    read_truth(node, "allow_plain_loopback", options.allow_plain_loopback);
    if (const YamlNode* const most = node.find("most_bytes"))
      options.most_bytes = number(*most, "most_bytes", 1, kMostBytes).value_or(options.most_bytes);
    auto time = std::chrono::duration_cast<std::chrono::seconds>(options.total_time);
    read_span(node, "total_time", time);
    options.total_time = time;
    if (const YamlNode* const files = node.find("files")) {
      read_files(*files);
    } else {
      error(
          kMissing, node.where,
          "`exports` needs `files`: lines such as - {name: milestones, object: Milestone, url: https://...}");
    }
    find_faults(node);
  }

 private:
  void read_files(const YamlNode& node) {
    if (!node.is_list()) {
      return error(kWrongKind, node.where,
                   "`files` is a list: lines such as - {name: milestones, object: Milestone, url: "
                   "https://...}");
    }
    if (node.items.empty())
      error(kEmptyValue, node.where, "`files` is empty; name at least one, or remove `exports`");
    if (node.items.size() > kMostFiles)
      return error(kTooMany, node.where,
                   fmt::format("`files` names {}; at most {} are read", node.items.size(), kMostFiles));
    for (const YamlNode& item : node.items) read_file(item);
  }

  void read_file(const YamlNode& node) {
    if (!node.is_map()) {
      return error(
          kWrongKind, node.where,
          "one of `files` has keys of its own: {name: milestones, object: Milestone, url: https://...}");
    }
    check_keys_and_secrets(node, "one of `files`", kFileKeys, kFileSecretKeys, "secret_url_file");
    ExportFile file;
    FileOfExports place{.where = node.where};
    read_text(node, "name", file.name);
    read_text(node, "object", file.object);
    if (const YamlNode* const url = node.find("url")) read_url(*url, file);
    read_text(node, "path", file.path);
    read_secret_file(node, "secret_url_file", place.secret_url);
    read_credential(node, place.secret_url);
    if (const YamlNode* const auth = node.find("auth")) read_auth(*auth, file.auth, place.auth);
    if (const auto format = read_choice(node, "format", "format", kFormatNames))
      file.format = kFormats.at(*format);
    read_truth(node, "complete", file.complete);
    read_text(node, "accept", file.accept);
    // What lacks these is told here; without them its other faults could not say what they are about.
    const bool is_named = has_names(node, file);
    if (!has_place(node) || !is_named) return;
    files_.push_back(&node);
    section_.options.files.push_back(std::move(file));
    section_.places.push_back(std::move(place));
  }

  void read_url(const YamlNode& node, ExportFile& file) {
    auto text = placed(node, "`url`");
    if (!text) return;
    const std::string low = lower(text->text);
    const bool is_signed =
        std::ranges::any_of(kSignatures, [&](std::string_view part) { return low.contains(part); });
    if (is_signed)
      error(kSecretInText, text->where,
            "`url`: this address is signed, so it is a secret, and no secret belongs into a configuration, "
            "which many may read; write it into a file that only Plumbline's user reads, and name that: "
            "secret_url_file (or credential)");
    file.url = std::move(text->text);
  }

  void read_auth(const YamlNode& node, ExportAuth& auth, std::optional<SecretPlace>& place) {
    if (!is_section(node, "auth", "kind: bearer, secret_file: ...")) return;
    check_keys_and_secrets(node, "`auth`", kAuthKeys, kAuthSecretKeys, "secret_file");
    if (node.find("kind") == nullptr)
      error(kMissing, node.where, "`auth` needs `kind`: bearer, basic or header");
    if (const auto kind = read_choice(node, "kind", "kind of auth", kAuthNames))
      auth.kind = kAuthKinds.at(*kind);
    read_text(node, "user", auth.user);
    read_text(node, "header", auth.header);
    read_secret_file(node, "secret_file", place);
    read_credential(node, place);
    tell_useless(node, auth);
  }

  // A key that has no meaning beside its kind is mostly another kind that was meant.
  void tell_useless(const YamlNode& node, const ExportAuth& auth) {
    using Kind = ExportAuth::Kind;
    const std::tuple<std::string_view, Kind, std::string_view> all[] = {{"user", Kind::kBasic, "basic"},
                                                                        {"header", Kind::kHeader, "header"}};
    for (const auto& [key, kind, name] : all) {
      const YamlEntry* const written = find_entry(node, key);
      if (written == nullptr || auth.kind == kind || auth.kind == Kind::kNone) continue;
      error(kWrongValue, written->key_where, fmt::format("`{}` is for kind: {} alone", key, name));
    }
  }

  bool has_names(const YamlNode& node, const ExportFile& file) {
    for (const auto& [key, value] : {std::pair("name"sv, &file.name), std::pair("object"sv, &file.object)}) {
      if (!value->empty()) continue;
      if (node.find(key) == nullptr)
        error(kMissing, node.where, fmt::format("one of `files` has no `{}`", key));
    }
    return !file.name.empty() && !file.object.empty();
  }

  bool has_place(const YamlNode& node) {
    constexpr std::array kPlaces = {"url"sv, "secret_url_file"sv, "credential"sv, "path"sv};
    const auto there =
        std::ranges::count_if(kPlaces, [&](std::string_view key) { return node.find(key) != nullptr; });
    if (there == 0)
      error(kMissing, node.where,
            "one of `files` needs to say where it is: `url`, `path`, or `secret_url_file` of an address that "
            "was signed in advance");
    return there != 0;
  }

  void find_faults(const YamlNode& node) {
    ExportsOptions checked = section_.options;
    for (std::size_t i = 0; i < checked.files.size(); ++i) {
      ExportFile& file = checked.files[i];
      if (section_.places[i].secret_url) file.secret_url = Secret{std::string(kAddressToCome)};
      if (section_.places[i].auth) file.auth.secret = Secret{std::string(kSecretToCome)};
    }
    // Of `files` itself everything is told by now.
    if (checked.files.empty()) return;
    for (const std::string& fault : validate(checked))
      error(kMissing, place_of_fault(node, fault), fmt::format("`exports`: {}", fault));
  }

  // "export NAME: auth.user may ...": where that key stands, of the last file of that name that has it.
  SourceSpan place_of_fault(const YamlNode& node, std::string_view fault) const {
    const YamlNode* nearest = nullptr;
    for (std::size_t i = files_.size(); i-- > 0;) {
      const std::string start = fmt::format("export {}: ", section_.options.files[i].name);
      if (!fault.starts_with(start)) continue;
      const std::string_view path = fault.substr(start.size(), fault.find(' ', start.size()) - start.size());
      if (files_[i]->find(path.substr(0, path.find('.'))) != nullptr) return place_of(*files_[i], path).where;
      if (nearest == nullptr) nearest = files_[i];
    }
    return nearest != nullptr ? nearest->where : place_of(node, fault.substr(0, fault.find(' '))).where;
  }

  ExportsSection& section_;
  std::vector<const YamlNode*> files_{};  // of the section's files, in their order
};

}  // namespace

void read_exports(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "exports", "files: [...]")) return;
  ExportsReader(sources.exports.emplace(), diagnostics).read(node);
}

std::vector<MapKeys> exports_keys() {
  return {{.map = "export_source", .keys = kKeys},
          {.map = "export_file", .keys = kFileKeys},
          {.map = "export_auth", .keys = kAuthKeys}};
}

}  // namespace plumbline
