#include "connectors/http/error_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.h"
#include "connectors/http/web_address.h"

namespace plumbline {
namespace {

constexpr int kFirstRedirection = 300;
constexpr int kFirstClientError = 400;
constexpr int kNotModified = 304;

struct StatusName {
  int status;
  std::string_view name;
};
constexpr std::array<StatusName, 24> kStatusNames = {{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {300, "Multiple Choices"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

bool is_blank(char letter) { return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n'; }

bool begins_with(std::string_view text, std::string_view word) {
  const auto lower_letter = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  };
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word, {}, lower_letter);
}

std::string_view without_blanks_before(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto begin = std::ranges::find_if_not(text, is_blank);
  return text.substr(static_cast<std::size_t>(begin - text.begin()));
}

ErrorBodyKind kind_of(const HttpHead& head, std::string_view text) {
  text = without_blanks_before(text);
  if (text.empty()) return ErrorBodyKind::kEmpty;
  if (text.front() == '{' || text.front() == '[') return ErrorBodyKind::kJson;
  if (begins_with(text, "<!doctype html") || begins_with(text, "<html")) return ErrorBodyKind::kHtml;
  const std::string_view type = head.header("Content-Type").value_or("");
  return begins_with(type, "text/html") && text.front() == '<' ? ErrorBodyKind::kHtml : ErrorBodyKind::kText;
}

// Where what a browser would not show ends: behind the tag that closes this one, or behind the tag itself.
std::size_t end_of_tag(std::string_view html, std::size_t begin) {
  constexpr std::array<std::string_view, 4> kUnseen = {"script", "style", "!--", "svg"};
  constexpr std::array<std::string_view, 4> kTheirEnds = {"</script", "</style", "-->", "</svg"};
  const std::string_view tag = html.substr(begin + 1);
  std::size_t from = begin;
  for (std::size_t each = 0; each < kUnseen.size(); ++each) {
    if (!begins_with(tag, kUnseen.at(each))) continue;
    while (from < html.size() && !begins_with(html.substr(from), kTheirEnds.at(each))) ++from;
    break;
  }
  const std::size_t end = html.find('>', from);
  return end == std::string_view::npos ? html.size() : end + 1;
}

struct Entity {
  std::string_view written;
  std::string_view meant;
};
constexpr std::array<Entity, 6> kEntities = {
    {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}}};

std::string text_of_html(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      at = end_of_tag(html, at);
      text += ' ';
      continue;
    }
    const auto is_here = [rest = html.substr(at)](const Entity& entity) {
      return rest.starts_with(entity.written);
    };
    const auto entity = std::ranges::find_if(kEntities, is_here);
    text += entity == kEntities.end() ? html.substr(at, 1) : entity->meant;
    at += entity == kEntities.end() ? 1 : entity->written.size();
  }
  return text;
}

// One line: white space and what cannot be printed become single blanks.
std::string excerpt_of(std::string_view text) {
  constexpr std::string_view kCut = "...";
  constexpr char32_t kDelete = 0x7F;
  constexpr char32_t kLastControl = 0x9F;
  std::string line;
  bool blank = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = decode_utf8(text, at);
    if (is_space(character) || character < U' ' || (character >= kDelete && character <= kLastControl)) {
      blank = true;
      continue;
    }
    std::string next(blank && !line.empty() ? " " : "");
    append_utf8(next, character);
    if (line.size() + next.size() > kMostExcerptBytes - kCut.size()) return line.append(kCut);
    line += next;
    blank = false;
  }
  return line;
}

std::string_view name_of(int status) {
  const auto row = std::ranges::find(kStatusNames, status, &StatusName::status);
  return row == kStatusNames.end() ? std::string_view{} : row->name;
}

}  // namespace

Async<ErrorBody> read_error_body(HttpReply& reply) {
  std::string text;
  while (text.size() < kMostErrorBodyBytes) {
    Result<std::string> piece = co_await reply.body->next();
    if (!piece || piece->empty()) break;
    text += *piece;
  }
  text.resize(std::min(text.size(), kMostErrorBodyBytes));
  co_return classify_error_body(reply.head, std::move(text));
}

ErrorBody classify_error_body(const HttpHead& head, std::string text) {
  text.resize(std::min(text.size(), kMostErrorBodyBytes));
  ErrorBody body{.kind = kind_of(head, text), .text = std::move(text)};
  body.excerpt = excerpt_of(body.kind == ErrorBodyKind::kHtml ? text_of_html(body.text) : body.text);
  return body;
}

std::optional<std::string> redirection_of(const HttpHead& head) {
  if (head.status < kFirstRedirection || head.status >= kFirstClientError || head.status == kNotModified)
    return std::nullopt;
  const std::optional<std::string_view> location = head.header("Location");
  if (!location || location->empty()) return std::nullopt;
  if (const Result<WebAddress> address = parse_web_address(std::string(*location)))
    return fmt::format("{}://{}{}", address->scheme, address->host_and_port(), excerpt_of(address->path));
  // A path on the same server.
  return excerpt_of(location->substr(0, location->find_first_of("?#")));
}

std::string describe_reply(std::string_view target, const HttpHead& head, const ErrorBody& body) {
  if (const std::optional<std::string> there = redirection_of(head))
    return fmt::format("{} redirects to {}, which is not followed; name that address", target, *there);
  const std::string_view name = name_of(head.status);
  std::string sentence = name.empty() ? fmt::format("{} answered {}", target, head.status)
                                      : fmt::format("{} answered {} ({})", target, head.status, name);
  if (body.kind == ErrorBodyKind::kEmpty) return sentence + " and said nothing more";
  if (body.kind == ErrorBodyKind::kHtml) return fmt::format("{} with a page: {}", sentence, body.excerpt);
  return fmt::format("{}: {}", sentence, body.excerpt);
}

}  // namespace plumbline
