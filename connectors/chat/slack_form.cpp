#include "connectors/chat/slack_form.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "connectors/chat/message_parts.h"

namespace plumbline {
namespace {

// As long as it is escaped: where Slack counts before or after is not written anywhere.
std::size_t slack_cost(char32_t c) {
  constexpr std::size_t kAmpersand = 5;
  constexpr std::size_t kBracket = 4;
  if (c == '&') return kAmpersand;
  if (c == '<' || c == '>') return kBracket;
  return utf16_units(c);
}

// An item's texts at these sizes make less than kMostSlackBlockCharacters.
constexpr TextBudgets kBudgets{.cost = slack_cost,
                               .headline = 250,
                               .heading = 150,
                               .title = 150,
                               .text = 900,
                               .fact = 100,
                               .facts = 8,
                               .footer = 250,
                               .link_text = 70};
constexpr std::size_t kLinksOfBlock = 8;

enum class Style : unsigned char { kPlain, kBold, kItalic };

// Writes blocks, and counts what Slack limits.
class Blocks {
 public:
  explicit Blocks(std::string& out) : json_(out) { json_.begin_array(); }
  void finish() { json_.end_array(); }

  std::size_t blocks() const { return blocks_; }
  std::size_t characters() const { return characters_; }

  void headline(const std::string& line) {
    if (cost_of(line, slack_cost) > kMostSlackHeader) {
      rich_text([&] { text(line, Style::kBold); });
      return;
    }
    begin("header").key("text").begin_object().key("type").string("plain_text");
    json_.key("text").string(line).key("emoji").boolean(false).end_object().end_object();
    count(line);
  }

  void lead(const Message& message) {
    if (message.lead.empty() && message.mentions.empty()) return;
    rich_text([&] {
      for (const MessageMention& mention : message.mentions) this->mention(mention);
      text(message.lead, Style::kPlain);
    });
  }

  void section(const MessageSection& section) {
    if (!section.heading.empty() || !section.text.empty()) {
      rich_text([&] {
        text(section.heading, Style::kBold);
        if (!section.heading.empty() && !section.text.empty()) text("\n", Style::kPlain);
        text(section.text, Style::kPlain);
      });
    }
    for (const MessageItem& item : section.items) this->item(item);
  }

  void links(const std::vector<MessageLink>& links) {
    for (std::size_t first = 0; first < links.size(); first += kLinksOfBlock) {
      rich_text([&] {
        for (std::size_t i = first; i < std::min(first + kLinksOfBlock, links.size()); ++i) {
          if (i > first) text(" · ", Style::kPlain);
          link(links[i].text, links[i].address, Style::kPlain);
        }
      });
    }
  }

  // The moment in the reader's own zone, then plain texts.
  void closing(const MessagePart& part) {
    const std::vector<std::string> lines = closing_lines(part);
    if (lines.empty() && !part.shown.data_as_of) return;
    begin("context").key("elements").begin_array();
    if (part.shown.data_as_of) {
      const Instant at = *part.shown.data_as_of;
      const std::string moment = fmt::format("Data as of <!date^{}^{{date_short_pretty}} {{time}}|{}>",
                                             at.time_since_epoch().count(), format_instant(at));
      json_.begin_object().key("type").string("mrkdwn").key("text").string(moment).end_object();
      count(moment);
    }
    for (const std::string& line : lines) {
      json_.begin_object().key("type").string("plain_text").key("text").string(line);
      json_.key("emoji").boolean(false).end_object();
      count(line);
    }
    json_.end_array().end_object();
  }

 private:
  JsonWriter& begin(std::string_view type) {
    ++blocks_;
    return json_.begin_object().key("type").string(type);
  }

  void rich_text(const std::function<void()>& elements) {
    begin("rich_text").key("elements").begin_array();
    json_.begin_object().key("type").string("rich_text_section").key("elements").begin_array();
    elements();
    json_.end_array().end_object().end_array().end_object();
  }

