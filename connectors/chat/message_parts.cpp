#include "connectors/chat/message_parts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

constexpr std::string_view kContinued = " (continued)";
constexpr std::size_t kMostCount = 99'999;  // of parts, while nobody knows how many there will be

// The last part's closing: what goes with no section.
void clear_closing(Message& message) {
  message.data_as_of.reset();
  message.contact.clear();
  message.footer.clear();
}

// What all parts have.
Message frame_of(const Message& message) {
  Message frame = message;
  frame.lead.clear();
  frame.mentions.clear();
  frame.sections.clear();
  frame.links.clear();
  clear_closing(frame);
  return frame;
}

std::string continued(std::string_view heading) {
  if (heading.empty() || heading.ends_with(kContinued)) return std::string(heading);
  return fmt::format("{}{}", heading, kContinued);
}

// Fills parts from beginning to end.
class Packer {
 public:
  Packer(const Message& message, const PartFits& fits) : message_(message), fits_(fits) {
    part_ = empty_part();
    part_.shown.lead = message.lead;
    part_.shown.mentions = message.mentions;
  }

  std::vector<MessagePart> pack() {
    for (const MessageSection& section : message_.sections) add_section(section);
    for (const MessageLink& link : message_.links) add([&](Message& to, bool) { to.links.push_back(link); });
    add([&](Message& to, bool) {
      to.data_as_of = message_.data_as_of;
      to.contact = message_.contact;
      to.footer = message_.footer;
    });
    parts_.push_back(std::move(part_));
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].number = i + 1;
      parts_[i].count = parts_.size();
    }
    return std::move(parts_);
  }

 private:
  MessagePart empty_part() const {
    return {.shown = frame_of(message_), .number = kMostCount, .count = kMostCount};
  }

  void add_section(const MessageSection& section) {
    // A heading never stands alone at the end of a part: without a text of its own its first item goes with
    // it.
    const bool takes_item = section.text.empty() && !section.items.empty();
    add([&](Message& to, bool) {
      to.sections.push_back({.heading = section.heading, .text = section.text, .items = {}});
      if (takes_item) to.sections.back().items.push_back(section.items.front());
    });
    for (std::size_t i = takes_item ? 1 : 0; i < section.items.size(); ++i) {
      add([&](Message& to, bool begins_part) {
        if (begins_part)
          to.sections.push_back({.heading = continued(section.heading), .text = {}, .items = {}});
        to.sections.back().items.push_back(section.items[i]);
      });
    }
  }

  // `put` adds something to the end of a message; where that is more than fits, to a part of its own.
  template <class Put>
  void add(const Put& put) {
    MessagePart longer = part_;
    put(longer.shown, false);
    if (fits_(longer)) {
      part_ = std::move(longer);
      return;
    }
    parts_.push_back(std::move(part_));
    part_ = empty_part();
    put(part_.shown, true);
  }

  const Message& message_;
  const PartFits& fits_;
  MessagePart part_;
  std::vector<MessagePart> parts_;
};

}  // namespace

std::vector<MessagePart> split_message(const Message& fitted, const PartFits& fits) {
  return Packer(fitted, fits).pack();
}

std::string first_line(const MessagePart& part) {
  std::string line = part.shown.possible_repeat ? "Possible repeat: " : "";
  line += part.shown.headline;
  if (part.count > 1) line += fmt::format(" ({} of {})", part.number, part.count);
  return line;
}

std::string item_tag(const MessageItem& item) {
  std::string tag = item.mark;
  if (tag.empty() && item.severity) tag = to_string(*item.severity);
  if (item.violation == 0) return tag;
  return tag.empty() ? violation_name(item.violation)
                     : fmt::format("{} · {}", tag, violation_name(item.violation));
}

std::string fact_line(const MessageFact& fact) {
  if (fact.name.empty()) return fact.value;
  return fmt::format("{}: {}", fact.name, fact.value);
}

std::string facts_line(const MessageItem& item) {
  std::string line;
  for (const MessageFact& fact : item.facts) {
    if (!line.empty()) line += " · ";
    line += fact_line(fact);
  }
  return line;
}

std::vector<std::string> closing_lines(const MessagePart& part) {
  std::vector<std::string> lines;
  if (!part.shown.id.empty()) lines.push_back(part.shown.id);
  if (!part.shown.contact.empty()) lines.push_back(fmt::format("Questions: {}", part.shown.contact));
  if (!part.shown.footer.empty()) lines.push_back(part.shown.footer);
  return lines;
}

std::string payload_id(const MessagePart& part) {
  std::string id;
  for (const char c : part.shown.id) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    id += is_plain ? c : '-';
  }
  return part.number == 1 ? id : fmt::format("{}-{}", id, part.number);
}

}  // namespace plumbline
