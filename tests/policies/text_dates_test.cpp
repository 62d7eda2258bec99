#include "policies/functions/text_dates.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/functions/date_scan.h"
#include "source_dir.h"
#include "tests/policies/text_reference.h"

namespace plumbline {
namespace {

constexpr std::size_t kFewestDateSentences = 150;
constexpr std::size_t kFewestLogSentences = 60;

struct Sentence {
  std::string text;
  std::string reason;
  bool expected = false;
};

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const std::size_t escape = std::string_view("nrt").find(next);
    if (text[i] != '\\' || escape == std::string_view::npos) {
      out += text[i];
    } else {
      out += "\n\r\t"[escape];
      ++i;
    }
  }
  return out;
}

// Throws where a row is not a verdict, a sentence and a reason: a table misread would test nothing.
std::vector<Sentence> read_sentences(const std::string& name) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/policies/data/" + name);
  std::vector<Sentence> sentences;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("# ")) continue;
    const std::size_t first = line.find('\t');
    const std::size_t last = line.rfind('\t');
    const std::string verdict = line.substr(0, first);
    if (first == last || (verdict != "yes" && verdict != "no"))
      throw std::runtime_error(fmt::format("{}: {}", name, line));
    sentences.push_back({.text = unescaped(line.substr(first + 1, last - first - 1)),
                         .reason = line.substr(last + 1),
                         .expected = verdict == "yes"});
  }
  return sentences;
}

std::string found_in(std::string_view text) {
  const auto date = first_date(text);
  return std::string(date ? text.substr(date->begin, date->end - date->begin) : "none");
}

TEST(TextDates, EverySentenceOfTheDateTableIsJudgedAsLabelled) {
  const auto sentences = read_sentences("date_sentences.tsv");
  EXPECT_GE(sentences.size(), kFewestDateSentences);
  for (const Sentence& sentence : sentences) {
    EXPECT_EQ(contains_date(sentence.text), sentence.expected) << sentence.text << "\n  " << sentence.reason;
  }
}

TEST(TextDates, EverySentenceOfTheLogTableIsJudgedAsLabelled) {
  const auto sentences = read_sentences("log_sentences.tsv");
  EXPECT_GE(sentences.size(), kFewestLogSentences);
  for (const Sentence& sentence : sentences) {
    EXPECT_EQ(contains_log(sentence.text), sentence.expected) << sentence.text << "\n  " << sentence.reason;
  }
}

// The reference is what the fuzzer trusts, so it is held to the same labels.
TEST(TextDates, TheReferenceJudgesBothTablesAsLabelled) {
  for (const Sentence& sentence : read_sentences("date_sentences.tsv")) {
    EXPECT_EQ(reference::contains_date(sentence.text), sentence.expected) << sentence.text;
  }
  for (const Sentence& sentence : read_sentences("log_sentences.tsv")) {
    EXPECT_EQ(reference::contains_log(sentence.text), sentence.expected) << sentence.text;
  }
}

TEST(TextDates, ALabelledSentenceKeepsItsVerdictInsideALongerText) {
  for (const Sentence& sentence : read_sentences("date_sentences.tsv")) {
    EXPECT_EQ(contains_date("Met the CTO.\n" + sentence.text + "\nSend the quote."), sentence.expected)
        << sentence.text;
  }
}

TEST(TextDates, TheSpanIsTheFirstDateWithItsYear) {
  EXPECT_EQ(found_in("Demo April 23rd, 2022 at noon, then 5/1"), "April 23rd, 2022");
  EXPECT_EQ(found_in("Demo 23-Apr-22."), "23-Apr-22");
  EXPECT_EQ(found_in("see https://a.example/1/2 on 4/23/22"), "4/23/22");
  EXPECT_EQ(found_in("the 23rd of April"), "the 23rd");
  EXPECT_EQ(found_in("created 2022-04-23T10:15:00Z by import"), "2022-04-23T10:15:00Z");
  EXPECT_EQ(found_in("call tomorrow at 5:30"), "none");
}

TEST(TextDates, ARangeOfTwoIsOneSpan) {
  EXPECT_EQ(found_in("on site 4/20-4/23, then home"), "4/20-4/23");
  EXPECT_EQ(found_in("on site Apr 20-23"), "Apr 20-23");
}

TEST(TextDates, EveryMonthIsKnownByItsNameAndItsAbbreviation) {
  for (const std::string_view name : kMonthNames) {
    EXPECT_TRUE(contains_date(std::string(name) + " 23.")) << name;
    EXPECT_TRUE(contains_date("on 23 " + std::string(name.substr(0, 3)) + ".")) << name;
    EXPECT_EQ(contains_date(std::string(name.substr(0, 4)) + " 23."),
              name.size() == 4 || name == "september" || name == "may")
        << name;
  }
}

