#include "tests/ledger/crash_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "daemon/cli/commands.h"
#include "ledger/ledger.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr Instant kFirstDay{std::chrono::seconds{1'717'243'200}};  // 2024-06-01T12:00:00Z
constexpr int kUsers = 5;
constexpr int kAccounts = 20;
constexpr int kOpportunities = 60;

// What the next step depends on.
struct Standing {
  Instant now = kFirstDay;
  std::int64_t syncs = 0;
  std::int64_t open_violation = 0;  // number of one that is open; 0: there is none
  std::int64_t waiver = 0;          // likewise of a waiver in force
};

Result<std::int64_t> ask(Ledger& ledger, std::string_view question) {
  Result<std::unique_ptr<Statement>> statement = ledger.database().prepare(question);
  if (!statement) return fail(statement.error());
  const Result<bool> row = (*statement)->step();
  if (!row) return fail(row.error());
  const std::int64_t answer = *row ? (*statement)->integer(0) : 0;
  (*statement)->reset();
  return answer;
}

Result<Standing> standing_of(const std::string& path) {
  Standing standing;
  Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kWrite});
  if (!ledger) return fail(ledger.error());
  const Result<Instant> last = ledger->last_at();
  if (!last) return fail(last.error());
  standing.now = std::max(kFirstDay, *last) + std::chrono::hours{1};
  const std::array questions = {
      std::pair("SELECT count(*) FROM sync", &standing.syncs),
      std::pair("SELECT number FROM violation WHERE state = 'open' ORDER BY number * 7 % 11 LIMIT 1",
                &standing.open_violation),
      std::pair("SELECT coalesce(max(number), 0) FROM waiver WHERE ended_at IS NULL", &standing.waiver)};
  for (const auto& [question, answer] : questions) {
    const Result<std::int64_t> told = ask(*ledger, question);
    if (!told) return fail(told.error());
    *answer = *told;
  }
  return standing;
}

std::string day_text(Instant now, int days) {
  return format_instant(now + std::chrono::days{days}).substr(0, std::string_view("2024-06-01").size());
}

std::string opportunity_row(int number, Instant now, std::minstd_rand& chance) {
  constexpr std::array<std::string_view, 4> kStages = {"Discovery", "Proposal", "Negotiating", "Closed Lost"};
  constexpr std::array<std::string_view, 4> kNextSteps = {"", "call on 6/10", "send the offer",
                                                          "2024-06-12 AB: demo"};
  const auto stage = chance() % kStages.size();
  return fmt::format("006{:012},Deal {},001{:012},005{:012},{},{},{},{},{},{},{},false\n", number, number,
                     number % kAccounts, number % kUsers, kStages.at(stage), 100 * (1 + chance() % 50),
                     day_text(now, static_cast<int>(chance() % 60) - 30),
                     kNextSteps.at(chance() % kNextSteps.size()), day_text(now, -90) + "T09:00:00Z",
                     day_text(now, 0) + "T08:00:00Z", stage == 3 ? "true" : "false");
}

// The exports of one day; every opportunity may have changed since the day before.
std::string write_exports(const std::string& path, const Standing& standing) {
  const fs::path folder = fmt::format("{}.exports", path);
  fs::create_directories(folder);
  std::ofstream users(folder / "User.csv");
  users << "Id,Name,Email,IsActive,TimeZoneSidKey\n";
  for (int user = 0; user < kUsers; ++user) {
    users << fmt::format("005{:012},Person {},p{}@example.test,{},Europe/Berlin\n", user, user, user,
                         user != standing.syncs % kUsers);
  }
  std::ofstream accounts(folder / "Account.csv");
  accounts << "Id,Name,OwnerId,CreatedDate\n";
  for (int account = 0; account < kAccounts; ++account) {
    accounts << fmt::format("001{:012},Account {},005{:012},2024-01-01T00:00:00Z\n", account, account,
                            account % kUsers);
  }
  std::ofstream opportunities(folder / "Opportunity.csv");
  opportunities
      << "Id,Name,AccountId,OwnerId,StageName,Amount,CloseDate,NextStep,CreatedDate,LastModifiedDate,"
         "IsClosed,IsDeleted\n";
  std::minstd_rand chance(static_cast<std::uint32_t>(standing.syncs) + 1);
  for (int number = 0; number < kOpportunities; ++number) {
    opportunities << opportunity_row(number, standing.now, chance);
  }
  return folder.string();
}

Status run_command(const std::vector<std::string>& words, Instant now) {
  StringOutput out;
  StringOutput err;
  std::istringstream in;
  const FixedClock clock(now);
  Streams streams{.out = out, .err = err, .in = in, .clock = clock};
  const int status = run_command_line(words, streams);
  if (status == 0) return {};
  return fail(ErrorCode::kUnavailable, fmt::format("{} ended with {}: {}", words[0], status, err.text()));
}

const CommandSpec* find_command(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &CommandSpec::name);
  return found == commands().end() ? nullptr : &*found;
}

// A commit of its own: where ingest judges as well, it is told not to.
Status ingest(const std::string& path, const Standing& standing) {
  std::vector<std::string> words = {"ingest", write_exports(path, standing), "--ledger", path};
  const std::string_view alone = "--no-judge";
  const auto& options = find_command("ingest")->options;
  if (std::ranges::find(options, alone, &OptionSpec::name) != options.end()) words.emplace_back(alone);
  return run_command(words, standing.now);
}

Status judge(const std::string& path, const Standing& standing) {
  return run_command({"judge", "--ledger", path, "--threads", "1"}, standing.now);
}

Status waive(const std::string& path, const Standing& standing) {
  if (standing.open_violation == 0) return judge(path, standing);
  return run_command(
      {"violations", "waive", fmt::format("V{}", standing.open_violation), "--ledger", path, "--reason",
       "agreed with the customer", "--author", "Sales Operations", "--until", day_text(standing.now, 9)},
      standing.now);
}

Status unwaive(const std::string& path, const Standing& standing) {
  if (standing.waiver == 0) return waive(path, standing);
  return run_command({"violations", "unwaive", fmt::format("W{}", standing.waiver), "--ledger", path,
                      "--reason", "no longer so", "--author", "Sales Operations"},
                     standing.now);
}

Status begin(const std::string& path) { return ingest(path, Standing{}); }

// A life that ended while it began left nothing to judge.
template <Status (*kAct)(const std::string&, const Standing&)>
Status step(const std::string& path) {
  const Result<Standing> standing = standing_of(path);
  if (!standing) return fail(standing.error());
  return standing->syncs == 0 ? ingest(path, *standing) : kAct(path, *standing);
}

}  // namespace

CrashLife commands_life() {
  return {{.name = "begin", .run = begin},
          {.name = "judge", .run = step<judge>},
          {.name = "waive", .run = step<waive>},
          {.name = "ingest", .run = step<ingest>},
          {.name = "judge again", .run = step<judge>},
          {.name = "unwaive", .run = step<unwaive>}};
}

bool has_ledger_commands() {
  return find_command("ingest") != nullptr && find_command("judge") != nullptr &&
         find_command("violations waive") != nullptr;
}

}  // namespace plumbline
