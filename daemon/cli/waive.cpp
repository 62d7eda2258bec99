#include "daemon/cli/waive.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/waiver_words.h"
#include "daemon/cli/wrap.h"
#include "ledger/violation_store.h"
#include "ledger/waiver_store.h"
#include "records/record_id.h"
#include "violations/waivers.h"

namespace plumbline {
namespace {

constexpr std::size_t kMostNamed = 5;

// Turns names into what violations are kept under. Faults are collected; the first Error of the ledger ends
// it.
class WishReader {
 public:
  WishReader(Ledger& ledger, const WaiverWish& wish, Instant now, std::vector<std::string> faults)
      : ledger_(ledger), wish_(wish), faults_(std::move(faults)) {
    waiver_.kind = wish.kind;
    waiver_.reason = trim(wish.reason);
    waiver_.author = trim(wish.author);
    waiver_.made_at = now;
  }

  Status read() {
    if (Status scope = wish_.violation.empty() ? read_scope() : read_violation(); !scope) return scope;
    if (Status until = read_until(); !until) return until;
    if (faults_.empty()) faults_ = waiver_faults(waiver_);
    return {};
  }
  const Waiver& waiver() const { return waiver_; }
  const std::vector<std::string>& faults() const { return faults_; }
  std::uint64_t covered() const { return covered_; }

  Status count_covered() {
    return scan_violations(ledger_, {}, [&](const ViolationFacts& facts) {
      if (covers(waiver_, facts)) ++covered_;
    });
  }

 private:
  Status read_violation() {
    const std::optional<ViolationNumber> number = parse_violation_name(wish_.violation);
    if (!number) {
      faults_.push_back(
          fmt::format("{} is no violation; write V12, as violations list shows them", wish_.violation));
      return {};
    }
    const Result<std::vector<ViolationFacts>> found = read_violation_facts(ledger_, {&*number, 1});
    if (!found) return fail(found.error());
    const ViolationFacts& facts = found->front();
    if (facts.state != ViolationState::kOpen) {
      faults_.push_back(
          fmt::format("{} is {}; there is nothing to waive", wish_.violation, to_string(facts.state)));
    }
    waiver_.pack = facts.pack;
    waiver_.policy = facts.policy;
    waiver_.object = facts.object;
    waiver_.record_key = facts.record_key;
    return {};
  }

  Status read_scope() {
    for (const auto& step : {&WishReader::read_record, &WishReader::read_owner, &WishReader::read_policy}) {
      if (Status done = (this->*step)(); !done) return done;
    }
    return {};
  }

  // A record, owner or policy that no violation was ever of is most likely mistyped.
  Status read_record() {
    if (wish_.record.empty()) return {};
    std::set<std::pair<std::string, std::string>> found;
    const Status scanned = scan_violations(
        ledger_, {.states = ViolationFilter::States::kAll, .object = wish_.object, .record = wish_.record},
        [&](const ViolationFacts& facts) { found.emplace(facts.object, facts.record_key); });
    if (!scanned) return scanned;
    if (found.size() == 1) {
      std::tie(waiver_.object, waiver_.record_key) = *found.begin();
    } else if (found.empty()) {
      faults_.push_back(
          fmt::format("no violation is known of a record {}; give its id, or its name as "
                      "violations list --state all shows it",
                      wish_.record));
    } else {
      std::vector<std::string> names;
      for (const auto& [object, key] : found) names.push_back(object + " " + key);
      names.resize(std::min(names.size(), kMostNamed));
      faults_.push_back(fmt::format("{} records are called {}; give the id of one: {}", found.size(),
                                    wish_.record, fmt::join(names, ", ")));
    }
    return {};
  }

  Status read_owner() {
    if (wish_.owner.empty()) return {};
    std::set<std::string> found;
    const std::string folded = fold_case(wish_.owner);
    const Status scanned =
        scan_violations(ledger_, {.states = ViolationFilter::States::kAll, .owner = wish_.owner},
                        [&](const ViolationFacts& facts) {
                          if (same_id(facts.owner, wish_.owner) || fold_case(facts.owner_name) == folded)
                            found.emplace(id_key(facts.owner));
                        });
    if (!scanned) return scanned;
    if (found.size() == 1) {
      waiver_.owner = *found.begin();
    } else if (found.empty()) {
      faults_.push_back(
          fmt::format("no violation is known of an owner {}; give the id, or the name as "
                      "violations list --state all shows it",
                      wish_.owner));
    } else {
      faults_.push_back(fmt::format("{} owners are called {}; give the id of one: {}", found.size(),
                                    wish_.owner, fmt::join(found, ", ")));
    }
    return {};
  }

