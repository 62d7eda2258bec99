#include "connectors/chat/markdown_message.h"

#include <fmt/format.h>

namespace plumbline {

std::string markdown_item(const MessageItem& item, const MarkdownDialect& dialect) {
  std::string title = escape_markdown(item.title, dialect);
  if (!item.address.empty()) title = fmt::format("[{}]({})", title, item.address);
  std::string out = fmt::format("**{}**", title);
  const std::string tag = item_tag(item);
  if (!tag.empty()) out += fmt::format("  {}", escape_markdown(tag, dialect));
  if (!item.text.empty()) out += fmt::format("\n{}", escape_markdown(item.text, dialect));
  if (!item.remedy.empty()) out += fmt::format("\n→ {}", escape_markdown(item.remedy, dialect));
  if (!item.facts.empty()) out += fmt::format("\n*{}*", escape_markdown(facts_line(item), dialect));
  return out;
}

std::string markdown_links(const std::vector<MessageLink>& links, const MarkdownDialect& dialect) {
  std::string out;
  for (const MessageLink& link : links)
    out += fmt::format("{}[{}]({})", out.empty() ? "" : " · ", escape_markdown(link.text, dialect),
                       link.address);
  return out;
}

std::string markdown_closing(const MessagePart& part, std::string_view moment,
                             const MarkdownDialect& dialect) {
  std::string out;
  if (!moment.empty()) out = fmt::format("Data as of {}", moment);
  for (const std::string& line : closing_lines(part))
    out += fmt::format("{}{}", out.empty() ? "" : " · ", escape_markdown(line, dialect));
  return out;
}

std::string utc_moment(Instant at) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kTime = 5;
  const std::string text = format_instant(at);  // 2026-03-02T09:00:00Z
  return fmt::format("{} {} UTC", text.substr(0, kDate), text.substr(kDate + 1, kTime));
}

}  // namespace plumbline
