#include "connectors/exports/exports_options.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "connectors/http/address_form.h"
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

// Of `url` or `secret_url`, which is never quoted.
void check_address(const ExportFile& file, bool allow_plain_loopback, Faults& faults) {
  const bool is_secret = !file.secret_url.empty();
  const std::string_view key = is_secret ? "secret_url" : "url";
  const std::optional<AddressForm> form =
      address_form(is_secret ? file.secret_url.reveal() : std::string_view(file.url));
  if (!form) return faults.about(file, fmt::format("{} is no address; write https://HOST/FILE", key));
  if (form->has_userinfo)
    faults.about(file, fmt::format("{} has a user or password in it; give them as auth: basic", key));
  if (form->scheme == "https") return;
  if (form->scheme != "http") {
    const std::string instead =
        is_secret ? "begins otherwise" : fmt::format("begins with {}://", form->scheme);
    faults.about(file, fmt::format("{} must begin with https://, and {}", key, instead));
  } else if (!is_loopback(form->host)) {
    faults.about(file, fmt::format("{} must begin with https://: over http:// anybody on the way could read "
                                   "and change the file",
                                   key));
  } else if (!allow_plain_loopback) {
    faults.about(file,
                 fmt::format("{} with http:// to this machine itself needs allow_plain_loopback: true", key));
  }
}

void check_place(const ExportFile& file, const ExportsOptions& options, Faults& faults) {
  const int places =
      (file.url.empty() ? 0 : 1) + (file.secret_url.empty() ? 0 : 1) + (file.path.empty() ? 0 : 1);
  if (places != 1) {
    faults.about(file, places == 0
                           ? "needs one of url, secret_url and path"
                           : "has several of url, secret_url (its file or credential) and path; keep one");
    return;
  }
  if (file.path.empty()) {
    check_address(file, options.allow_plain_loopback, faults);
  } else if (file.auth.kind != ExportAuth::Kind::kNone) {
    faults.about(file, "auth is not needed for files of this machine; leave it out");
  }
}

void check_secret(const ExportFile& file, Faults& faults) {
  if (has_control(file.auth.secret.reveal()))
    faults.about(file,
                 "auth has a secret with a line break or control character within; see that its file has one "
                 "line");
}

void check_auth(const ExportFile& file, Faults& faults) {
  const ExportAuth& auth = file.auth;
  if (auth.kind == ExportAuth::Kind::kNone) return;
  if (auth.secret.empty()) faults.about(file, "auth needs a secret, in a file or a credential");
  check_secret(file, faults);
  if (auth.kind == ExportAuth::Kind::kBasic && auth.user.empty())
    faults.about(file, "auth by basic needs a user");
  if (auth.kind == ExportAuth::Kind::kBasic && (auth.user.contains(':') || has_control(auth.user)))
    faults.about(file, "auth.user may have no colon or control character");
  if (auth.kind == ExportAuth::Kind::kHeader && auth.header.empty())
    return faults.about(file, "auth by header needs the header's name, such as X-Api-Key");
  if (auth.kind == ExportAuth::Kind::kHeader && !is_name(auth.header, "-_"))
    faults.about(file, fmt::format("auth.header \"{}\" is no name of a header", auth.header));
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
  if (options.files.empty()) faults.found.emplace_back("files names none; exports needs at least one");
  if (options.most_bytes == 0) faults.found.emplace_back("most_bytes must be more than 0");
  if (options.total_time.count() <= 0) faults.found.emplace_back("total_time must be more than nothing");
  std::set<std::string> names;
  for (const ExportFile& file : options.files) {
    if (!is_name(file.name, "-_")) faults.about(file, "name has letters, digits, - and _ alone");
    if (!names.insert(file.name).second) faults.about(file, "name is there twice");
    if (!is_name(file.object, "_"))
      faults.about(file, fmt::format("object \"{}\" is no name of one", file.object));
    check_place(file, options, faults);
    check_auth(file, faults);
    check_accept(file, faults);
    const bool is_alone = std::ranges::count_if(options.files, [&](const ExportFile& other) {
                            return same_name(other.object, file.object);
                          }) == 1;
    if (file.complete && !is_alone)
      faults.about(file,
                   fmt::format("complete cannot be true while another file holds {}, too", file.object));
  }
  return std::move(faults.found);
}

std::vector<std::string> secret_faults(const ExportFile& file, bool allow_plain_loopback) {
  Faults faults;
  if (!file.secret_url.empty()) check_address(file, allow_plain_loopback, faults);
  check_secret(file, faults);
  return std::move(faults.found);
}

}  // namespace plumbline