TEST(TextDates, EveryDayFromTheFirstToTheThirtyFirstIsADay) {
  for (unsigned day = 0; day <= 40; ++day) {
    const std::string number = std::to_string(day);
    const bool expected = day >= 1 && day <= 31;
    EXPECT_EQ(contains_date("Apr " + number), expected) << number;
    EXPECT_EQ(contains_date("12/" + number), expected) << number;
    EXPECT_EQ(contains_date(number + "/12"), expected) << number;
    EXPECT_EQ(contains_date("2022-12-" + number), expected) << number;
  }
}

TEST(TextDates, EveryUnitBehindABarePairMakesItAShare) {
  for (const std::string_view unit : kNotDateUnits) {
    EXPECT_FALSE(contains_date("4/23 " + std::string(unit))) << unit;
    EXPECT_FALSE(contains_date("4/23 " + std::string(unit) + ", then call")) << unit;
    EXPECT_TRUE(contains_date("4/23 " + std::string(unit) + "xyz")) << unit;
    EXPECT_TRUE(contains_date("4/23/22 " + std::string(unit))) << unit;
  }
}

TEST(TextDates, BytesThatAreNotUtf8NeitherFailNorTouch) {
  EXPECT_TRUE(
      contains_date("\xFF"
                    "4/23\xC3"));
  EXPECT_TRUE(contains_date("Apr\xE2\x80 23 or 4/23"));
  EXPECT_FALSE(contains_date("\xF0\x9F\x98"));
  EXPECT_TRUE(contains_log(std::string_view("4/20\0;4/23", 10)));
}

TEST(TextDates, ALogIsCountedAcrossUrls) {
  EXPECT_TRUE(contains_log("4/20 see https://a.example/1 ; 4/23 see www.b.example\n"));
  EXPECT_FALSE(contains_log("4/20 see https://a.example/1;4/23 see www.b.example\n"));
}

TEST(TextDates, AnEntryMayHaveSoManyPartsBeforeItsDateAndNoMore) {
  const std::string few(kEntryPrefixParts, '*');
  EXPECT_TRUE(contains_log(few + "4/20;" + few + "4/23"));
  EXPECT_FALSE(contains_log(few + "*4/20;" + few + "*4/23"));
}

// What stands around a number decides whether the grammar is asked about it at all; a number passed over that
// the reference takes for a date would show here.
TEST(TextDates, NumbersInEveryShortSurroundingAreJudgedAsTheReferenceDoes) {
  constexpr auto kAround = std::to_array<std::string_view>(
      {"",    " ",    "  ",    "\t",    "\u00A0", "/",    "-",   ".",      ". ",       ",",   ":",
       "Apr", "apr ", "may ",  "Sept.", "the",    "THE ", "of ", "of May", "st",       "rd ", "/5",
       "-5",  ".5",   "/5/22", "x",     "k",      "é",    "\n",  "; ",     "December", "a.b"});
  constexpr auto kNumbers =
      std::to_array<std::string_view>({"5", "23", "32", "123", "2022-04", "2022", "12345"});
  for (const std::string_view before : kAround) {
    for (const std::string_view number : kNumbers) {
      for (const std::string_view joiner : kAround) {
        for (const std::string_view behind : {"", "Apr", "5", " june", "x"}) {
          const std::string text = fmt::format("{}{}{}{}", before, number, joiner, behind);
          ASSERT_EQ(contains_date(text), reference::contains_date(text)) << text;
          const std::string log = text + "\n" + text;
          ASSERT_EQ(contains_log(log), reference::contains_log(log)) << log;
        }
      }
    }
  }
}

// Counts how often a byte is looked at, and gives up once that is more than a text of its size may cost:
// quadratic work on a megabyte would not come back.
struct TooMuchWork : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Work {
  std::size_t looks = 0;
  std::size_t most = 0;

  void look(std::size_t times = 1) {
    looks += times;
    if (looks > most) throw TooMuchWork("bytes are looked at again and again");
  }
};

class CountedBytes {
 public:
  CountedBytes(std::string_view text, Work& work) : text_(text), work_(&work) {}

  std::size_t size() const { return text_.size(); }
  char at(std::size_t pos) const {
    work_->look();
    return pos < text_.size() ? text_[pos] : '\0';
  }
  char32_t decode(std::size_t& pos) const {
    const std::size_t begin = pos;
    const char32_t character = decode_utf8(text_, pos);
    work_->look(pos - begin);
    return character;
  }
  CountedBytes part(std::size_t begin, std::size_t end) const {
    return {text_.substr(begin, end - begin), *work_};
  }
  std::size_t find(char byte, std::size_t from) const { return counted(text_.find(byte, from), from); }
  std::size_t find_digit(std::size_t from) const { return counted(PlainBytes(text_).find_digit(from), from); }
  std::size_t find_separator(std::size_t from) const {
    return counted(PlainBytes(text_).find_separator(from), from);
  }

