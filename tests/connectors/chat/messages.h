// Messages for the tests of chat services: one as people get them, and ones as nobody should have to.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "base/utf8.h"
#include "model/message.h"

namespace plumbline {

inline Message usual_message() {
  Message message;
  message.id = "M7QK2";
  message.headline = "2 of your deals need a look, USD 120,000 in all";
  message.lead = "The nearer close date is 30 Apr 2026.";
  message.data_as_of = parse_instant("2026-03-02T09:00:00Z");
  message.contact = "sales-ops@example.com";
  message.footer = "You get this because the deals are yours. Snooze one: plumbline violations snooze V12";
  message.links = {{.text = "Open my deals", .address = "https://crm.example.com/lightning/o/Opportunity"}};
  MessageSection section{.heading = "Close dates"};
  section.items.push_back({.title = "Acme renewal",
                           .address = "https://crm.example.com/006000000000001",
                           .text = "The close date, 18 Feb 2026, is past due.",
                           .remedy = "Set a close date in the future, or close it.",
                           .facts = {{"Amount", "USD 70,000"}, {"Account", "Acme & Sons"}},
                           .severity = Severity::kHigh,
                           .violation = 12});
  section.items.push_back({.title = "Globex <expansion>",
                           .text = "It was pushed 3 times.",
                           .remedy = "Talk to the buyer.",
                           .severity = Severity::kLow,
                           .violation = 13});
  message.sections.push_back(section);
  message.sections.push_back({.heading = "Done", .items = {{.title = "Initech", .mark = "resolved"}}});
  return message;
}

// Random messages made of what breaks cards: pings, markup, quotes, line ends, controls, bytes that are no
// text, letters of all kinds. Every text that must not be lost has a word of its own, which nothing else has.
class UglyMessages {
 public:
  explicit UglyMessages(unsigned seed) : random_(seed) {}

  Message next() {
    words_.clear();
    Message message;
    message.id = pick(5) == 0 ? ugly(60) : "M7QK2";
    message.headline = text(pick(3) == 0 ? 5'000 : 100);
    message.lead = pick(2) == 0 ? "" : text(size());
    for (std::size_t i = pick(9); i > 0; --i) {
      if (pick(2) == 0) {
        message.mentions.push_back({.name = text(pick(4) == 0 ? 400 : 30), .id = ugly(20)});
      } else {
        message.mentions.push_back({.name = ugly(30), .id = "U024BE7LH"});  // shown by the id
      }
    }
    for (std::size_t i = pick(6); i > 0; --i) message.sections.push_back(section());
    for (std::size_t i = pick(4) == 0 ? 40 : pick(4); i > 0; --i)
      message.links.push_back({.text = text(pick(3) == 0 ? 300 : 20), .address = address()});
    if (pick(2) == 0) message.data_as_of = parse_instant("2026-03-02T09:00:00Z");
    message.contact = text(pick(4) == 0 ? 2'000 : 40);
    message.footer = text(pick(4) == 0 ? 2'000 : 100);
    message.thread = pick(2) == 0 ? "" : ugly(500);
    message.urgent = pick(2) == 0;
    message.possible_repeat = pick(2) == 0;
    return message;
  }

  // That must be found again, in any order.
  const std::vector<std::string>& words() const { return words_; }

  std::string ugly(std::size_t bytes) {
    static const std::vector<std::string> kPieces = {
        "<!channel>",
        "*x*",
        "@here",
        "[link](https://evil.example)",
        "@everyone",
        "<at>Ada</at>",
        "</at>",
        "<@U024BE7LH>",
        "<users/all>",
        "{{DATE(2026-05-01T09:00:00Z,SHORT)}}",
        "<b>",
        "&lt;",
        "&",
        "\"",
        "\\",
        "\n",
        "\r\n",
        "\n\n\n",
        "\t",
        std::string(1, '\0'),
        "\x01\x1B[31m",
        "\x7F",
        "\xFF\xFE",
        "\xC3",
        "\xE2\x80\xAE",
        "\xE2\x80\xA8",
        "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
        "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7",
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
        "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
        "\xE4\xB8\xAD\xE6\x96\x87\xE3\x80\x82",
        "e\xCC\x81",
        "_under_",
        "~strike~",
        "`code`",
        "```",
        "# ",
        "- ",
        "1. ",
        "> quote",
        "||spoiler||",
        "<t:1:f>",
        ":smile:",
        "https://example.com/a_b",
        "deal",
        "Amount is too high",
        ". ",
        "; ",
        "   ",
        "longwordlongwordlongwordlongwordlongwordlongword",
        "$5,000",
        "(a)",
        "|",
        "^",
        "%n",
        "{}"};
    std::string out;
    while (out.size() < bytes) {
      out += kPieces[pick(kPieces.size())];
      if (pick(3) != 0) out += ' ';
    }
    return out;
  }

 private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  std::size_t size() { return pick(150) == 0 ? 50'000 : pick(12) == 0 ? 4'000 : pick(200); }

  // Ugly, with a word at its beginning and one at its end.
  std::string text(std::size_t bytes) {
    const std::string first = word();
    const std::string last = word();
    return fmt::format("{} {} {}", first, ugly(bytes), last);
  }
  std::string word() {
    words_.push_back(fmt::format("zq{}x", ++count_));
    return words_.back();
  }

  std::string address() {
    switch (pick(5)) {
      case 0:
        return "javascript:alert(1)";
      case 1:
        return "https://crm.example.com/" + ugly(pick(2) == 0 ? 3'000 : 40);
      case 2:
        return "";
      default:
        return "https://crm.example.com/006000000000001";
    }
  }

  MessageSection section() {
    MessageSection section;
    section.heading = pick(4) == 0 ? "" : text(pick(4) == 0 ? 1'000 : 40);
    section.text = pick(3) == 0 ? text(size()) : "";
    const std::size_t count = pick(30) == 0 ? 200 : pick(6);
    for (std::size_t i = 0; i < count; ++i) section.items.push_back(item(count > 50 ? 300 : size()));
    return section;
  }

  MessageItem item(std::size_t bytes) {
    MessageItem item{.title = text(pick(6) == 0 ? 2'000 : 40), .address = address(), .text = text(bytes)};
    if (pick(2) == 0) item.remedy = text(pick(6) == 0 ? 6'000 : 60);
    for (std::size_t i = pick(20) == 0 ? 30 : pick(4); i > 0; --i)
      item.facts.push_back({.name = text(pick(8) == 0 ? 500 : 10), .value = text(pick(8) == 0 ? 3'000 : 20)});
    if (pick(2) == 0) item.severity = static_cast<Severity>(pick(3));
    item.violation = static_cast<ViolationNumber>(pick(2) == 0 ? 0 : pick(1'000'000));
    item.mark = pick(3) == 0 ? text(20) : "";
    if (!item.mark.empty()) words_.resize(words_.size() - 2);  // a mark is a word, and is cut
    return item;
  }

  std::mt19937 random_;
  std::size_t count_ = 0;
  std::vector<std::string> words_;
};

}  // namespace plumbline
