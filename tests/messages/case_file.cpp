#include "tests/messages/case_file.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "base/utf8.h"
#include "messages/hours.h"
#include "tests/messages/message_world.h"

namespace plumbline {
namespace {

using Words = std::vector<std::string>;

// At blanks; "in quotes" is one word.
Words words_of(std::string_view line) {
  Words words;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] == ' ') {
      ++i;
      continue;
    }
    const bool quoted = line[i] == '"';
    const std::size_t end = quoted ? line.find('"', i + 1) : std::min(line.find(' ', i), line.size());
    words.emplace_back(line.substr(quoted ? i + 1 : i, end - (quoted ? i + 1 : i)));
    i = quoted ? end + 1 : end;
  }
  return words;
}

Words at_commas(std::string_view text) {
  Words parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::pair<std::string, std::string> setting(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals == std::string::npos ? std::pair(word, std::string())
                                     : std::pair(word.substr(0, equals), word.substr(equals + 1));
}

std::chrono::minutes time_of(std::string_view text) {
  return std::chrono::hours{std::stoi(std::string(text.substr(0, 2)))} +
         std::chrono::minutes{std::stoi(std::string(text.substr(3, 2)))};
}

class CaseRun {
 public:
  explicit CaseRun(const std::filesystem::path& file) : file_(file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  std::vector<CaseFault> run() {
    for (line_ = 0; line_ < lines_.size(); ++line_) {
      const std::string_view text = trim(lines_[line_]);
      blessed_ += lines_[line_] + "\n";
      if (text.empty() || text.starts_with('#')) continue;
      const Words words = words_of(text);
      try {
        read(words);
      } catch (const std::exception& fault) {
        throw std::runtime_error(fmt::format("{}:{}: {}", file_.string(), line_ + 1, fault.what()));
      }
    }
    return faults_;
  }
  const std::string& blessed() const { return blessed_; }

 private:
  void read(const Words& words) {
    const std::string& what = words[0];
    if (what == "organisation") return read_organisation(words);
    if (what == "person") return read_person(words);
    if (what == "policy") return read_policy(words);
    if (what == "room") {
      world_.options.channels.push_back({.name = words.at(1), .service = "file"});
    } else if (what == "route") {
      read_route(words);
    } else if (what == "data") {
      world_.data_times[words.at(1)] = at(words.at(2));
    } else if (what == "holiday") {
      world_.calendar.holidays.push_back(*parse_day(words.at(1)));
    } else if (what == "plan") {
      read_plan(at(words.at(1)));
    } else if (parse_violation_name(what)) {
      read_violation(words);
    } else if (parse_waiver_name(what)) {
      read_waiver(words);
    } else {
      throw std::runtime_error("not understood: " + what);
    }
  }

  void read_organisation(const Words& words) {
    MessageOptions& options = world_.options;
    for (const std::string& word : std::span(words).subspan(1)) {
      const auto [name, value] = setting(word);
      if (name == "zone") {
        world_.zone = TimeZone::find(value).value();
      } else if (name == "begun") {
        world_.begun_at = at(value);
      } else if (name == "repeat") {
        options.repeat = std::chrono::days{std::stoi(value)};
      } else if (name == "items") {
        options.digest_items = static_cast<std::size_t>(std::stoi(value));
      } else if (name == "escalate") {
        options.escalate_after = std::stoi(value);
      } else if (name == "a_day") {
        options.messages_a_day = static_cast<std::size_t>(std::stoi(value));
      } else if (name == "digest") {
        options.digest_at.clear();
        for (const std::string& one : at_commas(value)) options.digest_at.emplace_back(time_of(one));
      } else if (name == "quiet") {
        options.quiet = {.from = time_of(value), .until = time_of(value.substr(6))};
      } else {
        throw std::runtime_error("an organisation has no " + name);
      }
    }
  }

  void read_person(const Words& words) {
    Person person{.id = words.at(1), .name = words.at(1), .email = words.at(1) + "@example.com"};
    for (const std::string& word : std::span(words).subspan(2)) {
      const auto [name, value] = setting(word);
      if (name == "zone") {
        person.zone = TimeZone::find(value).value();
      } else if (name == "manager") {
        person.manager = value;
      } else if (name == "team") {
        person.team = value;
      } else if (name == "segment") {
        person.segment = value;
      } else if (name == "region") {
        person.region = value;
      } else if (name == "leave") {
        person.leaves.push_back(
            {.from = *parse_day(value.substr(0, 10)), .until = *parse_day(value.substr(12))});
      } else if (name == "inactive") {
        person.is_active = false;
      } else if (name == "unreachable" || name == "queue") {
        person.email.clear();
      } else {
        person.name = word;
      }
    }
    world_.people.add(std::move(person));
  }

  void read_policy(const Words& words) {
    const std::uint32_t number = world_.add_policy(words.at(1));
    PolicyNote& policy = world_.policies[number];
    severities_[policy.policy] = {number, parse_severity(words.at(2)).value()};
    for (const std::string& word : std::span(words).subspan(3)) {
      const auto [name, value] = setting(word);
      if (name == "tell") {
        policy.tell = value;
      } else if (name == "fresh") {
        policy.fresh_within = std::chrono::hours{std::stoi(value)};
      } else if (name == "family") {
        policy.family = value;
      } else if (name == "object") {
        policy.object = value;
      } else {
        policy.title = word;
      }
    }
  }

  void read_route(const Words& words) {
    std::vector<MessageRoute>* routes = &world_.options.routes;
    MessageRoute route;
    for (const std::string& word : std::span(words).subspan(1)) {
      const auto [name, value] = setting(word);
      if (name.find_first_not_of('.') == std::string::npos) {
        for (std::size_t depth = 1; depth < name.size(); ++depth) routes = &routes->back().routes;
      } else if (name == "policy") {
        route.policies = at_commas(value);
      } else if (name == "family") {
        route.families = at_commas(value);
      } else if (name == "severity") {
        for (const std::string& one : at_commas(value))
          route.severities.push_back(parse_severity(one).value());
      } else if (name == "team") {
        route.teams = at_commas(value);
      } else if (name == "segment") {
        route.segments = at_commas(value);
      } else if (name == "region") {
        route.regions = at_commas(value);
      } else if (name == "owner") {
        route.owners = at_commas(value);
      } else if (name == "tell") {
        route.tell = at_commas(value);
      } else if (name == "channel") {
        route.channel = value;
      } else if (name == "public") {
        route.is_public = true;
      } else if (name == "at-once") {
        route.send = SendTime::kAtOnce;
      } else if (name == "repeat") {
        route.repeat = std::chrono::days{std::stoi(value)};
      } else if (name == "escalate") {
        route.escalate_after = std::stoi(value);
      } else if (name == "continue") {
        route.goes_on = true;
      } else {
        throw std::runtime_error("a route has no " + name);
      }
    }
    routes->push_back(std::move(route));
  }

  void read_violation(const Words& words) {
    const ViolationNumber number = *parse_violation_name(words[0]);
    const std::string& what = words.at(1);
    if (what == "opened") {
      const auto& [policy, severity] = severities_.at(words.at(2));
      auto& made = world_.open(number, policy, words.at(3), words.at(5), at(words.at(6)));
      made.facts.severity = severity;
      for (const std::string& word : std::span(words).subspan(7)) {
        const auto [name, value] = setting(word);
        if (name == "amount") made.facts.amount = parse_money(value);
        if (name == "currency") made.currency = value;
        if (name == "close") made.facts.deadline = parse_day(value);
        if (name == "account_owner") made.account_owner = value;
      }
      return;
    }
    StandingViolation& facts = world_.violations.at(number).facts;
    if (what == "unknown" || what == "known") {
      facts.is_unknown = what == "unknown";
      return;
    }
    facts.state = parse_violation_state(what).value();
    facts.closed_at = facts.opened_at = at(words.at(2));
  }

  void read_waiver(const Words& words) {
    const auto& violated = world_.violations.at(*parse_violation_name(words.at(2)));
    world_.waivers.push_back({.number = *parse_waiver_name(words[0]),
                              .kind = words.at(1) == "snoozes" ? WaiverKind::kSnooze : WaiverKind::kWaiver,
                              .pack = "test",
                              .policy = world_.policies[violated.facts.policy].policy,
                              .object = world_.policies[violated.facts.policy].object,
                              .record_key = violated.record,
                              .until = at(words.at(4))});
  }

  void read_plan(Instant now) {
    const std::size_t line = line_ + 1;
    std::string expected;
    while (line_ + 1 < lines_.size() && lines_[line_ + 1].starts_with("  ")) {
      expected += fmt::format("{}\n", trim(lines_[++line_]));
    }
    const MessagePlan plan = world_.plan(now);
    const std::string came = told_in(plan);
    if (came != expected) faults_.push_back({.line = line, .expected = expected, .came = came});
    for (std::size_t begin = 0; begin < came.size();) {
      const std::size_t end = came.find('\n', begin);
      blessed_ += fmt::format("  {}\n", came.substr(begin, end - begin));
      begin = end + 1;
    }
    world_.remember(plan, now);
  }

  static std::string without_kind(std::string_view key) { return std::string(key.substr(key.find(':') + 1)); }

  static std::string names(std::span<const ViolationNumber> numbers) {
    std::string text;
    for (const ViolationNumber number : numbers) text += (text.empty() ? "" : " ") + violation_name(number);
    return text;
  }

  static std::string told_in(const MessagePlan& plan) {
    std::string text;
    for (const PlannedMessage& message : plan.messages) {
      const auto told = std::span(message.told);
      text += fmt::format("{} to {} by {}: {}", to_string(message.kind), without_kind(message.recipient),
                          message.channel, names(told.first(message.shown)));
      if (message.shown < told.size()) text += " and " + names(told.subspan(message.shown));
      if (!message.closed.empty()) text += "; closed " + names(message.closed);
      text += message.is_late ? " (late)\n" : "\n";
      text += fmt::format("\"{}\"\n", message.message.headline);
    }
    for (const Decision& decision : plan.decisions) {
      if (decision.outcome == Outcome::kTold || decision.outcome == Outcome::kFolded) continue;
      text += fmt::format("{} for {}: {}: {}\n", to_string(decision.outcome),
                          decision.recipient.empty() ? "nobody" : without_kind(decision.recipient),
                          names(decision.violations), decision.reason);
    }
    return text;
  }

  std::filesystem::path file_;
  std::vector<std::string> lines_;
  std::size_t line_ = 0;
  MessageWorld world_;
  std::map<std::string, std::pair<std::uint32_t, Severity>> severities_;
  std::vector<CaseFault> faults_;
  std::string blessed_;
};

}  // namespace

std::vector<CaseFault> run_case(const std::filesystem::path& file) { return CaseRun(file).run(); }

std::string blessed(const std::filesystem::path& file) {
  CaseRun run(file);
  run.run();
  return run.blessed();
}

}  // namespace plumbline