 private:
  std::size_t counted(std::size_t found, std::size_t from) const {
    work_->look((found == kNowhere ? text_.size() : found + 1) - std::min(from, text_.size()));
    return found;
  }

  std::string_view text_;
  Work* work_;
};

constexpr std::size_t kLongText = 1'000'000;
constexpr std::size_t kLooksPerByte = 60;

// Texts of one piece again and again, each near to a date or a log and none (but for those that say so)
// either.
constexpr auto kWearisomePieces = std::to_array<std::string_view>({"1/",
                                                                   "1-",
                                                                   "1.",
                                                                   "1/1-",
                                                                   "4/23-4/23-",
                                                                   "2022-",
                                                                   "2022-04-",
                                                                   "1234567890",
                                                                   "11",
                                                                   "-- - - -",
                                                                   " - ",
                                                                   " -",
                                                                   "- ",
                                                                   "[",
                                                                   "* ",
                                                                   "JD ",
                                                                   "J.D.",
                                                                   "Mon ",
                                                                   ";",
                                                                   "\n",
                                                                   " ",
                                                                   "\u00A0",
                                                                   "\u3000",
                                                                   "•",
                                                                   "é",
                                                                   "\xFF",
                                                                   "\xE2\x80",
                                                                   "apr",
                                                                   "apr ",
                                                                   "april-",
                                                                   "Apr. ",
                                                                   "the ",
                                                                   "of ",
                                                                   "may 5 x ",
                                                                   "5 may x ",
                                                                   "23 of ",
                                                                   "23rd of ",
                                                                   "23rd ",
                                                                   "www.",
                                                                   "www. ",
                                                                   "wWw.1 ",
                                                                   "a://",
                                                                   "a:// ",
                                                                   "://",
                                                                   "1://",
                                                                   "a1",
                                                                   ":",
                                                                   ".",
                                                                   "v ",
                                                                   "v 4/23 ",
                                                                   "4/23 of ",
                                                                   "24/7 ",
                                                                   "4/23 %",
                                                                   "version ",
                                                                   "2022-04-23Tx",
                                                                   "v 2022-04-23T1 ",
                                                                   "1 ",
                                                                   "1\n",
                                                                   "1 - ",
                                                                   "1;",
                                                                   "5:30 Apr ",
                                                                   "Apr 5:30 ",
                                                                   "Apr https://x 23 ",
                                                                   "www.x a:// ",
                                                                   "32/32-",
                                                                   "1  ",
                                                                   "_4/23",
                                                                   "May 2022 ",
                                                                   "1-1-1 Ap "});

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

std::size_t looks_at(const std::string& text) {
  Work work{.looks = 0, .most = text.size() * kLooksPerByte};
  scan_for_date(CountedBytes(text, work));
  scan_for_log(CountedBytes(text, work));
  return work.looks;
}

TEST(TextDates, LongTextsMadeToBeSlowCostAFixedNumberOfLooksAByte) {
  for (const std::string_view piece : kWearisomePieces) {
    EXPECT_NO_THROW(looks_at(repeated(piece, kLongText))) << "again and again: " << piece;
  }
}

TEST(TextDates, LongRunsBetweenTheHalvesOfADateCostAFixedNumberOfLooksAByte) {
  for (const std::string_view run : {" ", "\u00A0", "1", "a", "\xFF"}) {
    const std::string middle = repeated(run, kLongText);
    for (const auto& [front, back] : {std::pair{"v ", "4/23"},
                                      {"4/23", "of"},
                                      {"Apr", "23 x"},
                                      {"may 5", "x"},
                                      {"5", "of"},
                                      {"5 of", "may x"},
                                      {"; JD", "4/23"},
                                      {"4/20 ;", "Mon"},
                                      {"v 2022-04-23T", ""},
                                      {"https://", " 4/23 of"}}) {
      EXPECT_NO_THROW(looks_at(front + middle + back)) << front << " ... " << back;
    }
  }
}

TEST(TextDates, TheCountOfLooksSeesWorkThatGrowsWithTheSquare) {
  const std::string text = repeated("1 ", kLongText / 100);
  Work work{.looks = 0, .most = text.size() * kLooksPerByte};
  const auto look_again_at_everything = [&] {
    for (std::size_t pos = 0; pos < text.size(); ++pos) CountedBytes(text, work).find('x', pos);
  };
  EXPECT_THROW(look_again_at_everything(), TooMuchWork);
}

TEST(TextDates, AScanReadsTheWholeOfATextWithoutDates) {
  const std::string text = repeated("call 12 ", 4096);
  EXPECT_GE(looks_at(text), text.size());
}

}  // namespace
}  // namespace plumbline
