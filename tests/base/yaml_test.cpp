#include "base/yaml.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

struct Parsed {
  std::optional<YamlNode> root;
  Diagnostics diagnostics;
};

Parsed parse(std::string_view text) {
  Parsed parsed;
  parsed.root = parse_yaml(text, "pack.yaml", parsed.diagnostics);
  return parsed;
}

// The tree of a text without faults.
YamlNode parse_good(std::string_view text) {
  Parsed parsed = parse(text);
  EXPECT_EQ(render_all(parsed.diagnostics, text), "");
  return parsed.root.value_or(YamlNode{});
}

// "PB101 2:1" for each fault.
std::string faults_of(std::string_view text) {
  std::string out;
  for (const Diagnostic& fault : parse(text).diagnostics.sorted()) {
    if (!out.empty()) out += ", ";
    out += fault.code + " " + std::to_string(fault.where.line) + ":" + std::to_string(fault.where.column);
  }
  return out;
}

std::string only_message(std::string_view text) {
  const std::vector<Diagnostic> faults = parse(text).diagnostics.sorted();
  return faults.size() == 1 ? faults.front().message : std::to_string(faults.size()) + " faults";
}

const YamlNode& child(const YamlNode& node, std::string_view key) {
  static const YamlNode kMissing;
  const YamlNode* found = node.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found != nullptr ? *found : kMissing;
}

SourceSpan span(std::uint32_t line, std::uint32_t column, std::uint32_t length) {
  return {.file = "pack.yaml", .line = line, .column = column, .length = length};
}

// The line of the document with a caret under the character `needle` begins with, as place_in_scalar sees it.
SourceSpan place_of(std::string_view document, std::string_view needle) {
  const YamlNode root = parse_good(document);
  const YamlNode& scalar = child(root, "when");
  const std::size_t offset = scalar.text.find(needle);
  EXPECT_NE(offset, std::string::npos) << scalar.text;
  return place_in_scalar(document, scalar, offset, needle.size());
}

// What stands in the document at a place.
std::string text_at(std::string_view document, const SourceSpan& where) {
  for (std::uint32_t line = 1; line < where.line; ++line) document.remove_prefix(document.find('\n') + 1);
  return std::string(document.substr(where.column - 1, where.length));
}

TEST(ParseYaml, ReadsScalarsListsAndMaps) {
  const YamlNode root =
      parse_good("pack: sales\nstages: [Open, 'Closed Won']\npolicies:\n  - id: a\n    on: User\n");
  EXPECT_EQ(child(root, "pack").text, "sales");
  ASSERT_EQ(child(root, "stages").items.size(), 2U);
  EXPECT_EQ(child(root, "stages").items[1].text, "Closed Won");
  ASSERT_EQ(child(root, "policies").items.size(), 1U);
  EXPECT_EQ(child(child(root, "policies").items[0], "on").text, "User");
}

TEST(ParseYaml, KeepsTheOrderOfKeys) {
  const YamlNode root = parse_good("b: 1\na: 2\nc: 3\n");
  ASSERT_EQ(root.entries.size(), 3U);
  EXPECT_EQ(root.entries[0].key + root.entries[1].key + root.entries[2].key, "bac");
}

TEST(ParseYaml, FindOfAMissingKeyIsNull) {
  EXPECT_EQ(parse_good("a: 1").find("b"), nullptr);
  EXPECT_EQ(parse_good("[a]").find("a"), nullptr);
}

TEST(ParseYaml, AnEmptyDocumentIsNull) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~"}) {
    const YamlNode root = parse_good(text);
    EXPECT_TRUE(root.is_null()) << text;
  }
}

TEST(ParseYaml, TellsNullFromEmptyAndQuotedText) {
  const YamlNode root = parse_good("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n");
  EXPECT_TRUE(child(root, "a").is_null());
  EXPECT_TRUE(child(root, "b").is_null());
  EXPECT_TRUE(child(root, "c").is_null());
  EXPECT_TRUE(child(root, "d").is_scalar());
  EXPECT_EQ(child(root, "e").text, "null");
}

TEST(ParseYaml, KnowsTheStyleOfScalars) {
  const YamlNode root = parse_good("a: x\nb: 'x'\nc: \"x\"\nd: |\n  x\ne: >-\n  x\n");
  EXPECT_EQ(child(root, "a").style, ScalarStyle::kPlain);
  EXPECT_EQ(child(root, "b").style, ScalarStyle::kQuoted);
  EXPECT_EQ(child(root, "c").style, ScalarStyle::kQuoted);
  EXPECT_EQ(child(root, "d").style, ScalarStyle::kBlock);
  EXPECT_EQ(child(root, "e").style, ScalarStyle::kBlock);
  EXPECT_EQ(child(root, "d").text, "x\n");
  EXPECT_EQ(child(root, "e").text, "x");
}

