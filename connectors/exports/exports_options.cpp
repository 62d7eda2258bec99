#include "connectors/exports/exports_options.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "connectors/http/web_address.h"
#include "records/schema.h"

namespace plumbline {
namespace {

bool is_name(std::string_view text, std::string_view also) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || also.contains(c);
  });
}

// What a header's value may not hold: it would be another header.
bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

class Faults {
 public:
  std::vector<std::string> found{};
  void about(const ExportFile& file, std::string_view what) {
    found.push_back(fmt::format("export {}: {}", file.name, what));
  }
};

void check_address(const ExportFile& file, bool allow_plain_loopback, Faults& faults) {
  const bool is_secret = !file.secret_url.empty();
  const std::string url = is_secret ? std::string(file.secret_url.reveal()) : file.url;
  const Result<WebAddress> address = parse_web_address(url);
  if (!address) {
    faults.about(file, fmt::format("the address cannot be used: {}", address.error().message));
    return;
  }
  if (address->has_userinfo)
    faults.about(file, "the address has a user or password in it; give them as auth: basic");
  if (address->scheme == "https") return;
  if (address->scheme != "http") {
    faults.about(file, fmt::format("the address must begin with https://, and begins with {}://",
                                   is_secret ? "something else" : address->scheme));
  } else if (!is_loopback(address->host)) {
    faults.about(file,
                 "the address must begin with https://: over http:// anybody on the way could read and "
                 "change the file");
  } else if (!allow_plain_loopback) {
    faults.about(file, "http:// to this machine itself needs allow_plain_loopback: true");
  }
}

void check_place(const ExportFile& file, const ExportsOptions& options, Faults& faults) {
  const int places =
      (file.url.empty() ? 0 : 1) + (file.secret_url.empty() ? 0 : 1) + (file.path.empty() ? 0 : 1);
  if (places != 1) {
    faults.about(file, places == 0 ? "needs one of url, secret_url and path"
                                   : "has several of url, secret_url and path; keep one");
    return;
  }
  if (file.path.empty()) {
    check_address(file, options.allow_plain_loopback, faults);
  } else if (file.auth.kind != ExportAuth::Kind::kNone) {
    faults.about(file, "files of this machine need no auth; leave it out");
  }
}

void check_auth(const ExportFile& file, Faults& faults) {
  const ExportAuth& auth = file.auth;
  if (auth.kind == ExportAuth::Kind::kNone) return;
  if (auth.secret.empty()) faults.about(file, "auth needs a secret");
  if (has_control(auth.secret.reveal()))
    faults.about(file,
                 "the secret has a line break or control character within; see that its file has one "
                 "line");
  if (auth.kind == ExportAuth::Kind::kBasic && (auth.user.contains(':') || has_control(auth.user)))
    faults.about(file, "a user of auth: basic may have no colon or control character");
  if (auth.kind == ExportAuth::Kind::kHeader && !is_name(auth.header, "-_"))
    faults.about(file, fmt::format("\"{}\" is no name of a header", auth.header));
}

void check_accept(const ExportFile& file, Faults& faults) {
  if (file.accept.empty()) return;
  const bool is_hex = std::ranges::all_of(
      file.accept, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!is_hex || file.accept.size() < kLeastAcceptDigits)
    faults.about(file,
                 fmt::format("accept must be the SHA-256 that the alarm named, or at least its first {} "
                             "digits",
                             kLeastAcceptDigits));
}

}  // namespace

std::vector<std::string> validate(const ExportsOptions& options) {
  Faults faults;
  if (options.files.empty()) faults.found.emplace_back("no file is named: exports needs at least one");
  if (options.most_bytes == 0) faults.found.emplace_back("most_bytes must be more than 0");
  if (options.total_time.count() <= 0) faults.found.emplace_back("total_time must be more than nothing");
  std::set<std::string> names;
  for (const ExportFile& file : options.files) {
    if (!is_name(file.name, "-_")) faults.about(file, "a name has letters, digits, - and _ alone");
    if (!names.insert(file.name).second) faults.about(file, "the name is there twice");
    if (!is_name(file.object, "_"))
      faults.about(file, fmt::format("\"{}\" is no name of an object", file.object));
    check_place(file, options, faults);
    check_auth(file, faults);
    check_accept(file, faults);
    const bool is_alone = std::ranges::count_if(options.files, [&](const ExportFile& other) {
                            return same_name(other.object, file.object);
                          }) == 1;
    if (file.complete && !is_alone)
      faults.about(file, fmt::format("cannot be complete while another file holds {}, too", file.object));
  }
  return std::move(faults.found);
}

}  // namespace plumbline
