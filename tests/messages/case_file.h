// Cases of planning as text: tests/messages/cases/*.case. What stands is changed by lines, in any order;
// `plan` plans, and says what must come of it; what came is taken as sent. Everybody can write one:
//
//   # What it is about
//   organisation zone=Europe/London repeat=7 items=3 escalate=5 a_day=2 digest=09:00,15:00 quiet=18:00-08:00
//   person ann "Ann Lee" zone=America/New_York manager=mia team=SMB segment=SMB region=EMEA
//   leave=2022-02-01..2022-02-03 person q queue            (or: inactive, unreachable) policy next-step high
//   tell=owner fresh=2 family=next-steps object=Opportunity room floor route policy=next-step severity=high
//   team=SMB tell=owner,manager channel=floor public at-once continue route .. tell=...          (a child of
//   the route before it: one dot less than its depth plus one) data Opportunity 2022-02-01T08:00Z holiday
//   2022-02-21 V1 opened next-step Acme by ann 2022-02-01T10:00Z amount=50000 close=2022-02-03 V1 resolved
//   2022-02-02T10:00Z      (or: retracted, lapsed, unknown, known) W1 waives V1 until 2022-03-01T00:00Z plan
//   2022-02-02T14:30Z
//     digest to ann by direct: V1 V2 and V3; closed V4
//     "Ann, 3 things ..."
//     held for ann: V5: why
//
// Lines that must come are indented: of each message what, to whom and by which channel, most important
// first, `and` those that are counted only; its headline in quotes; then what was not told, with the reason.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace plumbline {

struct CaseFault {
  std::size_t line = 0;
  std::string expected{};
  std::string came{};
};

// The file as it would have to be: with what comes of its plans.
std::string blessed(const std::filesystem::path& file);

// The plans of the file that came out otherwise. Throws std::runtime_error, with the line, for a file that
// is not understood, as does blessed().
std::vector<CaseFault> run_case(const std::filesystem::path& file);

}  // namespace plumbline