TEST(ParseYaml, ReadsEscapesAsUtf8) {
  EXPECT_EQ(child(parse_good(R"(a: "x\N\_\u00e9é")"), "a").text, "x\u0085\u00A0éé");
}

TEST(ParseYaml, RefusesAQuoteThatIsNeverClosed) {
  for (const char* text :
       {"a: 'open\n", "a: \"open\n", "a: 'it''s\n", "a: \"\\\"\n", "a: 'open", "a: 1\n'b"}) {
    EXPECT_EQ(only_message(text),
              "a quoted text is not closed; put the closing quote, and double a quote within it");
  }
}

TEST(ParseYaml, KnowsThePlacesOfKeysAndScalars) {
  const YamlNode root = parse_good("# note\npack: sales\ntitle:   'It''s'\nsays: \"a \\\" b\" # x\n");
  EXPECT_EQ(root.entries[0].key_where, span(2, 1, 4));
  EXPECT_EQ(root.entries[0].value.where, span(2, 7, 5));
  EXPECT_EQ(root.entries[1].value.where, span(3, 10, 7));
  EXPECT_EQ(root.entries[2].value.where, span(4, 7, 8));
}

TEST(ParseYaml, CountsColumnsInBytes) {
  const YamlNode root = parse_good("{é: €, b: x}");
  EXPECT_EQ(root.entries[0].value.where, span(1, 6, 3));
  EXPECT_EQ(root.entries[1].value.where, span(1, 14, 1));
}

TEST(ParseYaml, KnowsTheOffsetsOfScalars) {
  const std::string_view text = "é: x\nb:\n  - yes\n";
  const YamlNode root = parse_good(text);
  EXPECT_EQ(text.substr(child(root, "b").items[0].offset, 3), "yes");
}

TEST(ParseYaml, KnowsThePlacesOfListsMapsAndBlocks) {
  const YamlNode root = parse_good("a:\n  - 1\nb:\n  c: 1\nd: |\n  x\n");
  EXPECT_EQ(child(root, "a").where, span(2, 3, 1));
  EXPECT_EQ(child(root, "b").where, span(4, 3, 1));
  EXPECT_EQ(child(root, "d").where, span(5, 4, 1));
}

TEST(ParseYaml, PlacesAnAbsentValueAtItsKey) {
  const YamlNode root = parse_good("on:\nid: ~\n");
  EXPECT_EQ(root.entries[0].value.where, span(1, 1, 2));
  EXPECT_EQ(root.entries[1].value.where, span(2, 5, 1));
}

TEST(ParseYaml, CountsAByteOrderMarkIntoPlaces) {
  const std::string_view text = "\xEF\xBB\xBFpack: sales\nid: x\n";
  const YamlNode root = parse_good(text);
  EXPECT_EQ(child(root, "pack").where, span(1, 10, 5));
  EXPECT_EQ(text.substr(child(root, "pack").offset, 5), "sales");
  EXPECT_EQ(child(root, "id").where, span(2, 5, 1));
}

TEST(ParseYaml, CountsLinesThatEndInCarriageReturnAndLineFeed) {
  const YamlNode root = parse_good("a: 1\r\nb: two words\r\n");
  EXPECT_EQ(child(root, "b").text, "two words");
  EXPECT_EQ(child(root, "b").where, span(2, 4, 9));
}

TEST(ParseYaml, RefusesARepeatedKey) {
  const std::string text = "id: a\non: User\nid: b\n";
  EXPECT_EQ(faults_of(text), "PB101 3:1");
  EXPECT_EQ(only_message(text), "the key id stands here again, first on line 1; keep one");
}

