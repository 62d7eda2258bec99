#include "connectors/chat/teams_form.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"
#include "connectors/chat/markdown_text.h"
#include "connectors/chat/message_parts.h"

namespace plumbline {
namespace {

// "<at>" is what an entity is found by; no escape would keep a record's name from being one. An & would begin
// an entity.
constexpr MarkdownDialect kDialect{.escaped = "\\`*_[]{}",
                                   .parted = "<&~",
                                   .parted_at_word = "",
                                   .escaped_first = "-+#>",
                                   .line_end = "\n\n"};

// Bytes of JSON, escaped. What is escaped at the beginning of a line alone is taken as escaped everywhere.
std::size_t teams_cost(char32_t c) {
  constexpr std::size_t kBackslash = 2;  // itself escaped
  constexpr std::size_t kLineEnd = 4;
  if (c == '\n') return kLineEnd;
  const std::size_t bytes = json_bytes(c);
  if (c >= 0x80) return bytes;
  const char sign = static_cast<char>(c);
  if (kDialect.escaped.contains(sign) || kDialect.escaped_first.contains(sign)) return bytes + kBackslash;
  return kDialect.parted.contains(sign) ? bytes + kZeroWidthSpace.size() : bytes;
}

constexpr TextBudgets kBudgets{.cost = teams_cost,
                               .headline = 500,
                               .heading = 300,
                               .title = 300,
                               .text = 2'500,
                               .fact = 250,
                               .facts = 10,
                               .footer = 600,
                               .link_text = 150};
// Beyond these Teams hides buttons behind three dots.
constexpr std::size_t kMostButtons = 4;

class Card {
 public:
  Card(std::string& out, const MessagePart& part) : json_(out), part_(part) {}

  void write() {
    json_.begin_object().key("type").string("message").key("attachments").begin_array().begin_object();
    json_.key("contentType").string("application/vnd.microsoft.card.adaptive").key("contentUrl").null();
    json_.key("content").begin_object();
    json_.key("$schema").string("http://adaptivecards.io/schemas/adaptive-card.json");
    json_.key("type").string("AdaptiveCard").key("version").string("1.4");
    json_.key("fallbackText").string(first_line(part_));
    json_.key("body").begin_array();
    body();
    json_.end_array();
    actions();
    settings();
    json_.end_object().end_object().end_array().end_object();
  }

 private:
  void body() {
    begin_text(escape_teams(first_line(part_))).key("size").string("Large").key("weight").string("Bolder");
    json_.end_object();
    lead();
    for (const MessageSection& section : part_.shown.sections) this->section(section);
    if (!are_buttons()) {
      for (const MessageLink& link : part_.shown.links) text(link_to(link.text, link.address));
    }
    closing();
  }

  void lead() {
    std::string text;
    const MessageMention* pinged = pinged_mention();
    for (const MessageMention& mention : part_.shown.mentions)
      text += fmt::format("{} ", &mention == pinged ? tag_of(mention) : escape_teams(mention.name));
    text += escape_teams(part_.shown.lead);
    if (!text.empty()) this->text(text);
  }

  void section(const MessageSection& section) {
    if (!section.heading.empty()) {
      begin_text(escape_teams(section.heading)).key("weight").string("Bolder");
      json_.key("size").string("Medium").key("spacing").string("Large").key("separator").boolean(true);
      json_.end_object();
    }
    if (!section.text.empty()) text(escape_teams(section.text));
    for (const MessageItem& item : section.items) this->item(item);
  }

  void item(const MessageItem& item) {
    json_.begin_object().key("type").string("Container").key("spacing").string("Medium");
    json_.key("items").begin_array();
    begin_text(fmt::format("**{}**", link_to(item.title, item.address))).end_object();
    tag(item);
    if (!item.text.empty()) close_text(escape_teams(item.text));
    if (!item.remedy.empty()) close_text(fmt::format("→ {}", escape_teams(item.remedy)));
    facts(item);
    json_.end_array().end_object();
  }

  void tag(const MessageItem& item) {
    const std::string tag = item_tag(item);
    if (tag.empty()) return;
    begin_text(escape_teams(tag)).key("size").string("Small").key("spacing").string("None");
    if (item.mark.empty() && item.severity == Severity::kHigh) json_.key("color").string("Attention");
    if (item.mark.empty() && item.severity == Severity::kMedium) json_.key("color").string("Warning");
    if (!item.mark.empty()) json_.key("color").string("Good");
    json_.end_object();
  }

