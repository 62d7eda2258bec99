#include "daemon/cli/record_link.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kApiHost = ".my.salesforce.com";
constexpr std::string_view kBrowserHost = ".lightning.force.com";

bool is_address_char(char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>'; }

}  // namespace

Result<RecordLinks> RecordLinks::to(std::string_view base) {
  const std::size_t scheme_end = base.find("://");
  const std::string scheme = scheme_end == std::string_view::npos ? "" : lower(base.substr(0, scheme_end));
  const std::string_view rest = scheme.empty() ? std::string_view{} : base.substr(scheme_end + 3);
  std::string host = lower(rest.substr(0, rest.find('/')));
  const bool readable = (scheme == "https" || scheme == "http") && !host.empty() &&
                        std::ranges::all_of(base, is_address_char) &&
                        base.find_first_of("?#") == std::string_view::npos;
  if (!readable) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is no web address; write https://YOURDOMAIN.my.salesforce.com", base));
  }
  std::string_view path = rest.substr(host.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  // The API's host does not serve the pages people see.
  if (host.ends_with(kApiHost))
    host = host.substr(0, host.size() - kApiHost.size()) + std::string(kBrowserHost);
  RecordLinks links;
  links.base_ = fmt::format("{}://{}{}", scheme, host, path);
  return links;
}

std::optional<std::string> RecordLinks::link(std::string_view object, std::string_view id) const {
  const std::string_view linked = linked_id(id);
  if (base_.empty() || linked.empty()) return std::nullopt;
  return fmt::format("{}{}{}", before_id(object), linked, kBehindId);
}

std::string RecordLinks::before_id(std::string_view object) const {
  return base_.empty() ? std::string() : fmt::format("{}/lightning/r/{}/", base_, object);
}

std::string_view RecordLinks::linked_id(std::string_view id) {
  return id_shape(id) == IdShape::kSalesforce ? trim(id) : std::string_view{};
}

}  // namespace plumbline