TEST(ParseYaml, KeepsTheFirstOfRepeatedKeysAndGoesOn) {
  const Parsed parsed = parse("id: a\nid: {x: 1, x: 2}\non: User\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(child(*parsed.root, "id").text, "a");
  EXPECT_EQ(child(*parsed.root, "on").text, "User");
  EXPECT_EQ(parsed.diagnostics.error_count(), 2U);
}

TEST(ParseYaml, TakesEqualKeysOfDifferentMapsAsDifferent) {
  parse_good("- {id: a}\n- {id: b}\n");
  parse_good("id: {id: {id: 1}}\n");
}

TEST(ParseYaml, RefusesAnchorsAliasesAndTags) {
  EXPECT_EQ(faults_of("a: &x 1\nb: *x\n"), "PB102 1:4, PB102 2:4");
  EXPECT_EQ(faults_of("a: &x [1]\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: &x {b: 1}\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: &x\nb: 1\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: *nowhere\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: !!str 1\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: ! 1\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: !mine [1]\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("a: !!map {b: 1}\n"), "PB102 1:4");
  EXPECT_EQ(faults_of("&x a: 1\n"), "PB102 1:1");
}

TEST(ParseYaml, RefusesMergeKeys) {
  EXPECT_EQ(faults_of("a: &x {b: 1}\nc:\n  <<: *x\n"), "PB102 1:4, PB102 3:7");
}

TEST(ParseYaml, GivesTheTreeDespiteAnAnchor) {
  const Parsed parsed = parse("a: &x 1\nb: 2\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(child(*parsed.root, "b").text, "2");
}

TEST(ParseYaml, TakesTheSignsOfReferencesInsideTextsAsText) {
  const YamlNode root = parse_good("a: b & c * d ! e\nf: '*x'\n");
  EXPECT_EQ(child(root, "a").text, "b & c * d ! e");
}

TEST(ParseYaml, RefusesASecondDocument) {
  EXPECT_EQ(faults_of("a: 1\n---\nb: 2\n"), "PB103 2:1");
  EXPECT_FALSE(parse("a: 1\n---\nb: 2\n").root);
}

TEST(ParseYaml, AllowsTheMarksAroundOneDocument) {
  EXPECT_EQ(child(parse_good("%YAML 1.2\n---\na: 1\n...\n"), "a").text, "1");
}

TEST(ParseYaml, RefusesTextBehindTheDocument) { EXPECT_EQ(faults_of("{a: 1}\nb\n"), "PB100 2:1"); }

TEST(ParseYaml, ExplainsSyntaxErrors) {
  EXPECT_EQ(faults_of("a: [1, 2\nb: 3\n"), "PB100 2:2");
  EXPECT_EQ(only_message("a: {b: 1]\n"),
            "this bracket closes nothing; remove it or put quotes around the text");
  EXPECT_EQ(only_message("a: b: c\n"),
            "no value can begin here; put quotes around a text that holds a colon and a space, and check the "
            "indentation");
  EXPECT_EQ(only_message("a: 'open\n"),
            "a quoted text is not closed; put the closing quote, and double a quote within it");
  EXPECT_EQ(only_message("a:\n  - 1\n b: 2\n"),
            "a key was expected here; give it the same indentation as the keys above");
  EXPECT_EQ(
      only_message("a: >= 5\n"),
      "a text that begins with | or > needs quotes; for a block of lines, begin the text on the next line");
  EXPECT_EQ(only_message("a: != 5\n"),
            "YAML tags (!) are not allowed; put quotes around a text that begins with an exclamation mark");
  EXPECT_EQ(only_message("a: @x\n"), "no text can begin with this character; put quotes around it");
  EXPECT_EQ(only_message("a: \"\\q\"\n"),
            "this backslash begins no known escape; double it, or use single quotes, which know no escapes");
}

TEST(ParseYaml, ExplainsTextBehindAQuoteOrBracket) {
  for (const char* text : {"a: 'x' AND b\n", "says: {Name} is late\n", "- 'x' AND b\n", "- [x] y\n"}) {
    EXPECT_EQ(only_message(text),
              "this stands behind a closed quote or bracket; put quotes around the whole value");
  }
}

TEST(ParseYaml, PlacesSyntaxErrors) {
  EXPECT_EQ(faults_of("a: 1\nb: c: d\n"), "PB100 2:5");
  EXPECT_EQ(faults_of("a: 1\n\n\nb: @x\n"), "PB100 4:4");
  EXPECT_EQ(faults_of("a: 1\n  b: 2\n"), "PB100 2:4");
}

TEST(ParseYaml, GivesNoTreeAfterASyntaxError) { EXPECT_FALSE(parse("a: [1, 2\n").root); }

TEST(ParseYaml, RefusesKeysThatAreNoText) {
  EXPECT_EQ(faults_of("? [a]\n: b\n"), "PB100 1:3");
  EXPECT_EQ(faults_of("{a: 1, {b: c}: 2}\n"), "PB100 1:8");
  EXPECT_EQ(faults_of(": b\n"), "PB100 1:1");
  EXPECT_EQ(faults_of("null: b\n"), "PB100 1:1");
}

TEST(ParseYaml, RefusesBytesThatAreNoText) {
  EXPECT_EQ(faults_of("a: 1\nb: \xFF\n"), "PB100 2:4");
  EXPECT_EQ(faults_of(std::string_view("a: 1\nb:\0c\n", 10)), "PB100 2:3");
  EXPECT_EQ(faults_of("a: \x04 b\n"), "PB100 1:4");
  EXPECT_EQ(only_message("a: \xFF"), "this byte is not UTF-8; save the file as UTF-8");
}

TEST(ParseYaml, NestsToItsBound) {
  const std::string deep = std::string(kMaxYamlDepth, '[') + std::string(kMaxYamlDepth, ']');
  EXPECT_TRUE(parse_good(deep).is_list());
}

TEST(ParseYaml, RefusesDeeperNesting) {
  const std::string deep = std::string(kMaxYamlDepth + 1, '[') + std::string(kMaxYamlDepth + 1, ']');
  EXPECT_EQ(faults_of(deep), "PB104 1:33");
  EXPECT_FALSE(parse(deep).root);
}

TEST(ParseYaml, SurvivesNestingWithoutEnd) {
  EXPECT_FALSE(parse(std::string(20'000, '[')).root);
  EXPECT_FALSE(parse(std::string(20'000, '{')).root);
  std::string dashes;
  for (int i = 0; i < 2'000; ++i) dashes += "- ";
  EXPECT_EQ(faults_of(dashes + "x"), "PB104 1:65");
}

TEST(ParseYaml, RefusesALargeFile) {
  const std::string large(kMaxYamlBytes + 1, '#');
  EXPECT_EQ(faults_of(large), "PB105 0:0");
  EXPECT_FALSE(parse(large).root);
}

TEST(ParseYaml, ReadsAFileOfTheLargestSize) {
  EXPECT_TRUE(parse_good("a: 1\n#" + std::string(kMaxYamlBytes - 6, 'x')).is_map());
}

TEST(PlaceInScalar, OfAPlainScalar) {
  const std::string_view text = "id: a\nwhen:  Amount > 10 AND Oops\n";
  EXPECT_EQ(place_of(text, "Oops"), span(2, 24, 4));
}

TEST(PlaceInScalar, OfAPlainScalarOverSeveralLines) {
  const std::string_view text = "when: Amount > 10\n  AND  Oops\n\n  OR Last\nid: b\n";
  EXPECT_EQ(place_of(text, "Oops"), span(2, 8, 4));
  EXPECT_EQ(place_of(text, "Last"), span(4, 6, 4));
}

TEST(PlaceInScalar, OfASingleQuotedScalar) {
  const std::string_view text = "when: 'Name = ''it'''' s'' AND Oops'\n";
  EXPECT_EQ(place_of(text, "Oops"), span(1, 32, 4));
  EXPECT_EQ(text_at(text, place_of(text, "= 'it")), "= ''it");
}

TEST(PlaceInScalar, OfASingleQuotedScalarOverSeveralLines) {
  const std::string_view text = "when: 'Name = ''x''\n\n\n  AND\n  Oops'\n";
  EXPECT_EQ(place_of(text, "Oops"), span(5, 3, 4));
}

TEST(PlaceInScalar, OfADoubleQuotedScalar) {
  const std::string_view text = R"(when: "Name = \"\u00e9\x41\t\\ \" AND Oops")";
  EXPECT_EQ(text_at(text, place_of(text, "Oops")), "Oops");
  EXPECT_EQ(text_at(text, place_of(text, "AND")), "AND");
}

TEST(PlaceInScalar, OfEveryEscape) {
  const std::string_view text = R"(when: "\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P\x41\u20AC\U0001F600Oops")";
  EXPECT_EQ(text_at(text, place_of(text, "Oops")), "Oops");
}

TEST(PlaceInScalar, OfADoubleQuotedScalarOverSeveralLines) {
  const std::string_view text = "when: \"Amount \\\n    > 10\n\n    AND \\\n    \\  Oops\"\n";
  EXPECT_EQ(place_of(text, "> 10"), span(2, 5, 4));
  EXPECT_EQ(place_of(text, "AND"), span(4, 5, 3));
  EXPECT_EQ(place_of(text, "Oops"), span(5, 8, 4));
}

TEST(PlaceInScalar, OfALiteralBlock) {
  const std::string_view text =
      "id: a\nwhen: |  # why\n    Amount > 10\n      AND Oops\n\n    OR Last\nid2: b\n";
  EXPECT_EQ(place_of(text, "Amount"), span(3, 5, 6));
  EXPECT_EQ(place_of(text, "Oops"), span(4, 11, 4));
  EXPECT_EQ(place_of(text, "Last"), span(6, 8, 4));
}

TEST(PlaceInScalar, OfAFoldedBlock) {
  const std::string_view text = "when: >-\n  Amount > 10\n  AND Oops\n\n    more\n  OR Last\n";
  EXPECT_EQ(place_of(text, "Amount"), span(2, 3, 6));
  EXPECT_EQ(place_of(text, "Oops"), span(3, 7, 4));
  EXPECT_EQ(place_of(text, "more"), span(5, 5, 4));
  EXPECT_EQ(place_of(text, "Last"), span(6, 6, 4));
}

TEST(PlaceInScalar, OfABlockThatBeginsWithBlankLinesOrSpaces) {
  EXPECT_EQ(place_of("when: |\n\n\n  Oops\n", "Oops"), span(4, 3, 4));
  EXPECT_EQ(place_of("when: |2\n    Oops\n", "Oops"), span(2, 5, 4));
}

TEST(PlaceInScalar, OfABlockWithCarriageReturns) {
  EXPECT_EQ(place_of("when: |\r\n  Amount\r\n  Oops\r\n", "Oops"), span(3, 3, 4));
}

TEST(PlaceInScalar, BehindWideCharactersCountsBytes) {
  EXPECT_EQ(place_of("when: Name = 'é€' AND Oops\n", "Oops"), span(1, 26, 4));
  EXPECT_EQ(place_of("when: |\n  'é€' Oops\n", "Oops"), span(2, 11, 4));
}

TEST(PlaceInScalar, BehindAByteOrderMark) {
  const std::string_view text = "\xEF\xBB\xBFwhen: a Oops\n";
  EXPECT_EQ(text_at(text, place_of(text, "Oops")), "Oops");
}

TEST(PlaceInScalar, KeepsRunsOfSpacesWithinALine) {
  EXPECT_EQ(place_of("when: a   Oops\n", "  Oops"), span(1, 9, 6));
  EXPECT_EQ(place_of("when: |\n  a   Oops\n", "  Oops"), span(2, 5, 6));
}

TEST(PlaceInScalar, CutsALengthAtTheEndOfTheLine) {
  EXPECT_EQ(place_of("when: |\n  a = Oops\n  AND b\n", "Oops\nAND b"), span(2, 7, 4));
}

TEST(PlaceInScalar, OfTheEndIsBehindTheLastVisibleCharacter) {
  for (const std::string_view text : {"when: a =\nid: b\n", "when: 'a ='\n", "when: \"a =\"\n"}) {
    const YamlNode root = parse_good(text);
    const YamlNode& scalar = child(root, "when");
    const SourceSpan end = place_in_scalar(text, scalar, scalar.text.size(), 1);
    EXPECT_EQ(text_at(text, {.file = "", .line = end.line, .column = end.column - 1, .length = 1}), "=")
        << text;
  }
  const std::string_view block = "when: |\n  a =\n\n\nid: b\n";
  const YamlNode root = parse_good(block);
  EXPECT_EQ(place_in_scalar(block, child(root, "when"), child(root, "when").text.size(), 1), span(2, 6, 1));
  EXPECT_EQ(place_in_scalar(block, child(root, "when"), 3, 1), span(2, 6, 1));
}

TEST(PlaceInScalar, FallsBackToTheScalarItself) {
  const std::string_view text = "when: a = b\n";
  YamlNode scalar = child(parse_good(text), "when");
  EXPECT_EQ(place_in_scalar("when: another document", scalar, 2, 1), scalar.where);
  EXPECT_EQ(place_in_scalar("", scalar, 2, 1), scalar.where);
  scalar.offset = 999;
  EXPECT_EQ(place_in_scalar(text, scalar, 2, 1), scalar.where);
}

TEST(PlaceInScalar, OfANodeThatIsNoScalarIsItsOwnPlace) {
  const std::string_view text = "when: [a]\n";
  const YamlNode root = parse_good(text);
  EXPECT_EQ(place_in_scalar(text, child(root, "when"), 0, 1), span(1, 7, 1));
}

}  // namespace
}  // namespace plumbline
