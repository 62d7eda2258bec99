// `plumbline policy docs`: pages about every policy of some packs, for people to read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/texts.h"
#include "daemon/cli/wrap.h"
#include "policies/reference_page.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--pack", "NAME|FILE", "The policies of this pack. Default: the shipped packs.",
     OptionSpec::Times::kMany},
    {"--fields", "MAP.yaml", "A field map: your own names of objects and fields."},
    {"--output-dir", "DIR", "Write the pages into this folder; it is made where there is none."},
});

struct Bound {
  std::vector<BoundPack> packs;
  Schema schema;
};

// Pages of packs with one name would overwrite each other.
bool tell_same_names(const std::vector<BoundPack>& packs, Streams& streams) {
  std::set<std::string_view> names;
  bool found = false;
  for (const BoundPack& pack : packs) {
    if (names.insert(pack.pack->name).second) continue;
    complain(streams, fmt::format("two packs are called {}; give one of them another name, or name it once",
                                  pack.pack->name));
    found = true;
  }
  return found;
}

Step<Bound> bind_packs(const std::vector<std::string>& names, const std::string& field_map,
                       Streams& streams) {
  SourceTexts texts;
  Diagnostics diagnostics;
  Result<Fields> fields = read_fields(field_map, texts, diagnostics);
  if (!fields) complain(streams, fields.error());
  bool complete = fields.has_value();
  Bound bound{.packs = {}, .schema = fields ? std::move(fields->schema) : Schema::standard()};
  const std::vector<DerivedField> derived =
      fields && fields->map ? derived_fields(*fields->map, bound.schema) : std::vector<DerivedField>{};
  for (const std::string& name : names.empty() ? shipped_pack_names() : names) {
    const Result<PackText> text = find_pack(name);
    if (!text) complain(streams, text.error());
    complete = complete && text;
    if (!text) continue;
    texts.add(text->file, text->text);
    std::optional<Pack> pack = load_pack_to_check(*text, diagnostics);
    if (!pack) continue;
    bound.packs.push_back(
        bind_pack(std::make_shared<const Pack>(*std::move(pack)), bound.schema, derived, diagnostics));
  }
  streams.err.write(render_faults(diagnostics, texts));
  if (!complete || diagnostics.has_errors() || tell_same_names(bound.packs, streams))
    return std::unexpected(Stop{kExitUsage});
  return bound;
}

// A README.md that somebody wrote must not be lost.
bool tell_files_of_others(const std::filesystem::path& folder, const std::vector<ReferencePage>& pages,
                          Streams& streams) {
  bool found = false;
  for (const ReferencePage& page : pages) {
    const std::string path = (folder / page.path).string();
    const Result<std::string> text = read_text(path);
    if (!text || text->starts_with(kReferencePageMark)) continue;
    complain(streams,
             fmt::format("{} is there already, and was not made by this command; name another folder", path));
    found = true;
  }
  return found;
}

Status write_page(const std::filesystem::path& folder, const ReferencePage& page) {
  const std::filesystem::path path = folder / page.path;
  std::error_code code;
  std::filesystem::create_directories(path.parent_path(), code);
  if (code) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot make the folder {}: {}", path.parent_path().string(), code.message()));
  }
  Result<OutputFile> file = OutputFile::create(path.string());
  if (!file) return fail(file.error());
  file->write(page.text);
  return file->finish();
}

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty()) {
    parsed.faults.push_back(fmt::format("policy docs takes no {}; for one pack say --pack {}",
                                        parsed.arguments.front(), parsed.arguments.front()));
  }
  const std::string field_map = read_file_option(parsed, "--fields");
  const std::string folder = read_file_option(parsed, "--output-dir");
  if (!parsed.has("--output-dir"))
    parsed.faults.emplace_back("policy docs needs a folder to write to: --output-dir DIR");
  if (!parsed.faults.empty()) return refuse(streams, "policy docs", parsed.faults);
  const Step<Bound> bound = bind_packs(parsed.all("--pack"), field_map, streams);
  if (!bound) return bound.error().status;
  const std::vector<ReferencePage> pages = reference_pages(bound->packs, bound->schema);
  if (tell_files_of_others(folder, pages, streams)) return kExitUsage;
  for (const ReferencePage& page : pages) {
    const Status written = write_page(folder, page);
    if (written) continue;
    complain(streams, written.error());
    return kExitInput;
  }
  std::size_t policies = 0;
  for (const BoundPack& pack : bound->packs) policies += pack.pack->policies.size();
  streams.out.write(fmt::format("{}: {} about {}\n", folder, counted(pages.size(), "page", "pages"),
                                counted(policies, "policy", "policies")));
  return kExitDone;
}

}  // namespace

const CommandSpec& policy_docs_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy docs",
      .arguments = "",
      .summary = "Write pages about policies: what they judge, say and need, with their examples.",
      .options = kOptions,
      .notes =
          "Pages are Markdown as GitHub shows it: one a family (PACK/FAMILY.md) and README.md, which counts "
          "and leads to them. Pages of families that are gone stay; remove the folder first where that "
          "matters.\n"
          "Exit status: 0 done; 2 a pack or field map has errors, or a file that somebody else wrote stands "
          "in "
          "the way, and nothing was written; 3 a page cannot be written.",
      .examples =
          "plumbline policy docs --output-dir policies/\n"
          "plumbline policy docs --pack our-rules.yaml --fields our-fields.yaml --output-dir handbook/",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
