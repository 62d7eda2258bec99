// fit_texts(): what is too long for its place goes on in the next one.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "connectors/chat/message_parts.h"

namespace plumbline {
namespace {

constexpr std::string_view kNameless = "(no name)";
constexpr std::string_view kContinued = " (continued)";

void add_paragraph(std::string& text, std::string_view more) {
  if (more.empty()) return;
  if (!text.empty()) text += '\n';
  text += more;
}

class Fitter {
 public:
  explicit Fitter(const TextBudgets& budgets) : budgets_(budgets) {}

  Message fit(const Message& message) {
    Message out = message;
    out.id = cut_text(clean_line(message.id), kMostIdCharacters, utf16_units).first;
    out.sections.clear();
    out.links.clear();
    std::string lead = clean_text(message.lead);
    out.headline = cut_headline(message.headline, lead);
    out.mentions = fit_mentions(message.mentions, lead);
    std::vector<std::string> pieces = pieces_of(lead);
    out.lead = pieces.empty() ? "" : pieces.front();
    for (std::size_t i = 1; i < pieces.size(); ++i) out.sections.push_back({.text = pieces[i]});
    for (const MessageSection& section : message.sections) fit_section(section, out.sections);
    fit_links(message.links, out);
    out.contact = footer_or_section(message.contact, out.sections);
    out.footer = footer_or_section(message.footer, out.sections);
    return out;
  }

 private:
  std::vector<std::string> pieces_of(std::string_view text) const {
    return split_text(text, budgets_.text, budgets_.cost);
  }

  bool fits(std::string_view text, std::size_t budget) const {
    return cost_of(text, budgets_.cost) <= budget;
  }

  // The rest goes before the lead, as it goes on.
  std::string cut_headline(const std::string& headline, std::string& lead) const {
    auto [line, rest] = cut_text(clean_line(headline), budgets_.headline, budgets_.cost);
    if (!rest.empty()) {
      std::string longer = fmt::format("{} {}", kEllipsis, rest);
      add_paragraph(longer, lead);
      lead = std::move(longer);
    }
    return line;
  }

  std::vector<MessageMention> fit_mentions(const std::vector<MessageMention>& mentions,
                                           std::string& lead) const {
    std::vector<MessageMention> out;
    std::string others;
    for (const MessageMention& mention : mentions) {
      const std::string name = clean_line(mention.name);
      if (name.empty()) continue;
      if (out.size() < kMostMentions && code_points(name) <= kMostMentionCharacters) {
        out.push_back({.name = name, .id = mention.id});
      } else {
        others += others.empty() ? name : ", " + name;
      }
    }
    if (!others.empty()) lead = fmt::format("To: {}{}{}", others, lead.empty() ? "" : "\n", lead);
    return out;
  }

  void fit_section(const MessageSection& section, std::vector<MessageSection>& out) const {
    const auto [heading, rest] = cut_text(clean_line(section.heading), heading_budget(), budgets_.cost);
    std::string text = rest.empty() ? "" : fmt::format("{} {}", kEllipsis, rest);
    add_paragraph(text, clean_text(section.text));
    const std::vector<std::string> pieces = pieces_of(text);
    if (heading.empty() && pieces.empty() && section.items.empty()) return;
    out.push_back({.heading = heading, .text = pieces.empty() ? "" : pieces.front()});
    for (std::size_t i = 1; i < pieces.size(); ++i)
      out.push_back({.heading = longer(heading), .text = pieces[i]});
    for (const MessageItem& item : section.items) fit_item(item, out.back().items);
  }

  void fit_item(const MessageItem& item, std::vector<MessageItem>& out) const {
    MessageItem first = item;
    first.address = link_address(item.address);
    first.mark = cut_text(clean_line(item.mark), kMostMark, budgets_.cost).first;
    std::string rest;
    std::tie(first.title, rest) = cut_text(clean_line(item.title), title_budget(), budgets_.cost);
    if (first.title.empty()) first.title = kNameless;
    std::string text = rest.empty() ? "" : fmt::format("{} {}", kEllipsis, rest);
    add_paragraph(text, clean_text(item.text));
    first.facts = fit_facts(item.facts, text);
    std::vector<std::string> texts = pieces_of(text);
    std::vector<std::string> remedies = pieces_of(clean_text(item.remedy));
    first.text = texts.empty() ? "" : texts.front();
    first.remedy.clear();
    out.push_back(first);
    for (std::size_t i = 1; i < texts.size(); ++i) out.push_back(continuation(first, texts[i]));
    if (!remedies.empty()) out.back().remedy = remedies.front();
    for (std::size_t i = 1; i < remedies.size(); ++i) {
      out.push_back(continuation(first, ""));
      out.back().remedy = remedies[i];
    }
  }

  // Facts that are too many or too long for a list of facts are told in the text.
  std::vector<MessageFact> fit_facts(const std::vector<MessageFact>& facts, std::string& text) const {
    std::vector<MessageFact> out;
    for (const MessageFact& fact : facts) {
      MessageFact clean{.name = clean_line(fact.name), .value = clean_line(fact.value)};
      if (clean.name.empty() && clean.value.empty()) continue;
      if (out.size() < budgets_.facts && fits(fact_line(clean), budgets_.fact)) {
        out.push_back(std::move(clean));
      } else {
        add_paragraph(text, fact_line(clean));
      }
    }
    return out;
  }

  MessageItem continuation(const MessageItem& of, std::string text) const {
    return {.title = longer(of.title), .address = of.address, .text = std::move(text)};
  }

  // A link that is none, or has a text too long for one, becomes an item, which has room for it.
  void fit_links(const std::vector<MessageLink>& links, Message& out) const {
    MessageSection others;
    for (const MessageLink& link : links) {
      const std::string text = clean_line(link.text);
      const std::string address = link_address(link.address);
      if (!text.empty() && !address.empty() && fits(text, budgets_.link_text)) {
        out.links.push_back({.text = text, .address = address});
      } else if (!text.empty() || !address.empty()) {
        fit_item({.title = text.empty() ? address : text, .address = address}, others.items);
      }
    }
    if (!others.items.empty()) out.sections.push_back(std::move(others));
  }

  std::string footer_or_section(const std::string& footer, std::vector<MessageSection>& sections) const {
    std::string line = clean_line(footer);
    if (fits(line, budgets_.footer)) return line;
    for (std::string& piece : pieces_of(line)) sections.push_back({.text = std::move(piece)});
    return {};
  }

  static std::string longer(std::string_view text) {
    return text.empty() ? std::string() : fmt::format("{}{}", text, kContinued);
  }
  // Of what may say later that it goes on.
  std::size_t heading_budget() const { return budgets_.heading - cost_of(kContinued, budgets_.cost); }
  std::size_t title_budget() const { return budgets_.title - cost_of(kContinued, budgets_.cost); }

  static constexpr std::size_t kMostMark = 30;

  const TextBudgets& budgets_;
};

}  // namespace

Message fit_texts(const Message& message, const TextBudgets& budgets) { return Fitter(budgets).fit(message); }

}  // namespace plumbline
