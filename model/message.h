// What is to be said to one person or one room, before a chat service gives it a form. Plain texts
// throughout: each service escapes them its own way, and nobody else does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/verdict.h"
#include "model/violation.h"

namespace plumbline {

// A name and a value, in the order they are to be read: "Close date", "2026-01-29".
struct MessageFact {
  std::string name;
  std::string value;
};

// A button or link. The address is https, or nothing is shown but the text.
struct MessageLink {
  std::string text;
  std::string address;
};

// One record and what is said of it; or one thing to do, without a record.
struct MessageItem {
  std::string title;                   // the record's name
  std::string address{};               // of the record; empty without a link base
  std::string text{};                  // what is wrong, with the values
  std::string remedy{};                // what to do
  std::vector<MessageFact> facts{};    // amount, account, close date
  std::optional<Severity> severity{};  // nothing of what is no violation
  ViolationNumber violation = 0;       // shown as V12, for snoozing it; 0: none
  // A short word instead of a severity: "resolved", "retracted".
  std::string mark{};
};

// Items that belong together, under a heading: a policy, a person, "due today".
struct MessageSection {
  std::string heading{};
  std::string text{};
  std::vector<MessageItem> items{};
};

// Somebody whom the message addresses by name. `id` is the service's own, and empty where it is not surely
// known: then the name is written, and nobody is pinged.
struct MessageMention {
  std::string name;
  std::string id{};
};

struct Message {
  // Stable over retries and repeats; short enough to be read out: "M7QK2". Part of what is shown.
  std::string id;
  // The first line, all that a phone's preview shows: who, what, how much, by when.
  std::string headline;
  std::string lead{};  // one or two sentences below it
  std::vector<MessageMention> mentions{};
  std::vector<MessageSection> sections{};
  std::vector<MessageLink> links{};
  // Of which moment the data is; shown in the reader's own time where the service can.
  std::optional<Instant> data_as_of{};
  std::string contact{};         // whom to answer, and where
  std::string footer{};          // why the reader gets it, how to snooze
  std::string thread{};          // messages of one thread have the same; empty: none
  bool urgent = false;           // worth a second try where it may have come already
  bool possible_repeat = false;  // said in its first line: it may have come before
};

}  // namespace plumbline
