// Lifecycles told as text: tests/violations/lifecycles/*.txt. A file is a story of days:
//
//   # What it is about
//   day
//     rules: empty-next-step, stale not judged: there is no Task data
//     A empty-next-step violated: nothing is written
//     B empty-next-step unknown: NextStep could not be read
//     C empty-next-step out of scope: it is closed
//     D empty-next-step gone
//     opened A/empty-next-step
//     unknown B/empty-next-step: NextStep could not be read
//
// A day begins with its rules: policies that are judged, or "P left out", "P switched off", "P removed",
// "P not judged: why". "pack: NAME" runs another pack. Then come verdicts and standings, in any order: a
// record of which nothing is said passes. "A P violated by OWNER: text" names an owner. The rest is what must
// be told, in this order; after the name, a colon and the reason where there is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/utf8.h"
#include "source_dir.h"
#include "tests/violations/small_run.h"

namespace plumbline {
namespace {

using Part = SmallPolicy::Part;

// "a: b" gives a and b; b is empty where there is no colon.
std::pair<std::string, std::string> at_colon(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {std::string(trim(text)), ""};
  return {std::string(trim(text.substr(0, colon))), std::string(trim(text.substr(colon + 1)))};
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

struct StoryDay {
  SmallRun run;
  std::vector<std::string> expected;
};

class Story {
 public:
  explicit Story(const std::filesystem::path& path) : path_(path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      ++line_;
      const std::string_view text = trim(line);
      if (text.empty() || text.starts_with('#')) continue;
      if (text == "day") {
        days_.emplace_back();
      } else {
        read(text);
      }
    }
  }
  std::vector<StoryDay>& days() { return days_; }

 private:
  void read(std::string_view text) {
    if (days_.empty()) wrong(text);
    const auto [head, tail] = at_colon(text);
    StoryDay& day = days_.back();
    if (head == "rules") return read_rules(text.substr(text.find(':') + 1));
    if (head == "pack") {
      day.run.pack_name = tail;
      return;
    }
    const std::vector<std::string> words = words_of(head);
    if (words.size() == 2 && parse_transition_kind(words[0])) {
      day.expected.emplace_back(text);
    } else if (words.size() >= 3) {
      read_said(words, tail);
    } else {
      wrong(text);
    }
  }

  void read_rules(std::string_view text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      const auto [head, reason] = at_colon(text.substr(begin, end - begin));
      std::vector<std::string> words = words_of(head);
      if (words.empty()) wrong(text);
      SmallPolicy& policy = days_.back().run.policies[words[0]];
      policy.reason = reason;
      words.erase(words.begin());
      policy.part = part_of(words);
      begin = end + 1;
    }
  }

  Part part_of(const std::vector<std::string>& words) {
    if (words.empty()) return Part::kJudged;
    if (words == std::vector<std::string>{"left", "out"}) return Part::kLeftOut;
    if (words == std::vector<std::string>{"switched", "off"}) return Part::kSwitchedOff;
    if (words == std::vector<std::string>{"removed"}) return Part::kRemoved;
    if (words == std::vector<std::string>{"not", "judged"}) return Part::kNotJudged;
    wrong(words[0]);
  }

  void read_said(const std::vector<std::string>& words, const std::string& text) {
    SmallRun& run = days_.back().run;
    const std::string place = words[0] + "/" + words[1];
    if (words[2] == "violated" || words[2] == "unknown") {
      run.verdicts.push_back(
          {.record = words[0],
           .policy = words[1],
           .status = words[2] == "violated" ? VerdictStatus::kViolated : VerdictStatus::kUnknown,
           .text = text,
           .owner = words.size() == 5 && words[3] == "by" ? words[4] : ""});
    } else if (words[2] == "out") {
      run.standings.said[place] = {.kind = StandingKind::kOutOfScope, .reason = text};
    } else if (words[2] == "gone") {
      run.standings.said[place] = {.kind = StandingKind::kGone};
    } else {
      wrong(words[2]);
    }
  }

  [[noreturn]] void wrong(std::string_view text) const {
    throw std::runtime_error(path_.string() + ":" + std::to_string(line_) +
                             ": not understood: " + std::string(text));
  }

  std::filesystem::path path_;
  std::size_t line_ = 0;
  std::vector<StoryDay> days_;
};

std::vector<std::string> told_in(MemoryViolations& memory) {
  std::vector<std::string> lines;
  for (const auto& [kind, place, reason] : memory.take_told())
    lines.push_back(std::string(to_string(kind)) + " " + place + (reason.empty() ? "" : ": " + reason));
  return lines;
}

class Lifecycles : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Lifecycles, go_as_they_are_told) {
  Story story(GetParam());
  ASSERT_FALSE(story.days().empty());
  MemoryViolations memory;
  Instant now{std::chrono::days{20'000}};
  for (std::size_t day = 0; day < story.days().size(); ++day, now += std::chrono::days{1}) {
    memory.set_now(now);
    story.days()[day].run.run(memory);
    EXPECT_EQ(told_in(memory), story.days()[day].expected) << GetParam() << ", day " << day + 1;
  }
}

std::vector<std::filesystem::path> stories() {
  std::vector<std::filesystem::path> files;
  const std::string folder = std::string(PLUMBLINE_SOURCE_DIR) + "/tests/violations/lifecycles";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, Lifecycles, testing::ValuesIn(stories()), [](const auto& info) {
  std::string name = info.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace plumbline