  Status read_policy() {
    if (wish_.policy.empty()) return {};
    std::set<std::pair<std::string, std::string>> known;
    const Status scanned =
        scan_violations(ledger_, {.states = ViolationFilter::States::kAll}, [&](const ViolationFacts& facts) {
          if (last_ != facts.policy) known.emplace(facts.pack, facts.policy);
          last_ = facts.policy;
        });
    if (!scanned) return scanned;
    std::vector<std::string> names;
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [pack, policy] : known) {
      names.push_back(pack + "/" + policy);
      names.push_back(policy);
      if (wish_.policy == policy || wish_.policy == names[names.size() - 2]) found.emplace_back(pack, policy);
    }
    if (found.size() == 1) {
      std::tie(waiver_.pack, waiver_.policy) = found.front();
    } else if (found.empty()) {
      faults_.push_back(fmt::format("no violation is known of a policy {}{}", wish_.policy,
                                    did_you_mean(wish_.policy, names)));
    } else {
      faults_.push_back(
          fmt::format("policy {} is in several packs; write pack/{}", wish_.policy, wish_.policy));
    }
    return {};
  }

  // A day is meant with all of it.
  static std::optional<Instant> end_in(std::string_view text) {
    if (const std::optional<Day> day = parse_day(trim(text))) return end_of_day(*day);
    return parse_instant(trim(text));
  }

  Status read_until() {
    if (wish_.until.empty()) {
      faults_.emplace_back(
          wish_.kind == WaiverKind::kSnooze
              ? "until when? Say --until 2024-06-30"
              : "until when? Say --until 2024-06-30, or --until FIELD for a change of a field");
      return {};
    }
    if (const std::optional<Instant> end = end_in(wish_.until)) {
      waiver_.until = *end;
      if (!wish_.cap.empty())
        faults_.emplace_back("--cap goes with --until FIELD; --until names a day already");
      return {};
    }
    if (wish_.kind == WaiverKind::kSnooze) {
      faults_.push_back(fmt::format("--until {} is no day; write 2024-06-30", wish_.until));
      return {};
    }
    return read_field();
  }

  Status read_field() {
    waiver_.until = longest_end(waiver_.kind, waiver_.made_at);
    if (!wish_.cap.empty()) {
      const std::optional<Instant> cap = end_in(wish_.cap);
      if (!cap) faults_.push_back(fmt::format("--cap {} is no day; write 2024-06-30", wish_.cap));
      waiver_.until = cap.value_or(waiver_.until);
    }
    waiver_.until_field = trim(wish_.until);
    if (waiver_.object.empty()) return {};  // told by waiver_faults
    const Result<std::vector<std::string>> fields = field_names_in(ledger_, waiver_.object);
    if (!fields) return fail(fields.error());
    const auto field = std::ranges::find_if(
        *fields, [&](const std::string& name) { return same_name(name, waiver_.until_field); });
    if (field != fields->end()) {
      waiver_.until_field = *field;
    } else {
      faults_.push_back(fmt::format("--until {} is neither a day (2024-06-30) nor a field of {}{}",
                                    wish_.until, waiver_.object, did_you_mean(wish_.until, *fields)));
    }
    return {};
  }

  Ledger& ledger_;
  const WaiverWish& wish_;
  Waiver waiver_;
  std::vector<std::string> faults_;
  std::string last_;
  std::uint64_t covered_ = 0;
};

std::string told(const Waiver& waiver, std::uint64_t covered) {
  std::string text = fmt::format("{} {} {}, through {}", waiver_name(waiver.number),
                                 waiver.kind == WaiverKind::kSnooze ? "snoozes" : "waives", scope_of(waiver),
                                 last_day_of(waiver));
  if (!waiver.until_field.empty())
    text += fmt::format(" at the latest, or until {} changes", waiver.until_field);
  return text + fmt::format(": {}.\n", counted(covered, "open violation", "open violations"));
}

Result<WaiverNumber> write(Ledger& ledger, const Waiver& waiver) {
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, waiver.made_at);
  if (!transaction) return fail(transaction.error());
  const Result<WaiverNumber> number = add_waiver(ledger, *transaction, waiver);
  if (!number) return number;
  const Result<std::string> committed = transaction->commit();
  if (!committed) return fail(committed.error());
  return number;
}

}  // namespace

std::string login_name() {
  const struct passwd* const user = ::getpwuid(::getuid());
  return user == nullptr || user->pw_name == nullptr ? std::string() : std::string(user->pw_name);
}

int make_waiver(std::string_view command, Ledger& ledger, const WaiverWish& wish,
                std::vector<std::string> faults, Streams& streams) {
  WaiverWish whole = wish;
  if (whole.author.empty()) whole.author = login_name();
  WishReader reader(ledger, whole, streams.clock.now(), std::move(faults));
  if (const Status read = reader.read(); !read) return tell_ledger_error(streams, read.error());
  if (!reader.faults().empty()) return refuse(streams, command, reader.faults());
  if (const Status counted = reader.count_covered(); !counted)
    return tell_ledger_error(streams, counted.error());
  Waiver waiver = reader.waiver();
  const Result<WaiverNumber> number = write(ledger, waiver);
  if (!number) return tell_ledger_error(streams, number.error());
  waiver.number = *number;
  streams.out.write(told(waiver, reader.covered()));
  if (wish.author.empty()) {
    streams.out.write(
        fmt::format("It is in the log as decided by {}, your login name; --author names "
                    "somebody else.\n",
                    printable(waiver.author)));
  }
  return kExitDone;
}

}  // namespace plumbline
