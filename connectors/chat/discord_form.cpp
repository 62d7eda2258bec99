#include "connectors/chat/discord_form.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "connectors/chat/markdown_message.h"

namespace plumbline {
namespace {

constexpr MarkdownDialect kDialect{
    .escaped = "\\`*_~[]|<>:", .parted = "", .parted_at_word = "@", .escaped_first = "-+#", .line_end = "\n"};

// Escaped at the beginning of a line or not: as if it were.
std::size_t discord_cost(char32_t c) {
  if (c >= 0x80) return utf16_units(c);
  const char sign = static_cast<char>(c);
  const bool is_longer = kDialect.escaped.contains(sign) || kDialect.parted_at_word.contains(sign) ||
                         kDialect.escaped_first.contains(sign);
  return is_longer ? 2 : 1;
}

// An item at these sizes, with the longest address, is one description.
constexpr TextBudgets kBudgets{.cost = discord_cost,
                               .headline = 400,
                               .heading = 200,
                               .title = 200,
                               .text = 700,
                               .fact = 100,
                               .facts = 6,
                               .footer = 300,
                               .link_text = 80};

// Of the stripe beside an embed.
constexpr int kRed = 0xD93025;
constexpr int kOrange = 0xF29900;
constexpr int kYellow = 0xF9D649;
constexpr int kGrey = 0x9AA0A6;

struct Embed {
  std::string title{};
  std::string description{};
  int color = kGrey;
};

bool is_discord_user(std::string_view id) {
  constexpr std::size_t kLeast = 15;
  constexpr std::size_t kMost = 20;
  return id.size() >= kLeast && id.size() <= kMost &&
         std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

int color_of(const MessageSection& section) {
  std::optional<Severity> worst;
  for (const MessageItem& item : section.items) {
    if (item.severity && item.mark.empty() && (!worst || *item.severity > *worst)) worst = item.severity;
  }
  if (!worst) return kGrey;
  if (*worst == Severity::kHigh) return kRed;
  return *worst == Severity::kMedium ? kOrange : kYellow;
}

void add_block(std::string& text, std::string_view block) {
  if (block.empty()) return;
  if (!text.empty()) text += "\n\n";
  text += block;
}

std::size_t length(std::string_view text) { return cost_of(text, utf16_units); }

class DiscordMessage {
 public:
  explicit DiscordMessage(const MessagePart& part) : part_(part) {
    for (const MessageMention& mention : part.shown.mentions) {
      if (is_discord_user(mention.id)) pinged_.push_back(mention.id);
    }
    content_ = content();
    for (const MessageSection& section : part.shown.sections) add_section(section);
    Embed last{.description = markdown_links(part.shown.links, kDialect)};
    const auto& at = part.shown.data_as_of;
    const std::string moment = at ? fmt::format("<t:{}:f>", at->time_since_epoch().count()) : "";
    add_block(last.description, markdown_closing(part, moment, kDialect));
    if (!last.description.empty()) embeds_.push_back(std::move(last));
  }

  bool fits() const {
    std::size_t sum = 0;
    for (const Embed& embed : embeds_) {
      if (length(embed.title) > kMostDiscordTitle || length(embed.description) > kMostDiscordDescription)
        return false;
      sum += length(embed.title) + length(embed.description);
    }
    return length(content_) <= kMostDiscordContent && embeds_.size() <= kMostDiscordEmbeds &&
           sum <= kMostDiscordEmbedCharacters;
  }

  std::string json() const {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("content").string(content_).key("embeds").begin_array();
    for (const Embed& embed : embeds_) {
      json.begin_object();
      if (!embed.title.empty()) json.key("title").string(embed.title);
      if (!embed.description.empty()) json.key("description").string(embed.description);
      json.key("color").integer(embed.color).end_object();
    }
    json.end_array().key("allowed_mentions").begin_object().key("parse").begin_array().end_array();
    if (!pinged_.empty()) {
      json.key("users").begin_array();
      for (const std::string& id : pinged_) json.string(id);
      json.end_array();
    }
    json.end_object().end_object();
    return out;
  }

 private:
  std::string content() const {
    std::string text;
    for (const MessageMention& mention : part_.shown.mentions)
      text += is_discord_user(mention.id) ? fmt::format("<@{}> ", mention.id)
                                          : fmt::format("{} ", escape_discord(mention.name));
    text += fmt::format("**{}**", escape_discord(first_line(part_)));
    if (!part_.shown.lead.empty()) text += fmt::format("\n{}", escape_discord(part_.shown.lead));
    return text;
  }

  // A heading begins an embed; so does what is beyond the length of a description.
  void add_section(const MessageSection& section) {
    Embed embed{.title = escape_discord(section.heading),
                .description = escape_discord(section.text),
                .color = color_of(section)};
    for (const MessageItem& item : section.items) {
      const std::string text = markdown_item(item, kDialect);
      if (length(embed.description) + length(text) + 2 > kMostDiscordDescription)
        embeds_.push_back(std::exchange(embed, Embed{.color = embed.color}));
      add_block(embed.description, text);
    }
    embeds_.push_back(std::move(embed));
  }

  const MessagePart& part_;
  std::vector<std::string> pinged_;
  std::string content_;
  std::vector<Embed> embeds_;
};

}  // namespace

std::string escape_discord(std::string_view text) { return escape_markdown(text, kDialect); }

std::vector<Payload> render_discord(const Message& message, Instant /*now*/) {
  const Message fitted = fit_texts(message, kBudgets);
  const auto fits = [](const MessagePart& part) { return DiscordMessage(part).fits(); };
  std::vector<Payload> payloads;
  for (const MessagePart& part : split_message(fitted, fits)) {
    payloads.push_back({.json = DiscordMessage(part).json(),
                        .id = payload_id(part),
                        .part = part.number,
                        .parts = part.count,
                        .thread = part.shown.thread});
  }
  return payloads;
}

}  // namespace plumbline
