#include "sandbox/chat/markup.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace plumbline::sandbox {
namespace {

std::string link_html(std::string_view address, std::string_view inner) {
  // Nothing but https gets into a link of the page, whatever was posted.
  if (!address.starts_with("https://") && !address.starts_with("http://")) return std::string(inner);
  return fmt::format(R"(<a href="{}" rel="noreferrer">{}</a>)", escape_html(address), inner);
}

std::string ping_html(std::string_view who) {
  return fmt::format(R"(<mark class="ping">{}</mark>)", escape_html(who));
}

// Reads one line from left to right.
class Line {
 public:
  Line(std::string_view text, EverybodyWords words) : text_(text), words_(words) {}

  std::string html() {
    std::string out;
    while (pos_ < text_.size()) out += next();
    if (is_bold_) out += "</b>";
    if (is_italic_) out += "</i>";
    return out;
  }

 private:
  std::string next() {
    const char c = text_[pos_];
    if (c == '\\' && pos_ + 1 < text_.size()) {
      pos_ += 2;
      return escape_html(text_.substr(pos_ - 1, 1));
    }
    if (text_.substr(pos_).starts_with("**")) return turn(is_bold_, "b", 2);
    if (c == '*') return turn(is_italic_, "i", 1);
    if (c == '[') return link();
    if (c == '<') return angle();
    if (words_ == EverybodyWords::kPlain && text_.substr(pos_).starts_with("{{")) return moment();
    if (c == '@' && words_ == EverybodyWords::kPing && is_everybody()) return take_everybody();
    return plain(1);
  }

  std::string plain(std::size_t bytes) {
    pos_ += bytes;
    return escape_html(text_.substr(pos_ - bytes, bytes));
  }

  std::string turn(bool& state, std::string_view tag, std::size_t bytes) {
    pos_ += bytes;
    state = !state;
    return fmt::format("<{}{}>", state ? "" : "/", tag);
  }

  // The first `wanted` behind `from` that has no backslash before it.
  std::size_t find(char wanted, std::size_t from) const {
    for (std::size_t at = from; at < text_.size(); ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == wanted) {
        return at;
      }
    }
    return std::string_view::npos;
  }

  std::string link() {
    const std::size_t end = find(']', pos_ + 1);
    if (end == std::string_view::npos || end + 1 >= text_.size() || text_[end + 1] != '(') return plain(1);
    const std::size_t close = text_.find(')', end);
    if (close == std::string_view::npos) return plain(1);
    const std::string inner = Line(text_.substr(pos_ + 1, end - pos_ - 1), words_).html();
    const std::string_view address = text_.substr(end + 2, close - end - 2);
    pos_ = close + 1;
    return link_html(address, inner);
  }

  std::string angle() {
    const std::string_view rest = text_.substr(pos_);
    const std::size_t end = rest.find('>');
    if (end == std::string_view::npos) return plain(1);
    if (rest.starts_with("<@") || rest.starts_with("<t:")) {
      pos_ += end + 1;
      return rest.starts_with("<@") ? ping_html(rest.substr(1, end - 1)) : "<time>then</time>";
    }
    const std::size_t close = rest.find("</at>");
    if (rest.starts_with("<at>") && close != std::string_view::npos) {
      pos_ += close + std::string_view("</at>").size();
      return ping_html(rest.substr(4, close - 4));
    }
    return plain(1);
  }

  std::string moment() {
    const std::string_view rest = text_.substr(pos_);
    const std::size_t open = rest.find('(');
    const std::size_t end = rest.find("}}");
    if (end == std::string_view::npos || open > end) return plain(1);
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kTime = 5;
    const bool is_date = rest.starts_with("{{DATE");
    pos_ += end + 2;
    return fmt::format("<time>{}</time>", escape_html(is_date ? rest.substr(open + 1, kDate)
                                                              : rest.substr(open + 2 + kDate, kTime)));
  }

  static constexpr std::array<std::string_view, 4> kEverybody = {"@here", "@channel", "@all", "@everyone"};
  // As the services see it: within a word, as in an e-mail, it calls nobody.
  bool is_everybody() const {
    const char before = pos_ == 0 ? ' ' : text_[pos_ - 1];
    const bool is_within = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                           (before >= '0' && before <= '9');
    if (is_within) return false;
    return std::ranges::any_of(kEverybody,
                               [&](std::string_view word) { return text_.substr(pos_).starts_with(word); });
  }
  std::string take_everybody() {
    for (const std::string_view word : kEverybody) {
      if (!text_.substr(pos_).starts_with(word)) continue;
      pos_ += word.size();
      return ping_html(word);
    }
    return {};
  }

  std::string_view text_;
  EverybodyWords words_;
  std::size_t pos_ = 0;
  bool is_bold_ = false;
  bool is_italic_ = false;
};

std::string slack_angle(std::string_view inner) {
  const std::size_t bar = inner.find('|');
  const std::string_view label = bar == std::string_view::npos ? inner : inner.substr(bar + 1);
  if (inner.starts_with("!date^")) return fmt::format("<time>{}</time>", label);
  if (inner.starts_with('!') || inner.starts_with('@')) return ping_html(inner);
  return link_html(inner.substr(0, bar), label);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_html(std::string_view text, EverybodyWords words) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    constexpr std::string_view kHeading = "##### ";
    if (line.starts_with(kHeading)) {
      out += fmt::format("<h4>{}</h4>", Line(line.substr(kHeading.size()), words).html());
    } else if (line == "---") {
      out += "<hr>";
    } else if (!line.empty()) {
      out += fmt::format("<div>{}</div>", Line(line, words).html());
    } else {
      out += R"(<div class="gap"></div>)";
    }
  }
  return out;
}

std::string mrkdwn_html(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('<'), text.size());
    // What is between is escaped already, by Slack's three entities, which are HTML's.
    out += text.substr(0, open);
    text.remove_prefix(open);
    const std::size_t close = text.find('>');
    if (text.empty() || close == std::string_view::npos) break;
    out += slack_angle(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
  }
  return out + escape_html(text);
}

std::string card_html(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTags = {"<b>", "</b>", "<i>", "</i>", "<br>", "</a>"};
  constexpr std::string_view kLink = "<a href=\"https://";
  std::string out;
  while (!text.empty()) {
    const auto tag =
        std::ranges::find_if(kTags, [&](std::string_view known) { return text.starts_with(known); });
    const std::size_t close = text.find('>');
    if (tag != kTags.end()) {
      out += *tag;
      text.remove_prefix(tag->size());
    } else if (text.starts_with(kLink) && close != std::string_view::npos) {
      out += text.substr(0, close + 1);
      text.remove_prefix(close + 1);
    } else {
      // Entities stay what they are.
      out += text.front() == '<' ? std::string("&lt;") : std::string(1, text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace plumbline::sandbox
