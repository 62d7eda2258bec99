#include "sandbox/server/options.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace plumbline::sandbox {
namespace {

// A Wednesday in a fiscal quarter's first week, when most policies have something to look at.
constexpr std::string_view kStart = "2026-05-06T08:00:00Z";

template <class Number>
Result<Number> number(std::string_view option, std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is no number from {} to {}", option, text, least, most));
  }
  return value;
}

Status take_switch(std::string_view word, ProgramOptions& options) {
  if (word == "--quiet-life") {
    options.sandbox.quiet_life = true;
  } else if (word == "--multi-currency") {
    options.sandbox.currencies = Currencies::kSeveral;
  } else if (word == "--help") {
    options.help = true;
  } else {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("there is no option {}; --help lists those there are", word));
  }
  return {};
}

template <class Number>
Status keep(Result<Number> read, auto& place) {
  if (!read) return fail(read.error());
  place = *read;
  return {};
}

Status take_value(std::string_view option, std::string_view value, ProgramOptions& options) {
  constexpr std::uint16_t kLastPort = 65'535;
  constexpr std::size_t kMostOpportunities = 5'000'000;
  constexpr double kMostSpeed = 1e6;
  if (option == "--port") return keep(number<std::uint16_t>(option, value, 0, kLastPort), options.port);
  if (option == "--seed") {
    return keep(number<std::uint64_t>(option, value, 0, std::numeric_limits<std::uint64_t>::max()),
                options.sandbox.seed);
  }
  if (option == "--opportunities") {
    return keep(number<std::size_t>(option, value, 1, kMostOpportunities), options.sandbox.opportunities);
  }
  if (option == "--speed") return keep(number<double>(option, value, 0, kMostSpeed), options.sandbox.speed);
  if (option == "--tls") {
    options.tls = value;
    return {};
  }
  if (option == "--keys") {
    options.keys = value;
    return {};
  }
  const auto start = parse_instant(value);
  if (!start)
    return fail(ErrorCode::kInvalidInput, fmt::format("--start {} is no moment like {}", value, kStart));
  options.sandbox.start = *start;
  return {};
}

bool takes_value(std::string_view word) {
  return word == "--port" || word == "--seed" || word == "--opportunities" || word == "--speed" ||
         word == "--tls" || word == "--keys" || word == "--start";
}

}  // namespace

std::string_view usage() {
  return R"(plumbline-sandbox: a pretend Salesforce, Clari and export host on loopback, with made-up data

  --port N            the port to listen on; 0 (the default) for any that is free
  --seed S            whose data it is: the same seed makes the same organisation (1)
  --opportunities N   how large the organisation is (1000)
  --start TIME        what its clock shows first (2026-05-06T08:00:00Z)
  --speed X           seconds of its clock that pass in one real second (1); 0: only when told to
  --tls DIR           serve https; DIR/ca.pem is written, for clients to trust
  --keys DIR          where keys and secrets are written, for clients to use (a new folder in /tmp)
  --multi-currency    the organisation has several currencies
  --quiet-life        the simulated team changes nothing by itself

It prints one line of JSON: every address, credential and the control address. It ends on SIGTERM or SIGINT.
)";
}

Result<ProgramOptions> parse_options(std::span<const std::string_view> words) {
  ProgramOptions options;
  options.sandbox.start = *parse_instant(kStart);
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!takes_value(words[at])) {
      if (const Status taken = take_switch(words[at], options); !taken) return fail(taken.error());
      continue;
    }
    if (at + 1 == words.size())
      return fail(ErrorCode::kInvalidInput, fmt::format("{} needs a value", words[at]));
    if (const Status taken = take_value(words[at], words[at + 1], options); !taken)
      return fail(taken.error());
    ++at;
  }
  return options;
}

}  // namespace plumbline::sandbox
