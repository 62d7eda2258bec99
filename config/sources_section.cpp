#include "config/sources_section.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "config/clari_section.h"
#include "config/exports_section.h"
#include "config/salesforce_section.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kHttpKeys = {"proxy"sv, "no_proxy"sv, "ca_file"sv, "total_time"sv, "slow_time"sv};

void read_http(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "http", "proxy: http://proxy.example:3128")) return;
  reader.check_keys(node, "`http`", kHttpKeys);
  if (const YamlNode* const proxy = node.find("proxy"))
    sources.http.proxy = reader.placed(*proxy, "the `proxy`");
  if (const YamlNode* const direct = node.find("no_proxy"))
    sources.http.no_proxy = reader.placed(*direct, "`no_proxy`");
  if (const YamlNode* const file = node.find("ca_file"))
    sources.http.ca_file = reader.placed(*file, "the `ca_file`");
  if (const YamlNode* const time = node.find("total_time"))
    sources.http.total_time = reader.span(*time, "total_time");
  if (const YamlNode* const time = node.find("slow_time"))
    sources.http.slow_time = reader.span(*time, "slow_time");
}

struct SourceKind {
  std::string_view key;
  void (*read)(const YamlNode&, SourcesSection&, Diagnostics&);
};
// The last is how all of them reach the network.
constexpr std::array kKinds = {SourceKind{"salesforce", read_salesforce}, SourceKind{"clari", read_clari},
                               SourceKind{"exports", read_exports}, SourceKind{"http", read_http}};
constexpr std::array kKeys = {"salesforce"sv, "clari"sv, "exports"sv, "http"sv};
static_assert(kKinds.size() == kKeys.size());

}  // namespace

void read_sources(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "sources", "salesforce: {login: {...}}")) return;
  reader.check_keys(node, "`sources`", kKeys);
  for (const SourceKind& kind : kKinds) {
    if (const YamlNode* const written = node.find(kind.key)) kind.read(*written, sources, diagnostics);
  }
}

std::vector<SourceSpan> SourcesSection::places() const {
  std::vector<SourceSpan> all;
  if (salesforce) all.push_back(salesforce->where);
  if (clari) all.push_back(clari->where);
  if (exports) all.push_back(exports->where);
  return all;
}

std::vector<MapKeys> source_keys() {
  std::vector<MapKeys> all = {{.map = "sources", .keys = kKeys}, {.map = "http", .keys = kHttpKeys}};
  for (const auto& keys : {salesforce_keys(), clari_keys(), exports_keys()})
    std::ranges::copy(keys, std::back_inserter(all));
  return all;
}

}  // namespace plumbline
