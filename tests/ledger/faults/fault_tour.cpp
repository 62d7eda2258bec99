#include "tests/ledger/faults/fault_tour.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "tests/ledger/faults/ledger_check.h"

namespace plumbline {
namespace {

struct Trouble {
  std::string_view what;
  FaultKind kind;
  bool stays;
  Unsynced unsynced;  // counts where power is lost
};

constexpr auto kTroubles = std::to_array<Trouble>({
    {"the disk is full", FaultKind::kFull, true, Unsynced::kKept},
    {"the disk is full for a moment", FaultKind::kFull, false, Unsynced::kKept},
    {"half is written, then the disk is full", FaultKind::kShortWrite, true, Unsynced::kKept},
    {"the disk fails", FaultKind::kIoError, true, Unsynced::kKept},
    {"the disk fails for a moment", FaultKind::kIoError, false, Unsynced::kKept},
    {"the program is killed", FaultKind::kPowerLoss, true, Unsynced::kKept},
    {"power is lost, and all that was not synced", FaultKind::kPowerLoss, true, Unsynced::kLost},
    {"power is lost, and chance decides", FaultKind::kPowerLoss, true, Unsynced::kTorn},
});

class Tour {
 public:
  explicit Tour(const TourOptions& options) : options_(options), vfs_(MemoryVfs::Use::kByAll) {}

  TourReport take() {
    for (const TourStep& step : options_.steps) {
      if (!go_straight(step)) return std::move(report_);
      for (const Trouble& trouble : kTroubles) {
        for (std::int64_t at = 1; step.is_broken && at <= changes_; at += options_.stride) {
          if (report_.wrong.size() >= kMostWrong) return std::move(report_);
          where_ = fmt::format("{}, {} at change {} of {}", step.name, trouble.what, at, changes_);
          break_once(step, trouble, at);
        }
      }
      vfs_.put_back(after_disk_);
      before_ = after_;
    }
    return std::move(report_);
  }

 private:
  void complain(std::string_view what) { report_.wrong.push_back(fmt::format("{}: {}", where_, what)); }

  CheckedLedger look() {
    // SQLite would call a file that is not there one that cannot be opened.
    if (vfs_.disk().find(options_.path) == kNoFile) return {};
    Result<CheckedLedger> state = look_at_ledger(options_.path);
    if (!state) {
      complain("the ledger cannot be read: " + state.error().to_string());
      return {};
    }
    for (const std::string& fault : state->faults) complain(fault);
    return std::move(*state);
  }

  // Without a fault: what the step comes to.
  bool go_straight(const TourStep& step) {
    where_ = step.name;
    before_disk_ = vfs_.copy();
    const std::int64_t syncs = vfs_.disk().syncs();
    const Status done = step.run(options_.path);
    if (!done) complain("does not work at all: " + done.error().to_string());
    changes_ = vfs_.disk().calls() - before_disk_.calls();
    report_.changes += changes_;
    report_.syncs += vfs_.disk().syncs() - syncs;
    after_disk_ = vfs_.copy();
    after_ = look();
    return report_.wrong.empty();
  }

  void break_once(const TourStep& step, const Trouble& trouble, std::int64_t at) {
    vfs_.put_back(before_disk_);
    vfs_.disk().break_at({.at = at, .kind = trouble.kind, .stays = trouble.stays});
    const Status told = step.run(options_.path);
    if (!vfs_.disk().has_failed()) complain("the step does not come as far");
    if (vfs_.open_files() != 0) complain("a file was left open");
    ++report_.faults;
    vfs_.disk().repair();
    const bool crashed = trouble.kind == FaultKind::kPowerLoss;
    if (crashed) vfs_.disk().power_up(trouble.unsynced, static_cast<std::uint32_t>(at));
    const CheckedLedger now = look();
    judge(told, crashed, now);
    if (now.digest != after_.digest) try_again(step);
  }

  void judge(const Status& told, bool crashed, const CheckedLedger& now) {
    const bool is_done = now.digest == after_.digest;
    if (told) {
      ++report_.done;
      if (!is_done) complain("the step said that it was done, and it is not");
      return;
    }
    if (told.error().message.empty()) complain("the step failed without a word");
    if (!is_done) {
      ++report_.refused;
      if (is_halfway(now)) complain("half a step is in the ledger");
    } else if (crashed || told.error().message.contains("may have been kept or not")) {
      ++report_.undecided;
    } else {
      complain("the step said that it failed, and it is done: " + told.error().to_string());
    }
  }

  // A file may be made and not yet have all its tables, as long as nothing is in the log.
  bool is_halfway(const CheckedLedger& now) const {
    if (before_.digest.empty()) return now.entries != 0;
    return now.digest != before_.digest || now.entries != before_.entries;
  }

  void try_again(const TourStep& step) {
    if (const Status done = step.run(options_.path); !done) {
      complain("cannot be done again: " + done.error().to_string());
      return;
    }
    const CheckedLedger then = look();
    if (then.digest != after_.digest) complain("done again, it comes to something else");
    if (then.entries != after_.entries) {
      complain(fmt::format("{} entries instead of {}", then.entries, after_.entries));
    }
  }

  const TourOptions& options_;
  MemoryVfs vfs_;
  TourReport report_;
  std::string where_;
  MemoryDisk before_disk_;
  MemoryDisk after_disk_;
  CheckedLedger before_;
  CheckedLedger after_;
  std::int64_t changes_ = 0;
};

}  // namespace

TourReport take_tour(const TourOptions& options) { return Tour(options).take(); }

}  // namespace plumbline
