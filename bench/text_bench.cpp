// How fast texts of people are judged: does a Next Step hold a date, is it a log; and the primitives all text
// functions stand on.
//
// Dates and logs run beside RE2, round by round in the same loop. The patterns are as near to the definition
// as a regular expression gets: they know every form of date, what may touch it, separators and what may
// stand before an entry's date. They do not know URLs, shares (4/23 of), versions, minutes before a day, and
// `may` as a verb, for which RE2 would have to look ahead or behind; `agree` is the share of texts on which
// both say the same. `re2_guarded` asks RE2 only about texts with a digit.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "policies/functions/text_dates.h"
#include "policies/functions/text_words.h"

namespace {

using namespace plumbline;

constexpr std::size_t kTexts = 4096;
constexpr std::size_t kLogBytes = 2048;

class Dice {
 public:
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33) % bound;
  }
  bool in_hundred(std::uint64_t share) { return below(100) < share; }
  template <std::size_t kSize>
  std::string_view one_of(const std::array<std::string_view, kSize>& items) {
    return items[below(kSize)];
  }

 private:
  std::uint64_t state_ = 20240131;
};

constexpr auto kWords = std::to_array<std::string_view>(
    {"send",    "the",  "quote",  "to",       "Maria",     "legal",   "review", "of",     "contract",
     "waiting", "for",  "budget", "approval", "call",      "with",    "CTO.",   "next",   "step:",
     "demo",    "and",  "POC",    "kick-off", "security,", "then",    "follow", "up",     "decision",
     "may",     "slip", "per",    "Bob",      "champion",  "pricing", "TBD",    "renewal"});
constexpr auto kForeign = std::to_array<std::string_view>(
    {"Übergabe", "prüfen", "Zoë", "réunion", "señor", "–", "…", "“yes”", "電話", "Größe", "café"});
constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "February", "Mar", "April", "May", "Jun", "July", "Aug", "Sept", "Oct", "November", "Dec"});

std::string date(Dice& dice) {
  const auto month = 1 + dice.below(12);
  const auto day = 1 + dice.below(28);
  switch (dice.below(6)) {
    case 0:
      return fmt::format("{}/{}/22", month, day);
    case 1:
      return fmt::format("2022-{:02}-{:02}", month, day);
    case 2:
      return fmt::format("{} {}", dice.one_of(kMonths), day);
    case 3:
      return fmt::format("{}th of {}", 4 + dice.below(16), dice.one_of(kMonths));
    default:
      return fmt::format("{}/{}", month, day);
  }
}

// Digits that are no date.
std::string number(Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      return fmt::format("{} seats", 1 + dice.below(900));
    case 1:
      return fmt::format("${}k", 1 + dice.below(900));
    case 2:
      return fmt::format("Q{} FY23", 1 + dice.below(4));
    case 3:
      return fmt::format("at {}:30", 1 + dice.below(11));
    case 4:
      return fmt::format("v{}.{}", 1 + dice.below(14), dice.below(10));
    default:
      return fmt::format("in {} weeks", 2 + dice.below(8));
  }
}

std::string words(Dice& dice, std::size_t bytes, std::uint64_t foreign_share) {
  std::string text;
  while (text.size() < bytes) {
    if (!text.empty()) text += ' ';
    text += dice.in_hundred(foreign_share) ? dice.one_of(kForeign) : dice.one_of(kWords);
  }
  return text;
}

std::string next_step(Dice& dice, std::uint64_t share_with_digits) {
  const std::uint64_t foreign_share = dice.in_hundred(15) ? 10 : 0;
  const std::size_t bytes = 20 + dice.below(180);
  if (!dice.in_hundred(share_with_digits)) return words(dice, bytes, foreign_share);
  std::string text = words(dice, bytes / 2, foreign_share) + ' ';
  if (dice.in_hundred(10)) text += "see https://drive.example.com/d/1a2b3c4d/2022/4/23 ";
  text += dice.in_hundred(40) ? date(dice) : number(dice);
  return text + ' ' + words(dice, bytes / 2, foreign_share);
}