  void item(const MessageItem& item) {
    rich_text([&] {
      link(item.title, item.address, Style::kBold);
      const std::string tag = item_tag(item);
      if (!tag.empty()) text(fmt::format("  {}", tag), Style::kPlain);
      line(item.text, "\n", Style::kPlain);
      line(item.remedy, "\n→ ", Style::kPlain);
      line(facts_line(item), "\n", Style::kItalic);
    });
  }

  void line(std::string_view words, std::string_view before, Style style) {
    if (!words.empty()) text(fmt::format("{}{}", before, words), style);
  }

  void text(std::string_view words, Style style) {
    if (words.empty()) return;  // Slack refuses empty elements
    json_.begin_object().key("type").string("text").key("text").string(words);
    end_styled(style);
    count(words);
  }

  void link(std::string_view words, std::string_view address, Style style) {
    if (address.empty()) {
      text(words, style);
      return;
    }
    json_.begin_object().key("type").string("link").key("url").string(address).key("text").string(words);
    end_styled(style);
    count(words);
    count(address);
  }

  void mention(const MessageMention& mention) {
    if (is_slack_user(mention.id)) {
      json_.begin_object().key("type").string("user").key("user_id").string(mention.id).end_object();
      count(mention.id);
    } else {
      text(mention.name, Style::kBold);
    }
    text(" ", Style::kPlain);
  }

  void end_styled(Style style) {
    if (style != Style::kPlain) {
      json_.key("style").begin_object().key(style == Style::kBold ? "bold" : "italic").boolean(true);
      json_.end_object();
    }
    json_.end_object();
  }

  void count(std::string_view words) { characters_ += cost_of(words, slack_cost); }

  JsonWriter json_;
  std::size_t blocks_ = 0;
  std::size_t characters_ = 0;
};

struct Rendered {
  std::string blocks;
  bool fits = false;
};

Rendered render_part(const MessagePart& part) {
  Rendered out;
  Blocks blocks(out.blocks);
  blocks.headline(first_line(part));
  blocks.lead(part.shown);
  for (const MessageSection& section : part.shown.sections) blocks.section(section);
  blocks.links(part.shown.links);
  blocks.closing(part);
  blocks.finish();
  out.fits = blocks.blocks() <= kMostSlackBlocks && blocks.characters() <= kMostSlackCharacters;
  return out;
}

// What notifications show and screen readers read.
std::string fallback_of(const MessagePart& part) {
  std::string text = escape_slack(first_line(part));
  if (!part.shown.lead.empty()) text += fmt::format("\n{}", escape_slack(part.shown.lead));
  return text;
}

Payload payload_of(const MessagePart& part) {
  Payload payload{.json = {},
                  .id = payload_id(part),
                  .part = part.number,
                  .parts = part.count,
                  .thread = part.shown.thread};
  JsonWriter json(payload.json);
  json.begin_object().key("text").string(fallback_of(part)).key("blocks").raw(render_part(part).blocks);
  json.key("unfurl_links").boolean(false).key("unfurl_media").boolean(false).end_object();
  return payload;
}

}  // namespace

std::string escape_slack(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

bool is_slack_user(std::string_view id) {
  constexpr std::size_t kLeast = 6;
  constexpr std::size_t kMost = 20;
  return id.size() >= kLeast && id.size() <= kMost && (id.front() == 'U' || id.front() == 'W') &&
         std::ranges::all_of(id, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

std::vector<Payload> render_slack(const Message& message, Instant /*now*/) {
  const Message fitted = fit_texts(message, kBudgets);
  std::vector<Payload> payloads;
  const auto fits = [](const MessagePart& part) { return render_part(part).fits; };
  for (const MessagePart& part : split_message(fitted, fits)) payloads.push_back(payload_of(part));
  return payloads;
}

}  // namespace plumbline
