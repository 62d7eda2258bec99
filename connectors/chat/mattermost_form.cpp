#include "connectors/chat/mattermost_form.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.h"
#include "connectors/chat/markdown_message.h"

namespace plumbline {
namespace {

constexpr MarkdownDialect kDialect{.escaped = "\\`*_~[]|#<>&:",
                                   .parted = "",
                                   .parted_at_word = "@",
                                   .escaped_first = "-+=",
                                   .line_end = "\n"};

// Escaped at the beginning of a line or not: as if it were.
std::size_t mattermost_cost(char32_t c) {
  if (c >= 0x80) return utf16_units(c);
  const char sign = static_cast<char>(c);
  const bool is_longer = kDialect.escaped.contains(sign) || kDialect.parted_at_word.contains(sign) ||
                         kDialect.escaped_first.contains(sign);
  return is_longer ? 2 : 1;
}

constexpr TextBudgets kBudgets{.cost = mattermost_cost,
                               .headline = 400,
                               .heading = 250,
                               .title = 250,
                               .text = 2'500,
                               .fact = 200,
                               .facts = 10,
                               .footer = 500,
                               .link_text = 100};

// Names of users there: lower-case letters, digits and . - _, and none of the words that call everybody.
bool is_mattermost_user(std::string_view id) {
  constexpr std::size_t kMost = 64;
  constexpr std::array<std::string_view, 3> kEverybody = {"all", "channel", "here"};
  return !id.empty() && id.size() <= kMost && std::ranges::find(kEverybody, id) == kEverybody.end() &&
         std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
         });
}

std::string mention_of(const MessageMention& mention) {
  return is_mattermost_user(mention.id) ? fmt::format("@{} ", mention.id)
                                        : fmt::format("{} ", escape_mattermost(mention.name));
}

void add_block(std::string& text, std::string_view block) {
  if (block.empty()) return;
  if (!text.empty()) text += "\n\n";
  text += block;
}

std::string text_of(const MessagePart& part) {
  const auto escape = [](std::string_view text) { return escape_mattermost(text); };
  std::string mentions;
  for (const MessageMention& mention : part.shown.mentions) mentions += mention_of(mention);
  std::string text = fmt::format("{}**{}**", mentions, escape(first_line(part)));
  add_block(text, escape(part.shown.lead));
  for (const MessageSection& section : part.shown.sections) {
    if (!section.heading.empty()) add_block(text, fmt::format("##### {}", escape(section.heading)));
    add_block(text, escape(section.text));
    for (const MessageItem& item : section.items) add_block(text, markdown_item(item, kDialect));
  }
  add_block(text, markdown_links(part.shown.links, kDialect));
  const std::string moment = part.shown.data_as_of ? utc_moment(*part.shown.data_as_of) : "";
  const std::string closing = markdown_closing(part, moment, kDialect);
  if (!closing.empty()) add_block(text, fmt::format("---\n{}", closing));
  return text;
}

}  // namespace

std::string escape_mattermost(std::string_view text) { return escape_markdown(text, kDialect); }

std::vector<Payload> render_mattermost(const Message& message, Instant /*now*/) {
  const Message fitted = fit_texts(message, kBudgets);
  const auto fits = [](const MessagePart& part) {
    return cost_of(text_of(part), utf16_units) <= kMostMattermostCharacters;
  };
  std::vector<Payload> payloads;
  for (const MessagePart& part : split_message(fitted, fits)) {
    Payload payload{.json = {},
                    .id = payload_id(part),
                    .part = part.number,
                    .parts = part.count,
                    .thread = part.shown.thread};
    JsonWriter(payload.json).begin_object().key("text").string(text_of(part)).end_object();
    payloads.push_back(std::move(payload));
  }
  return payloads;
}

}  // namespace plumbline
