#include "connectors/chat/google_form.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/json.h"
#include "connectors/chat/markdown_message.h"
#include "connectors/chat/message_parts.h"

namespace plumbline {
namespace {

constexpr std::string_view kLineEnd = "<br>";

std::size_t google_cost(char32_t c) {
  constexpr std::size_t kEntity = 5;
  if (c == '&' || c == '<' || c == '>') return kEntity;
  return c == '\n' ? kLineEnd.size() : json_bytes(c);
}

constexpr TextBudgets kBudgets{.cost = google_cost,
                               .headline = 500,
                               .heading = 300,
                               .title = 300,
                               .text = 3'000,
                               .fact = 250,
                               .facts = 10,
                               .footer = 600,
                               .link_text = 150};
constexpr std::size_t kButtonsOfList = 6;

// "users/1234": what may stand in a mention.
bool is_google_user(std::string_view id) {
  constexpr std::string_view kPrefix = "users/";
  constexpr std::size_t kMost = 60;
  if (!id.starts_with(kPrefix) || id.size() == kPrefix.size() || id.size() > kMost) return false;
  // Of people alone: users/all would ping everybody.
  return std::ranges::all_of(id.substr(kPrefix.size()), [](char c) { return c >= '0' && c <= '9'; });
}

// Writes a message, and counts what Google limits.
class GoogleMessage {
 public:
  GoogleMessage(std::string& out, const MessagePart& part) : json_(out), part_(part) {}

  void write() {
    json_.begin_object().key("text").string(text_line());
    json_.key("cardsV2").begin_array().begin_object().key("cardId").string("plumbline");
    json_.key("card").begin_object().key("sections").begin_array();
    if (!part_.shown.lead.empty()) {
      begin_section("");
      paragraph(escape_google_html(part_.shown.lead));
      end_section();
    }
    for (const MessageSection& section : part_.shown.sections) this->section(section);
    closing();
    json_.end_array().end_object().end_object().end_array();
    if (!part_.shown.thread.empty())
      json_.key("thread").begin_object().key("threadKey").string(thread_key()).end_object();
    json_.end_object();
  }

  std::size_t widgets() const { return widgets_; }

 private:
  std::string text_line() const {
    std::string text;
    for (const MessageMention& mention : part_.shown.mentions)
      text += is_google_user(mention.id) ? fmt::format("<{}> ", mention.id)
                                         : fmt::format("{} ", escape_google_text(mention.name));
    return text + escape_google_text(first_line(part_));
  }

  void begin_section(std::string_view heading) {
    json_.begin_object();
    if (!heading.empty()) json_.key("header").string(escape_google_html(heading));
    json_.key("widgets").begin_array();
  }
  void end_section() { json_.end_array().end_object(); }

  void paragraph(std::string_view html) {
    ++widgets_;
    json_.begin_object().key("textParagraph").begin_object().key("text").string(html);
    json_.end_object().end_object();
  }

  void section(const MessageSection& section) {
    begin_section(section.heading);
    if (!section.text.empty()) paragraph(escape_google_html(section.text));
    for (const MessageItem& item : section.items) paragraph(html_of(item));
    // A section without widgets is refused.
    if (section.text.empty() && section.items.empty()) paragraph(" ");
    end_section();
  }

  static std::string html_of(const MessageItem& item) {
    std::string html = escape_google_html(item.title);
    if (!item.address.empty())
      html = fmt::format("<a href=\"{}\">{}</a>", escape_google_html(item.address), html);
    html = fmt::format("<b>{}</b>", html);
    const std::string tag = item_tag(item);
    if (!tag.empty()) html += fmt::format("  {}", escape_google_html(tag));
    if (!item.text.empty()) html += fmt::format("{}{}", kLineEnd, escape_google_html(item.text));
    if (!item.remedy.empty()) html += fmt::format("{}→ {}", kLineEnd, escape_google_html(item.remedy));
    if (!item.facts.empty())
      html += fmt::format("{}<i>{}</i>", kLineEnd, escape_google_html(facts_line(item)));
    return html;
  }

  void closing() {
    std::string html;
    // Google has no way to show a moment in the reader's own zone.
    if (part_.shown.data_as_of) html = fmt::format("Data as of {}", utc_moment(*part_.shown.data_as_of));
    for (const std::string& line : closing_lines(part_))
      html += fmt::format("{}{}", html.empty() ? "" : " · ", escape_google_html(line));
    if (html.empty() && part_.shown.links.empty()) return;
    begin_section("");
    buttons();
    if (!html.empty()) paragraph(html);
    end_section();
  }

  void buttons() {
    const std::vector<MessageLink>& links = part_.shown.links;
    for (std::size_t first = 0; first < links.size(); first += kButtonsOfList) {
      ++widgets_;
      json_.begin_object().key("buttonList").begin_object().key("buttons").begin_array();
      for (std::size_t i = first; i < std::min(first + kButtonsOfList, links.size()); ++i) {
        json_.begin_object().key("text").string(links[i].text).key("onClick").begin_object();
        json_.key("openLink").begin_object().key("url").string(links[i].address).end_object();
        json_.end_object().end_object();
      }
      json_.end_array().end_object().end_object();
    }
  }

  std::string thread_key() const {
    constexpr std::size_t kMostKeyBytes = 200;
    const std::string& key = part_.shown.thread;
    return key.size() <= kMostKeyBytes ? key : sha256_hex(key);
  }

  JsonWriter json_;
  const MessagePart& part_;
  std::size_t widgets_ = 0;
};

}  // namespace

std::string escape_google_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '\n') {
      out += kLineEnd;
    } else {
      out += c;
    }
  }
  return out;
}

std::string escape_google_text(std::string_view text) {
  constexpr MarkdownDialect kParted{
      .escaped = "", .parted = "<", .parted_at_word = "", .escaped_first = "", .line_end = "\n"};
  return escape_markdown(text, kParted);
}

std::vector<Payload> render_google(const Message& message, Instant /*now*/) {
  const Message fitted = fit_texts(message, kBudgets);
  const auto fits = [](const MessagePart& part) {
    std::string json;
    GoogleMessage form(json, part);
    form.write();
    return json.size() <= kMostGoogleBytes && form.widgets() <= kMostGoogleWidgets;
  };
  std::vector<Payload> payloads;
  for (const MessagePart& part : split_message(fitted, fits)) {
    Payload payload{.json = {},
                    .id = payload_id(part),
                    .part = part.number,
                    .parts = part.count,
                    .thread = part.shown.thread};
    GoogleMessage(payload.json, part).write();
    payloads.push_back(std::move(payload));
  }
  return payloads;
}

}  // namespace plumbline