std::string log_text(Dice& dice) {
  std::string text;
  while (text.size() < kLogBytes) {
    text += fmt::format("{}/{} JD: {}\n", 1 + dice.below(12), 1 + dice.below(28),
                        words(dice, 40 + dice.below(100), 1));
  }
  return text;
}

using Texts = std::vector<std::string>;

Texts without_digits() {
  Dice dice;
  Texts texts;
  for (std::size_t i = 0; i < kTexts; ++i) texts.push_back(next_step(dice, 0));
  return texts;
}

Texts with_digits() {
  Dice dice;
  Texts texts;
  for (std::size_t i = 0; i < kTexts; ++i) texts.push_back(next_step(dice, 100));
  return texts;
}

// What opportunities hold: most without a digit, one in fifty a long log.
Texts next_steps() {
  Dice dice;
  Texts texts;
  for (std::size_t i = 0; i < kTexts; ++i)
    texts.push_back(dice.in_hundred(2) ? log_text(dice) : next_step(dice, 30));
  return texts;
}

std::size_t bytes_of(const Texts& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes;
}

// --- the rival

constexpr std::string_view kDay = "(?:0?[1-9]|[12][0-9]|3[01])";
constexpr std::string_view kMonth = "(?:0?[1-9]|1[0-2])";
constexpr std::string_view kName =
    "(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

// Any date, without what stands around it.
std::string date_form() {
  const std::string pair = fmt::format("(?:{0}/{1}|{1}/{0})", kMonth, kDay);
  const std::string with_year = fmt::format(
      "(?:{0}/{1}|{1}/{0}|{0}-{1}|{1}-{0}|{0}\\.{1}|{1}\\.{0})[/.-][0-9]{{2}}(?:[0-9]{{2}})?", kMonth, kDay);
  const std::string year_first = fmt::format("[0-9]{{4}}[/.-]{}[/.-]{}(?:T[0-9][0-9:.+Z-]*)?", kMonth, kDay);
  const std::string ordinal = fmt::format("{}(?i:st|nd|rd|th)?", kDay);
  const std::string month_first = fmt::format("{}(?:[-/]|\\.?\\s*){}", kName, ordinal);
  const std::string day_first =
      fmt::format("{0}(?:-{0})?(?:[-/]|\\.?\\s*|\\s+(?i:of)\\s+){1}", ordinal, kName);
  const std::string the_day = fmt::format("(?i:the)\\s*{}(?i:st|nd|rd|th)", kDay);
  return fmt::format("(?:{}|{}|{}|{}|{}|{})", with_year, year_first, pair, month_first, day_first, the_day);
}

constexpr std::string_view kTouching = R"(\p{L}\p{Nd}_$€£#)";

std::string date_pattern() {
  return fmt::format(
      R"((?:^|[^{0}./,-]|(?:^|[^{0}])[./,-]){1}(?:$|[^{0}./,-]|[./,-](?:$|[^\p{{L}}\p{{Nd}}])))", kTouching,
      date_form());
}

std::string log_pattern() {
  const std::string entry =
      fmt::format(R"((?:\s*(?:[-*•\[(]|[A-Z]\.?[A-Z]\.?(?:[A-Z]\.?)?[:,)\]]*|)"
                  R"((?i:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)(?i:day)?[:,)\]]*))*\s*{}\b)",
                  date_form());
  return fmt::format(R"((?s:(?:^|[;|\n\r]|\s[-–—]\s){0}.*(?:[;|\n\r]|\s[-–—]\s){0}))", entry);
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
}

template <class Judge>
double seconds_for(const Texts& texts, const Judge& judge) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& text : texts) benchmark::DoNotOptimize(judge(text));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void compare(benchmark::State& state, const Texts& texts, bool (*judge)(std::string_view),
             const std::string& pattern) {
  const RE2 rival(pattern);
  if (!rival.ok()) return state.SkipWithError(rival.error().c_str());
  const auto found = [&](const std::string& text) { return RE2::PartialMatch(text, rival); };
  const auto guarded = [&](const std::string& text) { return has_digit(text) && found(text); };
  double own = 0;
  double re2 = 0;
  double re2_guarded = 0;
  for ([[maybe_unused]] const auto round : state) {
    const double seconds = seconds_for(texts, judge);
    own += seconds;
    re2 += seconds_for(texts, found);
    re2_guarded += seconds_for(texts, guarded);
    state.SetIterationTime(seconds);
  }
  const auto agreed =
      std::ranges::count_if(texts, [&](const std::string& text) { return judge(text) == found(text); });
  const double bytes = static_cast<double>(bytes_of(texts)) * static_cast<double>(state.iterations());
  state.counters["MB/s"] = bytes / own / 1e6;
  state.counters["re2_MB/s"] = bytes / re2 / 1e6;
  state.counters["times_re2"] = re2 / own;
  state.counters["times_re2_guarded"] = re2_guarded / own;
  state.counters["agree"] = static_cast<double>(agreed) / static_cast<double>(texts.size());
}

