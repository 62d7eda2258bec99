// Making a waiver of what a command line says: what `violations waive` and `violations snooze` share.
#pragma once

#include <string>
#include <vector>

#include "daemon/cli/command.h"
#include "daemon/cli/judging.h"
#include "ledger/ledger.h"
#include "model/waiver.h"

namespace plumbline {

// As the command line has it.
struct WaiverWish {
  WaiverKind kind = WaiverKind::kWaiver;
  std::string violation{};  // V12; empty where the scope is told by the four below
  std::string record{};
  std::string object{};
  std::string owner{};
  std::string policy{};
  std::string reason{};
  std::string until{};   // a day, a moment, or a field
  std::string cap{};     // a day or a moment
  std::string author{};  // empty: the login name
};

// Looks up what is named, writes the waiver with its entry, and tells it on standard output. Returns the exit
// status; faults are told, those in `faults` first.
int make_waiver(std::string_view command, Ledger& ledger, const WaiverWish& wish,
                std::vector<std::string> faults, Streams& streams);

// Whose login this is; empty where the system does not say.
std::string login_name();

}  // namespace plumbline
