#include "tests/policies/function_fixture.h"

namespace plumbline {
namespace {

class TextFunctions : public FunctionTest {
 protected:
  std::string refusal(std::string_view pattern) {
    const auto prepared = prepare(*find_function("REGEX"), std::vector{text("x"), text(pattern)});
    return prepared ? "compiled" : prepared.error().message;
  }
};

TEST_F(TextFunctions, LenCountsCharactersNotBytes) {
  EXPECT_EQ(result("LEN", {text("na\u00EFve")}), "5");
  EXPECT_EQ(result("LEN", {text(" a ")}), "3");
  EXPECT_EQ(result("LEN", {text("\U0001F680")}), "1");
}

TEST_F(TextFunctions, LenOfNullIsNought) { EXPECT_EQ(result("LEN", {null()}), "0"); }

TEST_F(TextFunctions, TrimTakesUnicodeWhiteSpaceOffBothEnds) {
  EXPECT_EQ(result("TRIM", {text(" \u00A0a b\t\n")}), "'a b'");
}

TEST_F(TextFunctions, LowerAndUpperKnowMoreThanAscii) {
  EXPECT_EQ(result("LOWER", {text("\u00C9COLE Nord")}), "'\u00E9cole nord'");
  EXPECT_EQ(result("UPPER", {text("\u00E9cole Nord")}), "'\u00C9COLE NORD'");
}

TEST_F(TextFunctions, ContainsIgnoresCase) {
  EXPECT_EQ(result("CONTAINS", {text("Acme Channel-Managed EU"), text("channel-managed")}), "true");
  EXPECT_EQ(result("CONTAINS", {text("Acme"), text("acme ")}), "false");
  EXPECT_EQ(result("CONTAINS", {text("\u00C9cole"), text("\u00E9C")}), "true");
}

TEST_F(TextFunctions, ContainsFindsThePartAtEveryPlace) {
  for (const char* part : {"abc", "b", "bcd", "d", "abcd"}) {
    EXPECT_EQ(result("CONTAINS", {text("ABCD"), text(part)}), "true") << part;
  }
  EXPECT_EQ(result("CONTAINS", {text("ABCD"), text("abcde")}), "false");
}

TEST_F(TextFunctions, ContainsFindsLongPartsToo) {
  const std::string part(500, 'a');
  EXPECT_EQ(result("CONTAINS", {text(std::string(600, 'A') + "b"), text(part + "B")}), "true");
  EXPECT_EQ(result("CONTAINS", {text(std::string(600, 'A')), text(part + "B")}), "false");
}

TEST_F(TextFunctions, BeginsLooksAtTheStartAlone) {
  EXPECT_EQ(result("BEGINS", {text("Acme Corp"), text("ACME")}), "true");
  EXPECT_EQ(result("BEGINS", {text("The Acme Corp"), text("Acme")}), "false");
  EXPECT_EQ(result("BEGINS", {text("Ac"), text("Acme")}), "false");
  EXPECT_EQ(result("BEGINS", {text("\u00C9cole"), text("\u00E9c")}), "true");
  EXPECT_EQ(result("BEGINS", {text("Stra\u00DFe 5"), text("STRASSE")}), "true");
}

TEST_F(TextFunctions, AnEmptyPartIsContained) {
  EXPECT_EQ(result("CONTAINS", {text("x"), text("")}), "true");
  EXPECT_EQ(result("CONTAINS", {text(""), text("")}), "true");
  EXPECT_EQ(result("BEGINS", {text("x"), text("")}), "true");
}

TEST_F(TextFunctions, NullTextHoldsNothingAndANullPartIsNeverFound) {
  for (const char* name : {"CONTAINS", "BEGINS"}) {
    EXPECT_EQ(result(name, {null(), text("x")}), "false") << name;
    EXPECT_EQ(result(name, {null(), text("")}), "false") << name;
    EXPECT_EQ(result(name, {text("x"), null()}), "false") << name;
  }
}

TEST_F(TextFunctions, RegexMatchesTheWholeText) {
  EXPECT_EQ(result("REGEX", {text("FY23-Q1"), text("FY\\d\\d-Q[1-4]")}), "true");
  EXPECT_EQ(result("REGEX", {text("FY23-Q1 plan"), text("FY\\d\\d-Q[1-4]")}), "false");
}

TEST_F(TextFunctions, RegexMindsCaseUnlessThePatternSaysOtherwise) {
  EXPECT_EQ(result("REGEX", {text("ACME"), text("acme")}), "false");
  EXPECT_EQ(result("REGEX", {text("ACME"), text("(?i)acme")}), "true");
}

TEST_F(TextFunctions, RegexReadsUtf8Characters) {
  EXPECT_EQ(result("REGEX", {text("\u00E9t\u00E9"), text("...")}), "true");
}

TEST_F(TextFunctions, RegexNeverMatchesNull) { EXPECT_EQ(result("REGEX", {null(), text(".*")}), "false"); }

TEST_F(TextFunctions, APatternThatDoesNotCompileIsRefusedInWords) {
  EXPECT_EQ(refusal("a(b"), "the regular expression 'a(b' opens a ( that is never closed, near \"a(b\"");
  EXPECT_EQ(refusal("[a-"), "the regular expression '[a-' opens a [ that is never closed, near \"[a-\"");
  EXPECT_EQ(refusal("*a"),
            "the regular expression '*a' has a repetition with nothing to repeat before it, near \"*\"");
  EXPECT_EQ(refusal("(?=a)b"),
            "the regular expression '(?=a)b' has a (? that is not known (looking ahead or behind "
            "is not supported), near \"(?=\"");
  EXPECT_EQ(refusal("(a)\\1"),
            "the regular expression '(a)\\1' has an escape that is not known (a reference back to "
            "a group, as \\1, is not supported), near \"\\1\"");
}

TEST_F(TextFunctions, APatternTooLargeIsRefused) {
  EXPECT_EQ(refusal("\\pL{1000}"),
            "the regular expression '\\pL{1000}' is too large once compiled; shorten it or repeat less");
  EXPECT_NE(refusal(std::string(5000, 'a')).find("is longer than 4000 bytes; shorten it"), std::string::npos);
}

TEST_F(TextFunctions, APatternThatRepeatsTooOftenIsRefused) {
  EXPECT_EQ(refusal("(a{100}){100}"),
            "the regular expression '(a{100}){100}' repeats more than 1000 times; repetitions within "
            "repetitions multiply, near \"{100}\"");
}

TEST_F(TextFunctions, ANullPatternIsRefused) {
  const auto prepared = prepare(*find_function("REGEX"), std::vector{text("x"), null()});
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().message, "REGEX needs a pattern, and this one is null");
}

TEST_F(TextFunctions, WordCountCountsPiecesWithALetterOrDigit) {
  EXPECT_EQ(result("WORD_COUNT", {text("Call Ann - by 5")}), "4");
  EXPECT_EQ(result("WORD_COUNT", {null()}), "0");
}

TEST_F(TextFunctions, ContainsDateAndLogReadTheText) {
  EXPECT_EQ(result("CONTAINS_DATE", {text("call on 4/23")}), "true");
  EXPECT_EQ(result("CONTAINS_DATE", {text("call Ann")}), "false");
  EXPECT_EQ(result("CONTAINS_LOG", {text("4/20 called\n4/23 mailed")}), "true");
  EXPECT_EQ(result("CONTAINS_LOG", {text("4/20 called")}), "false");
}

TEST_F(TextFunctions, NullHoldsNoDateAndNoLog) {
  EXPECT_EQ(result("CONTAINS_DATE", {null()}), "false");
  EXPECT_EQ(result("CONTAINS_LOG", {null()}), "false");
}

TEST_F(TextFunctions, NormalizedIsForLooseComparison) {
  EXPECT_EQ(result("NORMALIZED", {text("  Follow Up... ")}), "'follow up'");
  EXPECT_EQ(result("NORMALIZED", {null()}), "null");
}

TEST_F(TextFunctions, UnknownTextGivesUnknown) {
  for (const char* name : {"LEN", "TRIM", "LOWER", "UPPER", "WORD_COUNT", "CONTAINS_DATE", "CONTAINS_LOG",
                           "NORMALIZED", "BLANK_FIELDS"}) {
    EXPECT_EQ(result(name, {unknown("hidden")}), "unknown: hidden") << name;
  }
  EXPECT_EQ(result("CONTAINS", {text("x"), unknown("hidden")}), "unknown: hidden");
  EXPECT_EQ(result("REGEX", {unknown("hidden"), text("x")}), "unknown: hidden");
}

TEST_F(TextFunctions, BlankFieldsNamesTheBlankOnesByTheirLabels) {
  fields_ = {{.label = "Why Us"}, {.label = "Why Now"}, {.label = "Close Plan"}};
  EXPECT_EQ(result("BLANK_FIELDS", {null(), text("because"), text(" ")}), "'Why Us, Close Plan'");
}

TEST_F(TextFunctions, BlankFieldsIsNullWhereNoneIsBlank) {
  fields_ = {{.label = "Why Us"}, {.label = "Amount"}};
  EXPECT_EQ(result("BLANK_FIELDS", {text("because"), number(0)}), "null");
}

TEST_F(TextFunctions, BlankFieldsIsUnknownWhereAFieldIs) {
  fields_ = {{.label = "Why Us"}, {.label = "Why Now"}};
  EXPECT_EQ(result("BLANK_FIELDS", {null(), unknown("hidden")}), "unknown: hidden");
}

TEST_F(TextFunctions, AFieldWithoutALabelIsCalledByItsName) {
  const std::size_t opportunity = snapshot_->schema().find_object("Opportunity").value();
  fields_ = {
      {.object = opportunity, .field = snapshot_->schema().object(opportunity).find("CloseDate").value()}};
  EXPECT_EQ(result("BLANK_FIELDS", {null()}), "'CloseDate'");
}

}  // namespace
}  // namespace plumbline