// --- the primitives

template <class Do>
void measure(benchmark::State& state, const Texts& texts, const Do& act) {
  for ([[maybe_unused]] const auto round : state) {
    for (const std::string& text : texts) benchmark::DoNotOptimize(act(text));
  }
  state.counters["a_text"] =
      benchmark::Counter(static_cast<double>(texts.size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes_of(texts)));
}

// The same in another case, so that a comparison has to read all of it.
Texts in_capitals(Texts texts) {
  for (std::string& text : texts) text = upper(text);
  return texts;
}

Texts picklist_values() {
  constexpr auto kValues =
      std::to_array<std::string_view>({"Closed Won", "Closed Lost", "Prospecting", "1-Discovery",
                                       "Negotiate/Review", "Qualification", "New - First Order"});
  Dice dice;
  Texts texts;
  for (std::size_t i = 0; i < kTexts; ++i) texts.emplace_back(dice.one_of(kValues));
  return texts;
}

struct Corpus {
  std::string_view name;
  Texts (*make)();
};

void add_comparisons() {
  const std::string dates = date_pattern();
  const std::string logs = log_pattern();
  constexpr std::array kCorpora = {Corpus{"without_digits", without_digits},
                                   Corpus{"with_digits", with_digits}, Corpus{"next_steps", next_steps}};
  const auto add = [](std::string_view function, const Corpus& corpus, auto judge, const std::string& rival) {
    benchmark::RegisterBenchmark(
        fmt::format("{}/{}", function, corpus.name).c_str(),
        [=](benchmark::State& state) { compare(state, corpus.make(), judge, rival); })
        ->UseManualTime();
  };
  for (const Corpus& corpus : kCorpora) {
    add("contains_date", corpus, contains_date, dates);
    add("contains_log", corpus, contains_log, logs);
  }
}

template <class Do>
void add_primitive(std::string_view name, const Do& act) {
  constexpr std::array kCorpora = {Corpus{"ascii", without_digits}, Corpus{"mixed", next_steps},
                                   Corpus{"picklist", picklist_values}};
  for (const Corpus& corpus : kCorpora) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}", name, corpus.name).c_str(),
                                 [=](benchmark::State& state) { measure(state, corpus.make(), act); });
  }
}

void add_primitives() {
  add_primitive("is_valid_utf8", [](std::string_view text) { return is_valid_utf8(text); });
  add_primitive("trim", [](std::string_view text) { return trim(text); });
  add_primitive("word_count", [](std::string_view text) { return word_count(text); });
  add_primitive("normalized", [](std::string_view text) { return normalized(text); });
  add_primitive("lower", [](std::string_view text) { return lower(text); });
  add_primitive("fold_case", [](std::string_view text) { return fold_case(text); });
  add_primitive("hash_folded", [](std::string_view text) { return hash_folded(text); });
  add_primitive("code_points", [](std::string_view text) { return code_points(text); });
  add_primitive("equal_folded/other", [](std::string_view text) { return equal_folded(text, "closed won"); });
  benchmark::RegisterBenchmark("equal_folded/same", [](benchmark::State& state) {
    const Texts texts = picklist_values();
    const Texts capitals = in_capitals(texts);
    measure(state, texts, [&](const std::string& text) {
      return equal_folded(text, capitals[static_cast<std::size_t>(&text - texts.data())]);
    });
  });
}

}  // namespace

int main(int argc, char** argv) {
  add_comparisons();
  add_primitives();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
