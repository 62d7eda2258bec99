#include "sandbox/chat/page.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sandbox/chat/markup.h"
#include "sandbox/web/json_value.h"

namespace plumbline::sandbox {
namespace {

// Looks of their own, near enough to tell the services apart at a glance.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;font:15px/1.45 system-ui,sans-serif;color:#1c1d21;background:#e9eaee}
header.page{padding:18px 24px;background:#26272d;color:#fff}
header.page h1{margin:0;font-size:20px}
header.page p{margin:4px 0 0;color:#c9cad1}
nav{padding:12px 24px;display:flex;gap:8px;flex-wrap:wrap}
nav a{padding:4px 10px;border-radius:12px;background:#fff;color:#26272d;text-decoration:none;overflow-wrap:anywhere}
main{padding:0 24px 40px;display:grid;gap:24px;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));align-items:start}
section.room{background:#fff;border-radius:8px;overflow:hidden;border:1px solid #cfd0d8;min-width:0}
section.room>h2{margin:0;padding:10px 14px;font-size:16px;color:#fff;overflow-wrap:anywhere}
.slack>h2{background:#4a154b}.teams>h2{background:#464eb8}.google>h2{background:#0b6b3a}
.mattermost>h2{background:#1e325c}.discord>h2{background:#3b3e45}.webhook>h2{background:#555}
article{padding:12px 14px;border-top:1px solid #e6e7ec;overflow-wrap:anywhere}
article .by{font-size:13px;color:#5d5f69;margin-bottom:4px}
article .by b{color:#1c1d21}
article h3{margin:0 0 6px;font-size:17px}article h4{margin:12px 0 4px;font-size:15px}
.text{white-space:pre-wrap;margin:6px 0}
.small{font-size:13px;color:#5d5f69;margin-top:8px}
.gap{height:8px}
a{color:#1059b0}
.teams .card,.google .card{border:1px solid #d5d6de;border-radius:8px;padding:10px 12px;margin-top:6px}
.google .part{padding:6px 0;border-top:1px solid #eceef2}.google .part:first-child{border:0}
.teams .item{margin:10px 0}
.embed{border-left:4px solid #999;background:#f2f3f5;border-radius:4px;padding:8px 12px;margin:6px 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:4px 0}dt{font-weight:600}dd{margin:0}
.button{display:inline-block;margin:8px 8px 0 0;padding:5px 12px;border:1px solid #8a8c99;border-radius:5px;text-decoration:none}
.fault{background:#fff1f0}.fault .why{color:#a1160a;font-weight:600}
mark.ping{background:#ffe08a;padding:0 3px;border-radius:3px}
.reply{margin-left:28px;border-left:3px solid #d5d6de}
pre{white-space:pre-wrap;font-size:13px;margin:0}
hr{border:0;border-top:1px solid #d5d6de}
)";

std::string text_of(const JsonValue& value, std::string_view name) { return value.text(name).value_or(""); }

template <class See>
void each(const JsonValue& value, std::string_view name, const See& see) {
  if (const JsonArray* list = value.array(name)) {
    for (const JsonValue& inner : *list) see(inner);
  }
}

std::string link(std::string_view address, std::string_view text, std::string_view css = "") {
  return fmt::format(R"(<a class="{}" href="{}" rel="noreferrer">{}</a>)", css, escape_html(address),
                     escape_html(text));
}

// A text object: plain, or Slack's markup.
std::string text_object(const JsonValue& object) {
  const std::string text = text_of(object, "text");
  return text_of(object, "type") == "mrkdwn" ? mrkdwn_html(text) : escape_html(text);
}

std::string rich_element(const JsonValue& element) {
  const std::string type = text_of(element, "type");
  std::string html = escape_html(text_of(element, "text"));
  if (type == "link") html = link(text_of(element, "url"), text_of(element, "text"));
  if (type == "user")
    html = fmt::format(R"(<mark class="ping">@{}</mark>)", escape_html(text_of(element, "user_id")));
  if (type == "broadcast") html = R"(<mark class="ping">@everybody</mark>)";
  const JsonValue* style = element.member("style");
  if (style != nullptr && style->truth("bold").value_or(false)) html = fmt::format("<b>{}</b>", html);
  if (style != nullptr && style->truth("italic").value_or(false)) html = fmt::format("<i>{}</i>", html);
  return html;
}

std::string slack_html(const JsonValue& body) {
  std::string out;
  each(body, "blocks", [&](const JsonValue& block) {
    const std::string type = text_of(block, "type");
    if (type == "header") out += fmt::format("<h3>{}</h3>", text_object(*block.member("text")));
    if (type == "section")
      out += fmt::format(R"(<div class="text">{}</div>)", text_object(*block.member("text")));
    if (type == "rich_text") {
      each(block, "elements", [&](const JsonValue& section) {
        out += R"(<div class="text">)";
        each(section, "elements", [&](const JsonValue& element) { out += rich_element(element); });
        out += "</div>";
      });
    }
    if (type == "context") {
      std::string line;
      each(block, "elements", [&](const JsonValue& element) {
        line += fmt::format("{}{}", line.empty() ? "" : " &nbsp; ", text_object(element));
      });
      out += fmt::format(R"(<div class="small">{}</div>)", line);
    }
  });
  return out.empty() ? fmt::format(R"(<div class="text">{}</div>)", mrkdwn_html(text_of(body, "text"))) : out;
}

std::string card_markdown(std::string_view text) { return markdown_html(text, EverybodyWords::kPlain); }

std::string card_element(const JsonValue& element) {
  const std::string type = text_of(element, "type");
  std::string out;
  if (type == "TextBlock") {
    const std::string html = card_markdown(text_of(element, "text"));
    const std::string size = text_of(element, "size");
    if (size == "Large") return fmt::format("<h3>{}</h3>", html);
    if (size == "Medium") return fmt::format("<h4>{}</h4>", html);
    return size == "Small" ? fmt::format(R"(<div class="small">{}</div>)", html) : html;
  }
  if (type == "FactSet") {
    out = "<dl>";
    each(element, "facts", [&](const JsonValue& fact) {
      out += fmt::format("<dt>{}</dt><dd>{}</dd>", card_markdown(text_of(fact, "title")),
                         card_markdown(text_of(fact, "value")));
    });
    return out + "</dl>";
  }
  out = R"(<div class="item">)";
  each(element, "items", [&](const JsonValue& inner) { out += card_element(inner); });
  return out + "</div>";
}

std::string teams_html(const JsonValue& body) {
  std::string out;
  each(body, "attachments", [&](const JsonValue& attachment) {
    const JsonValue* card = attachment.member("content");
    if (card == nullptr) return;
    out += R"(<div class="card">)";
    each(*card, "body", [&](const JsonValue& element) { out += card_element(element); });
    each(*card, "actions", [&](const JsonValue& action) {
      out += link(text_of(action, "url"), text_of(action, "title"), "button");
    });
    out += "</div>";
  });
  return out;
}

std::string google_widget(const JsonValue& widget) {
  std::string out;
  if (const JsonValue* paragraph = widget.member("textParagraph"))
    out += fmt::format("<div>{}</div>", card_html(text_of(*paragraph, "text")));
  if (const JsonValue* list = widget.member("buttonList")) {
    each(*list, "buttons", [&](const JsonValue& button) {
      const JsonValue* click = button.member("onClick");
      const JsonValue* open = click == nullptr ? nullptr : click->member("openLink");
      if (open != nullptr) out += link(text_of(*open, "url"), text_of(button, "text"), "button");
    });
  }
  return out;
}

std::string google_html(const JsonValue& body) {
  std::string out = fmt::format(R"(<div class="text">{}</div>)", escape_html(text_of(body, "text")));
  each(body, "cardsV2", [&](const JsonValue& card) {
    out += R"(<div class="card">)";
    if (const JsonValue* inner = card.member("card")) {
      each(*inner, "sections", [&](const JsonValue& section) {
        out += R"(<div class="part">)";
        if (section.text("header")) out += fmt::format("<h4>{}</h4>", card_html(text_of(section, "header")));
        each(section, "widgets", [&](const JsonValue& widget) { out += google_widget(widget); });
        out += "</div>";
      });
    }
    out += "</div>";
  });
  return out;
}

std::string discord_html(const JsonValue& body) {
  std::string out = markdown_html(text_of(body, "content"));
  each(body, "embeds", [&](const JsonValue& embed) {
    const auto color = static_cast<unsigned>(embed.number("color").value_or(0x999999));
    out += fmt::format(R"(<div class="embed" style="border-color:#{:06x}">)", color & 0xFFFFFFU);
    if (embed.text("title")) out += fmt::format("<h4>{}</h4>", markdown_html(text_of(embed, "title")));
    out += markdown_html(text_of(embed, "description")) + "</div>";
  });
  return out;
}

std::string article(const Post& post) {
  const std::string edited = post.edits == 0 ? "" : fmt::format(" (edited {}×)", post.edits);
  const std::string why = post.fault.empty() ? ""
                                             : fmt::format(R"(<div class="why">Nobody sees this: {}</div>)",
                                                           escape_html(post.fault));
  return fmt::format(R"(<article class="{}{}"><div class="by"><b>Plumbline</b> {}{}</div>{}{}</article>)",
                     post.thread.empty() ? "" : "reply ", post.fault.empty() ? "" : "fault",
                     escape_html(format_instant(post.at)), edited, why, post_html(post));
}

using RoomName = std::pair<std::string, std::string>;  // service and room

std::string room_html(const RoomName& name, const std::vector<const Post*>& posts, std::size_t anchor) {
  std::string out = fmt::format(R"(<section class="room {}" id="room{}"><h2>{} · {}</h2>)", name.first,
                                anchor, escape_html(name.first), escape_html(name.second));
  if (posts.size() > kMostPostsShown)
    out += fmt::format(R"(<article class="small">{} older ones are not shown</article>)",
                       posts.size() - kMostPostsShown);
  const std::size_t first = posts.size() > kMostPostsShown ? posts.size() - kMostPostsShown : 0;
  for (std::size_t i = first; i < posts.size(); ++i) out += article(*posts[i]);
  return out + "</section>";
}

}  // namespace

std::string post_html(const Post& post) {
  const Result<JsonValue> body = parse_json(post.body);
  if (!body) return fmt::format("<pre>{}</pre>", escape_html(post.body));
  if (post.service == "slack") return slack_html(*body);
  if (post.service == "teams") return teams_html(*body);
  if (post.service == "google") return google_html(*body);
  if (post.service == "mattermost") return markdown_html(text_of(*body, "text"));
  if (post.service == "discord") return discord_html(*body);
  return fmt::format("<pre>{}</pre>", escape_html(post.body));
}

std::string rooms_page(const Rooms& rooms, Instant now) {
  std::map<RoomName, std::vector<const Post*>> by_room;
  for (const Post& post : rooms.posts()) by_room[{post.service, post.room}].push_back(&post);
  std::string links;
  std::string sections;
  std::size_t anchor = 0;
  for (const auto& [name, posts] : by_room) {
    ++anchor;
    links += fmt::format(R"(<a href="#room{}">{} ({})</a>)", anchor, escape_html(name.second), posts.size());
    sections += room_html(name, posts, anchor);
  }
  if (by_room.empty()) sections = "<p>Nothing was posted yet.</p>";
  return fmt::format(
      R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chat rooms of the sandbox</title>)"
      R"(<meta name="viewport" content="width=device-width,initial-scale=1"><style>{}</style></head><body>)"
      R"(<header class="page"><h1>Chat rooms of the sandbox</h1><p>{} messages in {} rooms, {} by the sandbox's )"
      R"(clock</p></header><nav aria-label="Rooms">{}</nav><main>{}</main></body></html>)",
      kStyle, rooms.posts().size(), by_room.size(), format_instant(now), links, sections);
}

}  // namespace plumbline::sandbox
