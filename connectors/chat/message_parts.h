// A message cut to a service's limits: first its texts, then the whole into parts. Pure. Nothing is left out:
// what is too long for its place goes on in the next, and what does not fit into a part begins another.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/chat/chat_text.h"
#include "model/message.h"

namespace plumbline {

// The most that one text may cost, each counted by `cost`. What a part holds at least (headline, footer, and
// one heading with its text or one item) must fit into the service's limits at these sizes.
struct TextBudgets {
  CharacterCost cost = utf16_units;
  std::size_t headline = 200;
  std::size_t heading = 150;
  std::size_t title = 150;
  std::size_t text = 1'000;  // of a lead, a section, an item, a remedy
  std::size_t fact = 200;    // name and value together
  std::size_t facts = 10;    // of one item
  std::size_t footer = 250;  // of the contact as well
  std::size_t link_text = 70;
};

// A mention costs more than its name; beyond these, names are written into the lead.
inline constexpr std::size_t kMostMentions = 5;
inline constexpr std::size_t kMostMentionCharacters = 80;
inline constexpr std::size_t kMostIdCharacters = 40;

// The message with every text clean and within its budget. Long ones are continued: a headline in the lead, a
// lead, section or item in further ones that say "(continued)". Addresses that cannot be linked are empty.
Message fit_texts(const Message& message, const TextBudgets& budgets);

// What one payload shows of a message. All parts have headline and id; contact, footer and moment are in the
// last, mentions and lead in the first.
struct MessagePart {
  Message shown;
  std::size_t number = 1;
  std::size_t count = 1;
};

// Whether the part is within the service's limits. While parts are made up, `number` and `count` are the
// longest there can be.
using PartFits = std::function<bool(const MessagePart&)>;

// As few parts as can be told from beginning to end; `fitted` comes from fit_texts. Divided between items and
// sections; a section that goes on says so in its heading.
std::vector<MessagePart> split_message(const Message& fitted, const PartFits& fits);

// The headline as it is shown: "Possible repeat: 5 deals need a look (2 of 3)".
std::string first_line(const MessagePart& part);
inline constexpr std::size_t kMostFirstLineExtra = 40;  // characters it has more than the headline

// "high · V12", "resolved"; empty where there is nothing to say.
std::string item_tag(const MessageItem& item);
// "Amount: USD 5,000"
std::string fact_line(const MessageFact& fact);
// The facts of an item in one line, a dot between them.
std::string facts_line(const MessageItem& item);
// The id, the contact and the footer, without the moment: "M7QK2", "Questions: sales-ops", ...
std::vector<std::string> closing_lines(const MessagePart& part);

// Of the part, for headers and for telling attempts: "M7QK2", "M7QK2-2".
std::string payload_id(const MessagePart& part);

}  // namespace plumbline
