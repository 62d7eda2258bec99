#include "messages/plain_text.h"

#include <fmt/format.h>

#include "messages/hours.h"

namespace plumbline {
namespace {

void add_line(std::string& out, std::string_view indent, std::string_view text) {
  if (!text.empty()) out += fmt::format("{}{}\n", indent, text);
}

std::string title_line(const MessageItem& item) {
  std::string line = item.mark.empty() ? item.title : fmt::format("{}: {}", item.mark, item.title);
  for (const MessageFact& fact : item.facts) line += fmt::format(" · {} {}", fact.name, fact.value);
  if (item.severity) line += fmt::format(" · {}", to_string(*item.severity));
  if (item.violation != 0) line += fmt::format(" · {}", violation_name(item.violation));
  return line;
}

void add_item(std::string& out, const MessageItem& item) {
  add_line(out, "  - ", title_line(item));
  add_line(out, "    ", item.text);
  if (!item.remedy.empty()) add_line(out, "    -> ", item.remedy);
  add_line(out, "    ", item.address);
}

}  // namespace

std::string plain_text(const Message& message, const TimeZone& zone) {
  std::string out;
  add_line(out, message.possible_repeat ? "(possibly a repeat) " : "", message.headline);
  add_line(out, "", message.lead);
  for (const MessageSection& section : message.sections) {
    if (!section.heading.empty()) out += fmt::format("\n{}\n", section.heading);
    add_line(out, "  ", section.text);
    for (const MessageItem& item : section.items) add_item(out, item);
  }
  if (!message.sections.empty()) out += "\n";
  for (const MessageLink& link : message.links)
    add_line(out, "", link.address.empty() ? link.text : fmt::format("{}: {}", link.text, link.address));
  add_line(out, "", message.footer);
  std::string last = message.id;
  if (message.data_as_of) {
    const LocalTime local = zone.local(*message.data_as_of);
    last += fmt::format(" · data of {}, {}", format_weekday(local.day), format_time(local.since_midnight));
  }
  if (!message.contact.empty()) last += fmt::format(" · {}", message.contact);
  add_line(out, "", last);
  return out;
}

}  // namespace plumbline
