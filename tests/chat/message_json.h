// A message as a file of the tests has it: the members of model/message.h by their names.
#pragma once

#include <string>
#include <string_view>

#include "model/message.h"
#include "sandbox/web/json_value.h"

namespace plumbline {

class MessageReader {
 public:
  static Message read(const sandbox::JsonValue& from) {
    Message message{.id = text(from, "id"), .headline = text(from, "headline"), .lead = text(from, "lead")};
    each(from, "mentions", [&](const sandbox::JsonValue& mention) {
      message.mentions.push_back({.name = text(mention, "name"), .id = text(mention, "id")});
    });
    each(from, "sections", [&](const sandbox::JsonValue& one) { message.sections.push_back(section(one)); });
    each(from, "links", [&](const sandbox::JsonValue& link) {
      message.links.push_back({.text = text(link, "text"), .address = text(link, "address")});
    });
    message.data_as_of = parse_instant(text(from, "data_as_of"));
    message.contact = text(from, "contact");
    message.footer = text(from, "footer");
    message.thread = text(from, "thread");
    message.possible_repeat = from.truth("possible_repeat").value_or(false);
    return message;
  }

 private:
  static std::string text(const sandbox::JsonValue& from, std::string_view name) {
    return from.text(name).value_or("");
  }
  template <class See>
  static void each(const sandbox::JsonValue& from, std::string_view name, const See& see) {
    if (const sandbox::JsonArray* list = from.array(name)) {
      for (const sandbox::JsonValue& one : *list) see(one);
    }
  }
  static MessageSection section(const sandbox::JsonValue& from) {
    MessageSection section{.heading = text(from, "heading"), .text = text(from, "text")};
    each(from, "items", [&](const sandbox::JsonValue& one) {
      MessageItem item{.title = text(one, "title"),
                       .address = text(one, "address"),
                       .text = text(one, "text"),
                       .remedy = text(one, "remedy"),
                       .severity = parse_severity(text(one, "severity")),
                       .violation = static_cast<ViolationNumber>(one.number("violation").value_or(0)),
                       .mark = text(one, "mark")};
      each(one, "facts", [&](const sandbox::JsonValue& fact) {
        item.facts.push_back({.name = text(fact, "name"), .value = text(fact, "value")});
      });
      section.items.push_back(std::move(item));
    });
    return section;
  }
};

}  // namespace plumbline
