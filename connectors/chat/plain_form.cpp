#include "connectors/chat/plain_form.h"

#include <limits>

#include "base/json.h"
#include "connectors/chat/message_parts.h"

namespace plumbline {
namespace {

constexpr TextBudgets kWebhookBudgets{.cost = json_bytes,
                                      .headline = 500,
                                      .heading = 300,
                                      .title = 300,
                                      .text = 3'000,
                                      .fact = 250,
                                      .facts = 10,
                                      .footer = 600,
                                      .link_text = 150};
constexpr std::size_t kNoLimit = std::numeric_limits<std::uint32_t>::max();
constexpr TextBudgets kNoBudgets{.cost = json_bytes,
                                 .headline = kNoLimit,
                                 .heading = kNoLimit,
                                 .title = kNoLimit,
                                 .text = kNoLimit,
                                 .fact = kNoLimit,
                                 .facts = kNoLimit,
                                 .footer = kNoLimit,
                                 .link_text = kNoLimit};

class MessageJson {
 public:
  explicit MessageJson(JsonWriter& json) : json_(json) {}

  // The members, within an object that is begun.
  void members(const MessagePart& part) {
    const Message& shown = part.shown;
    json_.key("id").string(shown.id).key("part").integer(part.number).key("parts").integer(part.count);
    json_.key("headline").string(shown.headline);
    text("lead", shown.lead);
    if (!shown.mentions.empty()) {
      json_.key("mentions").begin_array();
      for (const MessageMention& mention : shown.mentions) this->mention(mention);
      json_.end_array();
    }
    json_.key("sections").begin_array();
    for (const MessageSection& section : shown.sections) this->section(section);
    json_.end_array();
    if (!shown.links.empty()) {
      json_.key("links").begin_array();
      for (const MessageLink& link : shown.links) pair("text", link.text, "address", link.address);
      json_.end_array();
    }
    if (shown.data_as_of) json_.key("data_as_of").string(format_instant(*shown.data_as_of));
    text("contact", shown.contact);
    text("footer", shown.footer);
    text("thread", shown.thread);
    json_.key("urgent").boolean(shown.urgent).key("possible_repeat").boolean(shown.possible_repeat);
  }

 private:
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) json_.key(name).string(value);
  }

  void pair(std::string_view one, std::string_view first, std::string_view other, std::string_view second) {
    json_.begin_object().key(one).string(first).key(other).string(second).end_object();
  }

  void mention(const MessageMention& mention) {
    json_.begin_object().key("name").string(mention.name);
    text("id", mention.id);
    json_.end_object();
  }

  void section(const MessageSection& section) {
    json_.begin_object();
    text("heading", section.heading);
    text("text", section.text);
    json_.key("items").begin_array();
    for (const MessageItem& item : section.items) this->item(item);
    json_.end_array().end_object();
  }

  void item(const MessageItem& item) {
    json_.begin_object().key("title").string(item.title);
    text("address", item.address);
    text("text", item.text);
    text("remedy", item.remedy);
    if (!item.facts.empty()) {
      json_.key("facts").begin_array();
      for (const MessageFact& fact : item.facts) pair("name", fact.name, "value", fact.value);
      json_.end_array();
    }
    if (item.severity) json_.key("severity").string(to_string(*item.severity));
    if (item.violation != 0) json_.key("violation").string(violation_name(item.violation));
    text("mark", item.mark);
    json_.end_object();
  }

  JsonWriter& json_;
};

std::string event_of(const MessagePart& part, Instant now) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("type").string(kWebhookType).key("timestamp").string(format_instant(now));
  json.key("data").begin_object();
  MessageJson(json).members(part);
  json.end_object().end_object();
  return out;
}

// What a service's own thread would be; anything longer is no name of one.
void bound_others(Message& message) {
  constexpr std::size_t kMostOther = 300;
  message.thread = cut_text(clean_line(message.thread), kMostOther, json_bytes).first;
  for (MessageMention& mention : message.mentions) {
    mention.id = clean_line(mention.id);
    if (cost_of(mention.id, json_bytes) > kMostOther) mention.id.clear();
  }
}

}  // namespace

std::vector<Payload> render_webhook(const Message& message, Instant now) {
  Message fitted = fit_texts(message, kWebhookBudgets);
  bound_others(fitted);
  const auto fits = [now](const MessagePart& part) {
    return event_of(part, now).size() <= kMostWebhookBytes;
  };
  std::vector<Payload> payloads;
  for (const MessagePart& part : split_message(fitted, fits)) {
    payloads.push_back({.json = event_of(part, now),
                        .id = payload_id(part),
                        .part = part.number,
                        .parts = part.count,
                        .thread = part.shown.thread});
  }
  return payloads;
}

std::vector<Payload> render_json_line(const Message& message, Instant now) {
  const MessagePart whole{.shown = fit_texts(message, kNoBudgets)};
  Payload payload{.json = {}, .id = payload_id(whole), .part = 1, .parts = 1, .thread = whole.shown.thread};
  JsonWriter json(payload.json);
  json.begin_object().key("at").string(format_instant(now));
  MessageJson(json).members(whole);
  json.end_object();
  return {std::move(payload)};
}

}  // namespace plumbline
