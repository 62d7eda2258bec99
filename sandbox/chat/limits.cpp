#include "sandbox/chat/limits.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace plumbline::sandbox {
namespace {

std::size_t length(const JsonValue& value, std::string_view name) {
  return code_points(value.text(name).value_or(""));
}

// Of all texts named "text" within.
std::size_t text_within(const JsonValue& value) {
  std::size_t sum = 0;
  if (const auto* list = std::get_if<JsonArray>(&value.value)) {
    for (const JsonValue& inner : *list) sum += text_within(inner);
  }
  if (const auto* object = std::get_if<JsonObject>(&value.value)) {
    for (const auto& [name, inner] : *object) {
      const auto* text = std::get_if<std::string>(&inner.value);
      sum += text != nullptr && name == "text" ? code_points(*text) : text_within(inner);
    }
  }
  return sum;
}

bool is_known_block(const JsonValue& block) {
  constexpr std::array<std::string_view, 7> kTypes = {"header",  "section", "rich_text", "context",
                                                      "divider", "actions", "image"};
  return std::ranges::find(kTypes, block.text("type").value_or("")) != kTypes.end();
}

bool is_good_element(const JsonValue& element) {
  const std::string type = element.text("type").value_or("");
  if (type == "text") return length(element, "text") > 0;
  if (type == "link") return element.text("url").value_or("").starts_with("http");
  if (type == "user") return !element.text("user_id").value_or("").empty();
  return type == "emoji" || type == "date" || type == "broadcast";
}

bool is_good_rich_text(const JsonValue& block) {
  const JsonArray* sections = block.array("elements");
  if (sections == nullptr || sections->empty()) return false;
  return std::ranges::all_of(*sections, [](const JsonValue& section) {
    const JsonArray* elements = section.array("elements");
    return section.text("type").value_or("").starts_with("rich_text_") && elements != nullptr &&
           !elements->empty() && std::ranges::all_of(*elements, is_good_element);
  });
}

bool is_good_block(const JsonValue& block) {
  constexpr std::size_t kMostHeader = 150;
  constexpr std::size_t kMostSection = 3'000;
  constexpr std::size_t kMostContext = 10;
  const std::string type = block.text("type").value_or("");
  if (!is_known_block(block)) return false;
  if (type == "rich_text") return is_good_rich_text(block);
  if (type == "header" || type == "section") {
    const JsonValue* text = block.member("text");
    const std::size_t most = type == "header" ? kMostHeader : kMostSection;
    return text != nullptr && length(*text, "text") > 0 && length(*text, "text") <= most;
  }
  const JsonArray* elements = block.array("elements");
  return type != "context" || (elements != nullptr && !elements->empty() && elements->size() <= kMostContext);
}

// Adaptive Cards: each element has a type that 1.4 knows.
bool is_good_card_element(const JsonValue& element) {
  const std::string type = element.text("type").value_or("");
  if (type == "TextBlock") return element.text("text").has_value();
  if (type == "FactSet") return element.array("facts") != nullptr;
  if (type != "Container") return false;
  const JsonArray* items = element.array("items");
  return items != nullptr && std::ranges::all_of(*items, is_good_card_element);
}

}  // namespace

std::string slack_fault(const JsonValue& body) {
  constexpr std::size_t kMostBlocks = 50;
  constexpr std::size_t kMostText = 13'200;
  const JsonArray* blocks = body.array("blocks");
  if (length(body, "text") == 0 && (blocks == nullptr || blocks->empty())) return "no_text";
  if (blocks == nullptr) return "";
  if (blocks->size() > kMostBlocks || !std::ranges::all_of(*blocks, is_good_block)) return "invalid_blocks";
  return text_within(JsonValue{*blocks}) > kMostText ? "msg_blocks_too_long" : "";
}

std::string teams_fault(const JsonValue& body, std::size_t bytes) {
  constexpr std::size_t kMostBytes = 28 * 1024;
  if (bytes > kMostBytes) return "the card is larger than 28 KB";
  const JsonArray* attachments = body.array("attachments");
  if (attachments == nullptr || attachments->empty()) return "foreach: attachments is of type Null";
  for (const JsonValue& attachment : *attachments) {
    const JsonValue* card = attachment.member("content");
    if (card == nullptr || attachment.text("contentType") != "application/vnd.microsoft.card.adaptive")
      return "the attachment is no Adaptive Card";
    if (card->text("version").value_or("") > "1.4") return "the card's version is higher than 1.4";
    const JsonArray* elements = card->array("body");
    if (elements == nullptr || !std::ranges::all_of(*elements, is_good_card_element))
      return "the card has an element that cannot be shown";
  }
  return "";
}

std::string google_fault(const JsonValue& body, std::size_t bytes) {
  constexpr std::size_t kMostBytes = 32'000;
  if (bytes > kMostBytes) return "Message cannot be greater than 32000 bytes.";
  const JsonArray* cards = body.array("cardsV2");
  if (length(body, "text") == 0 && (cards == nullptr || cards->empty())) return "Message cannot be empty.";
  if (cards == nullptr) return "";
  for (const JsonValue& card : *cards) {
    const JsonValue* inner = card.member("card");
    const JsonArray* sections = inner == nullptr ? nullptr : inner->array("sections");
    if (sections == nullptr) return "Invalid JSON payload received.";
    for (const JsonValue& section : *sections) {
      if (section.array("widgets") == nullptr || section.array("widgets")->empty())
        return "A section has no widgets.";
    }
  }
  return "";
}

std::string mattermost_fault(const JsonValue& body) {
  constexpr std::size_t kMostText = 16'383;
  if (length(body, "text") == 0) return "web.incoming_webhook.text.app_error";
  return length(body, "text") > kMostText ? "web.incoming_webhook.text.length.app_error" : "";
}

std::string discord_fault(const JsonValue& body) {
  constexpr std::size_t kMostContent = 2'000;
  constexpr std::size_t kMostEmbeds = 10;
  constexpr std::size_t kMostTitle = 256;
  constexpr std::size_t kMostDescription = 4'096;
  constexpr std::size_t kMostTogether = 6'000;
  const JsonArray* embeds = body.array("embeds");
  if (length(body, "content") == 0 && (embeds == nullptr || embeds->empty())) return "empty";
  if (length(body, "content") > kMostContent) return "content";
  if (embeds == nullptr) return "";
  if (embeds->size() > kMostEmbeds) return "embeds";
  std::size_t together = 0;
  for (const JsonValue& embed : *embeds) {
    if (length(embed, "title") > kMostTitle || length(embed, "description") > kMostDescription)
      return "embeds";
    together += length(embed, "title") + length(embed, "description");
  }
  return together > kMostTogether ? "embeds" : "";
}

}  // namespace plumbline::sandbox