  void facts(const MessageItem& item) {
    if (item.facts.empty()) return;
    json_.begin_object().key("type").string("FactSet").key("spacing").string("Small");
    json_.key("facts").begin_array();
    for (const MessageFact& fact : item.facts) {
      json_.begin_object().key("title").string(escape_teams(fact.name));
      json_.key("value").string(escape_teams(fact.value)).end_object();
    }
    json_.end_array().end_object();
  }

  void closing() {
    std::string text;
    if (part_.shown.data_as_of) {
      const std::string at = format_instant(*part_.shown.data_as_of);
      text = fmt::format("Data as of {{{{DATE({0},SHORT)}}}} {{{{TIME({0})}}}}", at);
    }
    for (const std::string& line : closing_lines(part_))
      text += fmt::format("{}{}", text.empty() ? "" : " · ", escape_teams(line));
    if (text.empty()) return;
    begin_text(text).key("size").string("Small").key("isSubtle").boolean(true);
    json_.key("spacing").string("Large").key("separator").boolean(true).end_object();
  }

  void actions() {
    if (part_.shown.links.empty() || !are_buttons()) return;
    json_.key("actions").begin_array();
    for (const MessageLink& link : part_.shown.links) {
      json_.begin_object().key("type").string("Action.OpenUrl").key("title").string(link.text);
      json_.key("url").string(link.address).end_object();
    }
    json_.end_array();
  }

  void settings() {
    json_.key("msteams").begin_object().key("width").string("Full");
    if (const MessageMention* pinged = pinged_mention(); pinged != nullptr) {
      json_.key("entities").begin_array().begin_object().key("type").string("mention");
      json_.key("text").string(tag_of(*pinged)).key("mentioned").begin_object();
      json_.key("id").string(clean_line(pinged->id)).key("name").string(bare(pinged->name));
      json_.end_object().end_object().end_array();
    }
    json_.end_object();
  }

  bool are_buttons() const { return part_.shown.links.size() <= kMostButtons; }

  // An id longer than any there is is none.
  const MessageMention* pinged_mention() const {
    constexpr std::size_t kMostIdBytes = 200;
    const auto has_id = [](const MessageMention& mention) {
      return !mention.id.empty() && mention.id.size() <= kMostIdBytes;
    };
    const auto found = std::ranges::find_if(part_.shown.mentions, has_id);
    return found == part_.shown.mentions.end() ? nullptr : &*found;
  }

  static std::string bare(std::string_view name) {
    std::string out;
    for (const char c : name) {
      if (!std::string_view("<>&\\`*_[]{}\"").contains(c)) out += c;
    }
    return out;
  }
  static std::string tag_of(const MessageMention& mention) {
    return fmt::format("<at>{}</at>", bare(mention.name));
  }

  static std::string link_to(std::string_view text, std::string_view address) {
    if (address.empty()) return escape_teams(text);
    return fmt::format("[{}]({})", escape_teams(text), address);
  }

  void text(std::string_view words) { begin_text(words).end_object(); }
  void close_text(std::string_view words) { begin_text(words).key("spacing").string("Small").end_object(); }
  JsonWriter& begin_text(std::string_view words) {
    json_.begin_object().key("type").string("TextBlock").key("text").string(words);
    return json_.key("wrap").boolean(true);
  }

  JsonWriter json_;
  const MessagePart& part_;
};

std::string card_of(const MessagePart& part) {
  std::string json;
  Card(json, part).write();
  return json;
}

}  // namespace

std::string escape_teams(std::string_view text) { return escape_markdown(text, kDialect); }

std::vector<Payload> render_teams(const Message& message, Instant /*now*/) {
  const Message fitted = fit_texts(message, kBudgets);
  std::vector<Payload> payloads;
  const auto fits = [](const MessagePart& part) { return card_of(part).size() <= kMostTeamsBytes; };
  for (const MessagePart& part : split_message(fitted, fits)) {
    payloads.push_back({.json = card_of(part),
                        .id = payload_id(part),
                        .part = part.number,
                        .parts = part.count,
                        .thread = part.shown.thread});
  }
  return payloads;
}

}  // namespace plumbline
